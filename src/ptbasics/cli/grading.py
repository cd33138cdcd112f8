"""Commands of those who grade."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ptbasics.cli.shared import (
    HERE,
    Json,
    Lessons,
    Root,
    app,
    fail,
    instructors_only,
    print_json,
    sentences,
)

if TYPE_CHECKING:  # students' installations have no such room
    from ptbasics.grading.result import BatchResult


@app.command()
def grade(
    lesson: Lessons = None,
    submitted: Annotated[
        Path | None, typer.Option(help="The folder with STUDENT/LESSON/LESSON.ipynb.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Where gradebook, feedback and reports go.")
    ] = None,
    student: Annotated[
        list[str] | None, typer.Option(help="Grade this student only; may be repeated.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Submissions at a time; two per core by default.")
    ] = None,
    cluster: Annotated[
        str, typer.Option(help="Run submissions on the cluster of this Dask scheduler.")
    ] = "",
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Grade again what was graded before.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Every lesson handed in, as where none is named.")
    ] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Also tell where the time went, stage by stage.")
    ] = False,
    require_isolation: Annotated[
        Literal["full", "partial", "none"] | None,
        typer.Option(
            help="Refuse to grade if submissions cannot be confined so well; by default as in "
            "course.toml."
        ),
    ] = None,
    as_json: Json = False,
    root: Root = HERE,
) -> None:
    """Grade what a class handed in: gradebook, notebooks, feedback, tables and class report.

    Without lessons, those in use are graded: all, unless `course.toml` names some. What was graded
    before and has not changed is not run again. Exits with 0 if every submission was graded, with 1
    and a sentence for each that was not, and for each lesson that cannot be.

    Example: `ptbasics grade 02_operations --student ada`
    """
    with instructors_only():
        from ptbasics.grading.course import CourseProblem
        from ptbasics.grading.handed_in import grade_handed_in
    from rich.console import Console

    if every and lesson:
        fail("give either lessons or --all")
    problems: list[str] = []
    batches: list[BatchResult] = []
    with sentences(CourseProblem):
        for outcome in grade_handed_in(
            root,
            lesson or (),
            submitted=submitted,
            output=output,
            students=student,
            workers=workers,
            cluster=cluster,
            regrade=regrade,
            require_isolation=require_isolation,
            console=Console(stderr=True),
        ):
            problems += outcome.problems
            if outcome.batch is not None:
                batches.append(outcome.batch)
                if not as_json:
                    _print_batch(outcome.batch)
                    if profile:
                        _print_profile(outcome.batch)
    if as_json:
        print_json([batch.as_json() for batch in batches])
    if problems:
        fail("\n".join(dict.fromkeys(problems)))


@app.command()
def report(
    lesson: Annotated[str, typer.Argument(help="A lesson, such as 02_operations.")],
    submitted: Annotated[
        Path | None, typer.Option(help="The folder with STUDENT/LESSON/LESSON.ipynb.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Where gradebook and reports are.")] = None,
    as_json: Json = False,
    root: Root = HERE,
) -> None:
    """Write a lesson's tables and class report again from what is stored; run nothing.

    Example: `ptbasics report 02_operations`
    """
    with instructors_only():
        from ptbasics.grading.batch import report_lesson
        from ptbasics.grading.course import CourseProblem
    from ptbasics.registry import UnknownName

    with sentences(CourseProblem, UnknownName):
        batch, waiting = report_lesson(root, lesson, submitted=submitted, output=output)
    if as_json:
        print_json(batch.as_json() | {"not graded yet": waiting})
        return
    _print_files(batch)
    if waiting:
        typer.echo(f"not graded yet: {', '.join(waiting)}")


def _print_batch(batch: BatchResult) -> None:
    from rich.console import Console

    Console().print(batch.table())
    _print_files(batch)
    typer.echo(f"isolation  {batch.isolation}")


def _print_profile(batch: BatchResult) -> None:
    from rich.console import Console

    from ptbasics.grading.reports.profile import profile

    Console().print(profile(batch))


def _print_files(batch: BatchResult) -> None:
    for kind, path in batch.files.items():
        typer.echo(f"{kind:<10} {path}")
