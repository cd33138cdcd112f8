"""Which texts give an answer away, and which a lesson may well say."""

from __future__ import annotations

from textwrap import dedent

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ptbasics.authoring import leaks
from ptbasics.authoring.build import build
from ptbasics.authoring.leaks import leak_problems
from ptbasics.authoring.lesson import Refused
from ptbasics.authoring.solution import mark_solution
from ptbasics.exercise import Exercise, Misconception
from tests.authoring.course import DEMO, Course

SOFTMAX = '''
def softmax(x, dim):
    """Softmax."""
    shifted = x - x.amax(dim=dim, keepdim=True)
    powers = shifted.exp()
    if not powers.isfinite().all():
        raise ValueError("the numbers that were given are too large or none at all: check them")
    return powers / powers.sum(dim=dim, keepdim=True)
'''
COUNT = '''
def count(predicted, labels):
    """How many are right."""
    return (predicted == labels).sum().item()
'''
STEPS = '''
def train(model, batches, optimizer, loss_function):
    """One epoch."""
    total = 0.0
    for x, y in batches:
        optimizer.zero_grad()
        loss = loss_function(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total
'''
MULTIPLY = '''
def multiply(a, b):
    """Multiply."""
    return torch.matmul(a, b)
'''
MASK = '''
def mask(grades, limit):
    """Blank."""
    result = grades.clone()
    result[result < limit] = torch.full((), float("nan"))
    return result
'''


def exercise(source: str) -> Exercise:
    symbol = source.split("(")[0].split()[-1]
    return Exercise("91_demo", symbol, "", 1, 1, 1, "", list, lambda f: f)


def problems(source: str, text: str, *, code: bool = False) -> list[str]:
    """What is wrong with a student's notebook with one more cell."""
    asked = exercise(source)
    answer = new_code_cell(mark_solution(source, asked.symbol), id=asked.symbol)
    text = dedent(text).strip()
    told = new_code_cell(text) if code else new_markdown_cell(text)
    return leak_problems(asked, new_notebook(cells=[answer]), new_notebook(cells=[told]))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (SOFTMAX, "Subtract the largest: `x - x.amax(dim=dim, keepdim=True)`."),
        (SOFTMAX, "subtract the largest, x - x.amax(dim=dim, keepdim=True), don't forget"),
        (SOFTMAX, "```python\nscores - scores.amax(dim=-1, keepdim=True)\n```"),
        (SOFTMAX, "```text\n>>> e / e.sum(dim=1, keepdim=True)\n```"),
        (SOFTMAX, "- `e / (e.sum(\n    dim=axis,\n    keepdim=True,\n))`"),
        (COUNT, "Count with `(a == b).sum().item()`"),
        (MASK, "`x[x < 4] = torch.full((), float('nan'))`"),
    ],
)
def test_prose_that_gives_the_answer_away(source: str, text: str) -> None:
    [problem] = problems(source, text)
    assert f"cell 1 gives away the answer to {exercise(source).symbol}" in problem


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (SOFTMAX, "t = torch.randn(3)\ny = t - t.amax(dim=0, keepdim=True)"),
        (SOFTMAX, "# e / e.sum(dim=1, keepdim=True)\nprint(1)"),
        (SOFTMAX, "exec('y = t - t.amax(dim=0, keepdim=True)')"),
        (COUNT, "right = (guesses == labels).sum().item()\nprint(right)"),
        (
            STEPS,
            """
            done = 0.0
            for images, digits in loader:
                opt.zero_grad()
                cost = criterion(net(images), digits)
                cost.backward()
                opt.step()
                done += cost.item()
            return done
            """,
        ),
    ],
)
def test_code_that_gives_the_answer_away(source: str, text: str) -> None:
    [problem] = problems(source, text, code=True)
    assert f"cell 1 gives away the answer to {exercise(source).symbol}" in problem


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (SOFTMAX, "`x.amax(dim=1, keepdim=True)` keeps the dimension, as `x.sum(dim=dim)` can."),
        (SOFTMAX, "Raises: the numbers that were given are too large or none at all: check them"),
        (SOFTMAX, "$\\frac{e^{x_i}}{\\sum_j e^{x_j}}$ is softmax: a power over the sum of powers."),
        (SOFTMAX, "`a - a.amin(dim=1, keepdim=True)`"),
        (COUNT, "`(a == b).sum()` counts; `(a > b).sum().item()` counts others."),
        (MULTIPLY, "`torch.matmul(a, b)` takes batches, `a @ b` is the same."),
        (STEPS, "```python\nloss.backward()\noptimizer.step()\noptimizer.zero_grad()\n```"),
        (MASK, "`result[result < limit]` picks, `torch.full((2, 3), 4.0)` fills."),
    ],
)
def test_what_a_lesson_may_say(source: str, text: str) -> None:
    assert problems(source, text) == []


def test_the_excerpt_is_shown() -> None:
    [problem] = problems(SOFTMAX, "So\n`e / e.sum(dim=d,\n  keepdim=True)`.")
    assert "`e / e.sum(dim=d, keepdim=True)`" in problem


def test_the_hint_of_a_misconception_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Misconception("mean", ("Take `(a == b).sum().item()`.",), ())
    monkeypatch.setattr(leaks, "misconceptions", lambda _exercise: {"mean": known})
    one = exercise(COUNT)
    answer = new_code_cell(mark_solution(COUNT, "count"), id="count")
    [problem] = leak_problems(one, new_notebook(cells=[answer]), new_notebook())
    assert "hint of misconception 'mean' gives away" in problem


@pytest.mark.parametrize(
    "text",
    [
        "It is `t - t.mean(dim=1, keepdim=True)`.",
        "```python\nt = torch.ones(2, 2)\nt - t.mean(dim=1, keepdim=True)\n```",
    ],
)
def test_the_build_refuses_a_leak(course: Course, text: str) -> None:
    course.put_before_marker(text)
    with pytest.raises(Refused) as refused:
        build(course.root, [DEMO])
    [problem] = refused.value.problems
    assert problem.startswith(f"{DEMO}: cell ")
    assert "gives away the answer to center: `t - t.mean(dim=1, keepdim=True)`" in problem


def test_the_build_refuses_a_leak_in_a_hint(course: Course) -> None:
    course.change(
        course.exercises(DEMO, "center"), "Which `dim` goes", "`x - x.mean(dim=1, keepdim=True)`"
    )
    with pytest.raises(Refused) as refused:
        build(course.root, [DEMO])
    [problem] = refused.value.problems
    assert "gives away the answer to center" in problem
