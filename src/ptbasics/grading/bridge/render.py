"""Write a result into the notebook that was graded: outputs, verdicts, and notes on top."""

from __future__ import annotations

from html import escape

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from ptbasics.exercise import check_id
from ptbasics.grading.intake.notebook import NOTES_ID
from ptbasics.grading.result import SubmissionResult, number
from ptbasics.judging.display import verdict_html, verdict_text
from ptbasics.judging.verdict import Verdict
from ptbasics.runner.job import CellOutcome, Output

#: The part of what is said about an output that a page makes use of.
_SIZES = ("width", "height")


def write_into(notebook: NotebookNode, result: SubmissionResult) -> None:
    """Fill in what grading gave; what there is to say about the whole goes on top.

    A check cell shows the verdict, then the points as the cell's result, which is where nbgrader
    reads a score.
    """
    outcomes = {outcome.id: outcome for outcome in result.cells}
    verdicts = {check_id(verdict.symbol): verdict for verdict in result.verdicts}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        if (verdict := verdicts.get(cell.id)) is not None:
            cell.outputs = _verdict_outputs(verdict)
        elif (outcome := outcomes.get(cell.id)) is not None:
            cell.outputs = _outputs(outcome)
            cell.execution_count = outcome.execution_count
    if result.reason or result.notes:
        reason = [f"**{_plain(result.reason)}**", ""] if result.reason else []
        notes = [f"- {_plain(note)}" for note in result.notes]
        text = "\n".join([*reason, *notes]).strip()
        notebook.cells.insert(0, new_markdown_cell(text, id=NOTES_ID))


def _verdict_outputs(verdict: Verdict) -> list[NotebookNode]:
    data = {"text/html": verdict_html(verdict), "text/plain": verdict_text(verdict)}
    points = {
        "text/plain": repr(float(verdict.points)),
        "text/html": f"<div>{number(verdict.points)} of {verdict.max_points} points</div>",
    }
    return [
        _displayed(data),
        NotebookNode(output_type="execute_result", metadata={}, data=points, execution_count=None),
    ]


def _outputs(outcome: CellOutcome) -> list[NotebookNode]:
    outputs = [NotebookNode(_measured(output)) for output in outcome.outputs]
    if outcome.status not in ("ok", "error") and outcome.reason:
        outputs.append(_displayed({"text/plain": outcome.reason}))
    return outputs


def _displayed(data: dict[str, str]) -> NotebookNode:
    """An output; nbformat's own function checks each, and the notebook is checked as a whole."""
    return NotebookNode(output_type="display_data", metadata={}, data=data)


def _measured(output: Output) -> Output:
    """The output, with no more said about it than the size of a picture.

    nbconvert puts a width into a page without quotes, and stumbles over what it does not expect.
    """
    if "metadata" not in output:
        return output
    sizes = {
        mime: {name: said[name] for name in _SIZES if type(said.get(name)) in (int, float)}
        for mime, said in output["metadata"].items()
        if isinstance(said, dict)
    }
    return {**output, "metadata": sizes}


def _plain(sentence: str) -> str:
    """A sentence that may quote a student, safe inside Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]|" else sign for sign in escape(sentence, False))
