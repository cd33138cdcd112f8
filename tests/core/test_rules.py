"""Rules of a statement are read from the source, through every way of importing a name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ptbasics.exercise import Exercise
from ptbasics.judging.rules import broken_rules, unreadable_answer
from ptbasics.registry import find_exercise
from tests.core.sample import double

OPTIM = replace(double, forbids={"torch.optim": "Write the update yourself."})
SOFTMAX = replace(double, symbol="softmax", forbids={".softmax": "Write it from exp and sum."})
FORBIDDEN = ["Write the update yourself."]


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ndef double(p):\n    torch.optim.SGD(p)",
        "def double(p):\n    from torch.optim import SGD\n    SGD(p)",
        "import torch.optim as o\ndef double(p):\n    o.SGD(p)",
        "from torch import optim\ndef double(p):\n    return optim.Adam(p)",
        "import torch\ndef double(p):\n    return getattr(torch, 'optim').SGD(p)",
        "%time 1\nimport torch\ndouble = torch.optim.SGD",
        "import torch\nclass double(torch.optim.SGD):\n    pass",
        "from torch.optim import SGD as double",
        "import torch\nif True:\n    double = torch.optim.SGD",
        "import torch\ndouble = torch.optim.SGD\ndouble = print(double)",
        "x = !true\nimport torch\ndouble = torch.optim.SGD",
        "import torch\ntorch.sum?\ndouble = torch.optim.SGD",
        "%%time\nimport torch\ndouble = torch.optim.SGD",
        "import torch\n%time double = torch.optim.SGD",
        "%%capture out\nimport torch\nif True:\n    !ls\n    double = torch.optim.SGD",
        ">>> import torch\n>>> double = torch.optim.SGD",
        "from torch.optim import *\ndef double(p):\n    return SGD(p)",
        "import importlib\ndouble = importlib.import_module('torch.optim').SGD",
        "from importlib import import_module\ndouble = import_module('torch.optim')",
        "import sys\ndouble = sys.modules['torch.optim'].SGD",
        "def double(p):\n    return __import__('torch').optim.SGD(p)",
        "import torch\ndouble = vars(torch)['optim'].SGD",
        "import torch\ndouble = torch.__dict__['optim'].SGD",
    ],
)
def test_a_forbidden_path_is_found(source: str) -> None:
    assert broken_rules(OPTIM, [source]) == FORBIDDEN


@pytest.mark.parametrize(
    "source",
    [
        "def double(p):\n    return p - 0.1 * p.grad",
        "def optim(x):\n    return x\ndouble = optim",
        "# torch.optim would do this\ndouble = 'torch.optim'",
        "import torch\ndouble = torch.optimize",
        "def double(:",
        "def double(p, p):\n    return torch.optim",
        "def double(p):\n    p = 1\n    global p",
        "double = " + "1 + " * 3000 + "1",
        "",
        "import torch\ndef double(p: torch.optim.SGD) -> torch.optim.SGD:\n    return p",
        "import torch\ndef double(p):\n    return isinstance(p, torch.optim.SGD)",
        "import inspect, torch\ndef double(p):\n    return inspect.signature(torch.optim.SGD)",
        "from torch import optim\ndef double(p):\n    optim = [p]\n    return optim",
        "from torch import optim\ndef double(optim):\n    return [optim for optim in optim]",
        "from torch import optim\ndouble = lambda optim: optim.step",
        "from torch import optim\noptim = 3\ndef double(p):\n    return optim",
        "from mine import *\ndef double(p):\n    return SGD(p)",
        "%%bash\nimport torch\ndouble = torch.optim.SGD",
    ],
)
def test_what_only_resembles_it_is_not(source: str) -> None:
    assert broken_rules(OPTIM, [source]) == []


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ndef softmax(x, dim):\n    return torch.softmax(x, dim)",
        "import torch.nn.functional as F\ndef softmax(x, dim):\n    return F.softmax(x, dim)",
        "from torch import softmax as s\ndef softmax(x, dim):\n    return s(x, dim)",
        "from torch import softmax",
        "def softmax(x, dim):\n    return x.softmax(dim)",
        "def softmax(x, dim):\n    return getattr(x, 'softmax')(dim)",
        "from torch.nn.functional import *",
        "import torch.nn.functional as F\nsoftmax = vars(F)['softmax']",
        "import torch.nn.functional as F\nsoftmax = F.__dict__['softmax']",
        "import torch.nn.functional as F\nsoftmax = F.__getattribute__('softmax')",
        "import operator, torch\nsoftmax = operator.attrgetter('softmax')(torch)",
        "import torch\ndef softmax(x, dim):\n    return torch.ops.aten._softmax(x, dim, False)",
    ],
)
def test_an_attribute_rule_does_not_forbid_the_answers_own_name(source: str) -> None:
    assert broken_rules(SOFTMAX, [source]) == ["Write it from exp and sum."]
    assert broken_rules(SOFTMAX, ["def softmax(x, dim):\n    return x.exp()"]) == []


def test_definitions_elsewhere_count_only_where_the_answer_uses_them() -> None:
    helper = "import torch\ndef helper(p):\n    return step(p)"
    step = "def step(p):\n    return torch.optim.SGD(p)"
    own_experiment = "import torch\nprint(torch.optim.SGD)\nunused = torch.optim.Adam"
    answer = "def double(p):\n    return helper(p)"
    assert broken_rules(OPTIM, [answer, helper, step]) == FORBIDDEN
    assert broken_rules(OPTIM, [own_experiment, answer]) == []
    imported = "import torch.optim as o"
    assert broken_rules(OPTIM, [imported, "def double(p):\n    return o.SGD(p)"]) == FORBIDDEN


def test_an_experiment_in_the_same_cell_breaks_no_rule() -> None:
    demonstration = "import torch\nright = torch.optim.SGD"
    answer = "def double(p):\n    return 2 * p\nassert double(1) is not right\ntorch.optim.SGD"
    assert broken_rules(OPTIM, [demonstration, answer]) == []


def test_what_was_defined_anew_is_forgotten() -> None:
    first = "import torch\ndef double(p):\n    return torch.optim.SGD(p)"
    better = "def double(p):\n    return double(p - 1) + 2 if p else 0"
    assert broken_rules(OPTIM, [first, better]) == []
    assert broken_rules(OPTIM, [first, "double = print(double)"]) == FORBIDDEN
    assert broken_rules(OPTIM, [first, "double += 1"]) == FORBIDDEN


def test_a_local_variable_is_not_the_variable_of_another_cell() -> None:
    demonstration = "import torch\ncodes = torch.optim.SGD\nitem = torch.optim"
    answer = "def double(p):\n    codes = [item for item in p]\n    return codes"
    assert broken_rules(OPTIM, [demonstration, answer]) == []
    assert broken_rules(OPTIM, [demonstration, "def double(p):\n    return codes(p)"]) != []


@pytest.mark.parametrize(
    "source",
    [
        "double = " + "[" * 90 + "1 + " * 500 + "1" + "]" * 90,
        "x = !true\n" * 2000 + "double = 1",
    ],
)
def test_what_cannot_be_read_is_not_known_to_keep_the_rules(source: str) -> None:
    assert broken_rules(OPTIM, [source]) == []
    assert "`double`" in unreadable_answer(OPTIM, [source])
    assert unreadable_answer(double, [source]) == ""


@pytest.mark.parametrize("source", ["def double(:", "print('" + "x" * 100_000 + "')", "?" * 9])
def test_what_cannot_be_run_hides_nothing(source: str) -> None:
    assert unreadable_answer(OPTIM, [source, "def double(p):\n    return p"]) == ""


def test_without_rules_nothing_is_broken() -> None:
    no_rules: Exercise = double
    assert broken_rules(no_rules, ["import torch\ndouble = torch.optim"]) == []


def test_a_module_beside_the_notebook_may_call_its_functions_what_it_likes() -> None:
    softmax = find_exercise("operations.softmax")
    assert broken_rules(softmax, ["from my_own_helper import softmax"]) == []
    own = "import my_own_helper\ndef softmax(x, dim):\n    return my_own_helper.softmax(x, dim)"
    assert broken_rules(softmax, [own]) == []
    assert broken_rules(softmax, ["from torch import softmax"])
    assert broken_rules(softmax, [own.replace("my_own_helper", "torch")])
