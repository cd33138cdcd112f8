"""Exercises of lesson 3: slopes, the graph behind them, and what cuts it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._results import named

_CURVES: dict[str, Callable[[Tensor], Tensor]] = {
    "10 w² + 2": lambda w: 10 * w**2 + 2,
    "sin w": torch.sin,
    "w³ - 4 w": lambda w: w**3 - 4 * w,
    "1 / (1 + w²)": lambda w: 1 / (1 + w**2),
    "w exp w": lambda w: w * w.exp(),
}

_LANDSCAPES: dict[str, Callable[[Tensor], Tensor]] = {
    "the sum of the squares": lambda x: (x**2).sum(),
    "the product of all elements": lambda x: x.prod(),
    "the mean of sines and cubes": lambda x: (x.sin() + x**3).mean(),
    "a long valley": lambda x: 4 * (x[0] - 1) ** 2 + 0.5 * (x[1] + 2) ** 2,
    "a round bowl": lambda x: ((x - 0.5) ** 2).sum(),
}

_MAPS: dict[str, Callable[[Tensor], Tensor]] = {
    "squares": lambda x: x**2,
    "neighbours multiplied": lambda x: x[:-1] * x[1:],
    "polar to Cartesian": lambda p: torch.stack([p[0] * p[1].cos(), p[0] * p[1].sin()]),
    "running sums of sines": lambda x: x.sin().cumsum(0),
    "sum and mean": lambda x: torch.stack([x.sum(), x.mean(), (x**2).sum()]),
}


def _number(generator: torch.Generator, low: float = -2.0, high: float = 2.0) -> float:
    return float(torch.empty((), dtype=torch.float64).uniform_(low, high, generator=generator))


def _int(generator: torch.Generator, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included."""
    return int(torch.randint(low, high + 1, (), generator=generator))


def slope_cases(generator: torch.Generator) -> list[Case]:
    return [
        Case("a parabola", ("10 w² + 2", _number(generator))),
        Case("a sine", ("sin w", _number(generator))),
        Case("a cubic", ("w³ - 4 w", _number(generator))),
        Case("a bell-like curve", ("1 / (1 + w²)", _number(generator))),
        Case("a whole number, given as an int", ("w³ - 4 w", _int(generator, 3, 20))),
    ]


@exercise(
    title="The slope of a curve at a point",
    points=2,
    difficulty=1,
    minutes=6,
    hint=(
        "Three things happen, in this order: a floating-point tensor is made that asks for its "
        "gradient, the function is called on it, and the result is asked to go backward. Then the "
        "slope lies on the tensor that was made first, as a tensor with one element."
    ),
    cases=slope_cases,
    misconceptions={
        "value": "This is the height of the curve, not its slope. The slope is left on the input "
        "when the result goes backward.",
        "no backward": "`.grad` stays None until something has gone backward through the graph.",
        "int": "A whole number becomes an int64 tensor, and only floating-point tensors can have a "
        "gradient. Choose the dtype yourself.",
        "tensor": "`.grad` is a tensor. The statement asks for a Python number.",
        "two calls": "Rise over run needs two calls of the function and is only nearly right. "
        "Autograd gives the slope from one call.",
    },
    rtol=1e-4,
    atol=1e-4,
)
def slope(implementation: Implementation, curve: str, at: float) -> Any:
    calls = 0

    def function(w: Tensor) -> Tensor:
        nonlocal calls
        calls += 1
        return _CURVES[curve](w)

    found = implementation(function, at)
    return {"slope": found, "calls of the function": calls}


_NO_AUTOGRAD = "Use calls of the function only: autograd is what this answer will be held against."


def numerical_gradient_cases(generator: torch.Generator) -> list[Case]:
    vector = torch.randn(4, generator=generator, dtype=torch.float64)
    matrix = torch.randn(2, 3, generator=generator, dtype=torch.float64)
    single = torch.randn(5, generator=generator) + 2
    number = torch.randn((), generator=generator, dtype=torch.float64)
    coarse = torch.randn(3, generator=generator, dtype=torch.float64)
    return [
        Case("a vector", ("the sum of the squares", vector, 1e-6)),
        Case("a matrix", ("the product of all elements", matrix, 1e-6)),
        Case("a large step", ("the mean of sines and cubes", coarse, 0.1)),
        Case("a float32 vector and a tiny step", ("the mean of sines and cubes", single, 1e-6)),
        Case("no dimension at all", ("the sum of the squares", number, 1e-4)),
    ]


@exercise(
    title="A gradient from differences",
    points=4,
    difficulty=2,
    minutes=15,
    hint=(
        "Move one element at a time, first up and then down by `step`, and leave the others where "
        "they are. Work on a float64 copy, so that neither rounding nor the caller notices. A copy "
        "with one dimension (`flatten` and `view` from lesson 1) makes a single loop enough for "
        "every shape."
    ),
    cases=numerical_gradient_cases,
    misconceptions={
        "one side": "The difference between here and one step up is lopsided: its error shrinks "
        "only with `step`, not with its square. Go one step to both sides.",
        "half": "From one step below to one step above is a longer way than `step`. What do you "
        "have to divide by?",
        "all at once": "All elements were moved together, so their effects are added up. Only one "
        "may move at a time.",
        "stays moved": "After an element has been moved it must return to its place before the "
        "next one moves, and the caller's `x` must not change at all.",
        "float32": "In float32, a change in the 7th digit is lost in rounding. Calculate in "
        "float64 and convert only the result.",
    },
    rtol=1e-4,
    atol=1e-5,
    forbids={
        ".backward": _NO_AUTOGRAD,
        ".grad": _NO_AUTOGRAD,
        "torch.autograd": _NO_AUTOGRAD,
        "torch.func": _NO_AUTOGRAD,
        "torch.gradient": _NO_AUTOGRAD,
    },
)
def numerical_gradient(
    implementation: Implementation, landscape: str, x: Tensor, step: float
) -> Any:
    found = implementation(_LANDSCAPES[landscape], x, step)
    return {"gradient": found, "x afterwards": x}


def descend_cases(generator: torch.Generator) -> list[Case]:
    pair = torch.randn(2, generator=generator)
    matrix = torch.randn(2, 2, generator=generator)
    double = torch.randn(3, generator=generator, dtype=torch.float64)
    start = torch.randn(2, generator=generator)
    lowest = torch.full((_int(generator, 2, 5), _int(generator, 1, 4)), 0.5)
    return [
        Case("a long valley", ("a long valley", pair, 0.1, 4)),
        Case("a matrix of parameters", ("a round bowl", matrix, 0.2, 3)),
        Case("float64 parameters", ("the sum of the squares", double, 0.25, 3)),
        Case("a single step", ("a long valley", start, 0.05, 1)),
        Case("standing at the lowest point", ("a round bowl", lowest, 0.3, 2)),
    ]


@exercise(
    title="Walking downhill",
    points=5,
    difficulty=3,
    minutes=18,
    hint=(
        "Begin with a copy of `start` that asks for its gradient. A step changes this one tensor "
        "in place, where autograd does not record. Whatever you want to keep (where you are, the "
        "gradient) changes with the next step unless you keep a copy of it."
    ),
    cases=descend_cases,
    misconceptions={
        "not zeroed": "The second gradient still contains the first: `backward` adds to `.grad`.",
        "gradient alias": "All kept gradients are one and the same tensor, which `backward` and "
        "zeroing overwrite. Keep copies.",
        "nothing to zero": "Before the first `backward`, `.grad` is None: there is no buffer yet "
        "that could be filled with zeros.",
        "path alias": "All rows of the path are the last place. `detach` gives a second view of "
        "the same memory, not a copy of it.",
        "path with its graph": "The places still ask for a gradient: `clone` copies the memory and "
        "is recorded, too. Leave the graph before you copy.",
        "rebound": "`w = w - …` makes a new tensor that no longer asks for a gradient; the next "
        "`backward` finds nothing to do. Change the old one instead.",
        "rebound and recorded": "`w = w - …` makes a new tensor, which is no leaf: the step became "
        "a part of the function, and the next `backward` leaves the gradient at the leaf where the "
        "walk began. The new tensor's `.grad` stays None.",
        "leaf in place": "Autograd does not let a leaf be changed in place while it is recording. "
        "Tell it that the step is no part of the function.",
        "uphill": "The gradient points uphill. Take the step the other way.",
        "one place late": "The walk is right. But these are the gradients at the places where the "
        "steps ended, not at those from which they were made.",
        "moves the start": "The caller's tensor was walked along, or now asks for a gradient. "
        "Begin with a copy of it.",
    },
)
def descend(
    implementation: Implementation, landscape: str, start: Tensor, rate: float, steps: int
) -> Any:
    walked = implementation(_LANDSCAPES[landscape], start, rate, steps)
    return {**named(walked, "places", "gradients"), "start afterwards": start}


def _mean_squared_error(w: Tensor, x: Tensor, y: Tensor) -> Tensor:
    return ((x @ w - y) ** 2).mean()


def microbatch_backward_cases(generator: torch.Generator) -> list[Case]:
    def case(name: str, rows: int, size: int, held: bool = False) -> Case:
        w = torch.randn(3, generator=generator).requires_grad_()
        x = torch.randn(rows, 3, generator=generator)
        y = torch.randn(rows, generator=generator)
        before = torch.randn(3, generator=generator) if held else None
        return Case(name, (w, x, y, size, before))

    return [
        case("8 rows, 4 at a time", 8, 4),
        case("10 rows, 4 at a time: a smaller rest", 10, 4),
        case("7 rows, one at a time", 7, 1),
        case("all rows fit", 5, 8),
        case("w.grad already holds something", 6, 4, held=True),
    ]


@exercise(
    title="A large batch in small pieces",
    points=4,
    difficulty=2,
    minutes=12,
    hint=(
        "The mean over all rows is a weighted sum of the means over the pieces. How much does a "
        "piece with 2 of 10 rows weigh? Send each piece backward on its own, and let `backward` "
        "do the adding."
    ),
    cases=microbatch_backward_cases,
    misconceptions={
        "sum of means": "Each piece counts as much as the whole batch, so the gradient is too "
        "large. Weigh each piece.",
        "mean of means": "The last piece is smaller and must weigh less: dividing by the number "
        "of pieces treats all the same.",
        "zeroed": "`.grad` was emptied on the way. Here adding up is what we want, also to what "
        "was there before.",
        "at once": "The gradient is right, but more than `size` rows were in memory at a time, "
        "which is what the pieces are meant to avoid.",
        "one way back": "The gradient is right, but all pieces were sent forward before the first "
        "went backward. Until then each keeps what its graph has saved, so the whole batch was in "
        "memory after all.",
        "loss of the last piece": "The gradient is right; the loss that you return is that of one "
        "piece, not of the whole batch.",
        "loss with its graph": "You return a tensor that still asks for a gradient. `backward` "
        "has freed what the graph had saved, but the record itself stays for as long as the tensor "
        "does. The statement asks for a Python number.",
    },
    rtol=1e-4,
    atol=1e-5,
)
def microbatch_backward(
    implementation: Implementation, w: Tensor, x: Tensor, y: Tensor, size: int, before: Any
) -> Any:
    rows: list[int] = []
    waiting: list[int] = []  # after each call: how many losses have not gone backward yet
    gone = 0

    def loss_of(w: Tensor, x: Tensor, y: Tensor) -> Tensor:
        def goes_backward(_: Tensor) -> None:
            nonlocal gone
            gone += 1

        loss = _mean_squared_error(w, x, y)
        if loss.requires_grad:
            loss.register_hook(goes_backward)
        rows.append(len(x))
        waiting.append(len(rows) - gone)
        return loss

    w.grad = before
    loss = implementation(loss_of, w, x, y, size)
    return {
        "w.grad": w.grad,
        "loss": loss,
        "no piece had more than size rows": max(rows, default=0) <= size,
        "each piece went backward before the next one came": max(waiting, default=0) <= 1,
    }


def ridge_loss_cases(generator: torch.Generator) -> list[Case]:
    def case(name: str, rows: int, columns: int, strength: float) -> Case:
        w = torch.randn(columns, generator=generator).requires_grad_()
        x = torch.randn(rows, columns, generator=generator)
        return Case(name, (w, x, torch.randn(rows, generator=generator), strength))

    return [
        case("a weak penalty", 6, 3, 0.1),
        case("a strong penalty", 4, 2, 5.0),
        case("no penalty", 5, 4, 0.0),
        case("one row, one weight", 1, 1, 1.0),
    ]


@exercise(
    title="Bug hunt 1: the penalty that does nothing",
    points=2,
    difficulty=1,
    minutes=8,
    hint=(
        "Follow `w` through the program. At which point does it stop being a tensor with a "
        "`grad_fn`? Everything from `w` to the result must be tensor operations."
    ),
    cases=ridge_loss_cases,
    misconceptions={
        "penalty cut": "The loss is right and the penalty has no gradient, as before: between `w` "
        "and the penalty something still leaves the graph (`item`, `tolist`, `torch.tensor(…)`, "
        "`detach` and `.data` all do).",
        "rebuilt": "A tensor made anew with `requires_grad=True` is a leaf of its own: it silences "
        "the error, but nothing leads back from it to `w`.",
        "error cut": "Now the penalty has a gradient and the error has none. Nothing may be "
        "detached here.",
        "root": "The penalty is the sum of the squares, without the square root.",
        "mean": "The penalty is the sum of the squares, not their mean.",
    },
    rtol=1e-4,
    atol=1e-5,
)
def ridge_loss(
    implementation: Implementation, w: Tensor, x: Tensor, y: Tensor, strength: float
) -> Any:
    loss = implementation(w, x, y, strength)
    if not isinstance(loss, Tensor):
        return {"loss": loss}
    loss.backward()
    return {"loss": loss.detach(), "w.grad": w.grad}


def smooth_cases(generator: torch.Generator) -> list[Case]:
    def case(name: str, days: int, keep: float) -> Case:
        readings = (15 + 5 * torch.randn(days, generator=generator)).requires_grad_()
        weights = torch.randn(days, generator=generator)
        return Case(name, (readings, torch.tensor(keep).requires_grad_(), weights))

    return [
        case("five days", 5, 0.5),
        case("a long memory", 8, 0.9),
        case("a short memory", 6, 0.1),
        case("two days", 2, 0.75),
    ]


@exercise(
    title="Bug hunt 2: modified in place",
    points=3,
    difficulty=2,
    minutes=10,
    hint=(
        "To multiply `keep` by yesterday's average, autograd saves that average for the way back. "
        "The program then writes into the memory that it lies in. Where else could today's "
        "average go, so that nothing saved is overwritten?"
    ),
    cases=smooth_cases,
    misconceptions={
        "as given": "A saved tensor is still overwritten: the row that you write to shares its "
        "memory with the one that autograd has saved.",
        ".data": "Writing through `.data` hides the change from autograd. The error is gone, and "
        "so is the gradient of everything that was written.",
        "forgets yesterday": "Yesterday's average was cut from the graph, so each day knows only "
        "of its own reading. The way back must lead through all days.",
        "keep as a number": "`keep` has become a plain number, and a number gets no gradient.",
        "swapped": "`keep` is the share of yesterday's average, not that of today's reading.",
    },
    rtol=1e-4,
    atol=1e-5,
)
def smooth(implementation: Implementation, readings: Tensor, keep: Tensor, weights: Tensor) -> Any:
    averages = implementation(readings, keep)
    if not isinstance(averages, Tensor):
        return {"averages": averages}
    try:
        (averages * weights).sum().backward()
    except RuntimeError as error:
        # what follows the colon are counts that depend on how the program was written
        raise RuntimeError(str(error).partition(":")[0]) from None
    return {"averages": averages.detach(), "readings.grad": readings.grad, "keep.grad": keep.grad}


def two_gradients_cases(generator: torch.Generator) -> list[Case]:
    def case(name: str, rows: int, columns: int) -> Case:
        w = torch.randn(columns, generator=generator).requires_grad_()
        return Case(name, (w, torch.randn(rows, columns, generator=generator)))

    return [
        case("five samples", 5, 3),
        case("one sample", 1, 2),
        case("one weight", 4, 1),
    ]


@exercise(
    title="Bug hunt 3: backward a second time",
    points=3,
    difficulty=2,
    minutes=12,
    hint=(
        "Two things are wrong: the graph that both results share is freed by the first way back, "
        "and the buffer that both gradients end up in is one and the same. Mending the first "
        "brings the second to light. This section showed a function that returns a gradient and "
        "leaves the buffer alone."
    ),
    cases=two_gradients_cases,
    misconceptions={
        "as given": "The shared part of the graph is freed when the first result goes backward. "
        "The second still needs it.",
        "only retained": "The error is gone, but both gradients are the same tensor, and it holds "
        "their sum: the buffer was added to, and you kept it instead of a copy.",
        "added up": "The second gradient contains the first: the buffer was not emptied between.",
        "zeroed alias": "Both results are the second gradient: they are the same buffer, which "
        "was emptied and filled again. Keep a copy of the first.",
        "buffer returned": "Both gradients are right at first. But the second one is the buffer "
        "`w.grad` itself, and the next call empties and refills it. Keep a copy of that one, too.",
        "adds to earlier calls": "The first call is right. The next one finds what it left in "
        "`w.grad`, and adds to it.",
        "buffer left behind": "The first call is right. But the second gradient is the buffer "
        "`w.grad` itself, and the next call finds it and adds to it.",
        "tuple": "`torch.autograd.grad` returns a tuple, with one gradient for each tensor that "
        "you name, also for a single one. Take the gradient out of it.",
        "detached": "Detaching the shared part avoids the error, and leaves the second result "
        "without a way back to `w`.",
    },
    rtol=1e-4,
    atol=1e-5,
)
def two_gradients(implementation: Implementation, w: Tensor, x: Tensor) -> Any:
    def gradients(x: Tensor) -> dict[str, Any]:
        return named(implementation(w, x), "of the level", "of the power")

    kept = gradients(x)
    if not all(isinstance(one, Tensor) for one in kept.values()):
        return {"first call": kept}
    first = {name: one.clone() for name, one in kept.items()}
    second = gradients(x + 1)  # others than before: an alias of `.grad` shows
    return {"first call": first, "second call": second, "what the first call gave, later": kept}


class _Followed:
    """A function that notes whether autograd ever followed it."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        self.function = function
        self.by_autograd = False

    def __call__(self, x: Tensor) -> Tensor:
        result = self.function(x)
        self.by_autograd |= result.requires_grad
        return result


_DIFFERENCES = (
    "Differences are only nearly right, and need calls of the function for every input. Here "
    "autograd is to follow the function."
)
_ROW_BY_ROW = "Build it from gradients that you take yourself: the ready-made function is taboo."


def jacobian_cases(generator: torch.Generator) -> list[Case]:
    polar = torch.tensor([_number(generator, 1, 3), _number(generator)])
    return [
        Case("each output from one input", ("squares", torch.randn(3, generator=generator))),
        Case(
            "fewer outputs than inputs",
            ("neighbours multiplied", torch.randn(4, generator=generator)),
        ),
        Case("from polar coordinates", ("polar to Cartesian", polar)),
        Case(
            "a triangle, in float64",
            (
                "running sums of sines",
                torch.randn(4, generator=generator, dtype=torch.float64),
            ),
        ),
        Case("more outputs than inputs", ("sum and mean", torch.randn(2, generator=generator))),
    ]


@exercise(
    title="A Jacobian, row by row",
    points=4,
    difficulty=3,
    minutes=15,
    hint=(
        "With `gradient=` as a vector that is 1 at one output and 0 at all others, one way back "
        "gives the gradient of this one output: a row. The graph is needed again for the next row, "
        "and the rows must not be added up or share their memory."
    ),
    cases=jacobian_cases,
    misconceptions={
        "not a scalar": "Without `gradient=`, only a scalar can go backward. Say which output you "
        "are asking about.",
        "ones": "With ones for all outputs, the rows are added up to a single one.",
        "graph freed": "The way back for the first row frees what the graph has saved, and the "
        "second row still needs it. Which option keeps it?",
        "differences": _DIFFERENCES,
        "added up": "Each row contains the rows before it: `backward` adds to `.grad`.",
        "row alias": "All rows are the last one, because all are the same buffer. Keep copies.",
        "transposed": "Rows and columns are swapped: a row belongs to an output, a column to an "
        "input.",
        "changes x": "The caller's `x` now asks for a gradient. Work on a tensor of your own.",
    },
    forbids={
        ".jacobian": _ROW_BY_ROW,
        ".jacrev": _ROW_BY_ROW,
        ".jacfwd": _ROW_BY_ROW,
        "torch.func": _ROW_BY_ROW,
    },
)
def jacobian(implementation: Implementation, name: str, x: Tensor) -> Any:
    function = _Followed(_MAPS[name])
    found = implementation(function, x)
    return {
        "jacobian": found,
        "x afterwards": x,
        "autograd followed the function": function.by_autograd,
    }


def second_derivative_cases(generator: torch.Generator) -> list[Case]:
    return [
        Case("a cubic", ("w³ - 4 w", torch.randn(4, generator=generator))),
        Case("a sine", ("sin w", torch.randn(3, generator=generator))),
        Case("a bell-like curve", ("1 / (1 + w²)", torch.randn(2, 3, generator=generator))),
        Case(
            "float64",
            ("w exp w", torch.randn(3, generator=generator, dtype=torch.float64)),
        ),
        Case("10 w² + 2", ("10 w² + 2", torch.tensor([-1.0, 0.0, 2.0]))),
    ]


@exercise(
    title="How the slope changes",
    points=3,
    difficulty=2,
    minutes=10,
    hint=(
        "The second derivative is the slope of the slope. To go backward through the first slope "
        "it must have a graph of its own: an option of `torch.autograd.grad` asks for that. Each "
        "output depends on one input only, so the gradient of the sum holds all slopes at once."
    ),
    cases=second_derivative_cases,
    misconceptions={
        "first": "This is the first derivative. Take the derivative of that.",
        "no graph": "The first derivative came without a graph, so there is no way back from it.",
        "differences": _DIFFERENCES,
        "squared": "The square of the first derivative is not the second.",
        "added up": "This is the first and the second derivative added up, because both went into "
        "`.grad`.",
        "with its graph": "The numbers are right, but the result still asks for a gradient. "
        "Return it without its graph.",
        "changes x": "The caller's `x` now asks for a gradient. Work on a tensor of your own.",
    },
    rtol=1e-4,
    atol=1e-4,
)
def second_derivative(implementation: Implementation, curve: str, x: Tensor) -> Any:
    function = _Followed(_CURVES[curve])
    found = implementation(function, x)
    return {
        "second derivative": found,
        "x afterwards": x,
        "autograd followed the function": function.by_autograd,
    }


def round_clipped_cases(generator: torch.Generator) -> list[Case]:
    def case(name: str, x: Tensor, limit: float) -> Case:
        weights = torch.randn(x.shape, generator=generator, dtype=x.dtype)
        return Case(name, (x.requires_grad_(), limit, weights))

    wide = 3 * torch.randn(8, generator=generator)
    double = 2 * torch.randn(2, 3, generator=generator, dtype=torch.float64)
    edges = torch.tensor([-2.5, -2.0, -0.4, 0.0, 1.6, 2.0, 2.1])
    broken = torch.cat([3 * torch.randn(5, generator=generator), torch.tensor([-4.0, 2.6])])
    silent = (3 * torch.randn(4, generator=generator), 2.0, torch.ones(4))
    return [
        case("some inside, some outside", wide, 2.0),
        case("a matrix in float64", double, 1.0),
        case("exactly at the limits", edges, 2.0),
        case("a limit that is no whole number", broken, 2.25),
        case("all inside", torch.rand(5, generator=generator), 4.0),
        Case("an input that asks for no gradient", silent),
    ]


@exercise(
    title="Rounding that can be trained",
    points=4,
    difficulty=3,
    minutes=18,
    hint=(
        "`forward` gets `x` and `limit`; keep in `ctx` what the way back will ask for. `backward` "
        "gets the gradient that arrives from the output and returns one value for each input of "
        "`forward`, with None for one that is no tensor. By the chain rule, what arrives is passed "
        "on, times the slope that you pretend to have."
    ),
    cases=round_clipped_cases,
    misconceptions={
        "ones": "The gradient that arrives from the output is ignored. The chain rule multiplies "
        "it by the local slope.",
        "everywhere": "The gradient also passes where `x` lies beyond the limit, although the "
        "output no longer moves there.",
        "true slope": "The true slope of a staircase is 0, so nothing arrives at `x`. Pretend that "
        "the staircase is a straight line.",
        "one gradient": "`backward` must return as many values as `forward` has inputs besides "
        "`ctx`.",
        "limits last": "Rounded first and then cut off, the result is no whole number where the "
        "limit is none.",
        "not clipped": "The forward direction must also keep the result within the limits.",
        "outside in": "The gradient passes outside the limits and is stopped inside: it should be "
        "the other way round.",
    },
)
def RoundClipped(implementation: Any, x: Tensor, limit: float, weights: Tensor) -> Any:
    apply = getattr(implementation, "apply", implementation)
    rounded = apply(x, limit)
    if not isinstance(rounded, Tensor):
        return {"result": rounded}
    if rounded.requires_grad:
        (rounded * weights).sum().backward()
    return {
        "result": rounded.detach(),
        "the result asks for a gradient": rounded.requires_grad,
        "x.grad": x.grad,
    }
