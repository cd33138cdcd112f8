"""The main job on real input: grade the sample class, and hold each score against the table.

python -m autograder.sample_class.grade --output out/sample_class
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from autograder.sample_class.generate import submitted_folder
from autograder.sample_class.submissions import ROOT, SEED
from autograder.sample_class.table import read_table
from ptbasics.grading.batch import grade_lesson
from ptbasics.grading.result import BatchResult, number
from ptbasics.registry import lessons


def grade_class(output: Path, console: Console | None = None) -> Iterator[BatchResult]:
    """Grade every lesson of the class, with the seed that makes its scores repeatable."""
    for lesson in lessons():
        yield grade_lesson(
            ROOT,
            lesson,
            submitted=submitted_folder(),
            output=output,
            seed=SEED,
            console=console,
        )


def main(
    output: Annotated[Path, typer.Option(help="Where everything goes.")] = Path("out/sample_class"),
) -> None:
    """Grade the sample class and compare; exits with 1 if any score is not as it must be."""
    console = Console()
    batches = list(grade_class(output, Console(stderr=True)))
    expected = read_table()
    table = Table("lesson", "student", "must get", "got", "", "why", title="The sample class")
    graded = {(batch.lesson, one.student): one for batch in batches for one in batch.graded}
    wrong = 0
    for key, row in expected.items():
        score, why = row.score, row.why
        got = graded[key].result.points if key in graded else None
        wrong += got != score
        shown = "nothing" if got is None else number(got)
        table.add_row(*key, number(score), shown, "✓" if got == score else "✗", why)
    console.print(table)
    for batch in batches:
        console.print(f"{batch.lesson}: {batch.files['report']}", soft_wrap=True)
    files = batches[-1].files
    for name in ("gradebook", "autograded", "feedback"):
        console.print(f"{name}: {files[name]}", soft_wrap=True)
    console.print(f"isolation: {batches[-1].isolation}", soft_wrap=True)
    problems = [sentence for batch in batches for sentence in batch.problems]
    surprises = sorted(set(graded) - set(expected))
    console.print(
        f"{len(expected)} submissions, {len(expected) - wrong} with the expected score, "
        f"{wrong} without; {len(problems)} problems"
    )
    for sentence in [*problems, *(f"not in the table: {key}" for key in surprises)]:
        console.print(sentence, soft_wrap=True)
    if wrong or problems or surprises:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
