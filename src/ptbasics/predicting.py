"""`predict("operations.errors")`: commit to an answer, run the next cell, and hear the reason.

In a notebook the choices are buttons. In a terminal they are numbered. Where nobody is there to
answer (a grader, nbconvert), the question is shown and nothing waits.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from ptbasics import progress
from ptbasics.frontend import in_notebook
from ptbasics.judging.display import GREEN, RED, badge_html, block_html, inline_html
from ptbasics.predictions import Prediction, PredictionMissing, find_prediction, fingerprint

_GO_ON = "Noted. Now run the next cell: the reason will stand under its result."

# answered predictions whose cell has not run since, by the fingerprint of that cell
_waiting: dict[str, Outcome] = {}
# the cells that ran in this session, by fingerprint
_ran: set[str] = set()


@dataclass(frozen=True)
class Outcome:
    """An answer beside the right one, with the reason."""

    prediction: Prediction
    answer: str

    @property
    def _headline(self) -> str:
        hit = self.prediction.is_hit(self.answer)
        return f"You predicted {self.answer}{', and so it is' if hit else ''}."

    def __repr__(self) -> str:
        mark = "✓" if self.prediction.is_hit(self.answer) else "✗"
        return f"{mark} {self._headline} {self.prediction.reason(self.answer)}".replace("`", "")

    def _repr_html_(self) -> str:
        hit = self.prediction.is_hit(self.answer)
        mark, word, colour = ("✓", "right", GREEN) if hit else ("✗", "not quite", RED)
        said = f"<b>{inline_html(self._headline)}</b>"
        reason = inline_html(self.prediction.reason(self.answer))
        badge = badge_html(word, colour, mark)
        return block_html(f"{badge} {said} {reason}", colour, "Your prediction")


def predict(name: str) -> None:
    """Ask the reader of a lesson for a prediction. It is never graded.

    Args:
        name: topic and id of the question, as it stands in the lesson.
    """
    try:
        prediction = find_prediction(name)
    except PredictionMissing as error:
        print(error)
        return
    _listen()
    if in_notebook():
        _show(prediction)
    else:
        _ask(prediction)


def answered(prediction: Prediction, answer: str) -> Outcome | None:
    """Keep an answer.

    Returns:
        What there is to say at once; None where the cell that shows it is still to be run.
    """
    progress.record_prediction(prediction.name, answer)
    outcome = Outcome(prediction, answer)
    if _shell() is None or prediction.runs in _ran:
        return outcome
    _waiting[prediction.runs] = outcome
    return None


def _shell() -> Any:
    """The IPython shell that runs this, if one does."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return get_ipython()


def _listen() -> None:
    """Hear of every cell that has run, once in a session."""
    shell = _shell()
    if shell is not None and _after_cell not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _after_cell)


def _after_cell(result: Any) -> None:
    """Say the reason under the result of the cell that was predicted."""
    source = getattr(result.info, "raw_cell", None)
    if not source:
        return
    ran = fingerprint(source)
    _ran.add(ran)
    if outcome := _waiting.pop(ran, None):
        _display(outcome)


def _display(content: Any) -> None:
    from IPython.display import display

    display(content)


def _ask(prediction: Prediction) -> None:
    """In a terminal: the question, the choices, and an answer where somebody can give one."""
    print(prediction.question)
    choices = [] if prediction.typed else prediction.choices
    for number, choice in enumerate(choices, 1):
        print(f"  {number}  {choice}")
    if (earlier := progress.known().predictions.get(prediction.name)) is not None:
        print(Outcome(prediction, earlier))
        return
    if not (sys.stdin and sys.stdin.isatty()):
        return
    try:
        said = input("Your prediction (Enter to go on without): ").strip()
    except EOFError:
        return
    if said.isdecimal() and 0 < int(said) <= len(choices):
        said = choices[int(said) - 1]
    if said:
        print(answered(prediction, said) or _GO_ON)


def _show(prediction: Prediction) -> None:
    """In a notebook: buttons, and for a page or a viewer without widgets, choices that unfold.

    The question itself stands in the cell above.
    """
    from IPython.display import display

    bundle = {"text/html": _choices_html(prediction), "text/plain": _choices_text(prediction)}
    display(_buttons(prediction) | bundle, raw=True)


def _choices_text(prediction: Prediction) -> str:
    if prediction.typed:
        return "Your prediction?"
    return "Your prediction? " + " · ".join(prediction.choices).replace("`", "")


def _choices_html(prediction: Prediction) -> str:
    rows = "".join(
        f'<details style="margin:.2em 0"><summary>{inline_html(choice)}</summary>'
        f"{Outcome(prediction, choice)._repr_html_()}</details>"
        for choice in prediction.choices
    )
    return f'<div class="ptbasics">Your prediction?{rows}</div>'


def _buttons(prediction: Prediction) -> dict[str, Any]:
    """The widget, as the parts that a notebook displays; empty without ipywidgets."""
    try:
        import ipywidgets as widgets
    except ImportError:
        return {}
    said = widgets.HTML()

    def commit(answer: str) -> None:
        for control in controls:
            control.disabled = True
        outcome = answered(prediction, answer)
        said.value = outcome._repr_html_() if outcome else escape(_GO_ON)

    controls = _typing(commit) if prediction.typed else _choosing(prediction.choices, commit)
    if (earlier := progress.known().predictions.get(prediction.name)) is not None:
        for control in controls:
            control.disabled = True
        said.value = Outcome(prediction, earlier)._repr_html_()
    box = widgets.VBox([widgets.HBox(controls, layout={"flex_flow": "row wrap"}), said])
    parts: dict[str, Any] = box._repr_mimebundle_()
    return parts


def _choosing(choices: list[str], commit: Callable[[str], None]) -> list[Any]:
    import ipywidgets as widgets

    buttons = []
    for choice in choices:
        button = widgets.Button(description=choice.replace("`", ""), layout={"width": "auto"})
        button.on_click(lambda _button, choice=choice: commit(choice))
        buttons.append(button)
    return buttons


def _typing(commit: Callable[[str], None]) -> list[Any]:
    import ipywidgets as widgets

    field = widgets.Text(placeholder="your prediction", layout={"width": "14em"})
    button = widgets.Button(description="Predict", layout={"width": "auto"})

    def submit(_sender: Any) -> None:
        if field.value.strip():
            commit(field.value.strip())

    button.on_click(submit)
    return [field, button]
