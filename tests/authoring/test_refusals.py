"""Everything that a build refuses: each for its reason, naming what and where."""

from __future__ import annotations

import nbformat
import pytest

from ptbasics.authoring.build import build
from ptbasics.authoring.lesson import Refused
from tests.authoring.course import DEMO, LATER, Course, forget

WRONG_AT_TIMES = "        numbers.append(x)\n        self.x = x * len(numbers)\n"


def problems(course: Course, *names: str) -> list[str]:
    """What the build of the demo says; nothing may have been written."""
    with pytest.raises(Refused) as refused:
        build(course.root, names or (DEMO,))
    assert not list(course.root.rglob("*.ipynb"))
    assert not list(course.root.rglob("*.expected"))
    return list(refused.value.problems)


CENTER_COLUMNS = '@misconception("columns", hint="You centred the columns.")\n'
CASES = """        Case("a matrix", (torch.randn(3, 4, generator=generator),)),
        Case("one row", (torch.randn(1, 5, generator=generator),)),
"""
DOCSTRING = '''    """Subtract from every row its mean.

    Args:
        x: floating point, of shape (rows, columns).
    """
'''


@pytest.mark.parametrize(
    ("path", "old", "new", "reason"),
    [
        (
            "exercises/l91_demo/range.py",
            'hint="Keep what you are given.",',
            'hint=" ",',
            "Range has no hint",
        ),
        ("exercises/l91_demo/_matrices.py", CASES, "", "center has fewer than 3 cases"),
        (
            "reference/l91_demo/center.py",
            CENTER_COLUMNS,
            "",
            "center has fewer than 3 misconceptions",
        ),
        (
            "reference/l91_demo/center.py",
            CENTER_COLUMNS,
            '@misconception("columns")\n',
            "misconception 'columns' has no hint",
        ),
        (
            "reference/l91_demo/center.py",
            '"all", hint=',
            '"columns", hint=',
            "misconception 'columns' has 2 hints",
        ),
    ],
)
def test_an_exercise_without_a_part(
    course: Course, path: str, old: str, new: str, reason: str
) -> None:
    course.change(course.root / path, old, new)
    assert any(reason in problem and DEMO in problem for problem in problems(course))


def test_a_reference_without_docstring(course: Course) -> None:
    course.change(course.reference(DEMO, "center"), DOCSTRING, "")
    assert any("center has no docstring" in problem for problem in problems(course))


def test_a_class_does_not_inherit_its_docstring(course: Course) -> None:
    course.change(
        course.reference(DEMO, "range"),
        'class Range:\n    """The range of a tensor."""\n',
        "class Range(torch.utils.data.Dataset):\n",
    )
    assert any("Range has no docstring" in problem for problem in problems(course))


def test_a_reference_that_is_not_always_right(course: Course) -> None:
    course.change(
        course.reference(DEMO, "range"), "class Range:\n", "numbers = []\n\n\nclass Range:\n"
    )
    course.change(course.reference(DEMO, "range"), "        self.x = x\n", WRONG_AT_TIMES)
    assert any("Range: the reference differs" in problem for problem in problems(course))


def test_public_answers_that_are_right_on_hidden_cases(course: Course) -> None:
    for drawn, fixed in (
        ("torch.randn(3, 4, generator=generator)", "torch.arange(12.0).view(3, 4)"),
        ("torch.randn(1, 5, generator=generator)", "torch.arange(5.0).view(1, 5)"),
    ):
        course.change(course.exercises(DEMO, "_matrices"), drawn, fixed)
    reason = "center: what is right on public cases is right on 2 of 3 hidden ones"
    assert any(reason in problem for problem in problems(course))


def test_a_misconception_that_is_right(course: Course) -> None:
    course.change(course.reference(DEMO, "center"), "x - x.mean(dim=0,", "x - x.mean(dim=1,")
    assert any("'columns' gets full marks" in problem for problem in problems(course))


SPELLING = """

@misconception("columns")
def center_columns_again(x):
    return x.mul(1) - x.sum(dim=0) / len(x)
"""


def test_another_spelling_of_a_misconception_needs_no_hint(course: Course) -> None:
    answer = course.reference(DEMO, "center")
    answer.write_text(answer.read_text() + SPELLING)
    forget()
    assert build(course.root, [DEMO])
    course.change(answer, "x.sum(dim=0) / len(x)", "x.sum(dim=1, keepdim=True) / x.shape[1]")
    with pytest.raises(Refused, match="'columns' gets full marks"):
        build(course.root, [DEMO])


def test_an_answer_that_needs_more_than_the_set_up(course: Course) -> None:
    course.change(
        course.reference(DEMO, "range"), "import torch\n", "import math\n\nimport torch\n"
    )
    course.change(
        course.reference(DEMO, "range"), "self._greatest() -", "math.fabs(1) * self._greatest() -"
    )
    [problem] = problems(course)
    assert "the answer to Range" in problem
    assert "0 of 1 points" in problem
    assert "math" in problem


def test_an_answer_that_breaks_its_own_rule(course: Course) -> None:
    course.change(course.exercises(DEMO, "center"), '".normalize"', '".mean"')
    assert any(
        "0 of 2 points" in problem and "normalize" in problem for problem in problems(course)
    )


def test_a_blank_notebook_that_gets_points(course: Course) -> None:
    course.change(
        course.exercises(DEMO, "range"),
        "    return implementation(x).width()",
        "    if len(x) == 1:\n        return 0\n    return implementation(x).width()",
    )
    [problem] = [sentence for sentence in problems(course) if "blank" in sentence]
    assert "the blank Range gets 0.33 points" in problem
    assert "one row" in problem


def test_an_unknown_marker(course: Course) -> None:
    course.change(course.lesson(DEMO), "exercise: Range", "exercise: Rnage")
    unknown, missing = problems(course)
    assert f"{DEMO}: <!-- exercise: Rnage --> names no exercise" in unknown
    assert "exercise Range has no marker" in missing


def test_a_marker_twice(course: Course) -> None:
    course.put_before_marker("<!-- exercise: center -->")
    [problem] = problems(course)
    assert "exercise center has 2 markers" in problem


def test_a_marker_inside_a_paragraph(course: Course) -> None:
    course.change(course.lesson(DEMO), "mean 0.\n\n<!--", "mean 0.\n<!--")
    [problem] = problems(course)
    assert f"solutions/{DEMO}/{DEMO}.md" in problem
    assert "needs an empty line" in problem


def test_a_marker_in_a_fence_is_text(course: Course) -> None:
    course.put_before_marker("```text\n<!-- exercise: nothing -->\n```")
    assert build(course.root, [DEMO])


def test_a_missing_lesson(course: Course) -> None:
    course.lesson(DEMO).unlink()
    [problem] = problems(course)
    assert f"solutions/{DEMO}/{DEMO}.md is missing" in problem


def test_an_unknown_lesson(course: Course) -> None:
    [problem] = problems(course, "91_dmeo")
    assert problem.startswith("no lesson '91_dmeo'")
    assert DEMO in problem


def test_an_exercise_without_reference(course: Course) -> None:
    course.change(course.reference(DEMO, "center"), "def center(", "def centre(")
    [problem] = problems(course)
    assert "no reference for demo.center is installed" in problem


def test_front_matter_without_title(course: Course) -> None:
    course.change(course.lesson(DEMO), "    title: Demo\n", "")
    [problem] = problems(course)
    assert "no jupyter.ptbasics.title" in problem


def test_a_set_up_that_fails(course: Course) -> None:
    course.change(course.lesson(DEMO), "import torch\n", "import torch, no_such_library\n")
    [problem] = problems(course)
    assert "the set-up (the first code cell) fails: ModuleNotFoundError" in problem


def test_a_set_up_without_check(course: Course) -> None:
    course.change(course.lesson(DEMO), "from ptbasics import check\n", "")
    [problem] = problems(course)
    assert "does not say `from ptbasics import check`" in problem


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("### BEGIN SOLUTION\nSubtract.\n### END SOLUTION", "in a non-solution cell"),
        ("### BEGIN SOLUTION\nSubtract.", "No end solution statement"),
    ],
)
def test_a_solution_region_in_the_lesson(course: Course, text: str, reason: str) -> None:
    course.put_before_marker(text)
    [problem] = problems(course)
    assert f"{DEMO}: nbgrader cannot release this notebook: " in problem
    assert reason in problem


def test_a_solution_region_that_nbgrader_leaves(course: Course) -> None:
    config = course.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}c = get_config()\nc.ClearSolutions.enabled = False\n")
    found = problems(course)
    assert any("cell 5 still has a line with BEGIN SOLUTION" in problem for problem in found)


def test_no_configuration(course: Course) -> None:
    (course.root / "nbgrader_config.py").unlink()
    [problem] = problems(course)
    assert "nbgrader_config.py is missing" in problem


@pytest.mark.parametrize(
    "code",
    ["torch.ones(()).backward()", "from torch import nn\nnn.Module()", "torch.nn.Module.forward"],
)
def test_what_only_a_later_lesson_introduces(course: Course, code: str) -> None:
    course.put_before_marker(f"```python\n{code}\n```")
    [problem] = problems(course)
    assert problem.startswith(f"{DEMO}: cell ")
    assert f"which lesson {LATER} introduces" in problem
    assert ("backward" if "backward" in code else "nn.Module") in problem


def test_an_answer_that_uses_what_only_a_later_lesson_introduces(course: Course) -> None:
    course.change(course.lesson(LATER), "[backward,", "[amax, max, backward,")
    [problem] = problems(course)
    assert "cell Range" in problem
    assert "uses max" in problem


def test_variables_and_later_use_are_no_use_too_early(course: Course) -> None:
    course.put_before_marker("```python\nbackward = torch.ones(2)\nbackward.mean()\n```")
    course.change(
        course.lesson(LATER),
        "<!-- exercise",
        "```python\ntorch.nn.Module()\n```\n\n<!-- exercise",
    )
    assert build(course.root, [DEMO, LATER])


def test_all_problems_of_all_lessons_at_once(course: Course) -> None:
    course.change(course.exercises(DEMO, "range"), 'hint="Keep what you are given.",', 'hint="",')
    course.change(course.reference(DEMO, "center"), CENTER_COLUMNS, "")
    course.change(course.exercises(LATER, "twice"), 'hint="Add.",', 'hint="",')
    found = problems(course, DEMO, LATER)
    assert len(found) == 3
    assert [problem.partition(":")[0] for problem in found] == [DEMO, DEMO, LATER]


DEMONSTRATION = """```python tags=["demonstration"]
seconds = [0.1, 0.2]
```"""


@pytest.mark.parametrize("use", ["max(seconds)", "def longest():\n    return max(seconds)"])
def test_a_demonstration_that_is_needed(course: Course, use: str) -> None:
    course.put_before_marker(f"{DEMONSTRATION}\n\n```python\n{use}\n```")
    [problem] = problems(course)
    assert "uses seconds" in problem
    assert "which is a demonstration" in problem


@pytest.mark.parametrize(
    "other",
    ["seconds = 3\nprint(seconds)", "[2 * seconds for seconds in (1, 2)]", "def f(seconds): ..."],
)
def test_a_demonstration_that_is_not_needed(course: Course, other: str) -> None:
    course.put_before_marker(f"{DEMONSTRATION}\n\n```python\n{other}\n```")
    build(course.root, (DEMO,))
    made = nbformat.read(course.root / "course" / DEMO / f"{DEMO}.ipynb", as_version=4)
    [shown] = [cell for cell in made.cells if "tags" in cell.metadata]
    assert (shown.source, shown.metadata.tags) == ("seconds = [0.1, 0.2]", ["demonstration"])
