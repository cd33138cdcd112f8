"""Check a whole notebook on the public cases, from a terminal: `ptbasics check NOTEBOOK`.

The notebook is run from top to bottom in the confined runner, so that what only worked because
cells were run in another order shows here, before the notebook is handed in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from ptbasics.exercise import Exercise, check_id
from ptbasics.expected import public_expected
from ptbasics.judging.codec import encode
from ptbasics.judging.observing import draw_cases
from ptbasics.judging.rules import broken_rules
from ptbasics.judging.verdict import Verdict, judge, unobserved
from ptbasics.registry import exercises, lessons
from ptbasics.runner import Cell, Job, Observed, Probe, Runner


class NotCheckable(ValueError):
    """The file is no notebook of this course; the message names it and the way out."""


@dataclass(frozen=True)
class _Notebook:
    lesson: str
    sources: dict[str, str]  # by cell id, code cells in their order


def check_notebook(path: Path) -> tuple[str, list[Verdict]]:
    """The lesson of a notebook and the verdicts on its exercises, in the lesson's order.

    Raises:
        NotCheckable: the file cannot be read as a notebook of this course.
        ExpectedMissing: this installation has no expected results.
    """
    notebook = _read(path)
    asked = exercises(notebook.lesson)
    with Runner(workers=1) as runner:
        result = runner.run(Job(tuple(_cells(notebook, asked))))
    return notebook.lesson, [_verdict(one, notebook, result.observed[one.name]) for one in asked]


def _read(path: Path) -> _Notebook:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
        sources = {
            _name(cell, number): "".join(cell["source"]) for number, cell in enumerate(code, 1)
        }
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
    return _Notebook(about, sources)


def _name(cell: dict[str, dict[str, dict[str, str]]], number: int) -> str:
    """nbgrader's id where a cell has one, so that answers and checks are found again."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id") or f"code cell {number}"


def _cells(notebook: _Notebook, asked: tuple[Exercise, ...]) -> list[Cell]:
    """The code cells; each check is replaced by a probe, and one that is gone comes last."""
    probes = {
        check_id(one.symbol): Probe(
            one.name, tuple(encode(case.inputs) for case in draw_cases(one)), one.seconds
        )
        for one in asked
    }
    cells = [
        Cell(name, source, probes.pop(name, None)) for name, source in notebook.sources.items()
    ]
    return [*cells, *(Cell(name, "", probe) for name, probe in probes.items())]


def _verdict(exercise: Exercise, notebook: _Notebook, observed: Observed) -> Verdict:
    names = takewhile(lambda name: name != check_id(exercise.symbol), notebook.sources)
    if broken := broken_rules(exercise, [notebook.sources[name] for name in names]):
        return unobserved(exercise, "forbidden", " ".join(broken))
    if observed.problem or observed.observations is None:
        return unobserved(exercise, observed.problem or "broken", observed.reason)
    cases = draw_cases(exercise)
    return judge(exercise, cases, observed.observations, public_expected(exercise))
