"""The `results.json` that Gradescope reads when an autograder has run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ptbasics.grading.course import Course
from ptbasics.grading.exports.files import Exported, folder_of
from ptbasics.grading.exports.graded_notebook import told
from ptbasics.grading.exports.scores import ClassScores, ExerciseScore, LessonScore


def write_gradescope(scores: ClassScores, folder: Path) -> Exported:
    """Write `STUDENT/LESSON/results.json` for each submission."""
    files = []
    for score in scores.all():
        path = folder_of(score, folder) / "results.json"
        path.write_text(json.dumps(results(score, scores.course), indent=2), encoding="utf-8")
        files.append(path)
    return Exported(tuple(files))


def results(score: LessonScore, course: Course) -> dict[str, Any]:
    """A submission as Gradescope reads it.

    The score on top counts, and not the sum of the tests: a penalty for being late is taken off.
    """
    texts = told(course, score)
    return {
        "score": score.total,
        "output": "\n".join(filter(None, [texts.notes, *score.remarks])),
        "tests": [_test(exercise, texts.verdicts) for exercise in score.exercises],
        "extra_data": {
            "student": score.student.id,
            "lesson": score.lesson.name,
            "late_penalty": score.late_penalty,
        },
    }


def _test(exercise: ExerciseScore, verdicts: dict[str, str]) -> dict[str, Any]:
    waits = ["A person is still to grade this."] * exercise.waits
    said = [verdicts.get(exercise.cell, ""), exercise.comment, *waits]
    return {
        "name": exercise.name,
        "score": round(exercise.score, 2),
        "max_score": exercise.max_score,
        "output": "\n\n".join(filter(None, said)),
    }
