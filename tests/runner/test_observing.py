"""Exercises are observed where their check stands, and one that breaks costs itself alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ptbasics.exercise import Data
from ptbasics.judging.codec import Raised, encode
from ptbasics.judging.compare import Tolerance, compare
from ptbasics.judging.observing import observe_cases
from ptbasics.judging.shapes import ShapeQuestion
from ptbasics.registry import find_exercise
from ptbasics.runner import Limits, Probe
from tests.runner.conftest import CASES, EXERCISE, Run, probe, text_of

GOOD = "import torch\ndef softmax(x, dim):\n    return (x - x.logsumexp(dim, keepdim=True)).exp()"


def right(x, dim):
    return (x - x.logsumexp(dim, keepdim=True)).exp()


def is_right(observed) -> bool:
    expected = observe_cases(find_exercise(EXERCISE), right, CASES)
    same = [
        compare(*pair, Tolerance(None, None)) is None
        for pair in zip(observed, expected, strict=True)
    ]
    return all(same)


def test_observations_equal_those_made_here(run: Run) -> None:
    observed = run(GOOD, probe()).observed[EXERCISE]
    assert observed.problem == ""
    assert is_right(observed.observations)


def test_the_state_at_the_check_counts(run: Run) -> None:
    result = run(GOOD, probe(), "def softmax(x, dim): return 0")
    assert is_right(result.observed[EXERCISE].observations)


def test_exceptions_are_observations(run: Run) -> None:
    source = "def softmax(x, dim):\n    raise NotImplementedError('TODO')"
    for seen in run(source, probe()).observed[EXERCISE].observations:
        assert isinstance(seen, Raised)
        assert (seen.type, seen.text) == ("NotImplementedError", "TODO")
        assert "softmax, line 2" in seen.trace


@pytest.mark.parametrize(
    ("sources", "reason"),
    [
        (["x = 1"], "`softmax` is not defined anywhere above its check"),
        (["1/0\ndef softmax(x, dim): pass"], "the cell that defines it failed, it raised ZeroDiv"),
        (["def softmax(x dim): pass"], "the cell that defines it failed, it raised SyntaxError"),
        (["import os; os._exit(0)\nclass softmax: pass"], "failed, the Python process was ended"),
    ],
)
def test_a_missing_symbol(run: Run, sources: list[str], reason: str) -> None:
    observed = run(*sources, probe()).observed[EXERCISE]
    assert (observed.problem, observed.observations) == ("missing", None)
    assert reason in observed.reason


def test_a_definition_below_the_check_is_pointed_out(run: Run) -> None:
    assert "only defined further down" in run(probe(), GOOD).observed[EXERCISE].reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("import os; os._exit(0)", "ended by the code itself (exit code 0), in case 1 of"),
        ("import ctypes; ctypes.string_at(0)", "signal 11 (segmentation fault), in case 1 of"),
        ("while True: pass", "`softmax` did not finish within 1 s, in case 1 of"),
        ("import signal, time; signal.alarm(0); time.sleep(99)", "did not finish within 1 s"),
        ("import os\n    for fd in range(3, 30):\n        try: os.write(fd, b'\\0' * 999)\n"
         "        except OSError: pass", "sent no data, or too much"),
    ],
)  # fmt: skip
def test_a_broken_answer_costs_its_own_exercise(run: Run, body: str, reason: str) -> None:
    other = Probe("tensors.nothing", (), 1)
    again = Probe("softmax", probe().inputs, 5)  # the same exercise under its short name
    result = run(
        f"def softmax(x, dim):\n    {body}", probe(1), other, GOOD, again, "print('reached')"
    )
    observed = result.observed[EXERCISE]
    assert observed.problem == "broken"
    assert reason in observed.reason
    assert "no single exercise" in result.observed["tensors.nothing"].reason
    assert is_right(result.observed["softmax"].observations)
    assert text_of(result, "5") == "reached\n"


def test_a_memory_blow_up_is_an_observation(run: Run) -> None:
    source = "import torch\ndef softmax(x, dim):\n    return torch.zeros(10**11)"
    for seen in run(source, probe()).observed[EXERCISE].observations:
        assert isinstance(seen, Raised)
        assert seen.type == "RuntimeError"


def test_what_is_no_data_is_told(run: Run) -> None:
    [first, *_] = run("def softmax(x, dim): return object", probe()).observed[EXERCISE].observations
    assert isinstance(first, Raised)
    assert first.type == "NotData"


WORKERS = """
import torch, time
from torch.utils.data import DataLoader, Dataset
class Numbers(Dataset):
    def __len__(self): return 4
    def __getitem__(self, index): {item}
def softmax(x, dim):
    return torch.cat(list(DataLoader(Numbers(), num_workers=2)))
"""


def test_workers_run_while_observing(run: Run) -> None:
    observed = run(WORKERS.format(item="return index"), probe()).observed[EXERCISE]
    assert observed.problem == "", observed
    assert all(torch_list.tolist() == [0, 1, 2, 3] for torch_list in observed.observations)


def test_a_hanging_worker_costs_its_own_exercise(run: Run) -> None:
    again = Probe("softmax", probe().inputs, 5)
    result = run(WORKERS.format(item="time.sleep(99)"), probe(1), GOOD, again)
    assert "did not finish within 1 s" in result.observed[EXERCISE].reason
    assert is_right(result.observed["softmax"].observations)


def test_no_cell_can_show_hidden_inputs(run: Run) -> None:
    peek = (
        "import time, os\nopen('log', 'w').close()\nfd = os.open('log', os.O_RDWR)\n"
        "def softmax(x, dim):\n    os.write(fd, repr(x).encode())\n    print(x)\n"
        "    return (x - x.logsumexp(dim, keepdim=True)).exp()"
    )
    show = "time.sleep(0.5)\nprint(os.pread(fd, 10**6, 0))"
    result = run(peek, probe(), show)
    assert is_right(result.observed[EXERCISE].observations)
    assert text_of(result, "2") == "b''\n"


LOOK_AROUND = """
import sys
def softmax(x, dim):
    frame, seen = sys._getframe(1), []
    while frame:
        seen.append(repr(frame.f_locals))
        frame = frame.f_back
    secrets = "tupni tsrif", "tupni dnoces"  # this source lies in a frame, too
    raise ValueError(str([secret[::-1] in repr(seen) for secret in secrets]))
"""


def test_no_case_can_tell_of_the_next(run: Run) -> None:
    inputs = tuple(encode((f"the {place} input", 0)) for place in ("first", "second"))
    observed = run(LOOK_AROUND, Probe(EXERCISE, inputs, 5, hidden=1)).observed[EXERCISE]
    assert [seen.text for seen in observed.observations] == ["[True, False]", "[False, True]"]


@pytest.mark.parametrize(
    "end", ["os._exit(len(x))", "os.kill(os.getpid(), 9)", "time.sleep(99)", "os.abort()"]
)
def test_how_a_hidden_case_ends_is_no_message(run: Run, end: str) -> None:
    source = f"import os, time\ndef softmax(x, dim):\n    if x == 'hidden':\n        {end}"
    inputs = tuple(encode((text, 0)) for text in ("public", "hidden"))
    observed = run(source, Probe(EXERCISE, inputs, 1, hidden=1)).observed[EXERCISE]
    assert observed.reason == (
        "in a hidden case, `softmax` did not finish within 1 s, or it ended the process that ran it"
    )


def test_the_limit_of_processes_leaves_room_for_observers(run: Run) -> None:
    hoard = "import subprocess\nfor _ in range(100):\n    subprocess.Popen(['sleep', '60'])"
    limits = Limits(cell_seconds=10, processes=20)
    result = run(GOOD, hoard, probe(), limits=limits)
    observed = result.observed[EXERCISE]
    assert observed.problem == "broken"
    assert "no process could be started" in observed.reason


WRONG_SHAPE = "import torch\ndef softmax(x, dim):\n    y = x.exp()\n    return y.sum(dim)"
ANOTHER_TIME = "import os, time\nruns = []\n" + WRONG_SHAPE.replace(
    "y = x.exp()", f"runs.append(x); y = x.exp() if len(runs) <= {len(CASES)} else {{}}"
)


def asking(seen: Sequence[Data]) -> ShapeQuestion:
    got, expected = tuple(seen[0].shape), tuple(CASES[0].inputs[0].shape)
    return ShapeQuestion(0, "", (), got, expected)


def with_question() -> Probe:
    return replace(probe(), shapes_of=asking)


def test_shapes_are_shown_where_they_are_asked_for(run: Run) -> None:
    observed = run(WRONG_SHAPE, with_question()).observed[EXERCISE]
    assert observed.observations is not None
    assert observed.shapes is not None
    assert [line.code for line in observed.shapes.lines] == ["y = x.exp()", "return y.sum(dim)"]
    assert [line.marked for line in observed.shapes.lines] == [False, True]


def test_nothing_is_shown_where_nobody_asks(run: Run) -> None:
    assert run(WRONG_SHAPE, probe()).observed[EXERCISE].shapes is None
    nobody = replace(probe(), shapes_of=lambda seen: None)
    assert run(WRONG_SHAPE, nobody).observed[EXERCISE].shapes is None


@pytest.mark.parametrize(
    "then", ["os._exit(3)", "time.sleep(60)", "os.kill(os.getpid(), 9)", "[][0]", "x[0, 0, 0, 0]"]
)
def test_a_run_for_shapes_that_goes_wrong_costs_nothing(run: Run, then: str) -> None:
    source = ANOTHER_TIME.format(then) + "\ndef one_hot(*_):\n    return 0"
    quick = replace(with_question(), seconds=2)
    observed = run(source, quick, probe(exercise="operations.one_hot")).observed
    assert len(observed[EXERCISE].observations or ()) == len(CASES)
    assert observed[EXERCISE].shapes is None
    assert len(observed["operations.one_hot"].observations or ()) == len(CASES)


KILL = """
import os, signal
for pid in range(2, 3000):
    if pid not in (os.getpid(), os.getppid()):
        try:
            os.kill(pid, signal.{})
        except OSError:
            pass
"""


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSTOP", "SIGALRM"])
def test_a_cell_that_ends_observers_is_left_out_and_costs_nobody_else(run: Run, name: str) -> None:
    result = run(GOOD, probe(), KILL.format(name), "print('next')")
    assert result.observed[EXERCISE].observations
    assert text_of(result, "3") == "next\n"


@pytest.mark.parametrize("how", ["os.kill(-1, 9)", "os.killpg(0, 9)"])
def test_no_signal_reaches_all_processes(run: Run, how: str) -> None:
    result = run(GOOD, probe(), f"import os\n{how}", "print('next')")
    assert result.observed[EXERCISE].observations
    assert "PermissionError" in result.cells["2"].reason


def test_an_answer_that_kills_its_neighbours_loses_itself_alone(run: Run) -> None:
    body = KILL.replace("\n", "\n    ").format("SIGKILL")
    killer = f"def one_hot(labels, num_classes):{body}\n    os._exit(1)"
    other = probe(exercise="operations.one_hot")
    result = run(killer, other, GOOD, probe())
    assert result.observed["operations.one_hot"].problem == "broken"
    assert result.observed[EXERCISE].observations
