"""What students are given: the notebooks, an installable ptbasics without answers, and how to."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from shutil import ignore_patterns
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import ptbasics
from ptbasics.authoring import glossary
from ptbasics.authoring.bundle_texts import texts
from ptbasics.authoring.lesson import Refused, read_lesson
from ptbasics.authoring.made import check_generated
from ptbasics.authoring.outlining import outline_of
from ptbasics.authoring.prompts import predictions_of
from ptbasics.authoring.solution import reference_text
from ptbasics.expected import pack_expected
from ptbasics.expected import store_name as expected_store
from ptbasics.outlines import pack_outline
from ptbasics.outlines import store_name as outline_store
from ptbasics.predictions import pack_predictions
from ptbasics.predictions import store_name as prediction_store
from ptbasics.references import pack_references
from ptbasics.references import store_name as reference_store
from ptbasics.registry import exercises, lessons
from ptbasics.rooms import INSTRUCTOR_ONLY

NAME = "ptbasics-course"


@dataclass(frozen=True)
class Bundle:
    """The same content as a folder and as a zip file."""

    folder: Path
    archive: Path


def make_bundle(
    root: Path,
    destination: Path,
    names: Sequence[str] = (),
    hand_in: str = "",
    day: date | None = None,
    with_references: bool = False,
) -> Bundle:
    """Write the student's bundle, in place of an earlier one.

    Args:
        root: the folder of the course's sources, with `pyproject.toml` and `constraints.txt`.
        destination: where to put the folder and the zip file; made where it is missing.
        names: the lessons to include, all of them where it is empty.
        hand_in: a sentence on where and how to hand in, for the README.
        day: the date of everything in the zip file; today by default. Equal content of one day
            gives equal bytes.
        with_references: whether students get the reference solutions, for `compare`. They can read
            them at once, so such a bundle is for after the deadline.

    Raises:
        Refused: a notebook is not what its source makes.
    """
    names = names or lessons()
    day = day or date.today()
    if drift := check_generated(root, names):
        raise Refused(drift)
    folder = destination / NAME
    shutil.rmtree(folder, ignore_errors=True)
    for name in names:
        (folder / "course" / name).mkdir(parents=True)
        notebook = f"course/{name}/{name}.ipynb"
        shutil.copyfile(root / notebook, folder / notebook)
    shutil.copyfile(root / glossary.PAGE, folder / glossary.PAGE)
    shutil.copyfile(root / "constraints.txt", folder / "constraints.txt")
    wheel = _build_wheel(root, folder, names, day, with_references)
    for name, text in texts(root, wheel.name, names, hand_in).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    archive = destination / f"{NAME}.zip"
    _zip(folder, archive, day)
    return Bundle(folder, archive)


def _build_wheel(
    root: Path, destination: Path, names: Sequence[str], day: date, with_references: bool
) -> Path:
    """ptbasics without what is the instructor's, with what `names` expect on public cases."""
    with TemporaryDirectory() as place:
        copy = Path(place)
        package = copy / "src" / "ptbasics"
        shutil.copytree(
            Path(ptbasics.__file__).parent, package, ignore=ignore_patterns("__pycache__")
        )
        for part in (*INSTRUCTOR_ONLY, "stored"):
            shutil.rmtree(package / part, ignore_errors=True)
        for name in set(lessons()) - set(names):
            shutil.rmtree(package / "exercises" / f"l{name}")
        (package / "stored").mkdir()
        for name in names:
            (package / "stored" / expected_store(name)).write_bytes(pack_expected(name))
            lesson = read_lesson(root, name)
            asked = predictions_of(lesson)
            (package / "stored" / prediction_store(name)).write_bytes(pack_predictions(asked))
            (package / "stored" / outline_store(name)).write_bytes(pack_outline(outline_of(lesson)))
            if with_references:
                given = {each.symbol: reference_text(each) for each in exercises(name)}
                (package / "stored" / reference_store(name)).write_bytes(pack_references(given))
        for file in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copyfile(root / file, copy / file)
        _say_version(copy, day)
        for path in copy.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        run_setuptools(copy, destination, day)
    [wheel] = destination.glob("*.whl")
    return wheel


def _say_version(project: Path, day: date) -> None:
    """Add day and content to the version: pip installs no wheel over one of the same version."""
    content = sha256()
    for path in sorted(path for path in (project / "src").rglob("*") if path.is_file()):
        content.update(path.relative_to(project).as_posix().encode() + path.read_bytes())
    told = f"{day:%Y%m%d}.g{content.hexdigest()[:8]}"
    file = project / "pyproject.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r'(?m)^(version = "[^"]+)"', rf'\1+{told}"', text), encoding="utf-8")


def run_setuptools(project: Path, destination: Path, day: date) -> None:
    """Make a wheel, in a process of its own, since it works in the current folder; no network.

    Args:
        project: a folder with `pyproject.toml` and `src/`.
        destination: where the wheel goes.
        day: the date of the files in it.
    """
    script = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    built = subprocess.run(
        [sys.executable, "-c", script, str(destination.resolve())],
        cwd=project,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(int(moment))},
        capture_output=True,
        text=True,
    )
    if built.returncode:
        raise RuntimeError(f"setuptools could not build the wheel:\n{built.stderr}")


def _zip(folder: Path, archive: Path, day: date) -> None:
    with ZipFile(archive, "w", ZIP_DEFLATED) as file:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = ZipInfo(
                path.relative_to(folder.parent).as_posix(), (day.year, day.month, day.day, 0, 0, 0)
            )
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            file.writestr(info, path.read_bytes())
