"""From the instructor's notebook to the student's, through nbgrader's own generate_assignment."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from ptbasics.authoring.lesson import Refused
from ptbasics.authoring.notebook import dump
from ptbasics.nbgrader_tools import CONFIG, Messages, read_config


def release(root: Path, lesson: str, source: NotebookNode) -> NotebookNode:
    """The student's version of a notebook, made under the course's nbgrader configuration.

    It is made in a temporary folder and without a gradebook (nbgrader's `--no-db`), so building
    never touches grades.

    Raises:
        Refused: nbgrader does not accept the notebook.
    """
    with TemporaryDirectory() as folder:
        place = Path(folder)
        written = place / "source" / lesson / f"{lesson}.ipynb"
        written.parent.mkdir(parents=True)
        written.write_bytes(dump(source))
        config = _config(root)
        config.CourseDirectory.update(
            root=folder,
            source_directory="source",
            release_directory="release",
            assignment_id=lesson,
            notebook_id="*",
        )
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
        _generate(config, lesson)
        made = place / "release" / lesson / f"{lesson}.ipynb"
        notebook: NotebookNode = nbformat.read(made, as_version=nbformat.NO_CONVERT)
    return notebook


def _config(root: Path) -> Config:
    if not (root / CONFIG).is_file():
        raise Refused([f"{root / CONFIG} is missing: it tells nbgrader how to release notebooks"])
    return read_config(root)


def _generate(config: Config, lesson: str) -> None:
    said = Messages()
    directory = CourseDirectory(config=config, log=said.log)
    try:
        GenerateAssignment(coursedir=directory, config=config, log=said.log).start()
    except (NbGraderException, SystemExit) as error:
        reason = said.first() or " ".join(str(error).split())
        raise Refused([f"{lesson}: nbgrader cannot release this notebook: {reason}"]) from error
