"""What students are given: the notebooks, an installable ptbasics without answers, and how to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import ignore_patterns
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import ptbasics
from ptbasics.authoring import glossary
from ptbasics.authoring.documents import table
from ptbasics.authoring.lesson import Refused, read_lesson
from ptbasics.authoring.made import check_generated
from ptbasics.authoring.outlining import outline_of
from ptbasics.authoring.prompts import predictions_of
from ptbasics.expected import pack_expected
from ptbasics.expected import store_name as expected_store
from ptbasics.outlines import pack_outline
from ptbasics.outlines import store_name as outline_store
from ptbasics.predictions import pack_predictions
from ptbasics.predictions import store_name as prediction_store
from ptbasics.registry import exercises, lessons
from ptbasics.rooms import INSTRUCTOR_ONLY

NAME = "ptbasics-course"

# the earliest moment that a zip file can hold; everything is dated so, and equal bundles are equal
_EPOCH = "315532800"
_DATE = (1980, 1, 1, 0, 0, 0)

_README = """# ptbasics: a hands-on PyTorch course

## Install

You need Python 3.11 or newer. In a terminal, in this folder:

```console
$ python -m venv .venv
$ . .venv/bin/activate          # on Windows: .venv\\Scripts\\activate
$ pip install "./{wheel}[notebook]"
```

or, with conda:

```console
$ conda env create -f environment.yml
$ conda activate ptbasics
$ pip install --no-deps ./{wheel}
```

## Work

```console
$ jupyter lab course
```

Open a notebook and read it from top to bottom, running every cell (Shift + Enter). At an
exercise, put your code in place of the line under `# TODO`, run the cell, then run the cell with
`check(...)` under it. It says at once which cases pass and, where they do not, what was expected.
The grader uses more cases of the same kind, so solve the problem rather than the cases.

You may add cells and imports anywhere. Leave the names of the exercises, the first code cell and
the `check(...)` cells as they are.

{table}

## Hand in

Choose *Kernel → Restart Kernel and Run All Cells* and look at the checks once more: this is how
your work will be run. On Linux, a terminal can list all of them:

```console
$ ptbasics check course/{first}/{first}.ipynb
```

Save, and hand in the notebook under the name that it has, such as `{first}.ipynb`.
"""


@dataclass(frozen=True)
class Bundle:
    """The same content as a folder and as a zip file."""

    folder: Path
    archive: Path


def make_bundle(root: Path, destination: Path, names: Sequence[str] = ()) -> Bundle:
    """Write the student's bundle, in place of an earlier one.

    Args:
        root: the folder of the course's sources, with `pyproject.toml` and `environment.yml`.
        destination: where to put the folder and the zip file; made where it is missing.
        names: the lessons to include, all of them where it is empty.

    Raises:
        Refused: a notebook is not what its source makes.
    """
    names = names or lessons()
    if drift := check_generated(root, names):
        raise Refused(drift)
    folder = destination / NAME
    shutil.rmtree(folder, ignore_errors=True)
    for name in names:
        (folder / "course" / name).mkdir(parents=True)
        notebook = f"course/{name}/{name}.ipynb"
        shutil.copyfile(root / notebook, folder / notebook)
    shutil.copyfile(root / glossary.PAGE, folder / glossary.PAGE)
    shutil.copyfile(root / "environment.yml", folder / "environment.yml")
    wheel = _build_wheel(root, folder, names)
    (folder / "README.md").write_text(_readme(root, wheel, names), encoding="utf-8")
    archive = destination / f"{NAME}.zip"
    _zip(folder, archive)
    return Bundle(folder, archive)


def _build_wheel(root: Path, destination: Path, names: Sequence[str]) -> Path:
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
        for file in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copyfile(root / file, copy / file)
        for path in copy.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        _run_setuptools(copy, destination)
    [wheel] = destination.glob("*.whl")
    return wheel


def _run_setuptools(project: Path, destination: Path) -> None:
    """In a process of its own, since it works in the current folder; it needs no network."""
    script = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    built = subprocess.run(
        [sys.executable, "-c", script, str(destination.resolve())],
        cwd=project,
        env={**os.environ, "SOURCE_DATE_EPOCH": _EPOCH},
        capture_output=True,
        text=True,
    )
    if built.returncode:
        raise RuntimeError(f"setuptools could not build the wheel:\n{built.stderr}")


def _readme(root: Path, wheel: Path, names: Sequence[str]) -> str:
    rows = [
        (
            f"`{name}`",
            read_lesson(root, name).title,
            str(len(exercises(name))),
            str(sum(exercise.points for exercise in exercises(name))),
        )
        for name in names
    ]
    content = table(("lesson", "what it is about", "exercises", "points"), rows)
    return _README.format(wheel=wheel.name, table=content, first=names[0])


def _zip(folder: Path, archive: Path) -> None:
    with ZipFile(archive, "w", ZIP_DEFLATED) as file:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = ZipInfo(path.relative_to(folder.parent).as_posix(), _DATE)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            file.writestr(info, path.read_bytes())
