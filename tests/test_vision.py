"""torchvision beside any build of torch, wherever lesson 10 needs it, and nowhere else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from autograder.sample_class.closure import cell_source
from ptbasics.expected import observe_expected
from ptbasics.judging.codec import encode
from ptbasics.judging.observing import draw_cases
from ptbasics.judging.verdict import judge
from ptbasics.registry import find_exercise, reference_module
from ptbasics.runner import Cell, Job, Probe, Runner
from ptbasics.runner.confine import Mode
from ptbasics.vision import declare_missing_operators, tv_tensors, v2

WITHOUT = "import sys\nsys.modules['torchvision'] = None\n"
SET_UP = "import torch\nfrom ptbasics.vision import tv_tensors, v2\n"
EXERCISE = "transforms.RandomShift"


class Flipped(Dataset[Tensor]):
    """Of a module, so that a spawned worker finds it; it takes this file's imports with it."""

    flip = v2.RandomHorizontalFlip(p=1.0)

    def __len__(self) -> int:
        return 4

    def __getitem__(self, index: int) -> Tensor:
        image: Tensor = self.flip(tv_tensors.Image([[[index, 9]]]))
        return image.as_subclass(Tensor)


def said_by(source: str) -> str:
    """What a fresh interpreter prints."""
    run = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    return run.stdout.strip()


@pytest.mark.parametrize("context", ["fork", "spawn"])
def test_transforms_work_in_workers(context: str) -> None:
    loader = DataLoader(Flipped(), batch_size=2, num_workers=1, multiprocessing_context=context)
    assert [batch[..., 1].flatten().tolist() for batch in loader] == [[0, 1], [2, 3]]


def test_where_the_operators_are_there_nothing_is_declared() -> None:
    folder = Path(sys.modules["torchvision"].__path__[0])
    assert hasattr(torch.ops.torchvision, "nms"), "they were loaded, or declared, on import"
    assert declare_missing_operators(folder) is None


def test_an_operator_that_was_only_declared_does_not_pretend_to_work() -> None:
    boxes, scores = torch.tensor([[0.0, 0, 1, 1], [0, 0, 1, 1]]), torch.ones(2)
    try:
        kept = torch.ops.torchvision.nms(boxes, scores, 0.5)
    except NotImplementedError:
        return
    assert len(kept) == 1, "operators were loaded, and this one works"


def test_no_other_lesson_imports_torchvision() -> None:
    assert (
        said_by(
            "import sys, pkgutil\n"
            "from importlib import import_module\n"
            "import ptbasics\n"
            "from ptbasics import viz\n"
            "from ptbasics.registry import all_exercises\n"
            "from ptbasics.judging.observing import draw_cases\n"
            "for exercise in all_exercises().values(): draw_cases(exercise)\n"
            "for found in pkgutil.iter_modules(viz.__path__):\n"
            "    import_module(f'ptbasics.viz.{found.name}')\n"
            "print('torchvision' in sys.modules)"
        )
        == "False"
    )


def test_without_torchvision_the_course_is_there_and_other_lessons_do_not_notice() -> None:
    assert (
        said_by(
            WITHOUT + "from ptbasics import check\n"
            "from ptbasics.registry import all_exercises, find_exercise, misconceptions\n"
            f"assert {EXERCISE!r} in all_exercises()\n"
            "assert misconceptions(find_exercise('operations.softmax'))\n"
            "def softmax(x, dim): return (x - x.logsumexp(dim, keepdim=True)).exp()\n"
            "softmax.__module__ = '__main__'\n"
            "print(check(softmax).verdict.status)"
        )
        == "passed"
    )


def test_without_torchvision_the_lesson_says_how_to_install_it() -> None:
    said = said_by(
        WITHOUT + "try:\n"
        "    from ptbasics.vision import v2\n"
        "except ModuleNotFoundError as error:\n"
        "    print(*error._render_traceback_())"
    )
    release = int(torch.__version__.split(".")[1]) + 15
    assert "This lesson needs torchvision, which is not installed" in said
    assert f'pip install --no-deps "torchvision==0.{release}.*"' in said


def test_without_torchvision_an_answer_of_the_lesson_cannot_be_had_and_it_says_why() -> None:
    said = said_by(
        WITHOUT + "from ptbasics.registry import UnknownName, find_exercise, reference\n"
        "try:\n"
        f"    reference(find_exercise({EXERCISE!r}))\n"
        "except UnknownName as error:\n"
        "    print(error)"
    )
    assert said.startswith(
        f"the answer to {EXERCISE} cannot be read. This lesson needs torchvision"
    )


def test_without_torchvision_hints_are_read_from_what_a_build_has_stored() -> None:
    said = said_by(
        WITHOUT + "from pathlib import Path\n"
        "from tempfile import TemporaryDirectory\n"
        "from ptbasics import expected\n"
        "from ptbasics.judging.codec import encode\n"
        "from ptbasics.registry import UnknownName, find_exercise\n"
        f"exercise = find_exercise({EXERCISE!r})\n"
        "with TemporaryDirectory() as folder:\n"
        "    expected._STORE = Path(folder)\n"
        "    try:\n"
        "        expected.public_hints(exercise)\n"
        "    except UnknownName as error:\n"
        "        print(str(error).partition('. ')[0])\n"
        "    store = Path(folder) / expected.store_name(exercise.lesson)\n"
        "    store.write_bytes(encode({exercise.symbol: ([], {}, {'rolled': 'It comes back.'})}))\n"
        "    print(dict(expected.public_hints(exercise)))"
    )
    assert said.splitlines() == [
        "the answer to transforms.RandomShift cannot be read",
        "{'rolled': 'It comes back.'}",
    ]


@pytest.mark.parametrize("mode", ["view", "plain"])
def test_transforms_work_in_confinement(mode: Mode) -> None:
    exercise = find_exercise(EXERCISE)
    cases = draw_cases(exercise, "a secret seed")
    probe = Probe(EXERCISE, tuple(encode(case.inputs) for case in cases), exercise.seconds)
    module = reference_module(exercise)
    assert module is not None
    answer = cell_source(module, module.RandomShift, "RandomShift")
    with Runner(workers=1, modes=[mode]) as runner:
        cells = Cell("set-up", SET_UP), Cell("answer", answer), Cell("check", "", probe)
        result = runner.run(Job(cells))
    assert [result.cells[name].status for name in ("set-up", "answer")] == ["ok", "ok"], result
    observed = result.observed[EXERCISE]
    verdict = judge(exercise, cases, observed.observations, observe_expected(exercise, cases))
    assert verdict.passed, verdict
