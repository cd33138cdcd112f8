"""The course that the tests here build."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ptbasics import exercises as exercises_package
from ptbasics import reference as reference_package
from ptbasics.authoring import build as build_module
from tests.authoring.course import Course, forget, write_course


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    """A fresh course whose lessons are known to the registry during the test."""
    write_course(tmp_path)
    packages = {
        exercises_package: "exercises",
        reference_package: "reference",
    }
    for package, folder in packages.items():
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path / folder)])
    monkeypatch.setattr(build_module, "STORED", tmp_path / "stored")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    forget()
    yield Course(tmp_path)
    forget()
