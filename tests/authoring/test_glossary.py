"""The terms of the field: one file, a page made of it, and lessons that keep to it."""

from __future__ import annotations

import re

import pytest

from ptbasics.authoring.build import build, check_generated
from ptbasics.authoring.glossary import LINK, PAGE, SOURCE, read_glossary
from ptbasics.authoring.lesson import Refused, read_lesson
from ptbasics.registry import lessons
from tests.authoring.course import DEMO, LATER, PROJECT, Course

ENTRY = """
row:
  korean: 행
  meaning: What stands side by side.
  lesson: 91
"""


def problems(course: Course) -> list[str]:
    with pytest.raises(Refused) as refused:
        build(course.root, [DEMO])
    return list(refused.value.problems)


def add_entry(course: Course, text: str) -> None:
    path = course.root / SOURCE
    path.write_text(path.read_text() + text)


def test_the_page_has_both_names_and_links_to_the_lesson(course: Course) -> None:
    build(course.root, [DEMO])
    page = (course.root / PAGE).read_text()
    assert "| **matrix** | 행렬 | Numbers in rows and columns. |" in page
    assert f"[91]({DEMO}/{DEMO}.ipynb)" in page


def test_every_lesson_ends_with_the_link(course: Course) -> None:
    build(course.root, [DEMO, LATER])
    for name in (DEMO, LATER):
        made = (course.root / "course" / name / f"{name}.ipynb").read_text()
        assert LINK in made
    assert "](../glossary.md)" in LINK


def test_a_page_that_is_not_what_the_file_makes(course: Course) -> None:
    build(course.root, [DEMO])
    add_entry(course, ENTRY.replace("91", "92"))
    [sentence] = check_generated(course.root, [DEMO])
    assert sentence.startswith(f"{PAGE} differs")
    assert f"ptbasics build {DEMO}" in sentence


def test_a_bold_word_without_an_entry(course: Course) -> None:
    course.put_before_marker("A **column** stands upright.")
    assert any("**column** is in bold, and is no term" in one for one in problems(course))


@pytest.mark.parametrize("text", ["**Predict.** What?", "**How long:** a minute.", "**Predict**"])
def test_a_lead_in_is_no_term(course: Course, text: str) -> None:
    course.put_before_marker(text)
    assert build(course.root, [DEMO])


def test_an_entry_without_a_use(course: Course) -> None:
    add_entry(course, ENTRY.replace("row", "outlier"))
    assert any("the term outlier" in one and "nowhere in bold" in one for one in problems(course))


def test_a_term_that_is_not_bold_at_first(course: Course) -> None:
    course.put_before_marker("Or rather **row**.")
    add_entry(course, ENTRY)
    [problem] = problems(course)
    assert "the term row is not in bold where it is used first (`Bring every row of" in problem


def test_a_term_that_is_bold_twice(course: Course) -> None:
    course.put_before_marker("The **matrix** again.")
    assert any("the term matrix is in bold 2 times" in one for one in problems(course))


def test_a_term_of_an_earlier_lesson(course: Course) -> None:
    course.change(course.root / SOURCE, "lesson: 91", "lesson: 90")
    assert any("lesson 90 is the first to use it" in one for one in problems(course))


@pytest.mark.parametrize(
    "text",
    [
        "`mean` is code.",
        "## The matrix",
        "```text\nmatrix\n```",
        "A matrix-free way.",
    ],
)
def test_what_is_no_use_of_a_term(course: Course, text: str) -> None:
    path = course.lesson(DEMO)
    course.change(path, "Bring every row", f"{text}\n\nBring every row")
    assert build(course.root, [DEMO])


def test_a_longer_term_is_no_use_of_a_shorter_one(course: Course) -> None:
    add_entry(course, ENTRY.replace("row", "temperature matrix"))
    path = course.lesson(DEMO)
    course.change(path, "Bring every", "The **temperature matrix** is known. Bring every")
    assert build(course.root, [DEMO])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  korean: 행\n", ""),
        ("  lesson: 91", "  lesson: one"),
        ("  lesson: 91", "  lesson: 91\n  page: 3"),
        ("  meaning: What stands side by side.", "  meaning: ''"),
    ],
)
def test_an_entry_that_lacks_something(course: Course, old: str, new: str) -> None:
    add_entry(course, ENTRY.replace(old, new))
    assert any("the entry 'row' needs korean" in one for one in problems(course))


def test_the_course_names_what_the_documentation_of_the_field_does() -> None:
    terms = read_glossary(PROJECT)
    written = {form for term in terms for form in (term.name, *term.also)}
    assert {
        "forward pass",
        "backward pass",
        "activation",
        "nonlinearity",
        "hyperparameter",
        "mini-batch",
        "epoch",
        "weight decay",
        "regularisation",
        "overfitting",
        "early stopping",
        "data leakage",
        "vector-Jacobian product",
    } <= written
    numbers = {read_lesson(PROJECT, name).number for name in lessons()}
    assert {term.lesson for term in terms} <= numbers
    assert all(re.search("[가-힣]", term.korean) for term in terms)
    assert all(term.meaning.endswith(".") for term in terms)
