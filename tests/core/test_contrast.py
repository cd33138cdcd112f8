"""What we show reads well on light and on dark pages, by WCAG 2.2, level AA."""

from __future__ import annotations

import re

import pytest

from ptbasics.comparing import Comparison
from ptbasics.judging.display import verdict_html
from ptbasics.judging.shapes import ShapeLine, Shapes
from ptbasics.judging.verdict import CaseResult, Status, Verdict, unobserved
from ptbasics.predicting import Outcome
from ptbasics.predictions import Prediction
from tests.core.sample import double

#: The grounds of JupyterLab's themes.
PAGES = ("#ffffff", "#111111")
TEXT, BORDER = 4.5, 3.0
STATUSES: tuple[Status, ...] = (
    "passed",
    "failed",
    "not started",
    "missing",
    "forbidden",
    "broken",
)


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb`."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def weakest(html: str, page: str) -> tuple[float, float]:
    """The least contrast of coloured text, and of borders, on a page."""
    text, border = [], []
    for style in re.findall(r'style="([^"]*)"', html):
        rules = dict(rule.split(":", 1) for rule in style.split(";") if rule)
        if "color" in rules:
            text.append(contrast(rules["color"], rules.get("background", page)))
        if "border-left" in rules:
            border.append(contrast(rules["border-left"].split()[-1], page))
    return min(text), min(border)


def test_the_measure() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#1a7f4b", "#111111") == pytest.approx(3.76, abs=0.01)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("status", STATUSES)
def test_verdicts(status: Status, page: str) -> None:
    if status in ("passed", "failed"):
        case = CaseResult("a", status == "passed", "wrong", expected="1", got="2")
        verdict = Verdict(double.name, status, 0, 4, (case,))
    else:
        verdict = unobserved(double, status, "why")
    text, border = weakest(verdict_html(verdict), page)
    assert text >= TEXT
    assert border >= BORDER


@pytest.mark.parametrize("page", PAGES)
def test_shapes_and_comparisons(page: str) -> None:
    shapes = Shapes((ShapeLine("line 1", "x", "(3,)", marked=True),), "There.")
    case = CaseResult("a", False, "wrong", shapes=shapes)
    verdict = verdict_html(Verdict(double.name, "failed", 0, 4, (case,)))
    assert shapes.html() in verdict
    for html in (verdict, Comparison("double", "x", "y", "Both.")._repr_html_()):
        text, border = weakest(html, page)
        assert text >= TEXT
        assert border >= BORDER


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("answer", ["4", "5"])
def test_outcomes_of_predictions(answer: str, page: str) -> None:
    prediction = Prediction(
        "demo.sum", "2 + 2?", "4", "So it is.", {"5": "No."}, typed=True, runs=""
    )
    text, border = weakest(Outcome(prediction, answer)._repr_html_(), page)
    assert text >= TEXT
    assert border >= BORDER
