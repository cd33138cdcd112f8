"""The page that JupyterLab opens on: true to the notebooks, and to what was checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ptbasics.landing import NoCourse, page
from ptbasics.predictions import fingerprint
from ptbasics.progress import FILE
from ptbasics.registry import exercises, lessons

FIRST, SECOND = lessons()[:2]
ANSWER = "def center_rows(x):\n    return x - x.mean(dim=1, keepdim=True)"


def lay(folder: Path, lesson: str, answers: dict[str, str], checked: dict[str, str]) -> None:
    points = {exercise.symbol: exercise for exercise in exercises(lesson)}
    cells = [
        {
            "cell_type": "code",
            "source": [source],
            "metadata": {"nbgrader": {"grade_id": symbol}},
        }
        for symbol, source in answers.items()
    ]
    place = folder / lesson
    place.mkdir()
    notebook = {"cells": cells, "metadata": {"ptbasics": {"lesson": lesson}}}
    (place / f"{lesson}.ipynb").write_text(json.dumps(notebook))
    results = {
        points[symbol].name: {"points": points[symbol].points, "source": fingerprint(source)}
        for symbol, source in checked.items()
    }
    (place / FILE).write_text(json.dumps({"results": results}))


def row(text: str, lesson: str) -> str:
    [line] = [line for line in text.splitlines() if line.startswith(f"| [{lesson}")]
    return line


def test_what_was_checked_and_still_stands_counts(tmp_path: Path) -> None:
    lay(tmp_path, SECOND, {"center_rows": ANSWER}, {"center_rows": ANSWER})
    text = page(tmp_path)
    total = len(exercises(SECOND))
    assert f"■{'□' * (total - 1)} 1 of {total}" in row(text, SECOND)
    left = sum(each.minutes for each in exercises(SECOND) if each.symbol != "center_rows")
    assert f"about {left} minutes of exercises are left" in text
    assert f"exercise `{exercises(SECOND)[0].symbol}`" in text
    assert f"({SECOND}/{SECOND}.ipynb)" in text


@pytest.mark.parametrize("answers", [{"center_rows": ANSWER + " * 2"}, {}])
def test_what_changed_since_its_check_does_not(tmp_path: Path, answers: dict[str, str]) -> None:
    lay(tmp_path, SECOND, answers, {"center_rows": ANSWER})
    assert f" 0 of {len(exercises(SECOND))}" in row(page(tmp_path), SECOND)


def test_next_is_the_first_exercise_of_the_course_that_is_open(tmp_path: Path) -> None:
    answers = {exercise.symbol: f"{exercise.symbol} = 1" for exercise in exercises(FIRST)}
    lay(tmp_path, FIRST, answers, answers)
    lay(tmp_path, SECOND, {}, {})
    assert f"exercise `{exercises(SECOND)[0].symbol}`" in page(tmp_path)


def test_after_the_last_one_is_told_to_hand_in(tmp_path: Path) -> None:
    answers = {exercise.symbol: f"{exercise.symbol} = 1" for exercise in exercises(FIRST)}
    lay(tmp_path, FIRST, answers, answers)
    assert "**Every exercise passes.**" in page(tmp_path)
    assert f"ptbasics verify {(tmp_path / FIRST / FIRST).as_posix()}.ipynb" in page(tmp_path)


@pytest.mark.parametrize("damaged", ["progress", "notebook"])
def test_damaged_files_cost_the_progress_only(tmp_path: Path, damaged: str) -> None:
    lay(tmp_path, SECOND, {"center_rows": ANSWER}, {"center_rows": ANSWER})
    name = FILE.name if damaged == "progress" else f"{SECOND}.ipynb"
    (tmp_path / SECOND / name).write_text("{")
    assert " 0 of " in row(page(tmp_path), SECOND)


def test_a_folder_without_lessons_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoCourse, match="give the folder"):
        page(tmp_path)
