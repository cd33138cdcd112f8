"""Ranks in the confined runner: one that hangs costs its own exercise, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest

from ptbasics.judging.codec import Raised, encode
from ptbasics.judging.observing import draw_cases, observe_cases
from ptbasics.judging.verdict import Expected, judge
from ptbasics.registry import find_exercise, reference
from ptbasics.runner import Cell, Job, Probe, Runner
from ptbasics.runner.confine import Mode

EXERCISE = find_exercise("distributed.global_mean")
CASES = draw_cases(EXERCISE, "only for these tests")
RIGHT = """
import torch, torch.distributed as dist
def global_mean(values):
    pair = torch.tensor([values.sum().item(), len(values)])
    dist.all_reduce(pair)
    return (pair[0] / pair[1]).item()
"""
HANGS = """
def global_mean(values):
    while dist.get_rank() == 1:
        pass
    dist.barrier()
"""
WAITS_FOR_NOBODY = """
def global_mean(values):
    dist.recv(torch.zeros(1), 1 - dist.get_rank())
"""


@pytest.fixture(scope="module", params=["view", "plain"])
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    """In the strictest mode that this machine allows, and in the plain one."""
    modes: dict[str, tuple[Mode, ...]] = {"view": ("view", "plain"), "plain": ("plain",)}
    with Runner(workers=1, modes=modes[request.param]) as started:
        yield started


def probe(cases: int = len(CASES), seconds: float = 30, name: str = EXERCISE.name) -> Probe:
    return Probe(name, tuple(encode(case.inputs) for case in CASES[:cases]), seconds)


@pytest.mark.parametrize("source", [HANGS, WAITS_FOR_NOBODY], ids=["loops", "waits for nobody"])
def test_a_rank_that_hangs_costs_its_own_exercise(runner: Runner, source: str) -> None:
    before = psutil.Process().children(recursive=True)
    again = probe(name=EXERCISE.symbol)  # the same exercise under its short name
    parts = [RIGHT + source, probe(seconds=2), RIGHT, again, "print('reached')"]
    result = runner.run(Job(tuple(map(cell, range(len(parts)), parts))))
    hung, right = result.observed[EXERCISE.name], result.observed[EXERCISE.symbol]
    assert hung.problem == "broken"
    assert "did not finish within 2 s, in case 1 of" in hung.reason
    assert right.observations is not None
    expected = Expected(observe_cases(EXERCISE, reference(EXERCISE), CASES))
    assert judge(EXERCISE, CASES, right.observations, expected).passed
    assert result.cells["4"].status == "ok"
    left = set(psutil.Process().children(recursive=True)) - set(before)
    assert not psutil.wait_procs(left, timeout=5)[1]


@pytest.mark.slow
def test_ranks_are_given_up_before_the_exercise_is(runner: Runner) -> None:
    parts = [RIGHT + HANGS, probe(cases=1)]
    observed = runner.run(Job(tuple(map(cell, range(2), parts)))).observed[EXERCISE.name]
    assert observed.observations is not None
    [seen] = observed.observations
    assert isinstance(seen, Raised)
    assert seen.type == "TimeoutError"
    assert "still waiting: rank 0, 1" in seen.text


def cell(number: int, content: str | Probe) -> Cell:
    if isinstance(content, Probe):
        return Cell(str(number), "", content)
    return Cell(str(number), content)
