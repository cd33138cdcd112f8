"""The bundle on an empty machine: its README installs it, and the first check is green."""

from __future__ import annotations

import json
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
from benchmarks.first_green import first_green, install_commands

from ptbasics.authoring.bundle import NAME, make_bundle
from ptbasics.registry import lessons

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_commands_install_it_and_the_first_check_is_green(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # where an index cannot be reached, pip is not to wait for it
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "15")
    monkeypatch.setenv("PIP_RETRIES", "1")
    bundle = make_bundle(ROOT, tmp_path)
    work = tmp_path / "learner"
    work.mkdir()
    green = first_green(work, bundle.archive)
    assert len(install_commands((bundle.folder / "README.md").read_text())) == 2
    assert "2 of 2 points" in green.said
    assert green.megabytes["environment"] < 2000

    python, place = work / NAME / ".venv" / "bin" / "python", work / NAME
    packages = ("torch", "numpy", "jupyterlab")
    script = f"from importlib.metadata import version; print(*map(version, {packages!r}))"
    installed = _printed([python, "-c", script], place).split()
    assert [each.partition("+")[0] for each in installed] == [
        version(name).partition("+")[0] for name in packages
    ]

    # what Colab runs leaves the PyTorch that is there, and goes where the lesson is
    said = _printed([python, "colab.py", lessons()[1]], place)
    assert f"beside torch=={installed[0]}" in said
    assert said.rstrip().endswith(f"course/{lessons()[1]}")


def test_online_files_install_what_the_readme_does(tmp_path: Path) -> None:
    folder = make_bundle(ROOT, tmp_path, names=lessons()[:1]).folder
    container = json.loads((folder / ".devcontainer" / "devcontainer.json").read_text())
    assert container["postCreateCommand"] == "pip install -r requirements.txt"
    assert "- --requirement requirements.txt" in (folder / "environment.yml").read_text()


def _printed(command: list[str | Path], folder: Path) -> str:
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
