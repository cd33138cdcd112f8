"""What a platform that grades one student's files at a time wants to find."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ptbasics.grading.exports.annotations import annotated
from ptbasics.grading.exports.checkout import GradedCheckout
from ptbasics.grading.exports.classroom50 import result
from ptbasics.grading.exports.gradescope import results
from ptbasics.grading.exports.junit import write_junit
from ptbasics.grading.exports.summary import summary
from ptbasics.grading.result import number

#: The variable with the file that GitHub shows on the page of a run.
_GITHUB_SUMMARY = "GITHUB_STEP_SUMMARY"


def for_github(graded: GradedCheckout, folder: Path) -> list[str]:
    """Feedback pages, JUnit and a summary; and the commands that annotate the notebook."""
    text = _common(graded, folder)
    if page := os.environ.get(_GITHUB_SUMMARY):
        with Path(page).open("a", encoding="utf-8") as stream:
            stream.write(text)
    return [annotation.github_command() for annotation in annotated(graded)]


def for_gitlab(graded: GradedCheckout, folder: Path) -> list[str]:
    """Feedback pages, JUnit, a summary and a Code Quality report; and the totals, for the log."""
    _common(graded, folder)
    report = [annotation.as_code_quality() for annotation in annotated(graded)]
    _write_json(folder / "gl-code-quality-report.json", report)
    return [
        f"{score.lesson.name}: {number(score.total)} of {number(score.lesson.max_score)} points"
        for score in graded.scores.all()
    ]


def for_gradescope(graded: GradedCheckout, folder: Path) -> list[str]:
    """`results.json`; nothing is printed, as students may be shown that."""
    [score] = graded.scores.all()
    _write_json(folder / "results.json", results(score, graded.scores.course))
    return []


def for_classroom50(graded: GradedCheckout, folder: Path) -> list[str]:
    """`result.json`, and the summary as the text of its release."""
    [score] = graded.scores.all()
    assert score.handed_in is not None, "a graded checkout has the time of its grading"
    content = result(score, score.handed_in, graded.scores.course)
    _write_json(folder / "result.json", content)
    (folder / "release-body.md").write_text(summary(graded.scores), encoding="utf-8")
    return []


PLATFORMS: Mapping[str, Callable[[GradedCheckout, Path], list[str]]] = {
    "github": for_github,
    "gitlab": for_gitlab,
    "gradescope": for_gradescope,
    "classroom50": for_classroom50,
}
#: Platforms that keep one result per run.
ONE_LESSON = ("gradescope", "classroom50")


def _common(graded: GradedCheckout, folder: Path) -> str:
    write_junit(graded.scores, folder)
    for lesson, page in graded.pages.items():
        shutil.copyfile(page, folder / f"{lesson}.html")
    text = summary(graded.scores)
    (folder / "summary.md").write_text(text, encoding="utf-8")
    return text


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")
