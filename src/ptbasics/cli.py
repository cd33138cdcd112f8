"""The `ptbasics` command. Each command calls one function elsewhere and says how it went.

Exit codes: 0 when all is well, 1 when something was found or could not be done (a sentence says
what), 2 when the command was not understood.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

from ptbasics.frontend import sentence

if TYPE_CHECKING:  # students' installations have no such room
    from ptbasics.grading.result import BatchResult

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="A hands-on PyTorch course that grades itself.",
)

Root = Annotated[
    Path, typer.Option("--course-root", help="The folder with solutions/ and course/.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine to read.")]
Lessons = Annotated[
    list[str] | None, typer.Argument(help="Lessons, such as 02_operations; all when left out.")
]
HERE = Path()


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say what is installed, whether CUDA is there, and how well submissions are confined.

    Example: `ptbasics doctor`
    """
    from ptbasics.doctor import examine

    health = examine()
    if as_json:
        _print_json(health.as_json())
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

    with _sentences(UnknownName, ExpectedMissing):
        listed = [exercise for name in lesson or lessons() for exercise in of_lesson(name)]
        if as_json:
            _print_json([exercise.as_json(public_hints(exercise)) for exercise in listed])
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

    with _sentences(NotCheckable, ExpectedMissing, UnknownName):
        checked = check_notebook(notebook)
    if as_json:
        _print_json(checked.as_json())
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

    with _sentences(NotCheckable, NotRun, ExpectedMissing):
        verified = verify_notebook(notebook)
    if as_json:
        _print_json(verified.as_json())
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
        _fail(f"{notebook}: no such file")
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

    with _sentences(NoCourse):
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

    with _sentences(NotUpdated):
        updated = update_folder(bundle, folder)
    for line in updated.lines():
        typer.echo(line)


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
    with _instructors_only():
        from ptbasics.authoring.build import build as build_lessons
        from ptbasics.authoring.lesson import Refused
        from ptbasics.authoring.made import check_generated

    with _sentences(Refused):
        if only_check:
            if drifted := check_generated(root, lesson or ()):
                _fail("\n".join(drifted))
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
    has that bundle can read all of them at once.

    Example: `ptbasics release --output out/release`
    """
    with _instructors_only():
        from ptbasics.authoring.bundle import make_bundle
        from ptbasics.authoring.lesson import Refused

    with _sentences(Refused):
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
    with _instructors_only():
        from ptbasics.authoring.lesson import Refused
        from ptbasics.authoring.pages import make_pages

    with _sentences(Refused):
        typer.echo(make_pages(root, output, lesson or ()))


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
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Grade again what was graded before.")
    ] = False,
    require_isolation: Annotated[
        Literal["full", "partial", "none"],
        typer.Option(help="Refuse to grade if submissions cannot be confined so well."),
    ] = "none",
    as_json: Json = False,
    root: Root = HERE,
) -> None:
    """Grade what a class handed in: gradebook, notebooks, feedback, tables and class report.

    What was graded before and has not changed is not run again. Exits with 0 if every submission
    was graded, with 1 and a sentence for each that was not, and for each lesson that cannot be.

    Example: `ptbasics grade 02_operations --student ada`
    """
    with _instructors_only():
        from ptbasics.grading.course import CourseProblem
        from ptbasics.grading.handed_in import grade_handed_in
    from rich.console import Console

    problems: list[str] = []
    batches: list[BatchResult] = []
    with _sentences(CourseProblem):
        for outcome in grade_handed_in(
            root,
            lesson or (),
            submitted=submitted,
            output=output,
            students=student,
            workers=workers,
            regrade=regrade,
            require_isolation=require_isolation,
            console=Console(stderr=True),
        ):
            problems += outcome.problems
            if outcome.batch is not None:
                batches.append(outcome.batch)
                if not as_json:
                    _print_batch(outcome.batch)
    if as_json:
        _print_json([batch.as_json() for batch in batches])
    if problems:
        _fail("\n".join(dict.fromkeys(problems)))


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
    with _instructors_only():
        from ptbasics.grading.batch import report_lesson
        from ptbasics.grading.course import CourseProblem
    from ptbasics.registry import UnknownName

    with _sentences(CourseProblem, UnknownName):
        batch, waiting = report_lesson(root, lesson, submitted=submitted, output=output)
    if as_json:
        _print_json(batch.as_json() | {"not graded yet": waiting})
        return
    _print_files(batch)
    if waiting:
        typer.echo(f"not graded yet: {', '.join(waiting)}")


def _print_batch(batch: BatchResult) -> None:
    from rich.console import Console

    Console().print(batch.table())
    _print_files(batch)
    typer.echo(f"isolation  {batch.isolation}")


def _print_files(batch: BatchResult) -> None:
    for kind, path in batch.files.items():
        typer.echo(f"{kind:<10} {path}")


@contextmanager
def _sentences(*expected: type[Exception]) -> Iterator[None]:
    """What a command cannot do anything about is said, and it ends."""
    reasons: tuple[type[Exception], ...] = (*expected, OSError)
    try:
        yield
    except reasons as error:
        _fail(sentence(error))


@contextmanager
def _instructors_only() -> Iterator[None]:
    """A student's installation lacks some rooms; say so instead of showing an ImportError."""
    try:
        yield
    except ModuleNotFoundError as error:
        _fail(
            f"this installation cannot do that: {error.name} is missing. Students' installations "
            "have no answers; instructors install `ptbasics[notebook,grading]` from a clone."
        )
