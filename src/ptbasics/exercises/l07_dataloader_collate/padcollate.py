"""A collate function with settings that can travel."""

from __future__ import annotations

import io
import pickle
import re
from types import FunctionType
from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, exercise
from ptbasics.exercises.l07_dataloader_collate._samples import sequences


class _AsIfImported(pickle.Pickler):
    """Takes a notebook's own functions and classes as if they stood in a module.

    What can be found by its name is passed on by its name. A lambda and a function inside a
    function have none, and fail here as they do on the way to a worker process.
    """

    def __init__(self, stream: io.BytesIO, module: str) -> None:
        super().__init__(stream)
        self.module = module
        self.found: dict[str, Any] = {}

    def persistent_id(self, value: Any) -> str | None:
        """The name of a definition of the submission; None for anything else."""
        if not isinstance(value, FunctionType | type) or value.__module__ != self.module:
            return None
        if "<" in value.__qualname__:
            return None
        self.found[value.__qualname__] = value
        return value.__qualname__


class _ByName(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, found: dict[str, Any]) -> None:
        super().__init__(stream)
        self.found = found

    def persistent_load(self, name: str) -> Any:
        """The definition of that name."""
        return self.found[name]


def _pickled_copy(value: Any, module: str) -> Any:
    """A value as it arrives in a spawned worker; if it cannot be sent, a text that says why."""
    stream = io.BytesIO()
    pickler = _AsIfImported(stream, module)
    try:
        pickler.dump(value)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        return f"it cannot be pickled: {_without_names(str(error))}"
    stream.seek(0)
    return _ByName(stream, pickler.found).load()


def _without_names(message: str) -> str:
    """Pickle's message; the same for all that have no name to be found by, however called."""
    if "<lambda>" in message or "<locals>" in message:
        return "a lambda, or a function inside a function, has no name to be found by"
    return re.sub(r" at 0x[0-9a-f]+", "", message)


def pad_collate_class_cases(generator: torch.Generator) -> list[Case]:
    zeros: dict[str, Any] = {}
    marks = {"padding_value": -1.0}
    short = {"padding_value": 9.0, "max_length": 3}
    counts = [torch.randint(1, 9, (length,), generator=generator) for length in (4, 2)]
    return [
        Case("as it comes", ([zeros], sequences(generator, 3, 5, 2))),
        Case("another padding", ([marks], sequences(generator, 2, 4))),
        Case("cut to three", ([short], sequences(generator, 5, 2, 3, 6))),
        Case("all shorter than the limit", ([{"max_length": 8}], sequences(generator, 3, 2))),
        Case("two sets of settings at once", ([marks, short], sequences(generator, 4, 1))),
        Case("whole numbers", ([{"padding_value": 7}], counts)),
    ]


@exercise(
    title="A collate function with settings that can travel",
    points=3,
    difficulty=2,
    minutes=15,
    hint="An object whose class has `__call__` can be called like a function, and its attributes "
    "are the settings. What must these attributes not be, if the object is to be pickled? "
    "A slice up to None is the whole.",
    cases=pad_collate_class_cases,
    teaches=("collate_fn", "multiprocessing_context"),
)
def PadCollate(implementation: Any, settings: list[dict[str, Any]], samples: list[Tensor]) -> Any:
    collates = [implementation(**options) for options in settings]
    copies = [_pickled_copy(collate, implementation.__module__) for collate in collates]
    return {
        "batches": [tuple(collate(samples)) for collate in collates],
        "batches of a pickled copy": [
            copy if isinstance(copy, str) else tuple(copy(samples)) for copy in copies
        ],
    }
