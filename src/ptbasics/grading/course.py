"""Where a course keeps what: nbgrader's directories, and what grading adds beside the gradebook."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from stat import S_ISDIR

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import compute_checksum
from sqlalchemy.engine import URL, make_url
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound

from ptbasics.exercise import check_id, grade_id, is_written
from ptbasics.grading.course_file import CourseFile, InvalidCourseFile, read_course_file
from ptbasics.judging.describe import one_line
from ptbasics.nbgrader_tools import CONFIG, read_config
from ptbasics.registry import exercises, lessons

#: Seconds to wait for a gradebook that another process holds. SQLite's own five are too few: who
#: writes feedback pages reads it too, and on a busy machine may be stopped in the middle of that.
_PATIENCE = 300


class CourseProblem(Exception):
    """A course cannot be graded as it is; the message says why, and the way out."""


@dataclass(frozen=True)
class Course:
    """The places of one course, as `nbgrader_config.py` names them."""

    directory: CourseDirectory
    config: Config

    @classmethod
    def at(cls, root: Path, *, submitted: Path | None = None, output: Path | None = None) -> Course:
        """The course in a folder.

        Args:
            root: the folder with `nbgrader_config.py`, `solutions/` and `course/`.
            submitted: the folder with `STUDENT/LESSON/LESSON.ipynb`; by default nbgrader's.
            output: the folder for gradebook, autograded notebooks, feedback and reports; by
                default the root.

        Raises:
            CourseProblem: there is no configuration in the folder, or it cannot be loaded; or there
                can be no such output.
        """
        root = root.resolve()
        try:
            config = read_config(root)
        except ConfigFileNotFound:
            raise CourseProblem(
                f"{root / CONFIG} is missing: give the course's folder with --course-root"
            ) from None
        except Exception as error:  # it is a program
            raise CourseProblem(
                f"{root / CONFIG} cannot be loaded ({type(error).__name__}: {error}): repair it"
            ) from None
        config.CourseDirectory.root = str(root)
        if submitted is not None:
            config.CourseDirectory.submitted_directory = str(submitted.resolve())
        if output is not None:
            output = output.resolve()
            try:
                output.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise CourseProblem(
                    f"{output} cannot be a folder for output ({error.strerror}): "
                    "give another one with --output"
                ) from None
            config.CourseDirectory.db_url = _url(output / "gradebook.db")
            for step in ("autograded", "feedback"):
                config.CourseDirectory[f"{step}_directory"] = str(output / step)
        return cls.of(CourseDirectory(config=config), config)

    @classmethod
    def of(cls, directory: CourseDirectory, config: Config | None = None) -> Course:
        """The course of an nbgrader command."""
        find_alembic()
        return cls(directory, config or directory.config)

    def config_for(self, lesson: str) -> Config:
        """nbgrader's configuration for a step over one lesson; what it makes replaces the old."""
        config = deepcopy(self.config)
        config.CourseDirectory.assignment_id = lesson
        config.CourseDirectory.db_url = self.db_url
        config.BaseConverter.force = True
        return config

    @property
    def db_url(self) -> str:
        """The gradebook, with an absolute path where it is a file, and patience with others."""
        return _url(self.gradebook) if self._in_a_file else str(self.directory.db_url)

    @property
    def _in_a_file(self) -> bool:
        return make_url(self.directory.db_url).get_backend_name() == "sqlite"

    @property
    def root(self) -> Path:
        """The folder with everything else."""
        return Path(self.directory.root)

    @cached_property
    def file(self) -> CourseFile:
        """What the instructor decided, in `course.toml`.

        Raises:
            CourseProblem: the file cannot be used.
        """
        try:
            return read_course_file(self.root)
        except InvalidCourseFile as error:
            raise CourseProblem(str(error)) from None

    @property
    def gradebook(self) -> Path:
        """The file of the gradebook, or where it would be if it were one."""
        url = make_url(self.directory.db_url)
        return self.root / ((self._in_a_file and url.database) or "gradebook.db")

    @property
    def has_gradebook(self) -> bool:
        """Whether there is a gradebook; one that is no file is taken to be there."""
        return not self._in_a_file or self.gradebook.is_file()

    @property
    def gradebook_name(self) -> str:
        """The gradebook as a sentence may name it: its file, or its address without a password."""
        url = make_url(self.directory.db_url)
        return str(self.gradebook) if self._in_a_file else url.render_as_string()

    @property
    def desk(self) -> Path:
        """The folder of the gradebook, where the grader keeps its own things too."""
        return self.gradebook.parent

    @property
    def private(self) -> Path:
        """The grader's own folder, readable by its owner alone; made when asked for."""
        folder = self.desk / ".ptbasics"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def reports(self, lesson: str) -> Path:
        """The folder for a lesson's tables and class report."""
        return self.desk / "reports" / lesson

    def submitted(self, student: str, lesson: str) -> Path:
        """The folder that a student handed in."""
        return self._path(self.directory.submitted_directory, student, lesson)

    def autograded(self, student: str, lesson: str) -> Path:
        """The folder with a student's graded notebook."""
        return self._path(self.directory.autograded_directory, student, lesson)

    def feedback(self, student: str, lesson: str) -> Path:
        """The folder with a student's feedback page."""
        return self._path(self.directory.feedback_directory, student, lesson)

    def students(self, lesson: str) -> list[str]:
        """Who handed in anything for a lesson, in order.

        A folder that cannot be looked into counts: the student is told so.
        """
        pattern = self._path(self.directory.submitted_directory, "*", lesson)
        depth = [index for index, part in enumerate(pattern.parts) if part == "*"][-1]
        base = Path(*pattern.parts[:depth])
        inside = Path(*pattern.parts[depth + 1 :])
        if not base.is_dir():
            return []
        return sorted(
            folder.name
            for folder in base.iterdir()
            if not folder.name.startswith(".") and _is_folder(folder / inside, unknown=True)
        )

    def handed_in(self) -> list[str]:
        """The lessons in use for which anybody handed in anything, in order.

        Raises:
            CourseProblem: nobody did, for any.
        """
        found = [
            lesson
            for lesson in self.file.in_use
            if any(_is_folder(self.submitted(name, lesson)) for name in self.students(lesson))
        ]
        if not found:
            place = self.submitted("STUDENT", "LESSON")
            raise CourseProblem(f"nothing was handed in: notebooks belong into {place}/")
        return found

    def misnamed(self, wanted: Sequence[str]) -> list[str]:
        """Folders of students that are called almost like one of these lessons, a sentence each.

        Nobody looks for a submission in them. Other assignments may lie beside the lessons.
        """
        pattern = self._path(self.directory.submitted_directory, "*", "LESSON")
        if (pattern.parent.name, pattern.name) != ("*", "LESSON"):
            return []
        problems = []
        for folder in sorted(pattern.parent.parent.glob("[!.]*/[!.]*")):
            if folder.name in lessons() or not _is_folder(folder):
                continue
            letters = _letters(folder.name)
            if meant := [lesson for lesson in wanted if _letters(lesson) in letters]:
                path = f"{folder.parent.name}/{folder.name}"
                problems.append(f"{path} is not graded: a folder for {meant[0]} has that name")
        return list(map(one_line, problems))

    def release_path(self, lesson: str) -> Path:
        """The student's notebook of a lesson, as it was handed out."""
        return self._path(self.directory.release_directory, ".", lesson) / f"{lesson}.ipynb"

    def release(self, lesson: str) -> NotebookNode:
        """A copy of the student's notebook of a lesson, with the points of this course.

        Raises:
            CourseProblem: it has not been built, or was before an exercise's points were changed,
                or is damaged.
        """
        path = self.release_path(lesson)
        if not path.is_file():
            raise CourseProblem(f"{path} is missing: run `ptbasics build {lesson}`")
        try:
            notebook: NotebookNode = nbformat.read(path, as_version=4)
        except Exception as error:  # of many kinds, which nbformat does not list
            raise CourseProblem(
                f"{path} cannot be read ({type(error).__name__}): run `ptbasics build {lesson}`"
            ) from None
        self._set_points(notebook, lesson)
        return notebook

    def _set_points(self, notebook: NotebookNode, lesson: str) -> None:
        checks = {grade_id(cell): cell for cell in notebook.cells}
        worth = self.points(lesson)
        for exercise in exercises(lesson):
            check = checks.get(check_id(exercise.symbol))
            if check is None:
                continue
            about = check.metadata.nbgrader
            if about.points != exercise.points:
                raise CourseProblem(
                    f"{self.release_path(lesson)} gives {about.points} points for "
                    f"{exercise.symbol}, and the exercise gives {exercise.points}: "
                    f"run `ptbasics build {lesson}`"
                )
            if about.points != worth[exercise.symbol]:
                about.points = worth[exercise.symbol]
                about.checksum = compute_checksum(check)  # nbgrader's, points included

    def points(self, lesson: str) -> dict[str, int]:
        """Exercise → what it is worth in this course, for a lesson, in the lesson's order.

        Raises:
            CourseProblem: the course file cannot be used.
            UnknownName: the course has no such lesson.
        """
        own = {exercise.symbol: exercise.points for exercise in exercises(lesson)}
        return own | self.file.plan(lesson).points

    def points_by_hand(self, lesson: str) -> float:
        """What a lesson's written answers are worth, which a person grades; 0 without any.

        Raises:
            CourseProblem: as `release`.
        """
        cells = self.release(lesson).cells
        return sum(float(cell.metadata.nbgrader.points) for cell in cells if is_written(cell))

    def _path(self, step: str, student: str, lesson: str) -> Path:
        return Path(self.directory.format_path(step, student, lesson))


def _url(gradebook: Path) -> str:
    """What SQLAlchemy calls a gradebook in a file."""
    query = {"timeout": str(_PATIENCE)}
    url = URL.create("sqlite", database=str(gradebook), query=query)
    return url.render_as_string(hide_password=False)


def _letters(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalpha())


def _is_folder(path: Path, unknown: bool = False) -> bool:
    """Whether there is a folder; `unknown` where that cannot be looked at."""
    try:
        return S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return unknown


def find_alembic() -> None:
    """Let nbgrader find `alembic`, which it starts by name to make a new gradebook.

    An environment's programs need not be on the PATH of whoever runs its Python.
    """
    if shutil.which("alembic") is None:
        programs = str(Path(sys.executable).parent)
        os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
