"""Answers: Legal or not?"""

from __future__ import annotations

from typing import Any

from ptbasics.exercise import alternative, misconception


def verdict_on(options: dict[str, Any]) -> str:
    """What becomes of a DataLoader with these options, when it is made and then iterated.

    Every value is legal by itself. The question is which options go together.

    Args:
        options: names and values as they would be given to `DataLoader`; what is missing has its
            default. Instead of a dataset, `options["dataset"]` is "map" for a map-style dataset
            with three items, or "iterable" for an iterable one. Samplers are lists of indices,
            batch samplers lists of lists.

    Returns:
        "valid", or the name of the exception: "ValueError" for what is refused as soon as the
        loader is made, otherwise "AssertionError" for what is refused when it is iterated.
    """
    workers, batch_size = options.get("num_workers", 0), options.get("batch_size", 1)
    for name in ("prefetch_factor", "persistent_workers", "multiprocessing_context"):
        if options.get(name) and workers == 0:
            return "ValueError"
    shuffle, drop_last = options.get("shuffle"), options.get("drop_last")
    sampler, batch_sampler = options.get("sampler"), options.get("batch_sampler")
    if shuffle and sampler:
        return "ValueError"
    if batch_sampler and (batch_size != 1 or shuffle or sampler or drop_last):
        return "ValueError"
    if batch_size is None and drop_last:
        return "ValueError"
    if options["dataset"] == "iterable" and (shuffle or sampler or batch_sampler):
        return "ValueError"
    if options.get("timeout") and workers == 0:
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
    hint="A `timeout` without workers is not noticed when the loader is made, but by an assertion "
    "when it is iterated: that is an `AssertionError`.",
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
    "warnings",
    hint="Pinning without a GPU and more workers than processors give a warning, but the loader "
    "works. That is valid.",
)
def verdict_on_warnings(options: dict[str, Any]) -> str:
    if options.get("pin_memory") or options.get("num_workers", 0) > 8:
        return "ValueError"
    return verdict_on(options)


@misconception(
    "workers only",
    hint="Only the rules about workers are there. Orders of indices, whole batches and iterable "
    "datasets have rules, too: the table of this lesson has them.",
)
def verdict_on_workers_only(options: dict[str, Any]) -> str:
    names = ("sampler", "batch_sampler", "shuffle", "drop_last", "batch_size")
    kept = {name: value for name, value in options.items() if name not in names}
    return verdict_on(kept | {"dataset": "map"})


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
    chooses = [bool(given["shuffle"]), given["sampler"] is not None]
    batched = given["batch_sampler"] is not None
    about_workers = ("prefetch_factor", "persistent_workers", "multiprocessing_context")
    at_once = [
        not given["num_workers"] and any(given[name] for name in about_workers),
        all(chooses),
        batched and any([*chooses, given["drop_last"], given["batch_size"] != 1]),
        given["batch_size"] is None and given["drop_last"],
        given["dataset"] == "iterable" and any([*chooses, batched]),
    ]
    if any(at_once):
        return "ValueError"
    return "AssertionError" if given["num_workers"] == 0 < given["timeout"] else "valid"


@misconception("named is set")
def verdict_on_whatever_is_named(options: dict[str, Any]) -> str:
    workers = options.get("num_workers", 0)
    of_workers = {"prefetch_factor", "persistent_workers", "multiprocessing_context"}
    of_batches = {"batch_size", "shuffle", "sampler", "drop_last"}
    orders = {"shuffle", "sampler", "batch_sampler"}
    named = set(options)
    refused = (
        (workers == 0 and named & of_workers)
        or {"sampler", "shuffle"} <= named
        or ("batch_sampler" in named and named & of_batches)
        or (options.get("batch_size", 1) is None and "drop_last" in named)
        or (options["dataset"] == "iterable" and named & orders)
    )
    if refused:
        return "ValueError"
    return "AssertionError" if workers == 0 and "timeout" in named else "valid"
