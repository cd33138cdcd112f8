"""Commands that bring scores to where an institution wants them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from ptbasics.cli.shared import HERE, Lessons, Root, app, fail, instructors_only, sentences

#: More files than these are told by their folder.
_MAX_LISTED = 4


@app.command()
def export(
    format_name: Annotated[
        Literal["canvas", "moodle", "csv", "junit", "gradescope", "classroom50", "mail"],
        typer.Argument(metavar="FORMAT", help="What for: docs/exports.md says what each holds."),
    ],
    lesson: Lessons = None,
    title: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LESSON=TITLE",
            help="What a lesson is called there, in Canvas with its id; may be repeated.",
        ),
    ] = None,
    sender: Annotated[str, typer.Option(help="The address that mails come from.")] = "",
    to: Annotated[
        Path | None, typer.Option(help="Where the files go; exports/FORMAT by default.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Where the gradebook is.")] = None,
    root: Root = HERE,
) -> None:
    """Write the scores of the whole class, as the gradebook has them, for another program.

    Scores by hand, extra credit, comments and penalties for being late are in them. Exits with 1 if
    a student had to be left out, and says who.

    Example: `ptbasics export canvas --title "02_operations=Operations (4711)"`
    """
    with instructors_only():
        from ptbasics.grading.course import Course, CourseProblem
        from ptbasics.grading.exports.formats import export_scores

    titles = dict(_pair(pair) for pair in title or ())
    with sentences(CourseProblem):
        exported = export_scores(
            Course.at(root, output=output),
            format_name,
            lesson or (),
            titles=titles,
            sender=sender,
            folder=to,
        )
    if len(exported.files) > _MAX_LISTED:
        typer.echo(f"{len(exported.files)} files, the first is {exported.files[0]}")
    else:
        for path in exported.files:
            typer.echo(path)
    if exported.problems:
        fail("\n".join(exported.problems))


@app.command()
def ci(
    checkout: Annotated[Path, typer.Argument(help="The folder with one student's files.")],
    lesson: Annotated[list[str], typer.Argument(help="Lessons to grade in it.")],
    platform: Annotated[
        Literal["github", "gitlab", "gradescope", "classroom50"],
        typer.Option("--for", help="Who reads what is written: docs/exports.md says what that is."),
    ],
    to: Annotated[Path, typer.Option(help="Where the files go.")] = Path("graded"),
    student: Annotated[str, typer.Option(help="What the student is called.")] = "student",
    require_isolation: Annotated[
        Literal["full", "partial", "none"],
        typer.Option(help="Refuse to grade if a submission cannot be confined so well."),
    ] = "partial",
    root: Root = HERE,
) -> None:
    """Grade one student's files by themselves, as continuous integration and Gradescope do.

    The variable PTBASICS_SEED holds the secret seed that the class is graded with. No submission
    can read it. Exits with 0 if the files were graded, whatever their points.

    Example: `ptbasics ci checkout 02_operations --for github --to graded`
    """
    with instructors_only():
        from ptbasics.grading.course import CourseProblem
        from ptbasics.grading.exports.checkout import SEED_VARIABLE, graded_checkout
        from ptbasics.grading.exports.platforms import ONE_LESSON, PLATFORMS
    from ptbasics.registry import UnknownName

    if platform in ONE_LESSON and len(lesson) > 1:
        raise typer.BadParameter(f"{platform} takes one lesson at a time", param_hint="LESSON")
    with sentences(CourseProblem, UnknownName):
        to.mkdir(parents=True, exist_ok=True)
        seed = os.environ.get(SEED_VARIABLE, "").strip()
        with graded_checkout(
            root, checkout, lesson, seed=seed, student=student, require_isolation=require_isolation
        ) as graded:
            for line in PLATFORMS[platform](graded, to):
                typer.echo(line)
    typer.echo(f"isolation  {graded.isolation}", err=True)


@app.command()
def gradescope(
    lesson: Annotated[str, typer.Argument(help="A lesson, such as 02_operations.")],
    wheelhouse: Annotated[
        Path, typer.Option(help="A folder with the wheels that ptbasics needs: docs/exports.md.")
    ],
    to: Annotated[Path, typer.Option(help="Where the zip file goes.")] = Path("out/gradescope"),
    output: Annotated[
        Path | None, typer.Option(help="Where the gradebook is, with the class's seed beside it.")
    ] = None,
    root: Root = HERE,
) -> None:
    """Make the autograder of a lesson for Gradescope: a zip file that builds without a network.

    It holds answers and seed; submissions run without a way to either.

    Example: `ptbasics gradescope 02_operations --wheelhouse wheelhouse`
    """
    with instructors_only():
        from ptbasics.authoring.gradescope_zip import make_gradescope_zip
        from ptbasics.authoring.lesson import Refused
        from ptbasics.grading.course import Course, CourseProblem
        from ptbasics.grading.seed import secret_seed
    from ptbasics.registry import UnknownName, exercises

    with sentences(CourseProblem, Refused, UnknownName):
        exercises(lesson)
        seed = secret_seed(Course.at(root, output=output).private)
        typer.echo(make_gradescope_zip(root, lesson, seed, wheelhouse, to))


def _pair(pair: str) -> tuple[str, str]:
    lesson, separator, title = pair.partition("=")
    if not (lesson and separator and title):
        raise typer.BadParameter(f"{pair!r} is not of the form LESSON=TITLE", param_hint="--title")
    return lesson, title
