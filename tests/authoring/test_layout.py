"""Every file of the two trees belongs to an exercise, and what does not is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptbasics.authoring.build import build
from ptbasics.authoring.layout import course_problems, layout_problems
from ptbasics.registry import lessons
from tests.authoring.course import DEMO, LATER, Course, forget
from tests.authoring.test_refusals import problems

IMPORT_RANGE = "from ptbasics.exercises.l91_demo.range import Range\n"
MARKERS = {symbol: f"<!-- exercise: {symbol} -->" for symbol in ("center", "Range")}
WRONG = """from ptbasics.exercise import alternative, misconception


@misconception("nothing", hint="Look again.")
def nothing(x):
    return None


@alternative
def anything(x):
    return x
"""


def write(course: Course, path: str, text: str) -> Path:
    """Add a file to the course."""
    file = course.root / path
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    forget()
    return file


def test_the_course_is_in_order() -> None:
    assert course_problems() == []
    assert [problem for lesson in lessons() for problem in layout_problems(lesson)] == []


def test_a_misconception_and_an_alternative_for_no_exercise(course: Course) -> None:
    write(course, "reference/l91_demo/centre.py", WRONG)
    wrong, other, stray = problems(course)
    place = f"{DEMO}: reference/l91_demo/centre.py"
    no_exercise = "there is no ptbasics.exercises.l91_demo.centre"
    assert wrong.startswith(f"{place} marks nothing as misconception, and {no_exercise}")
    assert other.startswith(f"{place} marks anything as alternative, and {no_exercise}")
    assert stray == f"{place} belongs to nothing: it answers no exercise of the lesson"


def test_a_mark_in_a_file_that_answers_share(course: Course) -> None:
    """It is imported, and so belongs, but its marks are nobody's."""
    write(course, "reference/l91_demo/_shared.py", WRONG)
    answer = course.reference(DEMO, "center")
    course.change(
        answer,
        "import torch\n",
        "import torch\n\nfrom ptbasics.reference.l91_demo._shared import nothing\n",
    )
    assert len(found := problems(course)) == 2
    assert all("_shared.py marks" in problem for problem in found)


@pytest.mark.parametrize("tree", ["exercises", "reference"])
def test_a_file_that_belongs_to_nothing(course: Course, tree: str) -> None:
    write(course, f"{tree}/l91_demo/_leftover.py", "import torch\n")
    [problem] = problems(course)
    assert problem.startswith(f"{DEMO}: {tree}/l91_demo/_leftover.py belongs to nothing")


@pytest.mark.parametrize("tree", ["exercises", "reference"])
@pytest.mark.parametrize("name", ["_leftover.py", "demo/__init__.py"])
def test_a_file_that_belongs_to_no_lesson(course: Course, tree: str, name: str) -> None:
    write(course, f"{tree}/{name}", "import torch\n")
    [problem] = problems(course)
    place = f"{tree}/{name}".removesuffix("/__init__.py")
    assert problem.startswith(f"{place} belongs to no lesson and is imported by none")


def test_answers_to_a_lesson_that_there_is_not(course: Course) -> None:
    write(course, "reference/l93_never/__init__.py", "")
    [problem] = problems(course)
    assert problem.startswith("reference/l93_never belongs to no lesson")


def test_a_symbol_twice_in_the_course(course: Course) -> None:
    course.exercises(LATER, "twice").rename(course.exercises(LATER, "center"))
    course.change(course.exercises(LATER, "center"), "def twice", "def center")
    course.change(course.exercises(LATER), "twice import twice", "center import center")
    found = problems(course)
    assert f"the symbol center is defined in lesson {LATER}, too" in found[0]


def test_an_exercise_that_its_lesson_does_not_import(course: Course) -> None:
    course.change(course.exercises(DEMO), IMPORT_RANGE, "")
    found = problems(course)
    assert found[0].startswith(f"{DEMO}: exercises/l91_demo/range.py is not imported")
    assert IMPORT_RANGE.strip() in found[0]
    assert found[1].startswith(f"{DEMO}: reference/l91_demo/range.py marks RangeMean")


def test_an_exercise_in_a_file_of_another_name(course: Course) -> None:
    course.exercises(DEMO, "range").rename(course.exercises(DEMO, "width"))
    course.change(course.exercises(DEMO), "l91_demo.range", "l91_demo.width")
    assert (
        problems(course)[0] == f"{DEMO}: exercise Range stands in width.py: give it a file range.py"
    )


def test_an_exercise_that_imports_from_another(course: Course) -> None:
    """It would be imported before its turn, and come first in the order."""
    course.change(
        course.exercises(DEMO, "center"),
        "from ptbasics.exercises.l91_demo._matrices import",
        "from ptbasics.exercises.l91_demo.range import",
    )
    [problem] = problems(course)
    assert "center.py imports from ptbasics.exercises.l91_demo.range" in problem


def test_markers_in_another_order_than_the_imports(course: Course) -> None:
    lesson = course.lesson(DEMO)
    course.change(lesson, MARKERS["center"], "<!-- here -->")
    course.change(lesson, MARKERS["Range"], MARKERS["center"])
    course.change(lesson, "<!-- here -->", MARKERS["Range"])
    [problem] = problems(course)
    assert f"{MARKERS['Range']} stands where center is due" in problem
    assert f"exercises/l{DEMO}/__init__.py" in problem


def test_the_order_of_the_imports_is_that_of_the_exercises(course: Course) -> None:
    init = course.exercises(DEMO)
    course.change(init, IMPORT_RANGE, "")
    course.change(init, 'demo."""\n\n', f'demo."""\n\n{IMPORT_RANGE}')
    assert "stands where Range is due" in problems(course)[0]
    lesson = course.lesson(DEMO)
    course.change(lesson, MARKERS["center"], "<!-- here -->")
    course.change(lesson, MARKERS["Range"], MARKERS["center"])
    course.change(lesson, "<!-- here -->", MARKERS["Range"])
    assert build(course.root, [DEMO])
