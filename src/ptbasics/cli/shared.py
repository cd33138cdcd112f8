"""What the commands share: the application, their common options, and how they fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from ptbasics.frontend import sentence

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)

Root = Annotated[
    Path, typer.Option("--course-root", help="The folder with solutions/ and course/.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine to read.")]
Lessons = Annotated[
    list[str] | None, typer.Argument(help="Lessons, such as 02_operations; all when left out.")
]
HERE = Path()


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"ptbasics {version('ptbasics')}")
        raise typer.Exit


@app.callback()
def _common(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """A hands-on PyTorch course that grades itself."""


def fail(message: str) -> NoReturn:
    """End the command with a sentence on standard error and exit code 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def print_json(value: Any) -> None:
    """Print a value as JSON, for a machine to read."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


@contextmanager
def sentences(*expected: type[Exception]) -> Iterator[None]:
    """What a command cannot do anything about is said, and it ends."""
    reasons: tuple[type[Exception], ...] = (*expected, OSError)
    try:
        yield
    except reasons as error:
        fail(sentence(error))


@contextmanager
def instructors_only() -> Iterator[None]:
    """A student's installation lacks some rooms; say so instead of showing an ImportError."""
    try:
        yield
    except ModuleNotFoundError as error:
        fail(
            f"this installation cannot do that: {error.name} is missing. Students' installations "
            "have no answers; instructors install `ptbasics[notebook,grading]` from a clone."
        )
