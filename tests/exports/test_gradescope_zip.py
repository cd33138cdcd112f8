"""The zip file for Gradescope: its scripts, run in folders that lie as they do there."""

from __future__ import annotations

import ensurepip
import json
import os
import subprocess
import sys
from pathlib import Path
from sysconfig import get_config_var
from zipfile import ZipFile

import jsonschema
import pytest
from typer.testing import CliRunner

from ptbasics.authoring.gradescope_zip import make_gradescope_zip
from ptbasics.authoring.lesson import Refused
from ptbasics.cli import app
from ptbasics.rooms import INSTRUCTOR_ONLY
from tests.exports.test_checkout import SCHEMAS, SEED, THIEF
from tests.grading.handed_in import BEST, LESSON, ROOT, WORTH, answered, dump, mistaken, with_cell


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Names of wheels, and pip itself, which Python brings along."""
    folder = tmp_path_factory.mktemp("wheelhouse")
    for name in ("torch-2.13.0", "nbgrader-0.9.6", "ptbasics-0.0.1"):
        (folder / f"{name}-py3-none-any.whl").touch()
    bundled = get_config_var("WHEEL_PKG_DIR") or Path(ensurepip.__file__).parent / "_bundled"
    [pip] = Path(bundled).glob("pip-*.whl")
    (folder / pip.name).symlink_to(pip)
    return folder


@pytest.fixture(scope="module")
def base(wheelhouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `/autograder` is there, with the zip file unpacked into `source`."""
    folder = tmp_path_factory.mktemp("autograder")
    archive = make_gradescope_zip(ROOT, LESSON, SEED, wheelhouse, folder / "made")
    assert archive.stat().st_mode & 0o777 == 0o600
    for name in ("source", "submission", "results"):
        (folder / name).mkdir()
    with ZipFile(archive) as file:
        assert {"setup.sh", "run_autograder"} <= set(file.namelist()), "at the root of the archive"
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in file.infolist()}
        file.extractall(folder / "source")
    for name in ("setup.sh", "run_autograder"):
        assert modes[name] == 0o755
    return folder


def run(script: Path, base: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AUTOGRADER": str(base), "OMP_NUM_THREADS": "1", **variables}
    return subprocess.run(
        ["bash", str(script)], cwd=base, env=environment, capture_output=True, text=True
    )


def test_what_is_in_it(base: Path) -> None:
    source = base / "source"
    names = {path.name.partition("-")[0] for path in (source / "wheelhouse").iterdir()}
    assert names == {"torch", "nbgrader", "ptbasics", "pip"}
    [wheel] = (source / "wheelhouse").glob("ptbasics-*.whl")
    with ZipFile(wheel) as file:
        packed = set(file.namelist())
    assert {f"ptbasics/{room}/__init__.py" for room in INSTRUCTOR_ONLY} <= packed
    assert f"ptbasics/stored/{LESSON}.predictions" in packed
    assert (source / "course-root" / "course" / LESSON / f"{LESSON}.ipynb").is_file()
    assert not (source / "course-root" / "solutions").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="Gradescope runs it as root")
def test_setup_installs_from_the_wheels_alone(base: Path) -> None:
    """Dependencies are left out: their wheels are too large for a test."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = run(base / "source" / "setup.sh", base, PIP_NO_DEPS="1", PATH=path)
    assert done.returncode == 0, done.stderr
    [package] = (base / "ptbasics" / "lib").glob("python3*/site-packages/ptbasics")
    for room in INSTRUCTOR_ONLY:
        assert (package / room).stat().st_mode & 0o077 == 0, "for root alone"
    assert (base / "source").stat().st_mode & 0o077 == 0
    assert (base / "source" / "secret_seed").stat().st_mode & 0o077 == 0
    assert (package / "exercises").stat().st_mode & 0o055 == 0o055, "submissions import these"
    assert (base / "ptbasics" / "bin" / "ptbasics").is_file()


def test_run_autograder_writes_results(base: Path, tmp_path: Path) -> None:
    there = tmp_path / "autograder"
    for name in ("submission", "results"):
        (there / name).mkdir(parents=True)
    (there / "source").symlink_to(base / "source")
    (there / "ptbasics").symlink_to(Path(sys.executable).parent.parent)
    notebook = with_cell(answered(softmax=mistaken("overflow")), THIEF, "softmax")
    (there / "submission" / "my homework.ipynb").write_bytes(dump(notebook))
    done = run(there / "source" / "run_autograder", there)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    content = json.loads((there / "results" / "results.json").read_bytes())
    jsonschema.validate(content, json.loads((SCHEMAS / "gradescope.json").read_bytes()))
    assert BEST - WORTH < content["score"] < BEST
    assert sum(test["max_score"] for test in content["tests"]) == BEST
    assert "my homework.ipynb" in content["output"], "what was repaired is said"
    assert SEED not in json.dumps(content)


def test_what_is_missing_is_said(wheelhouse: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="has no wheel of torch") as said:
        make_gradescope_zip(ROOT, LESSON, SEED, tmp_path, tmp_path / "to")
    assert "docs/exports.md" in str(said.value)
    assert not (tmp_path / "to").exists()
    options = ["--wheelhouse", str(wheelhouse), "--to", str(tmp_path / "to")]
    places = ["--course-root", str(ROOT), "--output", str(tmp_path)]
    done = CliRunner().invoke(app, ["gradescope", "99_nowhere", *options, *places])
    assert (done.exit_code, "99_nowhere" in done.stderr) == (1, True)
