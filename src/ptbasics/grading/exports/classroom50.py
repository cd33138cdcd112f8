"""The `result.json` of Classroom 50, schema `classroom50/result/v1`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ptbasics.grading.course import Course
from ptbasics.grading.exports.files import Exported, folder_of, named
from ptbasics.grading.exports.scores import ClassScores, LessonScore

#: It takes whole numbers only, so points are given in hundredths, and none is lost by rounding.
UNITS_PER_POINT = 100


def write_classroom50(scores: ClassScores, folder: Path) -> Exported:
    """Write `STUDENT/LESSON/result.json` for each submission whose time is known.

    Classroom 50 tells late work by the time of handing in, so that a guess would be wrong.
    """
    files = []
    undated = []
    for score in scores.all():
        if score.handed_in is None:
            undated.append(score.student)
            continue
        path = folder_of(score, folder) / "result.json"
        content = result(score, score.handed_in, scores.course)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")
        files.append(path)
    problems = [
        f"Without a time of handing in, which Classroom 50 needs: {named(dict.fromkeys(undated))}. "
        "Put it into submitted/STUDENT/LESSON/timestamp.txt and grade again."
    ] * bool(undated)
    return Exported(tuple(files), tuple(problems))


def result(
    score: LessonScore,
    handed_in: datetime,
    course: Course,
    environment: Mapping[str, str] = os.environ,
) -> dict[str, Any]:
    """A submission as Classroom 50 reads it.

    Where its runner calls, the environment says which repository, commit and release it is; else
    the student's folder stands for all three. No score is above the best possible one.
    """
    moment = f"{handed_in:%Y-%m-%dT%H:%M:%SZ}"
    place = str(course.submitted(score.student.id, score.lesson.name))
    commit = environment.get("COMMIT_URL") or place
    best = _units(score.lesson.max_score)
    return {
        "schema": "classroom50/result/v1",
        "classroom": environment.get("CLASSROOM") or course.directory.course_id,
        "assignment": environment.get("ASSIGNMENT") or score.lesson.name,
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or "individual",
        "owner": environment.get("OWNER") or score.student.id,
        "submission": environment.get("SUBMISSION_TAG") or f"submit/{moment.replace(':', '-')}",
        "commit": commit,
        "release": environment.get("RELEASE_URL") or place,
        "review": environment.get("REVIEW_URL") or commit,
        "datetime": moment,
        "score": min(_units(score.total), best),
        "max-score": best,
        "tests": [
            {
                "test-name": exercise.name,
                "passed": exercise.score >= exercise.max_score,
                "score": max(0, min(_units(exercise.score), _units(exercise.max_score))),
                "max-score": _units(exercise.max_score),
            }
            for exercise in score.exercises
        ],
    }


def _units(points: float) -> int:
    return round(points * UNITS_PER_POINT)
