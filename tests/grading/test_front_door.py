"""What `pytest autograder --submission` says to a student: each verdict once, and short."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ptbasics.judging.display import MAX_BRIEF_LINES, verdict_brief
from ptbasics.judging.verdict import CaseResult, Verdict
from ptbasics.registry import exercises, misconceptions
from tests.grading.handed_in import LESSON, ROOT, answered, hand_in

#: What nobody wants to scroll past.
MAX_LINES = 60


def everything_wrong() -> dict[str, str]:
    """Exercise → its first known mistake."""
    wrong = {}
    for exercise in exercises(LESSON):
        mistake = next(iter(misconceptions(exercise).values())).implementations[0]
        source = inspect.getsource(mistake)
        source = source[source.index("def ") :]
        wrong[exercise.symbol] = source.replace(mistake.__name__, exercise.symbol)
    return wrong


@pytest.mark.slow
def test_a_weak_notebook_is_told_on_one_page(tmp_path: Path) -> None:
    place = hand_in(tmp_path / "submitted", "weak", answered(**everything_wrong()))
    options = [f"--submission={place}", f"--output={tmp_path}", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "autograder", *options],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) < MAX_LINES
    assert "Traceback" not in done.stdout
    for exercise in exercises(LESSON):
        assert len(re.findall(rf"^{exercise.name} .* failed$", done.stdout, re.MULTILINE)) == 1
        assert done.stdout.count(f"{exercise.name} ") == 1
    assert done.stdout.count("  Hint: ") == len(exercises(LESSON))
    assert done.stdout.splitlines()[-1].startswith("score: ")


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict("a.b", "passed", 1, 1, (CaseResult("zeros", True),)), []),
        (Verdict("a.b", "missing", 0, 1, reason="It is gone.\nSo."), ["It is gone. So."]),
        (
            Verdict(
                "a.b",
                "failed",
                0,
                1,
                (CaseResult("zeros", False, "the value\nis wrong"), CaseResult("ones", False, "x")),
                hint="Look.",
            ),
            ["Hint: Look.", "Case “zeros”: the value is wrong"],
        ),
    ],
)
def test_a_verdict_in_brief(verdict: Verdict, said: list[str]) -> None:
    assert verdict_brief(verdict) == said
    assert len(said) <= MAX_BRIEF_LINES
