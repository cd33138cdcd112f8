"""A course of two tiny lessons in a folder of its own, on the real machinery."""

from __future__ import annotations

import importlib
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from ptbasics import registry

PROJECT = Path(__file__).parents[2]
DEMO = "91_demo"
LATER = "92_later"

FRONT_MATTER = """---
jupyter:
  jupytext:
    text_representation: {{extension: .md, format_name: markdown}}
  kernelspec: {{display_name: Python 3 (ipykernel), language: python, name: python3}}
  ptbasics:
    title: {title}
    summary: what {title} is about
    minutes: 5
    introduces: {introduces}
---
"""

DEMO_TEXT = """
# Demo

```python
import torch

from ptbasics import check
```

Bring every row of a **matrix** of temperatures to mean 0.

<!-- exercise: center -->

And now the difference between the warmest and the coldest.

<!-- exercise: Range -->

Well done.
"""

LATER_TEXT = """
# Later

```python
import torch

from ptbasics import check
```

<!-- exercise: twice -->
"""

DEMO_EXERCISES = '''"""Exercises of the demo."""

from ptbasics.exercises.l91_demo.center import center
from ptbasics.exercises.l91_demo.range import Range
'''

MATRICES = '''"""Cases that the exercises of the demo share."""

import torch

from ptbasics.exercise import Case


def matrix_cases(generator):
    return [
        Case("a matrix", (torch.randn(3, 4, generator=generator),)),
        Case("one row", (torch.randn(1, 5, generator=generator),)),
        Case("large numbers", (1000 + torch.rand(2, 2, generator=generator),)),
    ]
'''

CENTER = '''"""Rows around zero."""

from ptbasics.exercise import exercise
from ptbasics.exercises.l91_demo._matrices import matrix_cases


@exercise(
    title="Rows around zero",
    points=2,
    difficulty=2,
    minutes=5,
    hint="Which `dim` goes away, and does the result still fit beside the matrix?",
    cases=matrix_cases,
    forbids={".normalize": "Write it without `normalize`."},
)
def center(implementation, x):
    return implementation(x)
'''

RANGE = '''"""A range."""

from ptbasics.exercise import exercise
from ptbasics.exercises.l91_demo._matrices import matrix_cases


@exercise(
    title="A range",
    points=1,
    difficulty=1,
    minutes=1,
    hint="Keep what you are given.",
    cases=matrix_cases,
)
def Range(implementation, x):
    return implementation(x).width()
'''

CENTER_REFERENCE = '''"""Answers: Rows around zero."""

import torch

from ptbasics.exercise import alternative, misconception


def center(x: torch.Tensor) -> torch.Tensor:
    """Subtract from every row its mean.

    Args:
        x: floating point, of shape (rows, columns).
    """
    # the mean keeps its dimension, so that it fits
    return x - x.mean(dim=1, keepdim=True)  # one mean a row


@misconception("columns", hint="You centred the columns.")
def center_columns(x):
    return x - x.mean(dim=0, keepdim=True)


@misconception("all", hint="You subtracted one number from all rows.")
def center_all(x):
    return x - x.mean()


@misconception("mean", hint="You returned the means themselves.")
def center_mean(x):
    return x.mean(dim=1, keepdim=True)


@alternative
def center_transposed(x):
    return (x.T - x.mean(dim=1)).T
'''

RANGE_REFERENCE = '''"""Answers: A range."""

import torch

from ptbasics.exercise import misconception


class Range:
    """The range of a tensor."""

    def __init__(self, x: torch.Tensor) -> None:
        """Keep what is needed of `x`."""
        self.x = x

    def width(self) -> torch.Tensor:
        """The greatest minus the smallest element, 0-d."""
        return self._greatest() - self.x.min()

    def _greatest(self):
        return self.x.max()


@misconception("mean", hint="You returned the mean.")
class RangeMean(Range):
    def width(self):
        return self.x.mean()


@misconception("max", hint="You returned the maximum.")
class RangeMax(Range):
    def width(self):
        return self.x.max()


@misconception("min", hint="You returned the minimum.")
class RangeMin(Range):
    def width(self):
        return self.x.min()
'''

LATER_EXERCISES = '''"""Exercises of the later lesson."""

from ptbasics.exercises.l92_later.twice import twice
'''

TWICE = '''"""Twice."""

import torch

from ptbasics.exercise import Case, exercise


def cases(generator):
    return [Case(f"{n} numbers", (torch.randn(n, generator=generator),)) for n in (1, 2, 3)]


@exercise(
    title="Twice",
    points=1,
    difficulty=1,
    minutes=1,
    hint="Add.",
    cases=cases,
)
def twice(implementation, x):
    return implementation(x)
'''

TWICE_REFERENCE = '''"""Answers: Twice."""

from ptbasics.exercise import misconception


def twice(x):
    """Two times `x`."""
    return 2 * x


@misconception("same", hint="Unchanged.")
def twice_same(x):
    return x


@misconception("half", hint="Halved.")
def twice_half(x):
    return x / 2


@misconception("square", hint="Squared.")
def twice_square(x):
    return x * x
'''

GLOSSARY = """
matrix:
  korean: 행렬
  meaning: Numbers in rows and columns.
  lesson: 91
"""


@dataclass
class Course:
    """Where the sources of a test's course are, and how to change them."""

    root: Path

    def lesson(self, name: str) -> Path:
        return self.root / "solutions" / name / f"{name}.md"

    def exercises(self, name: str, file: str = "__init__") -> Path:
        """A file of the package that asks; by default the one with the order."""
        return self.root / "exercises" / f"l{name}" / f"{file}.py"

    def reference(self, name: str, file: str) -> Path:
        """A file of the package that answers."""
        return self.root / "reference" / f"l{name}" / f"{file}.py"

    def change(self, path: Path, old: str, new: str) -> None:
        """Replace the only occurrence of a text in a source."""
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
        path.write_text(text.replace(old, new))
        forget()

    def put_before_marker(self, text: str) -> None:
        """Insert Markdown into the demo."""
        marker = "<!-- exercise: center -->"
        self.change(self.lesson(DEMO), marker, f"{text}\n\n{marker}")


def write_course(root: Path) -> None:
    texts = {
        "solutions/glossary.yml": GLOSSARY,
        f"solutions/{DEMO}/{DEMO}.md": FRONT_MATTER.format(title="Demo", introduces="[mean]")
        + DEMO_TEXT,
        f"solutions/{LATER}/{LATER}.md": FRONT_MATTER.format(
            title="Later", introduces="[backward, nn.Module, mean]"
        )
        + LATER_TEXT,
        f"exercises/l{DEMO}/__init__.py": DEMO_EXERCISES,
        f"exercises/l{DEMO}/_matrices.py": MATRICES,
        f"exercises/l{DEMO}/center.py": CENTER,
        f"exercises/l{DEMO}/range.py": RANGE,
        f"exercises/l{LATER}/__init__.py": LATER_EXERCISES,
        f"exercises/l{LATER}/twice.py": TWICE,
        f"reference/l{DEMO}/__init__.py": "",
        f"reference/l{DEMO}/center.py": CENTER_REFERENCE,
        f"reference/l{DEMO}/range.py": RANGE_REFERENCE,
        f"reference/l{LATER}/__init__.py": "",
        f"reference/l{LATER}/twice.py": TWICE_REFERENCE,
    }
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    for path in ("nbgrader_config.py", "autograder/nbgrader_config.py"):
        (root / path).parent.mkdir(exist_ok=True)
        shutil.copy(PROJECT / path, root / path)


def forget() -> None:
    """Have the changed modules read again."""
    for name in [name for name in sys.modules if {f"l{DEMO}", f"l{LATER}"} & {*name.split(".")}]:
        del sys.modules[name]
    importlib.invalidate_caches()
    for cached in (registry.lessons, registry.exercises, registry.all_exercises):
        cached.cache_clear()
