"""Exercises of lesson 7: from a list of samples to a batch."""

from __future__ import annotations

import io
import pickle
import re
from itertools import pairwise
from types import FunctionType
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from ptbasics.exercise import Case, Implementation, exercise

#: The options of a loader, and the hooks it looks for, that each exercise is about.
TEACHES: dict[str, tuple[str, ...]] = {
    "transpose_samples": ("collate_fn",),
    "collate_houses": ("collate_fn",),
    "collate_nested": ("collate_fn",),
    "pad_collate": ("collate_fn",),
    "collate_tagged": ("collate_fn",),
    "collate_images": ("collate_fn",),
    "drop_broken": ("collate_fn",),
    "ArchiveDataset": ("dataset", "batch_sampler"),
    "PadCollate": ("collate_fn", "multiprocessing_context"),
}


def _int(generator: torch.Generator, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included."""
    return int(torch.randint(low, high + 1, (), generator=generator))


def _float(generator: torch.Generator) -> float:
    return round(float(100 * torch.rand((), generator=generator)), 2)


def transpose_samples_cases(generator: torch.Generator) -> list[Case]:
    pairs = [(_float(generator), _int(generator, 0, 2)) for _ in range(4)]
    photos = [(torch.rand(2, 2, generator=generator), "cat", _int(generator, 0, 9)), ("-", "-", 0)]
    five = [_int(generator, 0, 99) for _ in range(5)]
    return [
        Case(
            "two samples of two fields", ([(_float(generator), "cat"), (_float(generator), "dog")],)
        ),
        Case("four samples of two fields", (pairs,)),
        Case("three fields", (photos,)),
        Case("a single sample", ([("Ada", _int(generator, 0, 99))],)),
        Case("a single field", ([(_int(generator, 0, 99),), (8,), (9,)],)),
        Case("a field is missing in the second sample", ([tuple(five[:3]), tuple(five[3:])],)),
        Case("the second sample has a field more", ([tuple(five[:2]), tuple(five[2:])],)),
    ]


@exercise(
    title="From samples to fields",
    points=2,
    difficulty=1,
    minutes=7,
    hint="`zip(a, b, c)` walks along several sequences side by side. How do you hand over the "
    "elements of *one* list as if they were written as separate arguments? And look up what "
    "`zip` can do about sequences of different lengths: `help(zip)`.",
    cases=transpose_samples_cases,
    misconceptions={
        "iterator": "`zip` only promises the tuples: it gives an iterator, which can be walked "
        "once and then is empty. Collect what it gives.",
        "as many as the first": "A later sample with *more* fields than the first loses what is "
        "too much, without a word. That, too, must be a `ValueError`.",
        "cut short": "Where a field is missing, `zip` quietly stops early and the other samples "
        "lose a field too. That must be a `ValueError`.",
        "only pairs": "Right for two fields, and only for two. Samples may have one or three.",
        "lists": "The values are right, but in lists. Tuples are asked for, inside and outside.",
        "in a row": "All values stand in one row: sample after sample, without any fields. "
        "The result needs one tuple for each field.",
    },
)
def transpose_samples(implementation: Implementation, samples: list[Any]) -> Any:
    return implementation(samples)


def collate_houses_cases(generator: torch.Generator) -> list[Case]:
    def houses(count: int, size: int, dtype: torch.dtype = torch.float32) -> list[Any]:
        return [
            (
                (50 * torch.rand(size, generator=generator)).to(dtype),
                _int(generator, 1, 9),
                _float(generator),
            )
            for _ in range(count)
        ]

    return [
        Case("three houses, four features", (houses(3, 4),)),
        Case("as many houses as features", (houses(3, 3),)),
        Case("a single house", (houses(1, 2),)),
        Case("features in int16", (houses(2, 5, torch.int16),)),
        Case("prices that are whole", ([(torch.zeros(2), 3, 250.0), (torch.ones(2), 4, 90.0)],)),
    ]


@exercise(
    title="A batch with the dtypes you want",
    points=2,
    difficulty=1,
    minutes=7,
    hint="Each of the three fields needs its own treatment. Which function puts tensors along a "
    "*new* dimension? What does `torch.tensor` make of a list of Python floats, and what of ints?",
    cases=collate_houses_cases,
    misconceptions={
        "default": "`default_collate` makes float64 of Python floats, to lose nothing. "
        "A float32 model refuses to meet such prices.",
        "glued": "`cat` joins along a dimension that is there already: all features became one "
        "long row. Which function makes a new dimension for the samples?",
        "column": "The prices have shape (B, 1). Against predictions of shape (B,) they would "
        "broadcast to (B, B).",
        "all floats": "`torch.Tensor(...)` and `.float()` make float32 of everything; rooms are "
        "to be int64, and features keep their dtype.",
        "squeezed": "With a single house, the dimension of the batch has length 1, and `squeeze` "
        "removed it. A batch of one is still a batch.",
    },
)
def collate_houses(implementation: Implementation, samples: list[Any]) -> Any:
    return tuple(implementation(samples))


def collate_nested_cases(generator: torch.Generator) -> list[Case]:
    def number() -> int:
        return _int(generator, 0, 99)

    def tensor(*shape: int) -> Tensor:
        return torch.rand(shape, generator=generator)

    def patient(name: str) -> dict[str, Any]:
        body = {"weight": _float(generator), "smokes": number() > 50}
        return {"name": name, "scan": tensor(2, 2), "body": body, "visits": [number(), number()]}

    return [
        Case("matrices", ([tensor(2, 3), tensor(2, 3)],)),
        Case("floats", ([_float(generator), _float(generator), 2.0],)),
        Case("whole numbers", ([number(), number()],)),
        Case("texts of different lengths", (["to", "be", "or", f"not {number()}"],)),
        Case("tuples of a tensor and a label", ([(tensor(3), 0), (tensor(3), number())],)),
        Case("dicts", ([{"x": number(), "y": tensor()}, {"x": 0, "y": tensor()}],)),
        Case("dicts in lists in tuples", ([([{"a": number()}], True), ([{"a": 5}], False)],)),
        Case("patients", ([patient("Ada"), patient("Bo"), patient("Cleo")],)),
        Case("something is missing", ([{"x": 1, "y": None}, {"x": 2, "y": None}],)),
    ]


@exercise(
    title="A default_collate of your own",
    points=4,
    difficulty=3,
    minutes=20,
    hint="Look at the first sample: its type decides. For a dict, make a list of what all samples "
    "have under one key. That list is a batch to be made, by a function that you are just "
    "writing. Put the types in the right order: a bool is an int, too.",
    cases=collate_nested_cases,
    misconceptions={
        "float32": "Floats became float32. `default_collate` keeps all digits of a Python float, "
        "and that takes float64.",
        "letters": "A text was taken for a sequence of letters, and a letter is a text again, "
        "without end. Texts must be recognised before sequences.",
        "one level": "The outermost container is turned inside out, but what is in it stays a "
        "list of samples. Each of these lists is to become a batch as well.",
        "tuples": "The batch of tuples is a tuple here. `default_collate` gives a list.",
        "lets all through": "A type that is not understood was passed on unchanged. "
        "Say so at once, with a `TypeError`.",
        "glued": "The tensors were joined along a dimension that they had. The samples need a new "
        "first dimension.",
    },
    forbids={".default_collate": "Write it yourself: `default_collate` is not allowed here."},
)
def collate_nested(implementation: Implementation, samples: list[Any]) -> Any:
    return implementation(samples)


def _sequences(generator: torch.Generator, *lengths: int) -> list[Tensor]:
    return [torch.rand(length, generator=generator) for length in lengths]


def pad_collate_cases(generator: torch.Generator) -> list[Case]:
    whole = [torch.randint(1, 9, (length,), generator=generator) for length in (2, 5, 3, 1)]
    silent = [torch.tensor([0.0, 2.0, 0.0]), torch.tensor([3.0]), *_sequences(generator, 4)]
    return [
        Case("three lengths", (_sequences(generator, 3, 5, 2),)),
        Case("real zeros", (silent,)),
        Case("all of one length", (_sequences(generator, 4, 4),)),
        Case("a single sequence", (_sequences(generator, _int(generator, 2, 6)),)),
        Case("whole numbers", (whole,)),
        Case("an empty sequence among others", (_sequences(generator, 0, 3),)),
    ]


_BY_HAND = "Pad by hand this time; `pad_sequence` has its turn in the next section."


@exercise(
    title="Padding with lengths and a mask",
    points=3,
    difficulty=2,
    minutes=15,
    hint="Make a canvas of zeros with `new_zeros`, then write each sequence into the beginning of "
    "its row. For the mask, compare every *position* 0, 1, 2, … with every *length*: which two "
    "shapes broadcast to (B, T)?",
    cases=pad_collate_cases,
    misconceptions={
        "mask inverted": "Here the mask is True on the padding. It is to be True where an element "
        "is real. (Both conventions exist: always read which one a function wants.)",
        "mask from values": "The mask says where values are not zero. A real element may be zero; "
        "only the lengths know what is padding.",
        "lengths after padding": "These are the lengths of the rows after padding, all alike. "
        "The true lengths are lost then.",
        "longest of all": "The rows are longer than the longest sequence of *this* batch. "
        "That is right, and wasteful.",
        "padded in front": "The zeros stand before the sequences; they belong behind them.",
        "float canvas": "`torch.zeros` makes float32. The batch is to have the dtype of the "
        "samples.",
        "cut to the shortest": "The sequences were cut until they fit. Nothing may be lost.",
    },
    forbids={".pad_sequence": _BY_HAND},
)
def pad_collate(implementation: Implementation, samples: list[Tensor]) -> Any:
    return tuple(implementation(samples))


def collate_tagged_cases(generator: torch.Generator) -> list[Case]:
    def sentences(*lengths: int) -> list[Any]:
        return [
            (
                torch.randint(1, 500, (length,), generator=generator),
                torch.randint(0, 4, (length,), generator=generator),
            )
            for length in lengths
        ]

    return [
        Case("two sentences", (sentences(2, 4),)),
        Case("five sentences, unordered", (sentences(3, 1, 6, 2, 5),)),
        Case("all of one length", (sentences(3, 3, 3),)),
        Case("one word each", (sentences(1, 1),)),
        Case("a single sentence", (sentences(4),)),
    ]


@exercise(
    title="Labels need padding of another kind",
    points=2,
    difficulty=2,
    minutes=8,
    hint="`pad_sequence` takes one list of tensors, so it is called twice. Two of its arguments "
    "matter here: which dimension comes first, and what is filled in.",
    cases=collate_tagged_cases,
    misconceptions={
        "tags padded with 0": "0 is a tag like the others: the model would be taught that padding "
        "is of class 0. Fill in what the loss ignores.",
        "tags padded with -1": "-1 is no class, but nothing that `cross_entropy` ignores by itself "
        "either. Which value does?",
        "time first": "The result is (T, B), which is what `pad_sequence` does by itself. "
        "The samples are to be the rows.",
        "both with -100": "Words padded with -100 have no place in a table of word vectors, for "
        "an index must not be negative there. Only the tags need -100.",
        "sorted": "The rows are in another order than the samples. Whoever comes with the "
        "samples' names would find them exchanged.",
    },
)
def collate_tagged(implementation: Implementation, samples: list[Any]) -> Any:
    return tuple(implementation(samples))


def collate_images_cases(generator: torch.Generator) -> list[Case]:
    def photos(*shapes: tuple[int, int, int]) -> list[Tensor]:
        return [torch.rand(shape, generator=generator) for shape in shapes]

    dark = torch.zeros(1, 2, 2)
    bytes_ = torch.randint(1, 255, (3, 2, 2), generator=generator, dtype=torch.uint8)
    return [
        Case("a wide one and a high one", (photos((3, 2, 4), (3, 3, 2)),)),
        Case("all of one size", (photos((1, 2, 3), (1, 2, 3)),)),
        Case("black pixels", ([dark, *photos((1, 3, 1))],)),
        Case("bytes", ([bytes_, bytes_[:, :1]],)),
        Case("four photos", (photos((2, 1, 5), (2, 4, 4), (2, 3, 1), (2, 2, 2)),)),
        Case("a single photo", (photos((3, 2, 5)),)),
    ]


@exercise(
    title="Images of different sizes in one batch",
    points=3,
    difficulty=2,
    minutes=15,
    hint="Height and width are two separate questions: the highest image need not be the widest. "
    "Two canvases of the right size, then one loop that writes into a corner of each: a slice of "
    "a tensor can stand on the left of `=`.",
    cases=collate_images_cases,
    misconceptions={
        "first image": "The first image decided the size and the others were cut to it. "
        "All of every image must fit.",
        "square": "The canvas is a square. Height and width are each as large as needed, "
        "no larger.",
        "largest image": "The image with the most pixels decided the size. Another one may be "
        "wider or higher and still have fewer pixels.",
        "float canvas": "Bytes became floats, four times as large. Keep the dtype.",
        "mask from values": "A black pixel is a pixel too. The mask must come from the sizes, not "
        "from the values.",
        "mask with channels": "The mask has a dimension for the channels. A pixel is there in all "
        "channels or in none: (B, H, W).",
        "mask inverted": "Here the mask is True beside the images. It is to be True on them.",
    },
)
def collate_images(implementation: Implementation, images: list[Tensor]) -> Any:
    return tuple(implementation(images))


def drop_broken_cases(generator: torch.Generator) -> list[Case]:
    def flower() -> tuple[Tensor, int]:
        return torch.rand(4, generator=generator), _int(generator, 0, 2)

    return [
        Case("one of four is broken", ([flower(), None, flower(), flower()],)),
        Case("none is broken", ([flower(), flower()],)),
        Case("all are broken", ([None] * _int(generator, 2, 9),)),
        Case("neighbours are broken", ([flower(), None, None, flower(), None],)),
        Case("counts, some of them zero", ([0, _int(generator, 1, 9), None, 0],)),
        Case("only zeros are left", ([0] * _int(generator, 1, 9) + [None],)),
    ]


@exercise(
    title="Leave out what could not be read",
    points=2,
    difficulty=1,
    minutes=8,
    hint="Make a new list of the good samples. What is special about None, compared with other "
    "values that count as false? And what is left to collate if all samples are broken?",
    cases=drop_broken_cases,
    misconceptions={
        "all broken": "If every sample is broken, `default_collate` gets an empty list and fails "
        "on its first element. Return None then.",
        "falsy": "0, an empty text and `tensor(0)` count as false, and are good samples. "
        "Ask for None itself.",
        "refilled": "The gaps were filled with copies of a good sample: the batch keeps its size, "
        "and one sample counts several times.",
        "in place": "Elements were removed from the list that is being walked: the next one moves "
        "into the gap and is skipped. Besides, the list belongs to the caller.",
        "whole batch": "One broken sample made the whole batch disappear. The others are good.",
    },
)
def drop_broken(implementation: Implementation, samples: list[Any]) -> Any:
    batch = implementation(samples)
    return {"batch": batch, "the samples afterwards": samples}


class _Archive:
    """Rows that can only be read in increasing order; counts how often, and for how many."""

    def __init__(self, values: Tensor) -> None:
        self.values = values
        self.trips = self.rows = 0

    def __len__(self) -> int:
        return len(self.values)

    def read(self, rows: list[int]) -> Tensor:
        self.trips += 1
        self.rows += len(rows)
        if any(later <= row for row, later in pairwise(rows)):
            raise ValueError(f"rows must increase, got {rows}")
        return self.values[list(rows)]


def archive_dataset_cases(generator: torch.Generator) -> list[Case]:
    def values(rows: int) -> Tensor:
        return torch.rand(rows, 3, generator=generator)

    mixed = torch.randperm(6, generator=generator).tolist()
    return [
        Case("in order", (values(4), [[0, 1], [2, 3]])),
        Case("backwards", (values(5), [[4, 2, 1], [3, 0]])),
        Case("shuffled", (values(6), [mixed[:4], mixed[4:]])),
        Case("some rows twice", (values(4), [[3, 1, 3], [0, 0, 2]])),
        Case("a batch of one", (values(3), [[_int(generator, 0, 2)]])),
        Case("far apart", (values(12), [[11, 0], [5, _int(generator, 7, 10)]])),
    ]


@exercise(
    title="One trip for a whole batch",
    points=3,
    difficulty=2,
    minutes=15,
    hint="What the archive wants (increasing, none twice) and what the loader wants (its order, "
    "repetitions included) are two different lists. Read by the first, remember which tensor "
    "belongs to which row number, answer by the second.",
    cases=archive_dataset_cases,
    misconceptions={
        "one by one": "The rows are right, but each of them took a trip of its own. "
        "`archive.read` can bring many at once.",
        "as asked": "The archive refuses rows that do not increase. Ask in its order, and put the "
        "answers in yours.",
        "sorted": "The rows came back in the archive's order. The loader relies on its own: "
        "the first index belongs to the first sample.",
        "twice": "A sampler with replacement may want a row twice. The archive gives none twice, "
        "so ask for each row once.",
        "everything": "The batches are right, but each trip brought the whole archive, which may "
        "not even fit into memory. Ask for the rows of the batch.",
        "from first to last": "The batches are right, but a trip brought all rows from the "
        "smallest number to the largest. Ask for those of the batch, without those between.",
        "plain tensor": "`__getitems__` gave one tensor with all rows. What comes next, collating, "
        "wants a *list* with a tensor for each sample.",
        "collated": "The samples were stacked already, and then the loader collates: the batch "
        "has a dimension too many. `__getitems__` gives a list of samples.",
    },
)
def ArchiveDataset(implementation: Any, values: Tensor, batches: list[list[int]]) -> Any:
    archive = _Archive(values)
    dataset = implementation(archive)
    length, item = len(dataset), dataset[1]
    trips, rows = archive.trips, archive.rows
    loader = DataLoader(dataset, batch_sampler=batches)
    return {
        "len(dataset)": length,
        "dataset[1]": item,
        "batches": list(loader),
        "trips for the batches": archive.trips - trips,
        "rows brought by them": archive.rows - rows,
    }


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
        Case("as it comes", ([zeros], _sequences(generator, 3, 5, 2))),
        Case("another padding", ([marks], _sequences(generator, 2, 4))),
        Case("cut to three", ([short], _sequences(generator, 5, 2, 3, 6))),
        Case("all shorter than the limit", ([{"max_length": 8}], _sequences(generator, 3, 2))),
        Case("two sets of settings at once", ([marks, short], _sequences(generator, 4, 1))),
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
    misconceptions={
        "cannot travel": "The batches are right, but the object cannot be pickled. A lambda, or a "
        "function made inside another one, has no name by which another process could find it. "
        "Keep the settings themselves, in an object of a class.",
        "shared settings": "The settings were stored on the class, which all objects share: the "
        "last one made decides for all. What stands before the dot?",
        "lengths before cutting": "The lengths are those before cutting; they go beyond the end "
        "of the rows.",
        "always the maximum": "The rows are padded up to `max_length`, although no sequence of "
        "the batch is that long. It is a limit, not a size.",
        "zeros": "The batch is padded with 0, whatever the setting says.",
    },
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
