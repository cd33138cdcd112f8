"""Who handed in something, and courses that cannot be graded as they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.handed_in import grade_handed_in
from ptbasics.nbgrader_tools import CONFIG
from tests.grading.handed_in import LESSON, ROOT, blank, hand_in


def test_a_folder_that_cannot_be_looked_into_stops_nobody(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted = tmp_path / "submitted"
    for student in ("ada", "closed"):
        hand_in(submitted, student, blank())
    (submitted / "file").write_text("")
    (submitted / "dangling").symlink_to("nowhere")
    (submitted / ".hidden" / LESSON).mkdir(parents=True)
    right = Path.stat

    def stat(self: Path, **options: bool) -> object:
        if "closed" in self.parts:
            raise PermissionError(13, "Permission denied", str(self))
        return right(self, **options)

    monkeypatch.setattr(Path, "stat", stat)
    assert course.students(LESSON) == ["ada", "closed"]
    assert course.handed_in() == [LESSON]


def test_a_course_that_cannot_be_graded_says_which_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseProblem, match="--output") as said:
        Course.at(ROOT, output=tmp_path / "file")
    assert str(tmp_path / "file") in str(said.value)
    (tmp_path / CONFIG).write_text("c = (")
    with pytest.raises(CourseProblem, match="cannot be loaded"):
        Course.at(tmp_path)
    shutil.copy(ROOT / "autograder" / CONFIG, tmp_path)
    course = Course.at(tmp_path)
    course.release_path(LESSON).parent.mkdir(parents=True)
    course.release_path(LESSON).write_text("{")
    with pytest.raises(CourseProblem, match="run `ptbasics build"):
        course.release(LESSON)


def test_folders_that_are_called_almost_like_a_lesson_are_named(
    course: Course, tmp_path: Path
) -> None:
    submitted = tmp_path / "submitted"
    hand_in(submitted, "ada", blank())
    for name in ("02_Operations", "operations2", "ps1", "03-autograd", ".02_operations.old"):
        (submitted / "bob" / name).mkdir(parents=True)
    (submitted / "bob" / "operations.txt").write_text("")
    assert course.misnamed([LESSON]) == [
        "bob/02_Operations is not graded: a folder for 02_operations has that name",
        "bob/operations2 is not graded: a folder for 02_operations has that name",
    ]
    grading = grade_handed_in(ROOT, submitted=submitted, output=tmp_path)
    [first, *others] = next(grading).problems
    assert first.startswith("bob/02_Operations is not graded")
    assert [problem.partition(" ")[0] for problem in others] == [
        "bob/03-autograd",
        "bob/operations2",
    ]
