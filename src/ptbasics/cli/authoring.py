"""Commands of those who write the course, and give it out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ptbasics.cli.shared import HERE, Lessons, Root, app, fail, instructors_only, sentences


@app.command()
def build(
    lesson: Lessons = None,
    only_check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if a made file is out of date.")
    ] = False,
    root: Root = HERE,
) -> None:
    """Make the notebooks of lessons from their sources, after checking everything in them.

    Example: `ptbasics build 02_operations`
    """
    with instructors_only():
        from ptbasics.authoring.build import build as build_lessons
        from ptbasics.authoring.lesson import Refused
        from ptbasics.authoring.made import check_generated

    with sentences(Refused):
        if only_check:
            if drifted := check_generated(root, lesson or ()):
                fail("\n".join(drifted))
            typer.echo("every made file is up to date")
            return
        written = build_lessons(root, lesson or ())
    for path in written:
        typer.echo(f"wrote {path}")
    typer.echo(f"{len(written)} files written, the others were up to date")


@app.command()
def release(
    output: Annotated[Path, typer.Option(help="Where the bundle goes.")] = Path("out/release"),
    hand_in: Annotated[
        str, typer.Option(help="A sentence for its README on where and how to hand in.")
    ] = "",
    with_references: Annotated[
        bool,
        typer.Option(
            "--with-references",
            help="Give out the reference solutions, for compare(): for after the deadline.",
        ),
    ] = False,
    root: Root = HERE,
) -> None:
    """Make the students' bundle: notebooks, a wheel without answers, and how to start.

    With the reference solutions in it, `compare(...)` shows them beside an answer that passes. Who
    has that bundle can read all of them at once: it is refused before the date in `course.toml`.

    Example: `ptbasics release --output out/release`
    """
    with instructors_only():
        from ptbasics.authoring.bundle import make_bundle
        from ptbasics.authoring.lesson import Refused
        from ptbasics.grading.course_file import InvalidCourseFile, read_course_file

    with sentences(Refused, InvalidCourseFile):
        early = read_course_file(root).references_are_early(datetime.now(UTC))
        if with_references and early:
            fail(early)
        bundle = make_bundle(root, output, hand_in=hand_in, with_references=with_references)
    typer.echo(f"folder {bundle.folder}\nzip    {bundle.archive}")
    if with_references:
        typer.echo("It has the reference solutions: give it out after the deadline.")


@app.command()
def pages(
    lesson: Lessons = None,
    output: Annotated[Path, typer.Option(help="Where the pages go.")] = Path("out/pages"),
    root: Root = HERE,
) -> None:
    """Make the course to read: every lesson run once, as pages that need no network.

    Example: `ptbasics pages --output out/pages`
    """
    with instructors_only():
        from ptbasics.authoring.lesson import Refused
        from ptbasics.authoring.pages import make_pages

    with sentences(Refused):
        typer.echo(make_pages(root, output, lesson or ()))
