"""The zip file that Gradescope makes an autograder of, which needs no network to be built."""

from __future__ import annotations

import shutil
from datetime import date
from importlib.resources import files
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

import ptbasics
from ptbasics.authoring.bundle import run_setuptools
from ptbasics.authoring.lesson import Refused
from ptbasics.nbgrader_tools import CONFIG
from ptbasics.rooms import INSTRUCTOR_ONLY

#: What the wheels of a wheelhouse must be among others: pip installs itself and the rest from them.
_NEEDED = ("pip", "torch", "nbgrader")


def make_gradescope_zip(
    root: Path, lesson: str, seed: str, wheelhouse: Path, destination: Path
) -> Path:
    """Write `gradescope-LESSON.zip`, readable by its owner alone: it holds answers and seed.

    Args:
        root: the folder of the course's sources, with `pyproject.toml` and `constraints.txt`.
        lesson: the one that it grades, with its notebook built.
        seed: the secret seed that the class is graded with.
        wheelhouse: a folder with the wheels of all that ptbasics needs, for Gradescope's machine.
        destination: where the zip file goes; made where it is missing.

    Raises:
        Refused: a wheel or a file of the course is missing.
    """
    notebook = Path("course", lesson, f"{lesson}.ipynb")
    config = Path("autograder", CONFIG)
    project = ("pyproject.toml", "README.md", "LICENSE", "constraints.txt")
    missing = [
        f"{root / name} is missing: give the course's folder with --course-root"
        for name in (*project, CONFIG, config, notebook)
        if not (root / name).is_file()
    ]
    missing += [
        f"{wheelhouse} has no wheel of {name}: fill it as docs/exports.md says"
        for name in _NEEDED
        if not list(wheelhouse.glob(f"{name}-*.whl"))
    ]
    if missing:
        raise Refused(missing)
    destination.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as place:
        folder = Path(place) / "zip"
        wheels = folder / "wheelhouse"
        wheels.mkdir(parents=True)
        for wheel in wheelhouse.glob("*.whl"):
            if not wheel.name.startswith("ptbasics-"):
                shutil.copyfile(wheel, wheels / wheel.name)
        _build_wheel(root, Path(place) / "project", wheels)
        for name in (CONFIG, config, notebook):
            (folder / "course-root" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, folder / "course-root" / name)
        shutil.copyfile(root / "constraints.txt", folder / "constraints.txt")
        (folder / "secret_seed").write_text(seed, encoding="utf-8")
        for name, text in _scripts(lesson).items():
            (folder / name).write_text(text, encoding="utf-8")
            (folder / name).chmod(0o755)
        made = shutil.make_archive(str(Path(place) / "made"), "zip", root_dir=folder)
        archive = destination / f"gradescope-{lesson}.zip"
        archive.unlink(missing_ok=True)
        archive.touch(mode=0o600)
        with archive.open("wb") as target, Path(made).open("rb") as source:
            shutil.copyfileobj(source, target)
    return archive


def _build_wheel(root: Path, project: Path, destination: Path) -> None:
    """The whole package, answers included, from a copy: setuptools leaves files behind."""
    package = Path(ptbasics.__file__).parent
    without = shutil.ignore_patterns("__pycache__")
    shutil.copytree(package, project / "src" / "ptbasics", ignore=without)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(root / name, project / name)
    run_setuptools(project, destination, date.today())


def _scripts(lesson: str) -> dict[str, str]:
    templates = files(__package__) / "templates" / "gradescope"
    names = {"lesson": lesson, "rooms": ",".join(INSTRUCTOR_ONLY)}
    return {
        name: Template((templates / name).read_text(encoding="utf-8")).substitute(names)
        for name in ("setup.sh", "run_autograder")
    }
