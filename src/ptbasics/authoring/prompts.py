r"""What a lesson asks its readers to predict: the blocks, and no outcome in sight before it is run.

A prediction is a paragraph that starts with `**Predict.**`, and below it a block:

    ```predict
    id: errors
    right: (4, 4)
    because: The column is stretched to the right, the flat tensor downwards.
    wrong:
      (4,): Lined up from the right, 4 meets 1, and the column has a dimension more.
      (4, 1): The flat tensor is a row here, and 1 is stretched to the 4 that it meets.
    ```

and below that the code cell to run. With `typed: true` the answer is typed.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ptbasics.authoring.blocks import block_refused, read_block
from ptbasics.authoring.lesson import Code, Lesson, Part, Prompt, Prose, Refused
from ptbasics.exercise import GUARD
from ptbasics.judging.cells import statements
from ptbasics.predictions import Prediction, fingerprint

_PREDICT = re.compile(r"^\*\*Predict\b", re.MULTILINE)
_KIND = "predict"
_KEYS = ("id", "right", "because", "wrong")


def prediction_name(lesson: str, key: str) -> str:
    """`02_operations`, `errors` → `operations.errors`, as exercises are named."""
    return f"{lesson.partition('_')[2]}.{key}"


def predictions_of(lesson: Lesson) -> list[Prediction]:
    """The predictions of a lesson, in order.

    Raises:
        Refused: with every block that cannot be one, or that stands in a wrong place.
    """
    problems: list[str] = []
    predictions = []
    for index, part in enumerate(lesson.parts):
        if isinstance(part, Prompt):
            try:
                predictions.append(_prediction(lesson, index, part))
            except Refused as refusal:
                problems += refusal.problems
    names = Counter(prediction.name for prediction in predictions)
    problems += [
        f"{lesson.name}: the prediction {name} is asked {count} times; give each an id of its own"
        for name, count in names.items()
        if count > 1
    ]
    if problems:
        raise Refused(problems)
    return predictions


def prompt_problems(lesson: Lesson) -> list[str]:
    """What gives an outcome away before it is run, and what asks for a prediction by hand."""
    problems = [
        f"`{_start(code.source)}` follows a Predict and states its outcome: put what it asserts "
        'into a cell of its own below, tagged "guard", and show both outcomes where an error is one'
        for code in _after_prompts(lesson.parts)
        if _states_outcome(code.source)
    ]
    code = [part.source for part in lesson.parts if isinstance(part, Code)]
    problems += [
        f"`{_start(source)}` calls predict() by hand, and no question belongs to it: write a "
        "predict block"
        for source in code
        if "predict" in _called(source)
    ]
    if any(isinstance(part, Prompt) for part in lesson.parts) and not re.search(
        r"^from ptbasics import .*\bpredict\b", lesson.set_up, re.MULTILINE
    ):
        problems.append("the set-up (the first code cell) does not import predict from ptbasics")
    return problems


def _prediction(lesson: Lesson, index: int, prompt: Prompt) -> Prediction:
    def refused(reason: str) -> Refused:
        return block_refused(lesson.name, _KIND, prompt.text, reason)

    block = read_block(lesson.name, _KIND, prompt.text, _KEYS, optional=("typed",))
    if problem := _choice_problem(block):
        raise refused(problem)
    question = _question(lesson.parts[:index])
    if not question:
        raise refused("needs a paragraph that starts with **Predict.** right above it")
    following = lesson.parts[index + 1] if index + 1 < len(lesson.parts) else None
    if not isinstance(following, Code) or GUARD in following.tags:
        raise refused("needs the code cell that shows what happens right below it")
    wrong = {str(choice): reason for choice, reason in block["wrong"].items()}
    prediction = Prediction(
        name=prediction_name(lesson.name, block["id"]),
        question=question,
        right=str(block["right"]),
        because=block["because"],
        wrong=wrong,
        typed=block.get("typed", False),
        runs=fingerprint(following.source),
    )
    if any(prediction.is_hit(choice) for choice in wrong):
        raise refused(f"calls {prediction.right!r} both right and wrong")
    return prediction


def _choice_problem(block: dict[str, Any]) -> str:
    if not isinstance(block["wrong"], dict):
        return "must say under `wrong` what is chosen, a colon, and what its author should hear"
    if any(isinstance(choice, bool | None) for choice in (block["right"], *block["wrong"])):
        return "has a choice that YAML reads as true, false or nothing: put it into quotes"
    for choice, sentence in block["wrong"].items():
        if not isinstance(sentence, str) or not sentence.strip():
            return f"has no sentence for the wrong choice {choice!r}"
    return ""


def _question(above: Sequence[Part]) -> str:
    """The Predict paragraph that ends the prose above a block, in plain text; "" if none does."""
    if not above or not isinstance(above[-1], Prose):
        return ""
    paragraph = above[-1].text.rpartition("\n\n")[2]
    return paragraph if _PREDICT.match(paragraph) else ""


def _after_prompts(parts: Sequence[Part]) -> Iterator[Code]:
    """The visible code cells that come first after each request to predict."""
    asked = showing = False
    for part in parts:
        if isinstance(part, Code):
            if asked and GUARD not in part.tags:
                showing = True
                yield part
            continue
        if showing:
            asked = showing = False
        asked = asked or isinstance(part, Prompt)
        asked = asked or (isinstance(part, Prose) and bool(_PREDICT.search(part.text)))


def _states_outcome(source: str) -> bool:
    nodes = [node for statement in statements(source) for node in ast.walk(statement)]
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Raise) and "AssertionError" in ast.unparse(node))
        for node in nodes
    )


def _called(source: str) -> set[str]:
    nodes = [node for statement in statements(source) for node in ast.walk(statement)]
    return {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}


def _start(source: str) -> str:
    return source.strip().partition("\n")[0][:60]
