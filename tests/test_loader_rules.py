"""The rules of `DataLoader` that lessons 6 to 8 rest on, held against the installed torch.

A new torch that changes one of them fails here by name, before a lesson teaches what is no
longer so.
"""

from __future__ import annotations

import inspect
import os
import pickle
import subprocess
import sys
import time
import warnings
from collections import namedtuple
from collections.abc import Iterator
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils.data import (
    DataLoader,
    Dataset,
    IterableDataset,
    default_collate,
    default_convert,
    get_worker_info,
)

from ptbasics.exercises.l08_dataloader_workers._workers import SlowStart

Options = dict[str, Any]
Size = namedtuple("Size", ["height", "width"])
FORK = {"multiprocessing_context": "fork"}


class Stream(IterableDataset[int]):
    def __repr__(self) -> str:
        return "Stream()"

    def __iter__(self) -> Iterator[int]:
        return iter(range(4))


class Numbers(Dataset[int]):
    """Item i is i, after what a subclass does first."""

    def before(self, index: int) -> None: ...

    def __len__(self) -> int:
        return 4

    def __getitem__(self, index: int) -> int:
        self.before(index)
        return index


class Slow(Numbers):
    def before(self, index: int) -> None:
        time.sleep(5)


class Dying(Numbers):
    def before(self, index: int) -> None:
        os._exit(3)


class Broken(Numbers):
    def before(self, index: int) -> None:
        raise KeyError(f"no item {index}")


class Batches(Numbers):
    def __getitems__(self, indices: list[int]) -> list[int]:
        return [100 + index for index in indices]


class Seeds(Numbers):
    def __getitem__(self, index: int) -> int:
        info = get_worker_info()
        assert info is not None
        return info.seed


class NumPyDice(Numbers):
    def __getitem__(self, index: int) -> int:
        return int(np.random.randint(2**31))


def test_the_options_and_their_defaults() -> None:
    options = inspect.signature(DataLoader.__init__).parameters
    assert {
        name: option.default
        for name, option in options.items()
        if option.default is not option.empty
    } == {
        "batch_size": 1,
        "shuffle": None,
        "sampler": None,
        "batch_sampler": None,
        "num_workers": 0,
        "collate_fn": None,
        "pin_memory": False,
        "drop_last": False,
        "timeout": 0,
        "worker_init_fn": None,
        "multiprocessing_context": None,
        "generator": None,
        "prefetch_factor": None,
        "persistent_workers": False,
        "pin_memory_device": "",
        "in_order": True,
    }
    last = ["prefetch_factor", "persistent_workers", "pin_memory_device", "in_order"]
    assert [name for name, option in options.items() if option.kind is option.KEYWORD_ONLY] == last


#: Options, and the word by which torch's message says what it refuses.
AT_ONCE: list[tuple[Options, str]] = [
    ({"num_workers": -1}, "num_workers"),
    ({"num_workers": 1, "timeout": -1}, "timeout"),
    ({"prefetch_factor": 2}, "prefetch_factor"),
    ({"prefetch_factor": 0}, "prefetch_factor"),
    ({"num_workers": 1, "prefetch_factor": -1}, "prefetch_factor"),
    ({"persistent_workers": True}, "persistent_workers"),
    ({"multiprocessing_context": "fork"}, "multiprocessing_context"),
    ({"multiprocessing_context": 7}, "multiprocessing_context"),
    ({"num_workers": 1, "multiprocessing_context": "teleport"}, "teleport"),
    ({"sampler": [0, 1], "shuffle": True}, "sampler option is mutually exclusive with shuffle"),
    ({"batch_sampler": [[0]], "batch_size": 2}, "batch_sampler .* exclusive with batch_size"),
    ({"batch_sampler": [[0]], "batch_size": None}, "batch_sampler .* exclusive with batch_size"),
    ({"batch_sampler": [[0]], "shuffle": True}, "batch_sampler .* exclusive .* shuffle"),
    ({"batch_sampler": [[0]], "sampler": [0]}, "batch_sampler .* exclusive .* sampler"),
    ({"batch_sampler": [[0]], "drop_last": True}, "batch_sampler .* exclusive .* drop_last"),
    ({"batch_size": None, "drop_last": True}, "batch_size=None .* drop_last"),
    ({"batch_size": 0}, "batch_size .* positive integer .* batch_size=0"),
    ({"batch_size": 2.0}, r"batch_size .* positive integer .* batch_size=2\.0"),
    ({"batch_size": True}, "batch_size .* positive integer .* batch_size=True"),
    ({"drop_last": 1}, "drop_last .* boolean .* drop_last=1"),
    ({"drop_last": None}, "drop_last .* boolean .* drop_last=None"),
    ({"dataset": Stream(), "shuffle": True}, "IterableDataset: expected unspecified shuffle"),
    ({"dataset": Stream(), "sampler": [0]}, "IterableDataset: expected unspecified sampler"),
    (
        {"dataset": Stream(), "batch_sampler": [[0]]},
        "IterableDataset: expected unspecified batch_sampler",
    ),
]


@pytest.mark.parametrize(("options", "message"), AT_ONCE, ids=str)
def test_refused_when_the_loader_is_made(options: Options, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DataLoader(**{"dataset": range(4), **options})


def test_an_object_that_is_no_context_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        DataLoader(range(4), num_workers=1, multiprocessing_context=7)  # type: ignore[arg-type]


def test_an_empty_dataset_cannot_be_shuffled() -> None:
    with pytest.raises(ValueError, match="num_samples=0"):
        DataLoader([], shuffle=True)
    assert list(DataLoader([])) == []


ALLOWED: list[Options] = [
    {"sampler": [0, 1], "shuffle": False},
    {"batch_sampler": [[0, 1]], "batch_size": 1},
    {"batch_sampler": [[0, 1]], "shuffle": False, "drop_last": False},
    {"dataset": Stream(), "shuffle": False},
    {"in_order": False},
    {"in_order": "perhaps"},
    {"in_order": None},
    {"worker_init_fn": 7},
    {"pin_memory_device": "teleport"},
    {"timeout": 0, "persistent_workers": False},
]


@pytest.mark.parametrize("options", ALLOWED, ids=str)
def test_accepted(options: Options) -> None:
    loader = DataLoader(**{"dataset": range(4), **options})
    assert torch.cat(list(loader)).tolist()[:2] == [0, 1]


# torch takes down what it has not yet set up
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "options", [{"timeout": 1}, {"num_workers": 1, "prefetch_factor": 0, **FORK}], ids=str
)
def test_refused_only_when_it_is_iterated(options: Options) -> None:
    loader = DataLoader(range(4), **options)
    with pytest.raises(AssertionError):
        next(iter(loader))


@pytest.mark.parametrize(
    ("dataset", "timeout", "kind", "message"),
    [
        (Slow(), 0.1, RuntimeError, r"timed out after 0\.1 seconds"),
        (Dying(), 0, RuntimeError, r"\(pid\(s\) .*\) exited unexpectedly"),
        (Broken(), 0, KeyError, "Caught KeyError in DataLoader worker process 0."),
    ],
    ids=["slow", "dead", "exception"],
)
def test_trouble_in_a_worker(
    dataset: Numbers, timeout: float, kind: type[Exception], message: str
) -> None:
    loader = DataLoader(dataset, num_workers=1, timeout=timeout, **FORK)
    with pytest.raises(kind, match=message):
        next(iter(loader))


def test_a_collate_fn_that_cannot_be_called_is_noticed_late() -> None:
    loader = DataLoader(range(4), collate_fn=7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not callable"):
        next(iter(loader))


def refuse(worker_id: int) -> None:
    raise OSError(f"no connection for worker {worker_id}")


def test_an_exception_in_worker_init_fn_comes_with_the_first_batch() -> None:
    options: Options = {"num_workers": 1, **FORK}
    with pytest.raises(OSError, match=r"Caught OSError in DataLoader worker process 0\."):
        next(iter(DataLoader(range(4), worker_init_fn=refuse, **options)))
    with pytest.raises(TypeError, match=r"Caught TypeError in DataLoader worker process 0\."):
        next(iter(DataLoader(range(4), worker_init_fn=7, **options)))  # type: ignore[arg-type]


def test_without_workers_worker_init_fn_is_not_called() -> None:
    assert len(list(DataLoader(range(4), worker_init_fn=refuse))) == 4


@pytest.mark.parametrize(("persistent", "calls"), [(False, 3), (True, 1)])
def test_worker_init_fn_is_called_once_in_the_life_of_a_worker(
    persistent: bool, calls: int
) -> None:
    counter = get_context("fork").Value("i", 0)

    def count(_worker_id: int) -> None:
        counter.value += 1

    loader = DataLoader(
        range(2), num_workers=1, worker_init_fn=count, persistent_workers=persistent, **FORK
    )
    for _epoch in range(3):
        list(loader)
    assert counter.value == calls


@pytest.mark.parametrize("persistent", [False, True])
def test_workers_that_stay_keep_their_seed(persistent: bool) -> None:
    loader = DataLoader(Seeds(), num_workers=2, persistent_workers=persistent, **FORK)
    first, second = (torch.cat(list(loader)) for _ in range(2))
    assert first[1] == first[0] + 1
    assert torch.equal(first, second) == persistent


@pytest.mark.parametrize(("in_order", "late"), [(True, 0), (False, 2)])
def test_with_workers_in_order_decides_when_a_late_batch_comes(in_order: bool, late: int) -> None:
    """Batch 0 of four comes only after worker 1 has made both of its own, 1 and 3."""
    dataset = SlowStart(torch.arange(8.0))
    loader = DataLoader(dataset, batch_size=2, num_workers=2, in_order=in_order, **FORK)
    order = [int(indices[0]) // 2 for indices, _ in loader]
    assert sorted(order) == [0, 1, 2, 3]
    assert order.index(0) == late


def test_a_lambda_works_under_fork_and_not_under_spawn() -> None:
    options: Options = {"num_workers": 1, "collate_fn": lambda items: len(items)}
    assert list(DataLoader(range(2), **options, **FORK)) == [1, 1]
    spawned = DataLoader(range(2), **options, multiprocessing_context="spawn")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises((pickle.PicklingError, AttributeError), match="pickle"):
            next(iter(spawned))


FROZEN = ["batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers"]


@pytest.mark.parametrize("name", FROZEN)
def test_frozen_after_construction(name: str) -> None:
    loader = DataLoader(range(4))
    with pytest.raises(ValueError, match=name):
        setattr(loader, name, getattr(loader, name))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("num_workers", 1),
        ("collate_fn", len),
        ("pin_memory", False),
        ("generator", torch.Generator()),
    ],
)
def test_assignable_after_construction(name: str, value: Any) -> None:
    loader = DataLoader(range(4))
    setattr(loader, name, value)
    assert getattr(loader, name) is value


def test_what_a_loader_takes_when_nothing_is_said() -> None:
    assert DataLoader(range(4)).prefetch_factor is None
    assert DataLoader(range(4), num_workers=1).prefetch_factor == 2
    assert DataLoader(range(4)).collate_fn is default_collate
    alone = DataLoader(range(4), batch_size=None)
    assert alone.collate_fn is default_convert
    assert alone.batch_sampler is None
    assert list(alone) == [0, 1, 2, 3]


def test_too_many_workers_only_warn() -> None:
    with pytest.warns(UserWarning, match="1000 worker processes"):
        DataLoader(range(4), num_workers=1000)


@pytest.mark.skipif(torch.accelerator.is_available(), reason="there is an accelerator")
def test_pinning_without_an_accelerator_only_warns() -> None:
    with pytest.warns(UserWarning, match="no accelerator is found"):
        assert len(list(DataLoader(range(4), pin_memory=True))) == 4


def test_pin_memory_device_is_deprecated() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert len(list(DataLoader(range(4), pin_memory=True, pin_memory_device="cuda"))) == 4
    assert any("pin_memory_device is deprecated" in str(one.message) for one in told)


@pytest.mark.parametrize("device", ["cuda", "teleport"])
def test_pin_memory_device_is_ignored(device: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        batches = list(DataLoader(range(4), pin_memory=True, pin_memory_device=device))
    assert [batch.is_pinned() for batch in batches] == [torch.cuda.is_available()] * 4


def in_fresh_python(*lines: str) -> str:
    """What lines print in an interpreter of their own, without a file, as in a notebook."""
    program = "\n".join(lines)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other defaults")
def test_how_this_python_starts_workers_by_itself() -> None:
    said = in_fresh_python("import multiprocessing", "print(multiprocessing.get_start_method())")
    assert said == ("forkserver" if sys.version_info >= (3, 14) else "fork")


@pytest.mark.parametrize(("preload", "imported"), [("[]", "False"), ("['torch']", "True")])
def test_a_forkserver_has_torch_only_if_it_was_told_to(preload: str, imported: str) -> None:
    said = in_fresh_python(
        "import multiprocessing, torch",
        "context = multiprocessing.get_context('forkserver')",
        f"context.set_forkserver_preload({preload})",
        "with context.Pool(1) as pool:",
        '    print(pool.apply(eval, (\'"torch" in __import__("sys").modules\',)))',
    )
    assert said == imported


def test_what_default_collate_makes() -> None:
    assert default_collate([1.5, 2.5]).dtype == torch.float64
    assert default_collate([1, 2]).dtype == torch.int64
    assert default_collate(["a", "b"]) == ["a", "b"]
    pair = default_collate([(1, "a"), (2, "b")])
    assert type(pair) is list
    assert type(default_collate([Size(1, 2), Size(3, 4)])) is Size
    assert list(default_collate([{"age": 1}, {"age": 2}])) == ["age"]
    with pytest.raises(TypeError):
        default_collate([None, None])
    for ragged in ([torch.zeros(2), torch.zeros(3)], [[1, 2], [3]]):
        with pytest.raises(RuntimeError):
            default_collate(ragged)


def test_a_stream_comes_once_per_worker() -> None:
    items = torch.cat(list(DataLoader(Stream(), num_workers=2, **FORK))).tolist()
    assert sorted(items) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_workers_seed_numpy() -> None:
    draws = torch.cat(list(DataLoader(NumPyDice(), num_workers=2, **FORK)))
    assert len(draws.unique()) == 4


def test_iterating_draws_from_the_global_generator_unless_there_is_another() -> None:
    before = torch.get_rng_state()
    list(DataLoader(range(4), generator=torch.Generator()))
    assert torch.equal(torch.get_rng_state(), before)
    list(DataLoader(range(4)))
    assert not torch.equal(torch.get_rng_state(), before)


def test_getitems_fetches_whole_batches_and_only_these() -> None:
    assert torch.cat(list(DataLoader(Batches(), batch_size=2))).tolist() == [100, 101, 102, 103]
    assert list(DataLoader(Batches(), batch_size=None)) == [0, 1, 2, 3]


def test_a_class_of_main_is_lost_on_a_spawned_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a notebook's classes are: `__main__` of a fresh interpreter is another module."""
    main = sys.modules["__main__"]
    of_notebook = type("OfNotebook", (Numbers,), {"__module__": "__main__"})
    monkeypatch.setattr(main, "OfNotebook", of_notebook, raising=False)
    reader = "import pickle, sys; pickle.load(sys.stdin.buffer)"
    fresh = subprocess.run(
        [sys.executable, "-c", reader], input=pickle.dumps(of_notebook()), capture_output=True
    )
    assert fresh.returncode != 0
    assert b"Can't get attribute 'OfNotebook' on <module '__main__'" in fresh.stderr
