"""The main job on real input: grade the sample class, and hold each score against the table.

python -m autograder.sample_class.grade --output out/sample_class
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from autograder.sample_class.generate import submitted_folder
from autograder.sample_class.submissions import ROOT, SEED
from autograder.sample_class.table import TABLE, Row, read_table
from ptbasics.grading.batch import grade_lessons
from ptbasics.grading.result import BatchResult, number
from ptbasics.registry import lessons
from ptbasics.runner import Limits


@dataclass(frozen=True)
class Compared:
    """One submission: the score that it must get, and the one that it got (None for nothing)."""

    lesson: str
    student: str
    must_get: float | None
    got: float | None
    why: str

    @property
    def agrees(self) -> bool:
        """Whether it got what it must get."""
        return self.got == self.must_get


def grade_class(output: Path, console: Console | None = None) -> Iterator[BatchResult]:
    """Grade every lesson of the class, with the seed that makes its scores repeatable.

    Its endless cells, three of them, are waited for; its honest ones take no more than seconds.
    """
    return grade_lessons(
        ROOT,
        lessons(),
        submitted=submitted_folder(),
        output=output,
        seed=SEED,
        limits=Limits(cell_seconds=10),
        console=console,
    )


def compare(batch: BatchResult, table: dict[tuple[str, str], Row]) -> list[Compared]:
    """A lesson's scores beside those of the table, by student; also where either is missing."""
    rows = {student: row for (lesson, student), row in table.items() if lesson == batch.lesson}
    got = {graded.student: graded.result.points for graded in batch.graded}
    return [
        Compared(
            batch.lesson,
            student,
            rows[student].score if student in rows else None,
            got.get(student),
            rows[student].why if student in rows else f"not in {TABLE.name}",
        )
        for student in sorted(rows.keys() | got.keys())
    ]


def line(batch: BatchResult, scores: Sequence[Compared]) -> str:
    """One line about a lesson."""
    agreeing = sum(score.agrees for score in scores)
    return (
        f"{'✓' if agreeing == len(scores) else '✗'} {batch.lesson:<22} "
        f"{len(batch.graded):>3} submissions, {agreeing:>3} of {len(scores):>3} as expected, "
        f"{batch.seconds / 60:.1f} min  {batch.files['report']}"
    )


def write_scores(scores: Sequence[Compared], path: Path) -> Path:
    """The whole table, for whoever wants to read it."""
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["lesson", "student", "must get", "got", "why"])
        writer.writerows(
            [score.lesson, score.student, _shown(score.must_get), _shown(score.got), score.why]
            for score in scores
        )
    return path


def _shown(score: float | None) -> str:
    return "nothing" if score is None else number(score)


def _differences(scores: Sequence[Compared]) -> Table:
    table = Table("lesson", "student", "must get", "got", "why", title="Other scores than expected")
    for score in scores:
        shown = _shown(score.must_get), _shown(score.got)
        table.add_row(score.lesson, score.student, *shown, score.why)
    return table


def main(
    output: Annotated[Path, typer.Option(help="Where everything goes.")] = Path("out/sample_class"),
) -> None:
    """Grade the sample class and compare; exits with 1 if any score is not as it must be."""
    console = Console()
    table = read_table()
    scores: list[Compared] = []
    problems: list[str] = []
    for batch in grade_class(output, Console(stderr=True)):
        compared = compare(batch, table)
        console.print(line(batch, compared), soft_wrap=True, highlight=False)
        scores += compared
        problems += batch.problems
    wrong = [score for score in scores if not score.agrees]
    if wrong:
        console.print(_differences(wrong))
    for sentence in problems:
        console.print(sentence, soft_wrap=True, markup=False)
    console.print(
        f"{len(scores)} submissions, {len(scores) - len(wrong)} with the expected score, "
        f"{len(wrong)} without; {len(problems)} problems"
    )
    for name in ("gradebook", "autograded", "feedback"):
        console.print(f"{name}: {batch.files[name]}", soft_wrap=True)
    scores_file = write_scores(scores, batch.files["gradebook"].with_name("scores.csv"))
    console.print(f"all scores: {scores_file}", soft_wrap=True)
    console.print(f"isolation: {batch.isolation}", soft_wrap=True)
    if wrong or problems:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
