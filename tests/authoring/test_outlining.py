"""The outline of a lesson: which section teaches what an exercise asks for."""

from __future__ import annotations

import pytest

from ptbasics.authoring.lesson import Code, Lesson, Marker, Prose, read_lesson
from ptbasics.authoring.outlining import outline_of
from ptbasics.judging.codec import decode
from ptbasics.outlines import Outline, pack_outline
from ptbasics.registry import exercises, lessons
from tests.authoring.course import PROJECT


def test_the_nearest_heading_with_code_under_it() -> None:
    parts = (
        Prose("# Lesson"),
        Code("import torch"),
        Marker("early"),
        Prose("## 1 · What `mean` does\n\ntext\n\n```\n# no heading\n```"),
        Code("1"),
        Prose("### Your turn\n\nWrite it."),
        Marker("first"),
        Marker("second"),
        Prose("### More\n\n### Most"),
        Code("2"),
        Marker("third"),
    )
    made = outline_of(Lesson("91_demo", "Demo", "about", (), parts))
    assert made.sections == {
        "early": "Lesson",
        "first": "1 · What mean does",
        "second": "1 · What mean does",
        "third": "Most",
    }
    assert made.link("first") == "91_demo.ipynb#1-%C2%B7-What-mean-does"
    assert made.link("unknown") == ""
    assert Outline(**decode(pack_outline(made))) == made


@pytest.mark.parametrize("name", lessons())
def test_every_exercise_of_the_course_has_a_section(name: str) -> None:
    made = outline_of(read_lesson(PROJECT, name))
    assert set(made.sections) == {exercise.symbol for exercise in exercises(name)}
    assert all(section and section != "Your turn" for section in made.sections.values())
