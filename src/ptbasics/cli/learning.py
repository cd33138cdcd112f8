"""Commands of those who learn: what is installed, checking, and the course on their disk."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ptbasics.cli.shared import HERE, Json, Lessons, app, fail, print_json, sentences
from ptbasics.frontend import sentence


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say what is installed, whether CUDA is there, and how well submissions are confined.

    Example: `ptbasics doctor`
    """
    from ptbasics.doctor import examine

    health = examine()
    if as_json:
        print_json(health.as_json())
        return
    for line in health.lines():
        typer.echo(line)


@app.command()
def exercises(lesson: Lessons = None, as_json: Json = False) -> None:
    """List the exercises of the course.

    Example: `ptbasics exercises 02_operations`
    """
    from ptbasics.expected import ExpectedMissing, public_hints
    from ptbasics.judging.display import exercise_line
    from ptbasics.registry import UnknownName, lessons
    from ptbasics.registry import exercises as of_lesson

    with sentences(UnknownName, ExpectedMissing):
        listed = [exercise for name in lesson or lessons() for exercise in of_lesson(name)]
        if as_json:
            print_json([exercise.as_json(public_hints(exercise)) for exercise in listed])
    if as_json:
        return
    for exercise in listed:
        typer.echo(exercise_line(exercise))


@app.command()
def check(notebook: Annotated[Path, typer.Argument()], as_json: Json = False) -> None:
    """Run a notebook from top to bottom and check its exercises on the public cases.

    Exits with 1 as long as an exercise does not pass.

    Example: `ptbasics check course/02_operations/02_operations.ipynb`
    """
    from ptbasics.expected import ExpectedMissing
    from ptbasics.registry import UnknownName
    from ptbasics.selfcheck import NotCheckable, check_notebook

    with sentences(NotCheckable, ExpectedMissing, UnknownName):
        checked = check_notebook(notebook)
    if as_json:
        print_json(checked.as_json())
    else:
        for line in checked.lines():
            typer.echo(line)
    if not checked.passed:
        raise typer.Exit(1)


@app.command()
def verify(notebook: Annotated[Path, typer.Argument()], as_json: Json = False) -> None:
    """Run a notebook as the grader will, on the public cases, and name its stale cells.

    Exits with 1 as long as an exercise does not pass or a cell is stale.

    Example: `ptbasics verify course/02_operations/02_operations.ipynb`
    """
    from ptbasics.expected import ExpectedMissing
    from ptbasics.plain_run import NotRun
    from ptbasics.selfcheck import NotCheckable
    from ptbasics.verifying import verify as verify_notebook

    with sentences(NotCheckable, NotRun, ExpectedMissing):
        verified = verify_notebook(notebook)
    if as_json:
        print_json(verified.as_json())
    else:
        for line in verified.lines():
            typer.echo(line)
    if not verified.is_ready:
        raise typer.Exit(1)


@app.command()
def watch(notebook: Annotated[Path, typer.Argument()]) -> None:
    """Verify a notebook now and whenever it is saved, until Ctrl+C.

    Example: `ptbasics watch course/02_operations/02_operations.ipynb`
    """
    from ptbasics.expected import ExpectedMissing
    from ptbasics.plain_run import NotRun
    from ptbasics.selfcheck import NotCheckable
    from ptbasics.verifying import changes
    from ptbasics.verifying import verify as verify_notebook

    if not notebook.is_file():
        fail(f"{notebook}: no such file")
    with suppress(KeyboardInterrupt):
        for _ in changes(notebook):
            typer.echo(f"── {notebook.name}, {datetime.now():%H:%M:%S}: running …")
            try:
                typer.echo("\n".join(verify_notebook(notebook).lines()))
            except (NotCheckable, NotRun, ExpectedMissing, OSError) as error:
                typer.echo(sentence(error), err=True)


@app.command()
def lab(folder: Annotated[Path, typer.Argument()] = Path("course")) -> None:
    """Open JupyterLab on your course: what passes, what is left, and what is next.

    Example: `ptbasics lab course`
    """
    from ptbasics.landing import NoCourse, open_lab

    with sentences(NoCourse):
        code = open_lab(folder)
    if code:
        raise typer.Exit(1)


@app.command()
def update(
    bundle: Annotated[Path, typer.Argument(help="The zip file of the newer course.")],
    folder: Annotated[Path, typer.Argument(help="Yours, the one with `course` in it.")] = HERE,
) -> None:
    """Bring your folder to a newer version of the course, and keep all of your work.

    What is replaced is copied first. Close the notebooks before.

    Example: `ptbasics update ~/Downloads/ptbasics-course.zip`
    """
    from ptbasics.updating.folder import NotUpdated
    from ptbasics.updating.folder import update as update_folder

    with sentences(NotUpdated):
        updated = update_folder(bundle, folder)
    for line in updated.lines():
        typer.echo(line)
