"""Make the sample class: real submissions for every lesson, laid out as nbgrader expects them.

    python -m autograder.sample_class.generate

Nothing that can be made is kept under version control. A class is made when it is first needed, and
again when anything changes that it follows from.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.sample_class.bad import bad_submissions
from autograder.sample_class.general import for_every_lesson
from autograder.sample_class.submissions import HERE, ROOT, Submission
from ptbasics.registry import lessons

#: What cannot be made: see the README there.
KEPT = HERE / "kept"
#: Where classes are made, each in a folder that is named after all that it follows from.
MADE = ROOT / "out" / "sample_class" / "submitted"
_INGREDIENTS = (
    "course/*/*.ipynb",
    "solutions/*/*.ipynb",
    "src/ptbasics/**/*.py",
    "autograder/sample_class/*.py",
    "autograder/sample_class/kept/*/*/*",
)


@cache
def whole_class() -> tuple[Submission, ...]:
    """All submissions that are made, in the order of their lessons and names."""
    submissions = [submission for lesson in lessons() for submission in for_every_lesson(lesson)]
    submissions += bad_submissions()
    return tuple(sorted(submissions, key=lambda made: (made.lesson, made.student)))


def kept_submissions() -> list[tuple[str, str]]:
    """(Lesson, student) of each submission that is kept as a file."""
    return sorted((folder.name, folder.parent.name) for folder in KEPT.glob("*/*/"))


def submitted_folder(place: Path = MADE) -> Path:
    """The folder with `STUDENT/LESSON/LESSON.ipynb` of the whole class, made if need be.

    Several processes may ask at the same time; each gets a complete class.
    """
    folder = place / _key()
    if folder.is_dir():
        return folder
    place.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place, prefix="draft-", ignore_cleanup_errors=True) as draft:
        made = Path(draft) / "submitted"
        shutil.copytree(KEPT, made, ignore=shutil.ignore_patterns("README.md"))
        for submission in whole_class():
            submission.write(made)
        outdated = [path for path in place.iterdir() if not path.name.startswith("draft-")]
        with suppress(OSError):  # somebody else was faster
            made.rename(folder)
    for path in outdated:
        if path != folder:
            shutil.rmtree(path, ignore_errors=True)
    return folder


def _key() -> str:
    """A name that changes with everything that could change the class."""
    digest = sha256(f"{sys.version} nbformat {version('nbformat')}".encode())
    for path in _ingredients():
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _ingredients() -> Iterator[Path]:
    for pattern in _INGREDIENTS:
        yield from sorted(path for path in ROOT.glob(pattern) if path.is_file())


if __name__ == "__main__":
    print(submitted_folder())
