"""What the course promises to cover is taught and practised."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptbasics.authoring import topics
from ptbasics.registry import lessons

ROOT = Path(__file__).parents[2]


def test_every_topic_has_sections_and_exercises() -> None:
    assert topics.problems(ROOT) == []


def test_every_lesson_has_a_topic() -> None:
    named = {section.lesson for topic in topics.read_topics(ROOT) for section in topic.sections}
    assert named == set(lessons())


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("Juggling: {}", "no section teaches Juggling"),
        ('Juggling: {02_operations: ["1 · Balls"]}', "has no section '1 · Balls'"),
        (
            'Juggling: {02_operations: ["1 · Elementwise operations"]}',
            "no exercise practises Juggling",
        ),
    ],
)
def test_what_is_missing_is_said(entry: str, problem: str, tmp_path: Path) -> None:
    lesson = Path("solutions", "02_operations", "02_operations.md")
    (tmp_path / lesson.parent).mkdir(parents=True)
    (tmp_path / lesson).write_bytes((ROOT / lesson).read_bytes())
    (tmp_path / topics.SOURCE).write_text(entry)
    assert problem in "\n".join(topics.problems(tmp_path))
