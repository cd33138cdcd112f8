"""Check a whole notebook on the public cases, from a terminal: `ptbasics check NOTEBOOK`.

The notebook is run from top to bottom in the confined runner, so that what only worked because
cells were run in another order shows here, before the notebook is handed in.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ptbasics.exercise import Data, Exercise, check_id
from ptbasics.expected import public_expected
from ptbasics.judging.codec import encode
from ptbasics.judging.display import verdict_text
from ptbasics.judging.leftovers import told_of_leftovers
from ptbasics.judging.observing import draw_cases
from ptbasics.judging.rules import broken_rules, unreadable_answer
from ptbasics.judging.shapes import ShapeQuestion, shape_question
from ptbasics.judging.verdict import Verdict, judge, unobserved
from ptbasics.registry import exercises, lessons
from ptbasics.standing import Standing

if TYPE_CHECKING:  # what runs notebooks can be imported on Linux only
    from ptbasics.runner import Cell, Observed


class NotCheckable(ValueError):
    """The notebook cannot be checked here; the message says why, and the way out."""


@dataclass(frozen=True)
class CheckedNotebook:
    """The verdicts on a lesson's exercises, in the order of the lesson."""

    lesson: str
    verdicts: tuple[Verdict, ...]

    @property
    def passed(self) -> bool:
        """Whether every exercise passes."""
        return all(verdict.passed for verdict in self.verdicts)

    def as_json(self) -> list[dict[str, Any]]:
        """The verdicts as plain data."""
        return [asdict(verdict) for verdict in self.verdicts]

    def lines(self) -> Iterator[str]:
        """The verdicts as text, and how many exercises pass."""
        yield from map(verdict_text, self.verdicts)
        points = {verdict.symbol: verdict.points for verdict in self.verdicts}
        yield Standing(self.lesson, points).line()


@dataclass(frozen=True)
class Notebook:
    """What a notebook's file says.

    Attributes:
        lesson: its name.
        cells: the code cells as the file has them, by id, in their order.
    """

    lesson: str
    cells: dict[str, dict[str, Any]]

    @property
    def sources(self) -> dict[str, str]:
        """The source of each code cell."""
        return {name: "".join(cell["source"]) for name, cell in self.cells.items()}


def check_notebook(path: Path) -> CheckedNotebook:
    """Run a notebook, confined, and judge its exercises on the public cases.

    Raises:
        NotCheckable: this system cannot confine it, or the file cannot be read as a notebook of
            this course.
        ExpectedMissing: this installation has no expected results.
        UnknownName: it cannot make them, because a package that the answers need is missing.
    """
    if sys.platform != "linux":
        raise NotCheckable(
            "`ptbasics check` confines what it runs, which takes Linux. Here, open the notebook in "
            "JupyterLab and choose Kernel → Restart Kernel and Run All Cells: every check(...) "
            "then says the same."
        )
    return check_confined(read_notebook(path))


def check_confined(notebook: Notebook) -> CheckedNotebook:
    """The same for a notebook that has been read. It needs Linux."""
    from ptbasics.runner import Job, Runner

    asked = exercises(notebook.lesson)
    with Runner(workers=1) as runner:
        observed = runner.run(Job(tuple(_cells(notebook, asked)))).observed
    verdicts = (_verdict(exercise, notebook, observed[exercise.name]) for exercise in asked)
    return CheckedNotebook(notebook.lesson, tuple(verdicts))


def read_notebook(path: Path) -> Notebook:
    """Read a lesson's notebook.

    Raises:
        NotCheckable: it is no notebook of this course.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
        cells = {_name(cell, number): cell for number, cell in enumerate(code, 1)}
        _ = Notebook("", cells).sources  # every cell has one
        about = content["metadata"].get("ptbasics", {}).get("lesson", path.stem)
    except OSError as error:
        raise NotCheckable(f"{path}: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotCheckable(
            f"{path} cannot be read as a notebook: save it again from JupyterLab as .ipynb"
        ) from None
    if about not in lessons():
        raise NotCheckable(
            f"{path} belongs to no lesson; its name should be one of "
            + ", ".join(f"{lesson}.ipynb" for lesson in lessons())
        )
    return Notebook(about, cells)


def _name(cell: dict[str, dict[str, dict[str, str]]], number: int) -> str:
    """nbgrader's id where a cell has one, so that answers and checks are found again."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id") or f"code cell {number}"


def _cells(notebook: Notebook, asked: tuple[Exercise, ...]) -> list[Cell]:
    """The code cells; each check is replaced by a probe, and one that is gone comes last."""
    from ptbasics.runner import Cell, Probe

    probes = {
        check_id(exercise.symbol): Probe(
            exercise.name,
            tuple(encode(case.inputs) for case in draw_cases(exercise)),
            exercise.seconds,
            shapes_of=partial(_shape_question, exercise),
        )
        for exercise in asked
    }
    cells = [
        Cell(name, source, probes.pop(name, None)) for name, source in notebook.sources.items()
    ]
    return [*cells, *(Cell(name, "", probe) for name, probe in probes.items())]


def _shape_question(exercise: Exercise, observations: Sequence[Data]) -> ShapeQuestion | None:
    return shape_question(exercise, observations, public_expected(exercise).right)


def _verdict(exercise: Exercise, notebook: Notebook, observed: Observed) -> Verdict:
    names = takewhile(lambda name: name != check_id(exercise.symbol), notebook.sources)
    sources = [notebook.sources[name] for name in names]
    if broken := broken_rules(exercise, sources):
        return unobserved(exercise, "forbidden", " ".join(broken))
    if observed.problem or observed.observations is None:
        return unobserved(exercise, observed.problem or "broken", observed.reason)
    if unreadable := unreadable_answer(exercise, sources):
        return unobserved(exercise, "broken", unreadable)
    cases = draw_cases(exercise)
    verdict = judge(exercise, cases, observed.observations, public_expected(exercise))
    if question := observed.shapes and _shape_question(exercise, observed.observations):
        verdict = verdict.with_shapes(question.number, observed.shapes)
    return told_of_leftovers(verdict, sources)
