"""Exercises of lesson 2: operations on tensors, and how their shapes meet."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise


def _int(generator: torch.Generator, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included."""
    return int(torch.randint(low, high + 1, (), generator=generator))


def _errors_of_both_signs(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Guesses that are as much too high as too low: the mean of the errors themselves is 0."""
    target = torch.randint(150, 190, (2,), generator=generator).float()
    return target + _int(generator, 1, 9) * torch.tensor([1.0, -1.0]), target


def mean_squared_error_cases(generator: torch.Generator) -> list[Case]:
    def heights(*shape: int) -> Tensor:
        return 170 + 10 * torch.randn(shape, generator=generator)

    return [
        Case("five guesses, both flat", (heights(5), heights(5))),
        Case("a column of guesses, flat targets", (heights(4, 1), heights(4))),
        Case("flat guesses, a column of targets", (heights(6), heights(6, 1))),
        Case("errors of both signs", _errors_of_both_signs(generator)),
        Case("one guess for three targets", (heights(1), heights(3))),
        Case("in double precision", (heights(3).double(), heights(3).double())),
    ]


@exercise(
    title="Mean squared error without the (N, N) trap",
    points=2,
    difficulty=1,
    minutes=7,
    hint="Give both tensors the same shape *before* they meet. Which method of lesson 1 makes a "
    "tensor of any shape one-dimensional? The check comes first: count elements with `numel()`.",
    cases=mean_squared_error_cases,
    misconceptions={
        "all pairs": "`(N, 1) - (N,)` is broadcast to `(N, N)`: every guess met every target. "
        "Bring both to one shape first.",
        "sum": "These are the squared errors added up; the *mean* divides by their number.",
        "not squared": "Errors of opposite sign cancel here: each difference has to be squared "
        "before the mean is taken.",
        "absolute": "This is the mean *absolute* error. Squares make a large error count more.",
        "root": "The root was taken at the end. The mean of the squares is asked for as it is.",
        "same shape": "A column of guesses and flat targets do belong together, if there are "
        "equally many. Refuse different *numbers* of elements, not different shapes.",
        "returned": "The error was returned, as if it were a result, and the caller may not even "
        "notice. *Raise* it.",
        "number": "The result is a Python number. Keep it a tensor (with no dimensions).",
        "one for all": "A single guess was broadcast to all targets. Two different numbers of "
        "elements are a mistake of the caller: raise a `ValueError`.",
    },
)
def mean_squared_error(implementation: Implementation, guess: Tensor, target: Tensor) -> Any:
    try:
        return implementation(guess, target)
    except ValueError as refusal:
        # whoever refuses too much is recognised, whatever the words
        refusal.args = ("these were refused",)
        raise


def center_rows_cases(generator: torch.Generator) -> list[Case]:
    return [
        Case("three rows of four", (torch.randn(3, 4, generator=generator),)),
        Case("a square", (torch.randn(3, 3, generator=generator),)),
        Case("a single row", (torch.randn(1, 5, generator=generator),)),
        Case("points from 0 to 100", (100 * torch.rand(2, 6, generator=generator),)),
        Case("in double precision", (torch.randn(2, 3, generator=generator).double(),)),
    ]


@exercise(
    title="Centre every row",
    points=2,
    difficulty=1,
    minutes=6,
    hint="Which shape must the means have so that, lined up from the right with `(N, M)`, each "
    "row meets its own mean? One argument of the reduction gives that shape.",
    cases=center_rows_cases,
    misconceptions={
        "no keepdim": "The means have shape `(N,)`, which lines up with the *columns*: an error "
        "unless the matrix is square, and then it is silently wrong.",
        "columns": "Here every column has mean 0. `dim` names the dimension that is reduced away.",
        "one mean": "The mean of the whole matrix was subtracted; every row has its own.",
        "in place": "The values are right, but the caller's tensor has been changed. "
        "Which operation writes into its left-hand side?",
    },
)
def center_rows(implementation: Implementation, points: Tensor) -> dict[str, Any]:
    return {"centred": implementation(points), "the input afterwards": points}


_CDIST = "Broadcasting is the point here: leave PyTorch's own distance functions aside."


def pairwise_distances_cases(generator: torch.Generator) -> list[Case]:
    def places(count: int, axes: int) -> Tensor:
        return 10 * torch.rand(count, axes, generator=generator, dtype=torch.float64)

    home = places(1, 2)
    same = places(3, 2)
    return [
        Case("a triangle with sides 3, 4 and 5", (home, home + torch.tensor([3.0, 4.0]))),
        Case("three houses, five schools", (places(3, 2), places(5, 2))),
        Case("as many houses as schools", (places(4, 2), places(4, 2))),
        Case("every place with itself", (same, same)),
        Case("in three dimensions", (places(2, 3), places(3, 3))),
    ]


@exercise(
    title="All distances at once",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Aim at a block of differences of shape `(N, M, D)`. Where must each of the two tensors "
    "get a dimension of length 1 so that they broadcast to it? Which dimension is summed away?",
    cases=pairwise_distances_cases,
    misconceptions={
        "row by row": "The first row of `a` met only the first row of `b`, and so on. Every row "
        "of `a` has to meet every row of `b`: both need one more dimension.",
        "squared": "These are squared distances. What turns 25 into the 5 of a 3-4-5 triangle?",
        "transposed": "The result is `(M, N)`. Rows belong to `a`, columns to `b`.",
        "city blocks": "The absolute differences are added, as if walking along streets. "
        "The straight line squares them, adds, and takes the root.",
        "wrong dim": "The block of differences is right, but the sum runs over the points of `b` "
        "instead of over the coordinates.",
    },
    rtol=1e-5,
    atol=1e-5,
    forbids={".cdist": _CDIST, ".pairwise_distance": _CDIST, ".PairwiseDistance": _CDIST},
)
def pairwise_distances(implementation: Implementation, a: Tensor, b: Tensor) -> Any:
    return implementation(a, b)


def warmest_cases(generator: torch.Generator) -> list[Case]:
    def readings(*shape: int) -> Tensor:
        # a shuffled range has no ties: each station has one warmest hour
        steps = torch.randperm(torch.Size(shape).numel(), generator=generator)
        return (steps.reshape(shape) / 4 - 10).float()

    return [
        Case("two stations, three days, five hours", (readings(2, 3, 5),)),
        Case("as many days as hours", (readings(3, 4, 4),)),
        Case("one station, one day", (readings(1, 1, 6),)),
        Case("deep frost", (readings(2, 4, 3) - 60,)),
        Case("four stations for a week", (readings(4, 7, 2),)),
        Case("in double precision", (readings(2, 2, 3).double(),)),
    ]


@exercise(
    title="The warmest hour of each station",
    points=4,
    difficulty=3,
    minutes=15,
    hint="`max` takes one dimension. Either make days and hours *one* dimension and take its "
    "index apart again, as clocks do with minutes; or take the maximum twice, and pick for every "
    "station the hour that belongs to its day (`gather`, lesson 1).",
    cases=warmest_cases,
    misconceptions={
        "one for all": "This is the warmest hour of all stations together. The first dimension "
        "must survive.",
        "all days": "There is one hour for *each day* of a station. Only the hour on its warmest "
        "day is wanted.",
        "last day": "The values and days are right, but the hours all come from one fixed day "
        "instead of from the day that was found.",
        "exchanged": "Everything was found, but handed back in another order: first the "
        "readings, then the days, then the hours.",
        "true division": "`/` makes a float. Which operators give the whole part and the rest?",
        "wrong divisor": "An index into days × hours moves on by one day after as many steps as "
        "a day has *hours*.",
    },
)
def warmest(implementation: Implementation, readings: Tensor) -> Any:
    found = implementation(readings)
    return tuple(found) if isinstance(found, list | tuple) else found  # a list will do


def count_correct_cases(generator: torch.Generator) -> list[Case]:
    def table(count: int, classes: int) -> Tensor:
        # a shuffled range: one score in each row is the highest
        return torch.randperm(count * classes, generator=generator).view(count, classes).float()

    def batch(count: int, classes: int) -> tuple[Tensor, Tensor]:
        return table(count, classes), torch.randint(classes, (count,), generator=generator)

    def with_hits(hits: int, count: int) -> tuple[Tensor, Tensor]:
        """The predictions for the last `hits` samples are right, and all others wrong."""
        scores = table(count, 3)
        scores[0] += 3 * count  # so that the index into the flattened scores is a class, too
        wrong = torch.arange(count) < count - hits
        return scores, (scores.argmax(dim=1) + wrong) % 3

    def sizes(low: int, high: int) -> list[int]:
        return [_int(generator, low, high) for _ in range(3)]

    columns = [with_hits(count - 1, count) for count in sizes(4, 8)]
    return [
        Case("three classes", ([batch(count, 3) for count in sizes(4, 8)],)),
        Case("as many samples as classes", ([batch(count, count) for count in sizes(3, 5)],)),
        Case("all correct", ([with_hits(count, count) for count in sizes(3, 8)],)),
        Case("few correct, or none", ([with_hits(hits, 5) for hits in sizes(0, 3)],)),
        Case("labels as a column", ([(scores, labels[:, None]) for scores, labels in columns],)),
    ]


@exercise(
    title="Count the correct predictions",
    points=2,
    difficulty=1,
    minutes=7,
    hint="Three steps: which class has the highest score in each row; where does that agree with "
    "the label; how many agreements are there. Print the shapes on both sides of `==`.",
    cases=count_correct_cases,
    misconceptions={
        "tensor": "The count is right but still a tensor. Take the Python number out of it.",
        "fraction": "This is the share of correct predictions; their *number* is asked for.",
        "wrong dim": "This asks which sample is best for each class. The classes lie along the "
        "last dimension, and that one is reduced.",
        "flat": "Without `dim`, `argmax` gives one index into the flattened scores.",
        "values": "The labels were compared with the highest scores themselves. A label says "
        "*where* the highest score should be.",
        "all pairs": "Labels of shape `(N, 1)` against predictions of shape `(N,)`: `==` "
        "broadcasts too, and counts agreements among all pairs.",
    },
)
def count_correct(implementation: Implementation, batches: list[tuple[Tensor, Tensor]]) -> Any:
    return [implementation(scores, labels) for scores, labels in batches]


def one_hot_cases(generator: torch.Generator) -> list[Case]:
    def labels(classes: int, *shape: int) -> Tensor:
        return torch.randint(classes, shape, generator=generator)

    classes, many = _int(generator, 3, 9), _int(generator, 7, 12)
    too_large = torch.cat([labels(classes, 2), torch.tensor([classes])])
    below_zero = torch.cat([labels(classes, 2), torch.tensor([-1])])
    return [
        Case("six labels", (labels(3, 6), 3)),
        Case("the last class does not occur", (labels(classes - 1, 4), classes)),
        Case("a matrix of labels", (labels(4, 2, 3), 4)),
        Case("as many labels as classes", (torch.randperm(5, generator=generator), 5)),
        Case("a single label without dimensions", (labels(many - 1), many)),
        Case("a label that is too large", (too_large, classes)),
        Case("a label below zero", (below_zero, classes)),
    ]


_EYE = "Build it from what you know: PyTorch's own `one_hot` is not allowed here."


@exercise(
    title="One-hot codes for labels of any shape",
    points=3,
    difficulty=2,
    minutes=10,
    hint="Compare every label with every class number: a comparison broadcasts like a "
    "subtraction. What shape must the labels have for the classes to become a new last dimension?",
    cases=one_hot_cases,
    misconceptions={
        "max plus one": "The number of classes was taken from the largest label. A class that "
        "happens not to occur still needs its column: use `num_classes`.",
        "float": "The values are right but floats. Look at the dtype that is asked for.",
        "bool": "The pattern is right, but these are true and false. Look at the dtype that is "
        "asked for.",
        "classes first": "The classes became the first dimension; they belong in a new last one.",
        "flattened": "Labels of shape `(2, 3)` give codes of shape `(2, 3, num_classes)`: the "
        "shape of the labels is kept.",
        "from the end": "A label of -1 counted from the end, as indices do, and became the last "
        "class. A label out of range must be a `ValueError`.",
        "all zeros": "A label out of range became a row without any 1. Nobody will notice that "
        "until much later: raise a `ValueError`.",
        "returned": "The error was returned, as if it were codes, and the caller may not even "
        "notice. *Raise* it.",
    },
    forbids={".one_hot": _EYE},
)
def one_hot(implementation: Implementation, labels: Tensor, num_classes: int) -> Any:
    return implementation(labels, num_classes)


_EXP = "Write it with `exp` and a sum: PyTorch's own softmax is not allowed here."


def softmax_cases(generator: torch.Generator) -> list[Case]:
    def near(rows: list[list[float]]) -> Tensor:
        centres = torch.tensor(rows)
        return centres + torch.rand(centres.shape, generator=generator)

    def scores(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator)

    masked = near([[2.0, 1.0, -torch.inf], [0.5, -torch.inf, 0.5]])
    return [
        Case("a matrix along its columns", (scores(3, 4), 0)),
        Case("a square matrix along its rows", (scores(4, 4), 1)),
        Case("a block of three dimensions, the middle one", (scores(2, 3, 5), 1)),
        Case("a negative dim, in float64", (scores(6).double(), -1)),
        Case("inputs near 1000", (near([[1000.0, 1001.0, 1002.0]]), 1)),
        Case("rows far apart", (near([[0.0, 1.0], [1000.0, 1001.0]]), 1)),
        Case("a row far below zero", (near([[-1000.0, -1001.0], [1.0, 0.0]]), 1)),
        Case("numbers far apart in one row", (near([[0.0, 200.0, 400.0]]), 1)),
        Case("an input of minus infinity", (masked, 1)),
    ]


@exercise(
    title="A softmax that does not overflow",
    points=3,
    difficulty=2,
    minutes=10,
    hint=(
        "Softmax does not change when the same number is subtracted from all inputs of a group. "
        "Which number makes the largest exponent harmless? Both the number and the sum belong to "
        "one group along `dim`, so both must keep that dimension, with length 1, to broadcast."
    ),
    cases=softmax_cases,
    misconceptions={
        "overflow": "`exp(1000)` is infinity in float32, and infinity divided by infinity is nan. "
        "Make the inputs smaller before `exp`, in a way that leaves the result the same.",
        "one maximum": "One shift for the whole tensor is too much for a row of much smaller "
        "numbers: all its exponentials become 0, and 0 / 0 is nan. Shift each group by its own.",
        "never below zero": "In a group far below zero, nothing was shifted: all its exponentials "
        "become 0, and 0 / 0 is nan. Its largest number is the shift there, too.",
        "absolute": "Of -1000, the absolute value is 1000: a group far below zero is shifted even "
        "further down, until all its exponentials are 0. Which number of it should become 0?",
        "another shift": "The shift leaves a large number above zero where the inputs of a group "
        "are far apart, and fails where one is minus infinity. After it, no input may exceed 0.",
        "flat": "All probabilities together sum to 1. They should do so in each group along `dim`.",
        "flat, shifted": "The shift is fine, but all probabilities together sum to 1. They should "
        "do so in each group along `dim`.",
        "last dim": "The groups always lie along the last dimension. Use the argument `dim`.",
        "pair": "With `dim`, `max` answers two questions at once, how much and where, and only one "
        "of the answers can be subtracted.",
        "no keepdim": "After the sum a dimension is gone, so the shapes are lined up wrongly when "
        "it meets the exponentials again. Keep the dimension with length 1.",
        "maximum without keepdim": "After the maximum a dimension is gone, so the shapes are lined "
        "up wrongly when it is subtracted. Keep the dimension with length 1.",
        "never keepdim": "Both reductions lose their dimension, so that their results are lined up "
        "with the wrong one of `x`. Both must keep it, with length 1.",
    },
    # the way over logsumexp is right too, and rounds to float32 near 1000 before its exp
    rtol=3e-4,
    atol=1e-6,
    forbids={
        ".softmax": _EXP,
        ".log_softmax": _EXP,
        ".Softmax": _EXP,
        ".LogSoftmax": _EXP,
    },
)
def softmax(implementation: Implementation, x: Tensor, dim: int) -> Any:
    return implementation(x, dim)


def match_scores_cases(generator: torch.Generator) -> list[Case]:
    def vectors(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator)

    return [
        Case("two batches", (vectors(2, 3, 4), vectors(2, 5, 4))),
        Case("as many questions as answers", (vectors(2, 3, 9), vectors(2, 3, 9))),
        Case("all lengths equal", (vectors(4, 4, 4), vectors(4, 4, 4))),
        Case("one batch, one question", (vectors(1, 1, 2), vectors(1, 6, 2))),
        Case("in double precision", (vectors(2, 2, 3).double(), vectors(2, 4, 3).double())),
    ]


@exercise(
    title="Score every question against every answer",
    points=3,
    difficulty=2,
    minutes=10,
    hint="In each sample you want (T × D) times (D × S). Which two dimensions of `answers` change "
    "places for that? Check your scale: it divides by the square *root* of D.",
    cases=match_scores_cases,
    misconceptions={
        "reshape": "The shape fits but the numbers are torn apart: `reshape` and `view` only cut "
        "memory into rows anew. To exchange two dimensions is another operation.",
        "unscaled": "The dot products are right; the division by the square root of D is missing.",
        "divided by D": "The scores were divided by D instead of by its square root.",
        "root of T": "The root is that of the number of questions. The length of the descriptions "
        "is another dimension.",
        "swapped": "Here the answers are the rows. The result is `(B, T, S)`: questions first.",
    },
)
def match_scores(implementation: Implementation, questions: Tensor, answers: Tensor) -> Any:
    return implementation(questions, answers)


def mix_channels_cases(generator: torch.Generator) -> list[Case]:
    def random(*shape: int) -> Tensor:
        return torch.rand(shape, generator=generator)

    grey = torch.tensor([[0.3, 0.6, 0.1]])
    return [
        Case("colour to grey", (random(2, 3, 4, 5), grey)),
        Case("three colours to three others", (random(2, 3, 4, 4), random(3, 3))),
        Case("images that are three pixels high", (random(1, 3, 3, 3), random(3, 3))),
        Case("one channel to four", (random(2, 1, 2, 3), random(4, 1))),
        Case("a single pixel", (random(3, 3, 1, 1), random(2, 3))),
        Case("in double precision", (random(2, 2, 3, 2).double(), random(3, 2).double())),
    ]


@exercise(
    title="Mix the colours of a batch of images",
    points=3,
    difficulty=3,
    minutes=12,
    hint="Write the shapes with one letter for each dimension: `kc` and `bchw`. Which letter is "
    "summed over, and which ones stand in the result, in which order?",
    cases=mix_channels_cases,
    misconceptions={
        "transposed": "Row k of the matrix says how new channel k is made; here the columns did.",
        "channels last": "The colours are right but ended up in the last dimension. "
        "The new channels stand where the old ones stood.",
        "reshape": "Pixels and colours were mixed up: `reshape` does not move the channels to "
        "the end, it cuts the same memory into other pieces.",
        "pixel rows": "`matmul` works on the *last two* dimensions: this mixed rows of pixels, "
        "not colours.",
    },
)
def mix_channels(implementation: Implementation, images: Tensor, matrix: Tensor) -> Any:
    return implementation(images, matrix)
