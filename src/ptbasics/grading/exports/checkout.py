"""One student's files, graded by themselves: what continuous integration and Gradescope ask for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from tempfile import TemporaryDirectory

from ptbasics.grading.batch import grade_lessons
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.course_file import Level
from ptbasics.grading.exports.files import file_name
from ptbasics.grading.exports.reading import read_scores
from ptbasics.grading.exports.scores import ClassScores
from ptbasics.grading.handed_in import refuse_below
from ptbasics.grading.intake.files import MAX_DEPTH, MAX_ENTRIES, TIMESTAMP
from ptbasics.registry import exercises
from ptbasics.runner import Runner

#: The variable with the course's secret seed. A seed of its own would give the class two scores.
SEED_VARIABLE = "PTBASICS_SEED"


@dataclass(frozen=True)
class GradedCheckout:
    """What grading the files of one student gave.

    Attributes:
        checkout: the folder with the files.
        scores: theirs, with the gradebook and graded notebooks in a folder that is removed.
        folders: lesson → the folder in the checkout that was graded, relative to it.
        pages: lesson → the feedback page.
        isolation: how well the submission was kept in, in one line.
    """

    checkout: Path
    scores: ClassScores
    folders: Mapping[str, Path]
    pages: Mapping[str, Path]
    isolation: str


@contextmanager
def graded_checkout(
    course_root: Path,
    checkout: Path,
    lessons: Sequence[str],
    *,
    seed: str,
    student: str,
    require_isolation: Level = "none",
) -> Iterator[GradedCheckout]:
    """Grade lessons in a folder of one student's, into a gradebook of their own.

    Args:
        course_root: the folder with `nbgrader_config.py` and the released notebooks.
        checkout: the student's files. Links in it are not followed.
        lessons: which to grade, at least one.
        seed: the secret seed that the class is graded with.
        student: what the student is called.
        require_isolation: grade nothing if submissions cannot be confined so well.

    Yields:
        The result; its files are there as long as the context lasts.

    Raises:
        CourseProblem: there is no such folder, no seed, or the course cannot be graded as it is.
        UnknownName: the course has no such lesson.
    """
    for lesson in lessons:
        exercises(lesson)
    student = file_name(student)
    if not checkout.is_dir():
        raise CourseProblem(f"there is no folder {checkout} to grade")
    if not seed:
        raise CourseProblem(
            f"{SEED_VARIABLE} is empty: put the seed that the class is graded with into it, which "
            "is in .ptbasics/secret_seed beside the gradebook"
        )
    with TemporaryDirectory(prefix="ptbasics-") as place, Runner(workers=1) as runner:
        refuse_below(require_isolation, runner)
        desk = Path(place)
        submitted = desk / "submitted"
        folders = {}
        for lesson in lessons:
            folders[lesson] = _folder_of(checkout, lesson)
            _copy(checkout / folders[lesson], submitted / student / lesson)
        batches = list(
            grade_lessons(
                course_root, lessons, submitted=submitted, output=desk, runner=runner, seed=seed
            )
        )
        if problems := [problem for batch in batches for problem in batch.problems]:
            raise CourseProblem("\n".join(problems))
        course = Course.at(course_root, submitted=submitted, output=desk)
        yield GradedCheckout(
            checkout,
            read_scores(course, lessons),
            folders,
            {batch.lesson: batch.feedback_page(student) for batch in batches},
            batches[0].isolation,
        )


def _folder_of(checkout: Path, lesson: str) -> Path:
    """The folder with the lesson's notebook, else the one with its name, else the checkout."""
    named: Path | None = None
    for count, (folder, folders, files) in enumerate(os.walk(checkout)):
        here = Path(folder).relative_to(checkout)
        if f"{lesson}.ipynb" in files:
            return here
        if named is None and here.name == lesson:
            named = here
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if len(here.parts) >= MAX_DEPTH or count >= MAX_ENTRIES:
            folders.clear()
    return named or Path()


def _copy(folder: Path, place: Path) -> None:
    """Copy a folder: links as links, which intake refuses, and nothing that is no file."""

    def ignored(inside: str, names: list[str]) -> list[str]:
        modes = {name: Path(inside, name).lstat().st_mode for name in names}
        return [
            name
            for name, mode in modes.items()
            if name == ".git" or not (S_ISREG(mode) or S_ISDIR(mode) or S_ISLNK(mode))
        ]

    with suppress(shutil.Error):  # of files that cannot be read; the others are copied
        shutil.copytree(folder, place, symlinks=True, ignore=ignored)
    # the time is that of this run, and not what a student may have written
    stamp = place / TIMESTAMP
    if stamp.is_dir() and not stamp.is_symlink():
        shutil.rmtree(stamp)
    stamp.unlink(missing_ok=True)
    stamp.write_text(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC", encoding="utf-8")
