"""The page that `ptbasics lab` opens: the lessons, what passes, what is left, and what is next.

It is made from the progress files beside the notebooks. A result counts as long as the notebook's
cell still says what was checked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ptbasics.exercise import Exercise
from ptbasics.outlines import outline
from ptbasics.predictions import fingerprint, tally
from ptbasics.progress import FILE, Progress, Result, read
from ptbasics.registry import exercises, lessons
from ptbasics.selfcheck import NotCheckable, read_notebook
from ptbasics.standing import Standing, standing

#: A notebook, because JupyterLab opens Markdown files to be edited, not to be read.
PAGE = "START.ipynb"
_OPEN = f"--LabApp.default_url=/lab/tree/{PAGE}"

_TEXT = """# Your course

{next}

{table}

Points are those of the public cases, as you last checked them. An answer that you changed since
counts again when you check it.

## Hand in

1. In the notebook, choose *Kernel → Restart Kernel and Run All Cells*, and save.
2. In a terminal, `ptbasics verify {path}` names what does not pass and which cells are out of date.
3. Hand in the notebook under the name that it has. The course's README says where.

This page was made when you ran `ptbasics lab`, which makes it anew each time.
"""


class NoCourse(ValueError):
    """The folder holds no lesson."""


def open_lab(folder: Path) -> int:
    """Make the page, open JupyterLab on it, and wait until it is closed.

    Raises:
        NoCourse: there is no notebook of the course in the folder.
    """
    write_page(folder)
    return subprocess.run([sys.executable, "-m", "jupyterlab", str(folder), _OPEN]).returncode


def write_page(folder: Path) -> None:
    """Write the page into the folder of the course.

    Raises:
        NoCourse: there is no notebook of the course in the folder.
    """
    (folder / PAGE).write_text(_notebook_of(page(folder)), encoding="utf-8")


def page(folder: Path) -> str:
    """The page, in Markdown.

    Raises:
        NoCourse: there is no notebook of the course in the folder.
    """
    here = [name for name in lessons() if _notebook(folder, name).is_file()]
    if not here:
        raise NoCourse(
            f"{folder} has no lesson such as {_notebook(Path(), lessons()[0])}: give the folder "
            "`course` of your bundle"
        )
    kept = {name: read(_notebook(folder, name).with_name(FILE.name)) for name in here}
    stands = [_standing(folder, name, kept[name]) for name in here]
    unfinished = next((stand for stand in stands if stand.open), stands[-1])
    rows = [_row(stand, kept[stand.lesson]) for stand in stands]
    head = "| lesson | exercises | points | minutes left | predictions |"
    return _TEXT.format(
        next="\n".join(_next(stands, unfinished)),
        table="\n".join([head, "|---|---|---|---|---|", *rows]),
        path=_notebook(folder, unfinished.lesson).as_posix(),
    )


def _notebook_of(markdown: str) -> str:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    cell = {"cell_type": "markdown", "id": "start", "metadata": {}, "source": markdown}
    metadata = {"kernelspec": kernel}
    return json.dumps({"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def _notebook(folder: Path, lesson: str) -> Path:
    return folder / lesson / f"{lesson}.ipynb"


def _standing(folder: Path, lesson: str, kept: Progress) -> Standing:
    try:
        sources = read_notebook(_notebook(folder, lesson)).sources
    except NotCheckable:
        sources = {}
    return standing(lesson, kept.results, partial(_says_the_same, sources=sources))


def _says_the_same(exercise: Exercise, result: Result, sources: dict[str, str]) -> bool:
    """Whether the notebook's file has the answer that was checked, as IPython reads it."""
    from IPython.core.inputtransformer2 import TransformerManager

    source = TransformerManager().transform_cell(sources.get(exercise.symbol, ""))
    return fingerprint(source) == result.source


def _next(stands: list[Standing], unfinished: Standing) -> Iterator[str]:
    done = sum(sum(stand.points.values()) for stand in stands)
    total = sum(exercise.points for stand in stands for exercise in exercises(stand.lesson))
    left = sum(stand.minutes_left for stand in stands)
    if unfinished.open:
        first = unfinished.open[0]
        yield (
            f"**Next:** {_link(unfinished.lesson)}, exercise `{first.symbol}` ({first.title}), "
            f"about {first.minutes} minutes."
        )
    else:
        yield "**Every exercise passes.** Verify the notebooks, and hand them in."
    yield ""
    yield f"So far {done:g} of {total} points; about {left} minutes of exercises are left."


def _row(stand: Standing, kept: Progress) -> str:
    asked = exercises(stand.lesson)
    total = sum(exercise.points for exercise in asked)
    cells = (
        _link(stand.lesson),
        f"{'■' * len(stand.passing)}{'□' * len(stand.open)} {len(stand.passing)} of {len(asked)}",
        f"{sum(stand.points.values()):g} of {total}",
        str(stand.minutes_left),
        tally(stand.lesson, kept.predictions),
    )
    return f"| {' | '.join(cells)} |"


def _link(lesson: str) -> str:
    known = outline(lesson)
    title = f"{lesson}: {known.title}" if known else lesson
    return f"[{title}]({_notebook(Path(), lesson).as_posix()})"
