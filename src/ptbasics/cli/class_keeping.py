"""Commands for what surrounds grading: the class list, the totals, the course on its way."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ptbasics.cli.shared import HERE, Root, app, instructors_only, sentences

roster = typer.Typer(no_args_is_help=True, help="The class list.", rich_markup_mode="markdown")
app.add_typer(roster, name="roster")
Output = Annotated[Path | None, typer.Option(help="Where the gradebook is.")]


@roster.command("import")
def roster_import(
    file: Annotated[Path, typer.Argument(help="A list in CSV.")],
    id_column: Annotated[
        str, typer.Option("--id", help="The column that names the students' folders.")
    ] = "",
    withdrawn: Annotated[
        Path | None, typer.Option(help="A file with the ids of those who left, one per line.")
    ] = None,
    output: Output = None,
    root: Root = HERE,
) -> None:
    """Put names, mail and LMS ids into the gradebook, from Canvas, Moodle or a plain list.

    Formgrader, tables and reports show names from then on. Doing so again changes nothing but what
    changed in the list. Who has withdrawn stays in the gradebook, and is left out of statistics.

    Example: `ptbasics roster import participants.csv`
    """
    with instructors_only():
        from ptbasics.grading.class_list import read_class_list, read_ids
        from ptbasics.grading.course import Course, CourseProblem
        from ptbasics.grading.roster import import_people

    with sentences(CourseProblem):
        course = Course.at(root, output=output)
        people = read_class_list(file, id_column)
        import_people(course, people, read_ids(withdrawn) if withdrawn else ())
    typer.echo(f"{len(people)} students are in {course.gradebook_name}")
