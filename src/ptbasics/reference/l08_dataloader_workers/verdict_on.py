"""Answers: Legal or not?"""

from __future__ import annotations

from typing import Any

import torch

from ptbasics.exercise import alternative, misconception


def verdict_on(options: dict[str, Any]) -> str:
    """What becomes of a DataLoader with these options, when it is made and then iterated.

    Args:
        options: names and values as they would be given to `DataLoader`; what is missing has its
            default. Instead of a dataset, `options["dataset"]` is "map" for a map-style dataset
            with three items, or "iterable" for an iterable one. Samplers are lists of indices,
            batch samplers lists of lists. Numbers are ints; True and False are given only where a
            bool belongs.

    Returns:
        "valid", or the name of the exception: "ValueError", "TypeError" or "AssertionError".
        What is raised as soon as the loader is made comes before what iterating it would raise.
        Where there are no workers, that is noticed before the type of a context is.
    """
    workers = options.get("num_workers", 0)
    timeout = options.get("timeout", 0)
    ahead = options.get("prefetch_factor")
    context = options.get("multiprocessing_context")
    size = options.get("batch_size", 1)
    shuffle, drop_last = options.get("shuffle"), options.get("drop_last", False)
    sampler, batch_sampler = options.get("sampler"), options.get("batch_sampler")
    if workers < 0 or timeout < 0 or (ahead is not None and ahead < 0):
        return "ValueError"
    needs_workers = ahead is not None or options.get("persistent_workers") or context is not None
    if workers == 0 and needs_workers:
        return "ValueError"
    if isinstance(context, str) and context not in ("fork", "spawn", "forkserver"):
        return "ValueError"
    if shuffle and sampler is not None:
        return "ValueError"
    if batch_sampler is not None and (size != 1 or shuffle or sampler is not None or drop_last):
        return "ValueError"
    if size == 0 or (size is None and drop_last):
        return "ValueError"
    if options["dataset"] == "iterable" and (shuffle or sampler or batch_sampler):
        return "ValueError"
    if context is not None and not isinstance(context, str):
        return "TypeError"
    if (workers == 0 and timeout > 0) or ahead == 0:
        return "AssertionError"
    return "valid"


@misconception(
    "workers optional",
    hint="`prefetch_factor`, `persistent_workers` and `multiprocessing_context` only make sense "
    "with workers. Without any, torch does not ignore them: `ValueError`.",
)
def verdict_on_workers_optional(options: dict[str, Any]) -> str:
    names = ("prefetch_factor", "persistent_workers", "multiprocessing_context")
    if options.get("num_workers", 0) == 0:
        options = {name: value for name, value in options.items() if name not in names}
    return verdict_on(options)


@misconception(
    "named is set",
    hint="An option that is named may still be off: `shuffle=False` goes with a sampler, "
    "`batch_size=1` with a batch sampler.",
)
def verdict_on_named_is_set(options: dict[str, Any]) -> str:
    if "sampler" in options and "shuffle" in options:
        return "ValueError"
    if "batch_sampler" in options and {"batch_size", "shuffle", "drop_last"} & set(options):
        return "ValueError"
    return verdict_on(options)


@misconception(
    "all at once",
    hint="Two mistakes are not seen when the loader is made, but by an assertion when it is "
    "iterated: they are `AssertionError`s.",
)
def verdict_on_all_at_once(options: dict[str, Any]) -> str:
    return verdict_on(options).replace("AssertionError", "ValueError")


@misconception(
    "streams are lists",
    hint="An iterable dataset decides itself what comes next. It accepts neither `shuffle=True` "
    "nor a sampler nor a batch sampler.",
)
def verdict_on_streams_are_lists(options: dict[str, Any]) -> str:
    return verdict_on(options | {"dataset": "map"})


@misconception(
    "no last batch",
    hint="Where there are no batches, or a batch sampler makes them, there is no last batch to "
    "drop: `drop_last=True` is a `ValueError` there.",
)
def verdict_on_no_last_batch(options: dict[str, Any]) -> str:
    return verdict_on(options | {"drop_last": False})


@misconception(
    "type first",
    hint="Without workers, any `multiprocessing_context` is a `ValueError`, of whatever type it "
    "is. Only where there are workers is its type looked at.",
)
def verdict_on_type_first(options: dict[str, Any]) -> str:
    if isinstance(options.get("multiprocessing_context"), int):
        return "TypeError"
    return verdict_on(options)


@misconception(
    "warnings",
    hint="Pinning without a GPU and more workers than processors give a warning, but the loader "
    "works. That is valid.",
)
def verdict_on_warnings(options: dict[str, Any]) -> str:
    if options.get("pin_memory") or options.get("num_workers", 0) > 8:
        return "ValueError"
    return verdict_on(options)


@alternative
def verdict_by_table(options):
    given = {
        "batch_size": 1,
        "shuffle": False,
        "drop_last": False,
        "sampler": None,
        "batch_sampler": None,
        "num_workers": 0,
        "prefetch_factor": None,
        "persistent_workers": False,
        "timeout": 0,
        "multiprocessing_context": None,
    } | options
    workers, context = given["num_workers"], given["multiprocessing_context"]
    chooses = [bool(given["shuffle"]), given["sampler"] is not None]
    batched = given["batch_sampler"] is not None
    at_once = [
        workers < 0,
        given["timeout"] < 0,
        (given["prefetch_factor"] or 0) < 0,
        not workers and given["prefetch_factor"] is not None,
        not workers and given["persistent_workers"],
        not workers and context is not None,
        type(context) is str and context not in torch.multiprocessing.get_all_start_methods(),
        all(chooses),
        batched and any([*chooses, given["drop_last"], given["batch_size"] != 1]),
        given["batch_size"] == 0,
        given["batch_size"] is None and given["drop_last"],
        given["dataset"] == "iterable" and any([*chooses, batched]),
    ]
    if any(at_once):
        return "ValueError"
    if type(context) not in (type(None), str):
        return "TypeError"
    late = given["prefetch_factor"] == 0 or (workers == 0 < given["timeout"])
    return "AssertionError" if late else "valid"
