"""The small gradebook, made once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ptbasics.grading.course import Course
from tests.exports.gradebooks import course_at, make_gradebook


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_gradebook(tmp_path_factory.mktemp("gradebook")).gradebook


@pytest.fixture
def course(pristine: Path, tmp_path: Path) -> Course:
    course = course_at(tmp_path)
    shutil.copy(pristine, course.gradebook)
    return course
