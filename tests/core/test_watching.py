"""What a statement forbids is seen when it is called, however the answer came to it."""

from __future__ import annotations

import sys
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from ptbasics.exercise import Implementation
from ptbasics.expected import observe_expected
from ptbasics.judging.observing import draw_cases, observe_case
from ptbasics.judging.verdict import Expected, Verdict, judge
from ptbasics.registry import find_exercise

SET_UP = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
SOFTMAX = "operations.softmax"


@cache
def right(name: str) -> Expected:
    """What is expected of the public cases."""
    exercise = find_exercise(name)
    return observe_expected(exercise, draw_cases(exercise))


def verdict_on(name: str, answer: str | Implementation) -> Verdict:
    """The verdict on an answer, observed on the public cases; source is run as a cell is."""
    exercise = find_exercise(name)
    if isinstance(answer, str):
        names: dict[str, Any] = {"__name__": "__main__"}
        exec(compile(SET_UP + answer, "<cell>", "exec"), names)
        answer = names[exercise.symbol]
    cases = draw_cases(exercise)
    observed = [observe_case(exercise, answer, case, number) for number, case in enumerate(cases)]
    return judge(exercise, cases, observed, right(name))


@pytest.mark.parametrize(
    "body",
    [
        "return torch.softmax(x, dim)",
        "return F.log_softmax(x, dim).exp()",
        "return x.softmax(dim)",
        "return torch.Tensor.softmax(x, dim)",
        "names = {}; exec('from torch import softmax as s', names); return names['s'](x, dim)",
        "return eval('torch.soft' + 'max')(x, dim)",
        "return getattr(torch, 'xamtfos'[::-1])(x, dim)",
        "return torch.ops.aten._softmax(x, dim, False)",
        "return torch.ops.aten._softmax.default(x, dim, False)",
        "return getattr(torch.ops.aten, '_soft' + 'max')(x, dim, False)",
        "return list(map(vars(F)['soft' + 'max'], [x], [dim]))[0]",
        "from functools import partial; return partial(vars(torch)['soft' + 'max'], dim=dim)(x)",
        "from operator import methodcaller; return methodcaller('soft' + 'max', dim)(x)",
        "return getattr(nn, 'Soft' + 'max')(dim)(x)",
        "return getattr(nn, 'Soft' + 'min')(dim)(-x)",
        "from torch import distributions as d\n"
        "    made = getattr(d, 'Cat' + 'egorical')(logits=x.movedim(dim, -1))\n"
        "    return made.probs.movedim(-1, dim)",
        "import scipy.special as special\n"
        "    return torch.tensor(getattr(special, 'soft' + 'max')(x.numpy(), dim))",
    ],
)
def test_softmax_by_any_other_name(body: str) -> None:
    verdict = verdict_on(SOFTMAX, f"def softmax(x, dim):\n    {body}")
    assert (verdict.status, verdict.points) == ("forbidden", 0), verdict
    assert "Write it with `exp`" in verdict.reason


@pytest.mark.parametrize("answer", [F.softmax, partial(F.softmax), partial(partial(torch.softmax))])
def test_an_answer_that_is_the_function_itself(answer: Implementation) -> None:
    assert verdict_on(SOFTMAX, answer).status == "forbidden"


def test_a_module_beside_the_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helper = "import torch\ndef by_hand(x, dim): return torch.softmax(x, dim)"
    (tmp_path / "helper_of_mine.py").write_text(helper)
    monkeypatch.syspath_prepend(tmp_path)
    answer = "from helper_of_mine import by_hand as softmax"
    assert verdict_on(SOFTMAX, answer).status == "forbidden"


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        (
            "training_loop.SGD",
            "nothing = nn.Parameter(torch.zeros(1))\n"
            "kind = type(getattr(torch, 'op' + 'tim').SGD([nothing]))\n"
            "def SGD(parameters, lr, **options): return kind(parameters, lr, **options)",
        ),
        ("training_loop.SGD", "class SGD(vars(torch)['op' + 'tim'].SGD): pass"),
        (
            "training_loop.LinearLayer",
            "class LinearLayer(getattr(nn, 'Lin' + 'ear')): pass",
        ),
        (
            "dataloader_batches.number_of_batches",
            "from torch.utils import data\n"
            "def number_of_batches(length, batch_size, drop_last):\n"
            "    kind = getattr(data, 'Data' + 'Loader')\n"
            "    return len(kind(range(length), batch_size, drop_last=drop_last))",
        ),
        (
            "iris_dataset.confusion_matrix",
            "import importlib\n"
            "def confusion_matrix(actual, predicted, classes):\n"
            "    by = importlib.import_module('sklearn.' + 'metrics').confusion_matrix\n"
            "    return torch.tensor(by(actual, predicted, labels=range(classes)))",
        ),
        (
            "autograd.numerical_gradient",
            "def numerical_gradient(f, x, step):\n"
            "    x = x.clone().requires_grad_(); getattr(f(x), 'back' + 'ward')()\n"
            "    return x.__getattribute__('gr' + 'ad')",
        ),
        (
            "tensors.row_major_strides",
            "def row_major_strides(shape):\n"
            "    return getattr(torch.empty(shape), 'str' + 'ide')()",
        ),
    ],
)
def test_other_rules_are_watched_as_well(name: str, answer: str) -> None:
    assert verdict_on(name, answer).status == "forbidden"


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        (
            SOFTMAX,
            "def softmax(x, dim):\n"
            "    print(x, isinstance(nn.Linear(1, 1), nn.Softmax))\n"
            "    def log_softmax(x): return x - x.logsumexp(dim, keepdim=True)\n"
            "    return log_softmax(x).exp()",
        ),
        (
            "autograd.numerical_gradient",
            "def numerical_gradient(f, x, step):\n"
            "    with torch.no_grad():\n"
            "        grad = torch.zeros_like(x)\n"
            "        for i in range(x.numel()):\n"
            "            up, down = x.clone(), x.clone()\n"
            "            up.view(-1)[i] += step\n"
            "            down.view(-1)[i] -= step\n"
            "            grad.view(-1)[i] = (f(up) - f(down)) / (2 * step)\n"
            "    return grad",
        ),
        (
            "tensors.row_major_strides",
            "def row_major_strides(shape):\n"
            "    print(torch.empty(shape))\n"
            "    found = [1]\n"
            "    for size in reversed(shape[1:]): found.insert(0, found[0] * max(size, 1))\n"
            "    return tuple(found[:len(shape)])",
        ),
    ],
)
def test_what_a_library_does_for_itself_is_no_use_of_it(name: str, answer: str) -> None:
    assert verdict_on(name, answer).status in ("passed", "failed")


def test_an_answer_that_ends_the_watch() -> None:
    answer = (
        "import sys\n"
        "def softmax(x, dim):\n"
        "    sys.setprofile(None)\n"
        "    return torch.softmax(x, dim)"
    )
    before = sys.getprofile()
    verdict = verdict_on(SOFTMAX, answer)
    assert verdict.status == "forbidden"
    assert sys.getprofile() is before
    quiet = answer.replace("torch.softmax(x, dim)", "x.exp()")
    assert "sys.setprofile" in verdict_on(SOFTMAX, quiet).reason


def test_an_endless_recursion_is_told_as_what_it_is() -> None:
    verdict = verdict_on(SOFTMAX, "def softmax(x, dim):\n    return softmax(x, dim)")
    assert verdict.status == "failed"
    assert {case.raised for case in verdict.cases} == {"RecursionError"}


def test_the_caller_is_as_before() -> None:
    kept = []
    sys.setprofile(mine := lambda *_: None)
    try:
        verdict_on(SOFTMAX, "def softmax(x, dim):\n    return x.exp()")
        kept.append(sys.getprofile())
    finally:
        sys.setprofile(None)
    assert kept == [mine]
