"""Exercises of lesson 1: making tensors, picking from them, and the memory behind them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise


def _int(generator: torch.Generator, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included."""
    return int(torch.randint(low, high + 1, (), generator=generator))


def _ints(generator: torch.Generator, count: int, low: int, high: int) -> list[int]:
    """Whole numbers from `low` to `high`, both included."""
    return [_int(generator, low, high) for _ in range(count)]


def percentages_cases(generator: torch.Generator) -> list[Case]:
    def table(rows: int, columns: int, maximum: int) -> list[list[int]]:
        drawn = torch.randint(0, maximum + 1, (rows, columns), generator=generator)
        return list(drawn.tolist())

    return [
        Case("two students, two exams of 10 points", (table(2, 2, 10), 10)),
        Case("results that are no whole percent", ([_ints(generator, 3, 1, 6)], 7)),
        Case("half points", ([[one + 0.5 for one in row] for row in table(2, 2, 8)], 9)),
        Case("a class of four", (table(4, 3, 40), 40)),
        Case("more than 100 points to be had", (table(2, 3, 160), 160)),
    ]


@exercise(
    title="From points to percent",
    points=2,
    difficulty=1,
    minutes=6,
    hint="Say which dtype you want when you make the tensor; then it no longer matters whether "
    "the list held whole or half points. Which of `/` and `//` keeps the decimals?",
    cases=percentages_cases,
    misconceptions={
        "whole numbers": "Everything behind the decimal point is lost. "
        "Ask for a floating-point dtype, and mind the difference between `/` and `//`.",
        "half points": "The half points were cut off before the division, because the tensor "
        "was made with an integer dtype.",
        "double": "The values are right, but they are float64: that is what NumPy makes of Python "
        "numbers. PyTorch, and everything later in this course, works in float32.",
        "fractions": "These are shares between 0 and 1. All the points there are make 100 percent.",
    },
)
def percentages(implementation: Implementation, points: list[list[float]], maximum: int) -> Any:
    return implementation(points, maximum)


def snapshot_cases(generator: torch.Generator) -> list[Case]:
    def readings(*shape: int) -> Any:
        return 20 + 5 * torch.randn(shape, generator=generator, dtype=torch.float64).numpy()

    counts = torch.randint(0, 1000, (6,), generator=generator, dtype=torch.int16)
    return [
        Case("a float64 buffer, NumPy's default", (readings(4),)),
        Case("a float32 buffer", (readings(5).astype(np.float32),)),
        Case("a buffer of int16 counts", (counts.numpy(),)),
        Case("two sensors in one float32 buffer", (readings(2, 3).astype(np.float32),)),
    ]


@exercise(
    title="A snapshot that stays",
    points=2,
    difficulty=2,
    minutes=8,
    hint="Two things have to happen: the dtype becomes float32, and the numbers get memory of "
    "their own, *also* where the dtype was float32 already. Which of the ways from NumPy always "
    "copies, and which argument of it sets the dtype?",
    cases=snapshot_cases,
    misconceptions={
        "alias": "When the buffer is float32 already, nothing needs converting and nothing was "
        "copied: the sensor overwrote your snapshot. Copy on purpose, not by accident.",
        "bridge": "This tensor lives in the memory of the NumPy array, so the sensor overwrites "
        "it, and it has the array's dtype.",
        "double": "The snapshot is a copy, but it has the dtype of the array. It has to be float32 "
        "whatever the sensor writes.",
        "integers": "The numbers lost everything behind the decimal point. Which dtype is asked?",
        "as counted": "Where the buffer holds whole numbers, the dtype of the snapshot is int64. "
        "float32 is asked whatever the sensor writes.",
    },
)
def snapshot(implementation: Implementation, buffer: np.ndarray[Any, Any]) -> dict[str, Any]:
    taken = implementation(buffer)
    buffer[...] = -1  # the sensor writes its next readings
    return {"the snapshot after the sensor wrote again": taken}


def chessboard_cases(generator: torch.Generator) -> list[Case]:
    return [
        Case("even numbers of rows and columns", tuple(2 * n for n in _ints(generator, 2, 2, 8))),
        Case("odd numbers", tuple(2 * n + 1 for n in _ints(generator, 2, 1, 6))),
        Case("a single row", (1, _int(generator, 2, 40))),
        Case("more columns than rows", (_int(generator, 2, 7), _int(generator, 8, 16))),
        Case("more rows than columns", (_int(generator, 8, 16), _int(generator, 2, 7))),
    ]


@exercise(
    title="A chessboard from two slices",
    points=2,
    difficulty=1,
    minutes=6,
    hint="Start with a board of zeros. In which columns are the light squares of rows 0, 2, 4, …? "
    "And of the other rows? Each answer is one slice for the rows and one for the columns.",
    cases=chessboard_cases,
    misconceptions={
        "inverted": "The colours are exchanged: the top left square is light, so it is 1.",
        "stripes": "Whole rows were set. A slice for the columns, too, picks every other square.",
        "every other row": "Half of the rows are still dark all over. They need light squares, "
        "too, and one step further to the right.",
        "floats": "The pattern is right, but `torch.zeros` makes float32 unless told otherwise.",
        "bools": "The pattern is right, but these are true and false. `uint8` is asked, with 1 "
        "for light.",
        "one long row": "Dark and light take turns from the first square to the last, as if the "
        "board were one long row. Where a row has an even number of squares, the next one then "
        "begins with the same colour.",
        "swapped": "Rows and columns are exchanged. In a shape, the number of rows comes first.",
    },
)
def chessboard(implementation: Implementation, rows: int, columns: int) -> Any:
    return implementation(rows, columns)


def repair_cases(generator: torch.Generator) -> list[Case]:
    def readings(*shape: int) -> Tensor:
        return 20 + 12 * torch.randn(shape, generator=generator)

    nan, inf = float("nan"), float("inf")
    low = float(_int(generator, -20, 0))
    at_bounds = torch.tensor([low, 40.0, low - 0.5, 40.5, _int(generator, 1, 39)])
    failing = torch.cat([torch.rand(2, generator=generator), torch.tensor([nan, inf, -inf])])
    return [
        Case("ten readings", (readings(10), 10.0, 30.0, 20.0)),
        Case("readings on the bounds are plausible", (at_bounds, low, 40.0, 21.5)),
        Case("a sensor that fails", (failing, 0.0, 40.0, 20.0)),
        Case("three sensors, four hours", (readings(3, 4), 15.0, 25.0, -1.0)),
        Case("in double precision", (readings(6).double(), 18.0, 22.0, 20.0)),
    ]


@exercise(
    title="Repair faulty readings",
    points=3,
    difficulty=2,
    minutes=10,
    hint="Write down which readings are *plausible* rather than which are faulty: a `nan` is "
    "neither too small nor too large. Two conditions on tensors are joined by `&`, each of them in "
    "parentheses. `torch.where` makes a new tensor.",
    cases=repair_cases,
    misconceptions={
        "in place": "The values are right, but the caller's readings were overwritten. An "
        "assignment to `readings[mask]` writes into the tensor that was handed in.",
        "in place, with nan": "The caller's readings were overwritten, and a `nan` slipped "
        "through, because every comparison with `nan` is false.",
        "nan": "A `nan` slipped through: it is neither below `low` nor above `high`. Every "
        "comparison with it is false. Ask the question the other way round.",
        "nothing": "No reading can be too small *and* too large, so nothing was replaced.",
        "bounds": "A reading that equals `low` or `high` is plausible and stays.",
        "picked": "Only the plausible readings are left, in a flat tensor. The result has the "
        "shape of the input, with the substitute in place of faulty readings.",
        "clamped": "Faulty readings were moved to the nearest bound, which looks plausible but is "
        "invented. They get the substitute.",
        "no parentheses": "`&` binds more tightly than `>=` and `<=`, so Python begins with "
        "`low & readings`. Put each of the two comparisons in parentheses.",
        "chained": "Python reads `low <= x <= high` as two conditions joined by `and`, which wants "
        "*one* true or false. Tensors need two conditions in parentheses, joined by `&`.",
    },
)
def repair(
    implementation: Implementation, readings: Tensor, low: float, high: float, substitute: float
) -> dict[str, Any]:
    repaired = implementation(readings, low, high, substitute)
    return {"repaired": repaired, "the input afterwards": readings}


def chosen_scores_cases(generator: torch.Generator) -> list[Case]:
    def table(rows: int, columns: int) -> Tensor:
        # a shuffled range: no two scores are equal, so picking the wrong one shows
        return (torch.randperm(rows * columns, generator=generator) / 2).reshape(rows, columns)

    def choice(rows: int, columns: int) -> Tensor:
        return torch.randint(0, columns, (rows,), generator=generator)

    return [
        Case("two questions with three answers each", (table(2, 3), choice(2, 3))),
        Case("as many questions as answers", (table(4, 4), choice(4, 4))),
        Case("more questions than answers", (table(6, 3), choice(6, 3))),
        Case("a single question", (table(1, 6), choice(1, 6))),
        Case("everyone chose the first answer", (table(3, 3), torch.tensor([0, 0, 0]))),
        Case("in double precision", (table(3, 4).double(), choice(3, 4))),
    ]


@exercise(
    title="The score of each chosen answer",
    points=2,
    difficulty=2,
    minutes=10,
    hint="`gather` runs along one dimension, and wants an index with as many dimensions as the "
    "scores. Which dimension do the numbers in `choice` count along? Give `choice` a dimension of "
    "length 1 there, and take it away again at the end.",
    cases=chosen_scores_cases,
    misconceptions={
        "all pairs": "The columns were picked for *every* question: an (N, N) table. Question i "
        "needs choice i only.",
        "wrong dim": "`choice` holds numbers of columns, but here they were used to count rows. "
        "The `dim` of `gather` is the one that the index counts along.",
        "column": "The right numbers, in a column of shape (N, 1). The result is flat.",
        "squeezed away": "With a single question, removing *all* dimensions of length 1 removes "
        "the one that counts the questions, too. Name the dimension to remove.",
        "rows": "The first dimension of `scores` counts questions, not answers: this picks whole "
        "rows.",
        "flat index": "`gather` wants an index with as many dimensions as `scores` has, and "
        "`choice` is flat. Give it one more first.",
        "first row": "All these scores come from the first question. `choice` holds one number "
        "for *each* row: as an index with two dimensions, it is a column.",
        "single": "The scores are float64, the result is float32: a new tensor has that dtype "
        "unless told otherwise. Keep the dtype of `scores`.",
    },
)
def chosen_scores(implementation: Implementation, scores: Tensor, choice: Tensor) -> Any:
    return implementation(scores, choice)


def row_major_strides_cases(generator: torch.Generator) -> list[Case]:
    def shape(dims: int) -> tuple[int, ...]:
        return tuple(_int(generator, 2, 6) for _ in range(dims))

    return [
        Case("a matrix", ((_int(generator, 2, 9), _int(generator, 2, 9)),)),
        Case("a flat tensor", ((_int(generator, 2, 50),),)),
        Case("three dimensions", (shape(3),)),
        Case("five dimensions", (shape(5),)),
        Case("a dimension of length 1", ((_int(generator, 2, 9), 1, _int(generator, 2, 9)),)),
        Case("no dimensions at all", ((),)),
    ]


@exercise(
    title="Work out the strides",
    points=3,
    difficulty=2,
    minutes=10,
    hint="Begin at the last dimension: how far is it to the next element there? A step in the "
    "dimension before it has to jump over a whole row, and so on: go through the shape backwards "
    "and keep one running product.",
    cases=row_major_strides_cases,
    misconceptions={
        "own size": "One factor too many: a step along a dimension jumps over everything that lies "
        "*within* it, not over the dimension itself. The last stride is 1.",
        "first is fastest": "Here the *first* dimension has stride 1 (column-major, as in "
        "Fortran). PyTorch lays out row by row: neighbours in the last dimension lie side by side.",
        "backwards": "The right numbers in the wrong order: the stride of dimension 0 comes first.",
        "bytes": "NumPy counts strides in bytes; PyTorch counts them in elements.",
    },
    forbids={
        ".stride": "Work the strides out from the shape: `.stride()` is not allowed here.",
        ".strides": "Work the strides out from the shape: NumPy's `.strides` is not allowed here.",
    },
)
def row_major_strides(implementation: Implementation, shape: tuple[int, ...]) -> Any:
    found = implementation(shape)
    return tuple(found) if isinstance(found, torch.Size) else found  # which is a tuple, too


def _twice(tensor: Tensor) -> tuple[Tensor, Tensor]:
    return tensor, tensor


#: How two tensors are made from a matrix and a number, in the words that a failed check shows.
_PAIRS: dict[str, Callable[[Tensor, int], tuple[Tensor, Tensor]]] = {
    "the rows from {i} on, twice": lambda m, i: _twice(m[i:]),
    "the rows from {i} on, and a clone": lambda m, i: (m[i:], m[i:].clone()),
    "row {i} and row 0": lambda m, i: (m[i], m[0]),
    "row {i} and the rows that the list [{i}] picks": lambda m, i: (m[i], m[[i]]),
    "the matrix and its column {i}": lambda m, i: (m, m[:, i]),
    "the matrix and its column {i}, cloned": lambda m, i: (m, m[:, i].clone()),
    "the columns from {i} on, and their transpose": lambda m, i: (m[:, i:], m[:, i:].T),
    "the columns from {i} on, and their transpose made contiguous": lambda m, i: (
        m[:, i:],
        m[:, i:].T.contiguous(),
    ),
    "the columns before {i} and those from {i} on": lambda m, i: (m[:, :i], m[:, i:]),
    "the columns before {i}, and the same picked by a list": lambda m, i: (
        m[:, :i],
        m[:, list(range(i))],
    ),
}


def same_storage_cases(generator: torch.Generator) -> list[Case]:
    kinds = list(_PAIRS)

    def questions(first: int, rows: int, columns: int) -> tuple[Tensor, list[tuple[str, int]]]:
        # of four pairs that share and four that do not, so that always True fails every case;
        # six in any order, so that neither do answers in a fixed order pass
        matrix = torch.randperm(rows * columns, generator=generator).float()
        pairs = list(product(kinds[first : first + 2], range(1, 5)))
        order = torch.randperm(len(pairs), generator=generator)[:6]
        return matrix.view(rows, columns), [pairs[number] for number in order]

    return [
        Case("one object, and a copy", questions(0, 5, 4)),
        Case("rows", questions(2, 6, 3)),
        Case("a column", questions(4, 5, 5)),
        Case("rows and columns exchanged", questions(6, 4, 5)),
        Case("columns side by side", questions(8, 2, 6)),
    ]


@exercise(
    title="One memory or two?",
    points=2,
    difficulty=2,
    minutes=8,
    hint="`a.data_ptr()` is the address of the *first element of the view*. Two views of one "
    "storage may begin at different places. What has an address that they share?",
    cases=same_storage_cases,
    misconceptions={
        "first element": "`data_ptr()` of a tensor is the address of its own first element, so a "
        "view that begins further on has another one. Compare the storages behind them.",
        "equal": "Equal numbers are not shared memory: a clone is equal, too. And a view may "
        "look quite different from the tensor it was taken from.",
        "identity": "`is` asks whether both are the same Python object. Every view is a new object "
        "over old memory.",
        "overlap": "Two views of one storage need not overlap: two rows of a matrix have no "
        "element in common and still lie in one storage.",
    },
)
def same_storage(
    implementation: Implementation, matrix: Tensor, pairs: list[tuple[str, int]]
) -> dict[str, Any]:
    return {words.format(i=i): implementation(*_PAIRS[words](matrix, i)) for words, i in pairs}


def as_batch_cases(generator: torch.Generator) -> list[Case]:
    def image(*shape: int) -> Tensor:
        return torch.rand(shape, generator=generator)

    return [
        Case("one grey image", (image(4, 5),)),
        Case("one colour image", (image(3, 2, 4),)),
        Case("a batch already", (image(2, 3, 2, 2),)),
        Case("a grey image one pixel high", (image(1, 6),)),
        Case("a flat row of numbers", (image(7),)),
        Case("a single number", (image(),)),
        Case("five dimensions", (image(1, 2, 1, 2, 2),)),
    ]


@exercise(
    title="Every image a batch",
    points=2,
    difficulty=1,
    minutes=7,
    hint="Count the dimensions first (`ndim`). New dimensions go in front, one for each that is "
    "missing; which function inserts a dimension of length 1 without copying?",
    cases=as_batch_cases,
    misconceptions={
        "one dim": "One dimension was added whatever came in. A grey image lacks two, a batch "
        "lacks none.",
        "two dims": "Two dimensions were added whatever came in. An image with channels lacks one, "
        "a batch lacks none.",
        "at the end": "The new dimensions of length 1 belong in front: batch, then channel. "
        "Height and width stay last.",
        "anything goes": "Only 2, 3 or 4 dimensions can be images. Anything else is a mistake of "
        "the caller: raise a `ValueError`.",
        "after the colours": "In a colour image, too, the new dimension belongs in front: it "
        "counts images, and the colours come after it.",
        "copy": "The shapes are right, but the numbers were copied. A view of the same memory is "
        "enough.",
        "returned": "The error was returned, as if it were a result, and the caller may not even "
        "notice. *Raise* it.",
    },
)
def as_batch(implementation: Implementation, images: Tensor) -> Any:
    if not 2 <= images.ndim <= 4:  # only to be refused: whatever comes back is shown as it is
        return implementation(images)
    batch = implementation(images)
    shared = isinstance(batch, Tensor) and _address(batch) == _address(images)
    return {"batch": batch, "shares the memory of the input": shared}


def _address(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def channels_first_cases(generator: torch.Generator) -> list[Case]:
    def photos(*shape: int) -> Tensor:
        return torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)

    red, green = _ints(generator, 2, 150, 255)
    two_pixels = torch.tensor([[[[red, 0, 0], [0, green, 0]]]], dtype=torch.uint8)
    values, layout = ["values"], ["values", "contiguous", "the photos afterwards"]
    return [
        Case("one red and one green pixel", (two_pixels, values)),
        Case("two photos of 4 × 5 pixels", (photos(2, 4, 5, 3), values)),
        Case("square photos", (photos(3, 4, 4, 3), values)),
        Case("grey photos", (photos(2, 3, 4, 1), values)),
        Case("one photo with transparency, and its memory", (photos(1, 2, 6, 4), layout)),
        Case("two photos and their memory", (photos(2, 3, 2, 3), layout)),
    ]


@exercise(
    title="Photos for a network",
    points=3,
    difficulty=3,
    minutes=12,
    hint="Where does each of the four dimensions come from? List the *old* numbers in the *new* "
    "order. An operation on a permuted tensor keeps its order in memory, so look at "
    "`is_contiguous()` of what you are about to return.",
    cases=channels_first_cases,
    misconceptions={
        "reshaped": "The shape is right, and the picture is scrambled: `view` and `reshape` keep "
        "the numbers in their order and only cut the row elsewhere. The dimensions must change "
        "places.",
        "sides swapped": "Exchanging two dimensions moves the channels to the front, but leaves "
        "height and width in the wrong order: the photos lie on their side.",
        "sides swapped, as they lie": "The photos lie on their side: exchanging two dimensions "
        "leaves height and width in the wrong order. When that is mended, look at "
        "`is_contiguous()`, too.",
        "not scaled": "The dtype is right, but the values still reach up to 255.",
        "not scaled, as they lie": "The order of the dimensions and the dtype are right. Still "
        "missing: values from 0 to 1, and contiguous memory.",
        "whole numbers": "Dividing whole numbers by `//` leaves nothing but 0 and 1.",
        "order only": "The dimensions stand in the right order. Still missing: decimals from 0 to "
        "1 instead of whole numbers, and contiguous memory.",
        "order and memory": "Order and memory are right, but these are still whole numbers up to "
        "255. A network wants decimals from 0 to 1.",
        "not contiguous": "The values are right, but they still lie in memory pixel by pixel. "
        "Which method lays a tensor out row by row in its present shape?",
    },
)
def channels_first(
    implementation: Implementation, photos: Tensor, looked_at: list[str]
) -> dict[str, Any]:
    images = implementation(photos)
    seen = {
        "values": images,
        "contiguous": isinstance(images, Tensor) and images.is_contiguous(),
        "the photos afterwards": photos,
    }
    return {name: seen[name] for name in looked_at}
