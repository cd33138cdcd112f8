"""nbgrader's steps over a notebook, for many notebooks and a gradebook that is open already.

Most of nbgrader's own open the gradebook anew, look up one row after another, and commit after each
change. What they do with a cell is left to nbgrader's code; here they are given the rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, cast

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

from ptbasics.grading.bridge.preprocessor import Resources
from ptbasics.grading.bridge.rows import SubmissionRows

Step = Callable[[NotebookNode, Resources], tuple[NotebookNode, Resources]]
#: The key of a submission's rows in the resources that steps pass on.
ROWS = "ptbasics_rows"


class _WithRows(Preprocessor):
    """For nbgrader's steps that look at one cell after another.

    Standing before one of them in the order of classes, it replaces how the step begins.
    """

    gradebook: SubmissionRows

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Give the step the rows, and let it go through the cells."""
        names = resources["nbgrader"]
        self.student_id, self.assignment_id = names["student"], names["assignment"]
        self.notebook_id, self.gradebook = names["notebook"], resources[ROWS]
        done: Any = Preprocessor.preprocess(self, nb, resources)
        return cast(tuple[NotebookNode, Resources], done)


class _OverwriteCells(_WithRows, OverwriteCells):  # type: ignore[misc]
    """Without what adds missing cells: intake has put them back."""


class _SaveAutoGrades(_WithRows, SaveAutoGrades):  # type: ignore[misc]
    """Points and automatic comments."""


class _OverwriteKernelspec(OverwriteKernelspec):  # type: ignore[misc]
    """The kernel that the notebook was released with."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Write it into the notebook."""
        if kernel := json.loads(resources[ROWS].cells.kernelspec or "null"):
            nb.metadata["kernelspec"] = kernel
        return nb, resources


class _AssignLatePenalties(AssignLatePenalties):  # type: ignore[misc]
    """What being late costs, by the plugin that the course has chosen."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Ask the plugin about a late submission; one in time costs nothing."""
        self.init_plugin()
        rows: SubmissionRows = resources[ROWS]
        rows.notebook.late_submission_penalty = None
        if (late := rows.submission.total_seconds_late) > 0:
            rows.flush()  # the score is the database's sum
            student = resources["nbgrader"]["student"]
            penalty = self.plugin_inst.late_submission_penalty(student, rows.notebook.score, late)
            if penalty is not None:
                penalty = self._check_late_penalty(rows.notebook, penalty)
                rows.notebook.late_submission_penalty = penalty
        rows.commit()
        return nb, resources


class _CheckCellMetadata(CheckCellMetadata):  # type: ignore[misc]
    """The labels of cells, which are the same for all students, and checked for the first."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._valid: set[str] = set()

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Check labels that no notebook had before."""
        labels = [
            (cell.cell_type, cell.metadata.nbgrader)
            for cell in nb.cells
            if "nbgrader" in cell.metadata
        ]
        if (key := json.dumps(labels, sort_keys=True)) not in self._valid:
            super().preprocess(nb, resources)
            self._valid.add(key)
        return nb, resources


_IN_PLACE_OF: dict[type, type[Preprocessor]] = {
    OverwriteCells: _OverwriteCells,
    OverwriteKernelspec: _OverwriteKernelspec,
    SaveAutoGrades: _SaveAutoGrades,
    AssignLatePenalties: _AssignLatePenalties,
    CheckCellMetadata: _CheckCellMetadata,
}


def on_rows(steps: Sequence[Step]) -> list[Step]:
    """Steps as they are configured, with ours in place of nbgrader's that are slow."""
    return [
        _IN_PLACE_OF[type(step)](parent=step.parent)  # type: ignore[attr-defined]
        if type(step) in _IN_PLACE_OF
        else step
        for step in steps
    ]


def look_into_the_gradebook(steps: Sequence[Step]) -> bool:
    """Whether any may, being a course's own or calling a plugin of a course's own."""
    plugins = [step.plugin_class for step in steps if isinstance(step, AssignLatePenalties)]
    known = {plugin is LateSubmissionPlugin for plugin in plugins}
    packages = {step.__module__.partition(".")[0] for step in steps}
    return False in known or not packages <= {"nbconvert", "nbgrader", "ptbasics"}
