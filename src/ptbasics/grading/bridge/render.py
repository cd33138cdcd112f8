"""Write a result into the notebook that was graded: outputs, verdicts, and a summary on top."""

from __future__ import annotations

from collections.abc import Collection
from html import escape

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output

from ptbasics.exercise import check_id, grade_id, is_written, written_title
from ptbasics.grading.intake.notebook import NOTES_ID, SUMMARY_ID
from ptbasics.grading.result import SubmissionResult, number
from ptbasics.judging.display import verdict_html, verdict_text
from ptbasics.judging.verdict import Verdict
from ptbasics.registry import exercises
from ptbasics.runner.job import CellOutcome, Output

#: The part of what is said about an output that a page makes use of.
_SIZES = ("width", "height")
#: The style sheet of a page with a summary.
HIDE_LIST = "#toc {display: none}"


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
        new_output("display_data", data=data),
        new_output("execute_result", data=points, execution_count=None),
    ]


def _outputs(outcome: CellOutcome) -> list[NotebookNode]:
    outputs = [NotebookNode(_measured(output)) for output in outcome.outputs]
    if outcome.status not in ("ok", "error") and outcome.reason:
        outputs.append(new_output("display_data", data={"text/plain": outcome.reason}))
    return outputs


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


def write_summary(
    notebook: NotebookNode, lesson: str, score: float, unread: Collection[str] = ()
) -> None:
    """Put a table of exercises on top of a notebook that holds final points and comments.

    Written answers stand below the exercises; `unread` has the ids of those that no person has
    graded yet.

    `HIDE_LIST` hides nbgrader's own list, in which every exercise is called "Test cell".
    """
    cells = {grade_id(cell): cell.metadata.nbgrader for cell in notebook.cells if grade_id(cell)}
    # the cell with the points, the cell with the comment, and what both are called
    listed = [
        (check_id(exercise.symbol), exercise.symbol, exercise.title)
        for exercise in exercises(lesson)
        if check_id(exercise.symbol) in cells
    ]
    listed += [
        (name, name, written_title(name))
        for name in (grade_id(cell) for cell in notebook.cells if is_written(cell))
    ]
    rows = []
    for name, answer, title in listed:
        points = number(cells[name].points)
        said = f"{number(cells[name].score)} of {points}"
        if name in unread:
            said = f"waits for a person to read it; up to {points}"
        if cells.get(answer, {}).get("comment"):
            said += f' · <a href="#comment-{answer}">comment</a>'
        rows.append(
            f'<tr><td style="padding:.1em 1.5em .1em 0">'
            f'<a href="#{name}">{escape(title)}</a></td><td>{said}</td></tr>'
        )
    best = sum(cells[name].points for name, _, _ in listed)
    text = (
        f"<h2>{number(score)} of {number(best)} points{' so far' * bool(unread)}</h2>\n"
        f"<table>{''.join(rows)}</table>\n\n"
        "Points of exercises count hidden cases, of the same kinds as those that are shown below "
        "each."
    )
    notebook.cells.insert(0, new_markdown_cell(text, id=SUMMARY_ID))


def _plain(sentence: str) -> str:
    """A sentence that may quote a student, safe inside Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]|" else sign for sign in escape(sentence, False))
