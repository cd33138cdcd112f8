"""Commands that bring scores to where an institution wants them."""

from __future__ import annotations

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


def _pair(pair: str) -> tuple[str, str]:
    lesson, separator, title = pair.partition("=")
    if not (lesson and separator and title):
        raise typer.BadParameter(f"{pair!r} is not of the form LESSON=TITLE", param_hint="--title")
    return lesson, title
