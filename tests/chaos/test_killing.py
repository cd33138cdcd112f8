"""A class that is graded under fire: a short run of what `make chaos` does at length."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.chaos.killing import run


@pytest.mark.slow
def test_nothing_is_lost_when_processes_are_killed(tmp_path: Path) -> None:
    random.seed(1)
    chaos = run(tmp_path, students=12, kills=4, pause=2.0, per_round=4)
    assert chaos.wrong == []
    assert chaos.kills.total() >= 4
