"""Rules of a statement are read from the source, through every way of importing a name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ptbasics.exercise import Exercise
from ptbasics.rules import broken_rules
from tests.core.sample import double

OPTIM = replace(double, forbids={"torch.optim": "Write the update yourself."})
SOFTMAX = replace(double, forbids={".softmax": "Write it from exp and sum."})


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ndef f(p):\n    torch.optim.SGD(p)",
        "def f(p):\n    from torch.optim import SGD\n    SGD(p)",
        "import torch.optim as o\ndef f(p):\n    o.SGD(p)",
        "from torch import optim\ndef f(p):\n    return optim.Adam(p)",
        "import torch\ndef f(p):\n    return getattr(torch, 'optim').SGD(p)",
        "%time 1\nimport torch\nx = torch.optim.SGD",
    ],
)
def test_a_forbidden_path_is_found(source: str) -> None:
    assert broken_rules(OPTIM, source) == ["Write the update yourself."]


@pytest.mark.parametrize(
    "source",
    [
        "def f(p):\n    return p - 0.1 * p.grad",
        "def optim(x):\n    return x",
        "# torch.optim would do this\nx = 'torch.optim'",
        "import torch\nx = torch.optimize",
        "def f(:",
        "",
    ],
)
def test_what_only_resembles_it_is_not(source: str) -> None:
    assert broken_rules(OPTIM, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ndef softmax(x, dim):\n    return torch.softmax(x, dim)",
        "import torch.nn.functional as F\ndef softmax(x, dim):\n    return F.softmax(x, dim)",
        "from torch import softmax as s\ndef softmax(x, dim):\n    return s(x, dim)",
        "def softmax(x, dim):\n    return x.softmax(dim)",
        "def softmax(x, dim):\n    return getattr(x, 'softmax')(dim)",
    ],
)
def test_an_attribute_rule_does_not_forbid_the_answers_own_name(source: str) -> None:
    assert broken_rules(SOFTMAX, source) == ["Write it from exp and sum."]
    assert broken_rules(SOFTMAX, "def softmax(x, dim):\n    return x.exp()") == []


def test_definitions_elsewhere_count_only_where_the_answer_uses_them() -> None:
    helper = "import torch\ndef helper(p):\n    return step(p)"
    step = "def step(p):\n    return torch.optim.SGD(p)"
    own_experiment = "import torch\nprint(torch.optim.SGD)\nunused = torch.optim.Adam"
    answer = "def f(p):\n    return helper(p)"
    assert broken_rules(OPTIM, answer, [helper, step]) == ["Write the update yourself."]
    assert broken_rules(OPTIM, answer, [own_experiment]) == []
    assert broken_rules(OPTIM, "def f(p):\n    return o.SGD(p)", ["import torch.optim as o"])


def test_a_local_variable_is_not_the_variable_of_another_cell() -> None:
    demonstration = "import torch\ncodes = torch.optim.SGD\nitem = torch.optim"
    answer = "def f(p):\n    codes = [item for item in p]\n    return codes"
    assert broken_rules(OPTIM, answer, [demonstration]) == []
    assert broken_rules(OPTIM, "def f(p):\n    return codes(p)", [demonstration]) != []


def test_without_rules_nothing_is_broken() -> None:
    no_rules: Exercise = double
    assert broken_rules(no_rules, "import torch\ntorch.optim") == []
