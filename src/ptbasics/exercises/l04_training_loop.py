"""Exercises of lesson 4: modules, losses, optimizers, and the loop that trains."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._results import named
from ptbasics.exercises._training import Watched, classifier, descent, fill, integer, values
from ptbasics.judging.describe import kind_of


def calibration_cases(generator: torch.Generator) -> list[Case]:
    def sensors(rows: int, count: int) -> tuple[Tensor, Tensor, Tensor]:
        mean = 20 * torch.rand(count, generator=generator)
        std = 1 + torch.rand(count, generator=generator)
        return mean, std, mean + std * torch.randn(rows, count, generator=generator)

    return [
        Case("three sensors, five readings", sensors(5, 3)),
        Case("two sensors, one reading", sensors(1, 2)),
        Case("four sensors, eight readings", sensors(8, 4)),
    ]


@exercise(
    title="A module with parameters and buffers",
    points=2,
    difficulty=1,
    minutes=8,
    hint="Begin with `super().__init__()`. Then ask of each of the four tensors: should an "
    "optimizer move it? If so it is a parameter, and otherwise a buffer, which has a method of its "
    "own to be registered with.",
    cases=calibration_cases,
    misconceptions={
        "tensor for parameter": "A tensor with `requires_grad=True` is not registered: "
        "`parameters()` does not list it, so no optimizer will ever move it.",
        "tensor for buffer": "`mean` and `std` are plain attributes here. They are missing in "
        "`state_dict()` and stay behind when the module changes its dtype or device.",
        "all learned": "`mean` and `std` are parameters here, so training would change them. "
        "They belong to the state, but are measured, not learned.",
        "not to be learned": "A parameter with `requires_grad=False` is not learned, but it still "
        "stands among the `parameters()` that an optimizer is given. What is measured and not "
        "learned is a buffer.",
        "no super": "Nothing can be registered before `nn.Module` has set itself up. What must the "
        "first line of every `__init__` be?",
        "one gain": "One gain and one offset for all sensors: each of the D sensors needs its own.",
    },
)
def Calibration(implementation: Implementation, mean: Tensor, std: Tensor, readings: Tensor) -> Any:
    model = implementation(mean.clone(), std.clone())
    state = {name: value.clone() for name, value in sorted(model.state_dict().items())}
    learned = dict(sorted(model.named_parameters()))
    output = model(readings)
    (output * readings).sum().backward()
    model.double()
    return {
        "parameters": list(learned),
        "buffers": sorted(name for name, _ in model.named_buffers()),
        "state_dict": state,
        "output": output.detach(),
        "gradients": {name: one.grad for name, one in learned.items()},
        "dtypes after .double()": [value.dtype for value in model.state_dict().values()],
    }


_LINEAR = "The layer is to be made from nothing: do without PyTorch's own `nn.Linear`."


def linear_layer_cases(generator: torch.Generator) -> list[Case]:
    def layer(features: int, results: int, *batch: int, bias: bool = True) -> tuple[Any, ...]:
        weight = torch.randn(results, features, generator=generator)
        offset = torch.randn(results, generator=generator) if bias else None
        return weight, offset, torch.randn(*batch, features, generator=generator)

    return [
        Case("three features to two", layer(3, 2, 5)),
        Case("as many results as features", layer(4, 4, 3)),
        Case("without a bias", layer(2, 3, 4, bias=False)),
        Case("a single sample, one result", layer(5, 1)),
        Case("two leading dimensions", layer(3, 4, 2, 6)),
    ]


@exercise(
    title="A linear layer from nothing",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Read the shape of `weight` carefully: each *row* holds the weights of one output. "
    "`F.linear` knows this layout, and takes None for a bias that is not there. "
    "`torch.empty(…).uniform_(low, high)` draws numbers from an interval.",
    cases=linear_layer_cases,
    misconceptions={
        "transposed": "The weight has the shape (in, out). PyTorch keeps a row for each output: "
        "(out, in). A saved state could not be loaded otherwise.",
        "zeros": "All weights begin at the same number. Then all outputs get the same gradient and "
        "stay the same for ever; random numbers tell them apart.",
        "zero bias": "The weights are right. The biases begin at 0 here; the statement has them "
        "drawn like the weights.",
        "normal": "The weights come from a normal distribution, which has no ends: small numbers "
        "are more likely, and now and then there is a large one. The statement asks for an "
        "interval with the same chance everywhere.",
        "too wide": "The weights are spread evenly, but over a wider interval than the one asked "
        "for. (`kaiming_uniform_` has one of its own.)",
        "half the interval": "The weights are never negative: `torch.rand` gives numbers from 0 "
        "to 1, and the interval reaches from minus to plus the bound.",
        "bound by outputs": "The bound depends on how many numbers are *added up* for an output: "
        "those are the inputs, not the outputs.",
        "always a bias": "`bias=False` asks for a layer without one: the attribute must be None.",
        "zeros for no bias": "Without bias, the attribute holds zeros instead of None. Others look "
        "there to learn whether the layer has one.",
        "bias missing": "A layer without bias has the attribute `bias` all the same: it is None. "
        "Here, asking for it ends in an error.",
        "plain tensors": "Weight and bias are no parameters: `parameters()` is empty, and nothing "
        "would be trained.",
    },
    forbids={
        "torch.nn.Linear": _LINEAR,
        "torch.nn.LazyLinear": _LINEAR,
        "torch.nn.modules.linear": _LINEAR,
    },
)
def LinearLayer(implementation: Implementation, weight: Tensor, bias: Any, x: Tensor) -> Any:
    layer = implementation(weight.shape[1], weight.shape[0], bias=bias is not None)
    learned = dict(sorted(layer.named_parameters()))
    shapes = {name: list(one.shape) for name, one in learned.items()}
    state = {"bias": bias, "weight": weight} if bias is not None else {"weight": weight}
    seen: dict[str, Any] = {"parameters": shapes, "output": None}
    if bias is None:
        seen["what layer.bias is"] = kind_of(layer.bias) if hasattr(layer, "bias") else "missing"
    if shapes == {name: list(value.shape) for name, value in state.items()}:
        layer.load_state_dict(state)
        seen["output"] = layer(x).detach()
    return {**seen, **_start_of(implementation)}


def _start_of(implementation: Implementation) -> dict[str, bool]:
    """What can be said of random numbers for certain, on layers that are large enough.

    Biases are looked at when the weights are right, so that one slip in both is one mistake.
    """
    layer, other = implementation(400, 1000), implementation(400, 1000)
    weight, offset = layer.weight.detach(), layer.bias.detach()
    bound = 400**-0.5
    # numbers with the same chance everywhere in an interval spread by its length / √12
    evenness = (weight.max() - weight.min()) / weight.std() / 12**0.5
    weights = {
        "no weight lies outside of the interval": bool((weight.abs() <= bound).all()),
        "weights reach its lower end": bool(weight.min() < -0.98 * bound),
        "weights reach its upper end": bool(weight.max() > 0.98 * bound),
        "weights are spread evenly": bool(abs(evenness - 1) < 0.05),
        "two layers differ": not torch.equal(weight, other.weight.detach()),
    }
    if not all(weights.values()):
        return weights
    return {
        **weights,
        "no bias lies outside of the interval": bool((offset.abs() <= bound).all()),
        "biases fill the interval": bool(
            offset.min() < -0.9 * bound and offset.max() > 0.9 * bound
        ),
    }


def mlp_cases(generator: torch.Generator) -> list[Case]:
    def network(*sizes: int, rows: int = 6) -> tuple[Any, ...]:
        x = torch.randn(rows, sizes[0], generator=generator)
        return list(sizes), integer(generator, 0, 10_000), x

    return [
        Case("one hidden layer", network(2, 8, 3)),
        Case("two hidden layers of one size", network(4, 7, 7, 2)),
        Case("three hidden layers", network(3, 5, 6, 4, 2)),
        Case("no hidden layer", network(3, 2)),
        Case("a batch of one sample", network(2, 9, 1, rows=1)),
    ]


@exercise(
    title="A network of several layers",
    points=2,
    difficulty=2,
    minutes=10,
    hint="`zip(sizes, sizes[1:])` gives the pairs (before, after) of each layer. Which container "
    "registers the modules in it? Treat the last layer differently from the others.",
    cases=mlp_cases,
    misconceptions={
        "plain list": "A plain Python list hides its layers: `parameters()` is empty, and nothing "
        "would be trained. There is a list that registers what is in it.",
        "no activation": "Without something nonlinear between them, all layers together are just "
        "one linear layer.",
        "activation at the end": "The last outputs went through the ReLU too, so no output can be "
        "negative.",
        "sigmoid": "Another activation stands between the layers than the ReLU of the statement.",
        "last layer missing": "There is one layer less than pairs of neighbouring sizes: the "
        "outputs do not have `sizes[-1]` features.",
    },
    rtol=1e-4,
    atol=1e-5,
)
def MLP(implementation: Implementation, sizes: list[int], seed: int, x: Tensor) -> Any:
    model = implementation(sizes)
    shapes = sorted(list(one.shape) for one in model.parameters())
    fill(model, seed)
    output = model(x).detach()
    return {"shapes of the parameters": shapes, "output": output if shapes else None}


_BY_HAND = "Write the loss by hand, without PyTorch's own cross-entropy or NLL loss."


def cross_entropy_cases(generator: torch.Generator) -> list[Case]:
    def scores(count: int, classes: int, scale: float = 2.0) -> tuple[Tensor, Tensor]:
        logits = scale * torch.randn(count, classes, generator=generator)
        return logits, torch.randint(classes, (count,), generator=generator)

    # so far apart that no right answer is rounded, though float32 has few decimals near 1000
    large = -torch.randint(20, 80, (2, 3), generator=generator).float()
    large[:, 0] = 0
    large += torch.tensor([[1000.0], [-1000.0]])
    labels = torch.randint(1, 3, (2,), generator=generator)
    sure = torch.tensor([[0, integer(generator, 200, 400)], [integer(generator, 200, 400), 0]])
    classes = integer(generator, 3, 20)
    kinds = torch.randint(classes, (3,), generator=generator)
    return [
        Case("five samples, three classes", scores(5, 3)),
        Case("one sample", scores(1, 4)),
        Case("as many samples as classes", scores(4, 4)),
        Case("no idea: all logits the same", (torch.zeros(3, classes), kinds)),
        Case("logits near 1000", (large, labels)),
        Case("quite sure, and quite wrong", (sure.float(), torch.tensor([0, 1]))),
    ]


@exercise(
    title="Cross-entropy by hand",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Write down the logarithm of a softmax and simplify it on paper: the logarithm of a "
    "quotient is a difference, and in one place an exponential goes away. What remains, "
    "`logsumexp` computes without overflow. `gather` of lesson 1 picks one number from each row.",
    cases=cross_entropy_cases,
    misconceptions={
        "overflow": "`exp` of a large logit is infinite, and the loss becomes nan. Stay with "
        "logarithms instead of computing probabilities first.",
        "underflow": "A tiny probability is rounded to 0, and its logarithm is minus infinity. "
        "Do not go by way of probabilities: simplify the logarithm of the softmax on paper.",
        "softmax twice": "The softmax was applied twice. Even a perfect classifier cannot bring "
        "this loss near 0, and its gradients are faint.",
        "sum": "These are the losses of the samples added up; the *mean* does not grow with the "
        "batch.",
        "mean of all classes": "The sum was divided by samples × classes. Only one number a "
        "sample counts, that of its right class.",
        "sign": "This number is never positive. Logarithms of probabilities are negative; a loss "
        "is large when things go badly.",
        "all pairs": "`[:, labels]` takes for each sample the classes of *all* samples, a whole "
        "matrix. Each row needs its own label only.",
    },
    forbids={
        ".cross_entropy": _BY_HAND,
        ".nll_loss": _BY_HAND,
        ".CrossEntropyLoss": _BY_HAND,
        ".NLLLoss": _BY_HAND,
    },
)
def cross_entropy(implementation: Implementation, logits: Tensor, labels: Tensor) -> Any:
    logits.requires_grad_()
    loss = implementation(logits, labels)
    if not isinstance(loss, Tensor):
        return {"loss": loss}
    loss.backward()
    return {"loss": loss.detach(), "gradient of the logits": logits.grad}


def training_order_cases(generator: torch.Generator) -> list[Case]:
    four = ["backward", "loss", "step", "zero_grad"]

    def shuffled(names: list[str]) -> tuple[Any, ...]:
        order = torch.randperm(len(names), generator=generator)
        return [names[i] for i in order], integer(generator, 0, 10_000)

    back_to_front = ["step", "backward", "loss", "zero_grad"]
    return [
        Case("the four steps back to front", (back_to_front, integer(generator, 0, 10_000))),
        Case("the four steps, shuffled", shuffled(four)),
        Case("with clipping", shuffled([*four, "clip"])),
        Case("with clipping, shuffled again", shuffled([*four, "clip"])),
    ]


@exercise(
    title="Four steps in order",
    points=2,
    difficulty=1,
    minutes=6,
    hint="Ask of each step what it needs and who leaves that behind. Which step reads `.grad`? "
    "Which one writes it, and does it replace or add? Then keep, from your order, the names that "
    "were given.",
    cases=training_order_cases,
    misconceptions={
        "as given": "The steps were returned in the order in which they came.",
        "no zero_grad": "`zero_grad` is missing: the slopes of all earlier batches would pile up "
        "in `.grad`.",
        "backward before loss": "`backward` goes through the graph that a loss has left behind. "
        "In the first round, there is none yet.",
        "step before backward": "The optimizer moved before `.grad` held the slopes of this loss, "
        "and all older ones had been cleared: it had nothing to go by.",
        "old slopes": "The optimizer moved before `.grad` held the slopes of this loss. It went by "
        "those of the round before, and by none in the first.",
        "cleared too late": "The slopes were cleared between `backward` and `step`, so nothing is "
        "left to go by, and no parameter ever moves.",
        "clip too late": "Clipping after the step shortens gradients that have been used already.",
        "clip too early": "Clipping before `backward` finds no gradients to shorten yet.",
    },
)
def training_order(implementation: Implementation, steps: list[str], seed: int) -> Any:
    order = implementation(list(steps))
    if not isinstance(order, list | tuple):
        raise TypeError(f"return a list of names; what came back is {kind_of(order)}")
    seen = _run_in_order(order, seed)
    if seen["what went wrong"] is not None:
        seen["returned in the order given"] = list(order) == steps
    return {"each step comes once": sorted(order) == sorted(steps), **seen}


def _run_in_order(order: Sequence[str], seed: int) -> dict[str, Any]:
    """Really train in this order: three rounds, then the first two moves, or what went wrong.

    The order is a circle. One that is entered at `step` has nothing to go by in its first round,
    and learns all the same: so moves are counted, not rounds.
    """
    generator = torch.Generator().manual_seed(seed)
    x, y = torch.randn(8, 3, generator=generator), torch.randn(8, 1, generator=generator) + 5
    model = nn.Linear(3, 1)
    fill(model, seed)
    places = [values(model)]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses: list[Tensor] = []
    lengths: list[Tensor] = []
    actions = {
        "zero_grad": optimizer.zero_grad,
        "loss": lambda: losses.append(F.mse_loss(model(x), y)),
        "backward": lambda: losses.pop().backward(),
        "clip": lambda: lengths.append(nn.utils.clip_grad_norm_(model.parameters(), 0.5)),
        "step": optimizer.step,
    }
    for name in [*order] * 3:
        if name not in actions:
            return {"what went wrong": f"there is no step called {name!r}"}
        if name == "backward" and not losses:
            return {"what went wrong": "backward needs a loss that has not gone backward yet"}
        actions[name]()
        if not all(map(torch.equal, places[-1], values(model))):
            places.append(values(model))
    if len(places) == 1:
        left = any(one.grad is not None for one in model.parameters())
        return {"what went wrong": "the weights never moved", "slopes are left at the end": left}
    seen: dict[str, Any] = {"what went wrong": None, "weights after the first moves": places[1:3]}
    if lengths:
        seen["clipping found gradients to shorten"] = any(length > 0 for length in lengths)
    return seen


def fit_line_cases(generator: torch.Generator) -> list[Case]:
    def points(count: int, steps: int, lr: float = 0.1) -> tuple[Any, ...]:
        slope, height = (3 * torch.randn(2, generator=generator)).tolist()
        x = torch.randn(count, 1, generator=generator)
        noise = 0.1 * torch.randn(count, generator=generator)
        return x, slope * x[:, 0] + height + noise, steps, lr

    exact = torch.linspace(-1, 1, 9)
    return [
        Case("a single step", points(10, 1)),
        Case("three steps", points(10, 3)),
        Case("30 points, until the line fits", points(30, 200)),
        Case("points on the line 2 x - 1", (exact[:, None], 2 * exact - 1, 150, 0.2)),
        Case("no step at all", points(5, 0)),
    ]


@exercise(
    title="The line behind noisy points",
    points=3,
    difficulty=2,
    minutes=15,
    hint="Two tensors without dimensions that require gradients, given to the optimizer in a list; "
    "then the four steps. Look at the shapes of prediction and `y` before they meet. What turns a "
    "loss into a number that has forgotten its graph?",
    cases=fit_line_cases,
    misconceptions={
        "all pairs": "`(N, 1)` and `(N,)` were broadcast to `(N, N)`: each prediction met every "
        "target, and the best line for that is flat. Give both the same shape.",
        "no zero_grad": "Gradients pile up over the steps, so the line overshoots more and more.",
        "tensors": "The list holds tensors, each with the record of how it was made. Store plain "
        "numbers.",
        "b not learned": "b stays at 0: does the optimizer know about it?",
        "step before backward": "The line never moved. `step` goes by what is in `.grad`: it has "
        "to come, and to come after `backward` has put the slopes of this loss there.",
        "sum": "The squared errors were added up instead of averaged, so each step is N times as "
        "long as asked for.",
    },
    rtol=1e-3,
    atol=1e-4,
)
def fit_line(implementation: Implementation, x: Tensor, y: Tensor, steps: int, lr: float) -> Any:
    return named(implementation(x, y, steps, lr), "w", "b", "losses")


def train_epoch_cases(generator: torch.Generator) -> list[Case]:
    def flowers(
        count: int, size: int, *, dtype: torch.dtype = torch.int64, momentum: float = 0.0
    ) -> tuple[Any, ...]:
        labels = torch.randint(3, (count,), generator=generator)
        inputs = torch.randn(count, 4, generator=generator)
        inputs[torch.arange(count), labels] += 2
        return inputs, labels.to(dtype), size, momentum, integer(generator, 0, 10_000)

    return [
        Case("batches of one size", flowers(12, 4)),
        Case("a small last batch", flowers(10, 4)),
        Case("an optimizer with momentum", flowers(11, 3, momentum=0.9)),
        Case("labels that a table holds as floats", flowers(9, 4, dtype=torch.float32)),
        Case("everything in one batch", flowers(7, 16)),
    ]


@exercise(
    title="One epoch of training",
    points=4,
    difficulty=2,
    minutes=15,
    hint="`split(batch_size)` cuts inputs and labels alike. What dtype does `F.cross_entropy` want "
    "for class numbers? It returns the mean of a batch: how many samples does that mean stand for?",
    cases=train_epoch_cases,
    misconceptions={
        "no zero_grad": "Each batch adds its slopes to those of all batches before it.",
        "cleared once": "`.grad` was cleared at the start only: from the second batch on, it also "
        "holds the slopes of the batches before.",
        "one step for all": "The parameters moved once, by the slopes of all batches together. "
        "Each batch is to move them.",
        "one step for the last": "The parameters moved once, by the slopes of the last batch: "
        "those of the others were cleared before anything had used them.",
        "step before backward": "The parameters never moved. `step` goes by what is in `.grad`: "
        "it has to come, and to come after `backward` has put the slopes of this batch there.",
        "softmax before": "`F.cross_entropy` wants logits and takes the softmax itself. With a "
        "second one before it, gradients are faint and training crawls.",
        "mean of means": "The mean of the batches' means counts samples of a small last batch more "
        "than the others.",
        "means over samples": "The means of the batches were added up, and the sum divided by the "
        "number of samples. But a mean stands for as many samples as its batch has.",
        "tensor": "The result is a tensor that still asks for a gradient: a sum of losses as "
        "tensors drags the record of every batch along. Add up numbers.",
        "float labels": "`F.cross_entropy` takes a 1-d tensor of floats for neither class numbers "
        "nor probabilities. Class numbers are int64.",
        "rest left out": "The samples after the last full batch were never trained on.",
    },
    rtol=1e-4,
    atol=1e-5,
)
def train_epoch(
    implementation: Implementation,
    inputs: Tensor,
    labels: Tensor,
    batch_size: int,
    momentum: float,
    seed: int,
) -> Any:
    model = Watched(classifier(4, 3, seed))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=momentum)
    epochs = [implementation(model, optimizer, inputs, labels, batch_size) for _ in range(2)]
    return {
        "mean losses of two epochs": epochs,
        "sizes of the batches": model.sizes,
        "parameters afterwards": values(model),
    }


_OPTIM = "Write the optimizer by hand, without `torch.optim`: that is what it is held against."


def _places(generator: torch.Generator, *shapes: tuple[int, ...]) -> list[Tensor]:
    return [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]


def sgd_cases(generator: torch.Generator) -> list[Case]:
    def walk(
        *shapes: tuple[int, ...], lr: float, momentum: float, keep: bool = False, idle: bool = False
    ) -> tuple[Any, ...]:
        starts, goals = _places(generator, *shapes), _places(generator, *shapes)
        settings = {"lr": lr, "momentum": momentum}
        return starts, [None, *goals[1:]] if idle else goals, settings, keep

    return [
        Case("without momentum", walk((3,), lr=0.05, momentum=0.0)),
        Case("with momentum 0.9", walk((4,), lr=0.02, momentum=0.9)),
        Case("two parameters, momentum 0.5", walk((2, 3), (3,), lr=0.03, momentum=0.5)),
        Case("gradients cleared in place", walk((3,), lr=0.02, momentum=0.8, keep=True)),
        Case("a parameter without gradient", walk((2,), (3,), lr=0.04, momentum=0.6, idle=True)),
    ]


@exercise(
    title="SGD with momentum",
    points=3,
    difficulty=2,
    minutes=15,
    hint="Keep a list of the parameters, and a velocity for each. Moving a parameter must not "
    "become a part of the graph, and must change that very tensor. `.grad` is a buffer that will "
    "be written again: what do you have to keep of it?",
    cases=sgd_cases,
    misconceptions={
        "generator": "`model.parameters()` can be gone through only once. The second time it is "
        "empty, and nothing happens. Keep a list.",
        "dampened": "New gradients are multiplied with (1 - momentum). That is a running mean, as "
        "Adam has it; SGD's velocity is a running *sum*.",
        "no memory": "Momentum has no effect: the velocity must remember the steps before.",
        "uphill": "The parameters move along the gradient, and the loss grows. Which sign leads "
        "downhill?",
        "in the graph": "Autograd refuses to have a leaf changed while it watches. Who must not "
        "watch the step?",
        "another tensor": "`p = p - …` makes a new tensor and forgets it; the model still has the "
        "old one. Change it in place.",
        "alias": "The velocity *is* the `.grad` of the first step, so it changes when that is "
        "cleared and written again. Keep a copy.",
        "no gradient": "A parameter that was not used has `.grad` None. Leave it alone.",
    },
    forbids={"torch.optim": _OPTIM},
)
def SGD(
    implementation: Implementation,
    starts: list[Tensor],
    goals: list[Any],
    settings: dict[str, Any],
    keep_gradients: bool,
) -> Any:
    return descent(implementation, starts, goals, settings, keep_gradients)


def adam_cases(generator: torch.Generator) -> list[Case]:
    def walk(
        *shapes: tuple[int, ...], idle: bool = False, keep: bool = False, **settings: Any
    ) -> tuple[Any, ...]:
        starts, goals = _places(generator, *shapes), _places(generator, *shapes)
        return starts, [None, *goals[1:]] if idle else goals, settings, keep

    return [
        Case("default betas", walk((3,), lr=0.05)),
        Case("a short memory", walk((4,), lr=0.1, betas=(0.5, 0.8))),
        Case("two parameters", walk((2, 3), (3,), lr=0.03, betas=(0.9, 0.99))),
        Case("a large eps", walk((3,), lr=0.1, eps=0.3)),
        Case("a parameter without gradient", walk((2,), (3,), idle=True, lr=0.04)),
        Case("gradients cleared in place", walk((3,), keep=True, lr=0.05)),
    ]


@exercise(
    title="Adam",
    points=4,
    difficulty=3,
    minutes=20,
    hint="Translate the five lines one by one. The number of the step belongs to the optimizer and "
    "grows once a step. `torch.zeros_like` makes the two means.",
    cases=adam_cases,
    misconceptions={
        "no bias correction": "Both means begin at zero and are too small at first. Divide each by "
        "what it has seen so far: the third and fourth line.",
        "counts from zero": "The first step has number 1. With t = 0, the correction divides by "
        "zero.",
        "counts parameters": "t was counted up once for every parameter; it counts *steps*.",
        "no root": "s is a mean of *squares*: without the root, the steps have the wrong unit.",
        "eps in the root": "eps is added to the root, not under it.",
        "square of the mean": "s is the mean of the squares of g, not of the squares of m.",
        "betas swapped": "β₁, the first of the two, belongs to the gradients, β₂ to their squares.",
    },
    forbids={"torch.optim": _OPTIM},
)
def Adam(
    implementation: Implementation,
    starts: list[Tensor],
    goals: list[Any],
    settings: dict[str, Any],
    keep_gradients: bool,
) -> Any:
    return descent(implementation, starts, goals, settings, keep_gradients)


def evaluate_cases(generator: torch.Generator) -> list[Case]:
    def data(count: int, size: int, *, training: bool = True) -> tuple[Any, ...]:
        labels = torch.randint(3, (count,), generator=generator)
        inputs = torch.randn(count, 4, generator=generator)
        return inputs, labels, size, training, integer(generator, 0, 10_000)

    return [
        Case("in the middle of training", data(12, 4)),
        Case("a small last batch", data(11, 4)),
        Case("a model that is in use already", data(9, 3, training=False)),
        Case("everything in one batch", data(8, 50)),
    ]


@exercise(
    title="Measure without changing",
    points=3,
    difficulty=2,
    minutes=12,
    hint="Section 7 has two switches that are set before the first batch. One of them you set back "
    "yourself after the last, to what it was: `model.training` is True or False, and "
    "`model.train(…)` takes just that. And how many samples does the mean of a batch stand for?",
    cases=evaluate_cases,
    misconceptions={
        "no eval": "Dropout and batch norm behaved as in training: the numbers are noisy, and the "
        "running statistics have changed.",
        "left in eval": "The model was being trained, and is left in evaluation mode: training "
        "would go on without dropout.",
        "always train": "The model was in evaluation mode before and is in training mode now. Put "
        "back the mode that you found.",
        "recording left off": "When your function returns, recording is still switched off, and "
        "nothing that comes after it can be trained. A switch for a block of code goes back by "
        "itself.",
        "with graph": "A graph was built for every batch, though nothing goes backward.",
        "mean of means": "The mean of the batches' means counts samples of a small last batch more "
        "than the others.",
        "tensor count": "The count is a tensor. The statement asks for an int.",
        "last batch": "Only the hits of the last batch are counted. Add them up.",
    },
    rtol=1e-4,
    atol=1e-5,
)
def evaluate(
    implementation: Implementation,
    inputs: Tensor,
    labels: Tensor,
    batch_size: int,
    training: bool,
    seed: int,
) -> Any:
    parts = {"norm": lambda: nn.BatchNorm1d(6), "dropout": lambda: nn.Dropout(0.5)}
    model = Watched(classifier(4, 3, seed, **parts)).train(training)
    measured = named(implementation(model, inputs, labels, batch_size), "loss", "correct")
    return {
        "modes while it computed": sorted(model.modes),
        "gradients were recorded": True in model.recording,
        "gradients are recorded afterwards": torch.is_grad_enabled(),
        "mode afterwards": "training" if model.training else "evaluation",
        "sizes of the batches": model.sizes,
        **measured,
        "buffers": list(model.buffers()),
    }


_CLIP = "Write the clipping by hand, without PyTorch's own functions for it."


def clip_gradients_cases(generator: torch.Generator) -> list[Case]:
    def gradients(*shapes: tuple[int, ...], scale: float = 1.0) -> list[Any]:
        return [scale * torch.randn(shape, generator=generator) for shape in shapes]

    steep = integer(generator, 1, 20) * torch.tensor([[3.0, 0.0], [0.0, 4.0]])
    rows, columns = integer(generator, 2, 6), integer(generator, 2, 6)
    return [
        Case("sides of 3 and 4 to 5, at most 1", ([steep, torch.zeros(2)], 1.0)),
        Case("three parameters, too long", (gradients((3, 4), (3,), (2,), scale=10), 2.0)),
        Case("short enough", (gradients((2, 3), (2,), scale=0.1), 5.0)),
        Case("one without gradient", ([*gradients((4,), (2, 2), scale=5), None], 0.5)),
        Case("nothing but zeros", ([torch.zeros(columns), torch.zeros(rows, columns)], 1.0)),
    ]


@exercise(
    title="Clip a gradient that is too long",
    points=2,
    difficulty=2,
    minutes=10,
    hint="First collect the gradients in a list: they are needed twice. The squares of *all* "
    "numbers are added before the root is taken. Is there anything to do when the length is fine?",
    cases=clip_gradients_cases,
    misconceptions={
        "each alone": "Each tensor was clipped by its own length. Then the direction of the whole "
        "gradient changes: one factor for all keeps it.",
        "by value": "Every number was cut off by itself, which changes the direction. Scale all "
        "by one factor.",
        "always scaled": "Gradients shorter than `max_norm` were made longer. Leave them alone.",
        "generator": "The length is right, but no gradient has changed. Either the second loop was "
        "empty, as `parameters` can be gone through once only, or the shorter tensors were new "
        "ones that never became a `.grad`.",
        "no root": "This is the square of the length.",
        "length afterwards": "The result is the length after clipping. What a training loop wants "
        "to know is how long the gradient was before.",
    },
    rtol=1e-4,
    atol=1e-5,
    forbids={
        ".clip_grad_norm_": _CLIP,
        ".clip_grad_norm": _CLIP,
        ".clip_grads_with_norm_": _CLIP,
        ".get_total_norm": _CLIP,
    },
)
def clip_gradients(implementation: Implementation, gradients: list[Any], max_norm: float) -> Any:
    parameters = []
    for gradient in gradients:
        shape = (2,) if gradient is None else gradient.shape
        parameter = torch.zeros(shape, requires_grad=True)
        parameter.grad = gradient
        parameters.append(parameter)
    length = implementation(iter(parameters), max_norm)
    return {"length before": length, "gradients afterwards": [one.grad for one in parameters]}


def checkpoint_cases(generator: torch.Generator) -> list[Case]:
    def run(optimizer: str, dropout: float, epochs: int) -> tuple[Any, ...]:
        x = torch.randn(12, 4, generator=generator)
        labels = torch.randint(3, (12,), generator=generator)
        return optimizer, dropout, epochs, x, labels, integer(generator, 0, 10_000)

    return [
        Case("plain SGD, saved after 2 epochs", run("SGD", 0.0, 2)),
        Case("momentum", run("SGD with momentum", 0.0, 3)),
        Case("plain SGD and dropout", run("SGD", 0.5, 2)),
        Case("Adam and dropout", run("Adam", 0.3, 4)),
    ]


@exercise(
    title="Save a run, and resume it bit for bit",
    points=4,
    difficulty=3,
    minutes=15,
    hint="Everything that the next step depends on must be in the file: what the model has "
    "learned, what the optimizer remembers, where the random generator stands, how far the run "
    "is. All of it fits in one dictionary. Look for pairs of functions: state out, state in.",
    cases=checkpoint_cases,
    misconceptions={
        "model only": "The model is back, but neither the optimizer's memory nor the random "
        "generator: the run goes on differently.",
        "no optimizer": "The optimizer begins again without its memory (velocities, Adam's means).",
        "no random state": "Dropout draws other numbers than it would have. Where does the "
        "generator of the CPU stand when the run is saved?",
        "whole objects": "Whole objects are in the file. `torch.load` opens files with data only, "
        "because unpacking objects can run any code. Save their states.",
        "not from the file": "What came back was not saved in this file: the run was saved once "
        "more meanwhile, into another one. After a power cut, a file is all that is left.",
        "other objects": "The file's objects took the place of the run's own, of which the rest of "
        "the program knows nothing. Bring the given model and optimizer into the saved state.",
        "next epoch": "`load` returns how many epochs are *done*, as it was given to `save`.",
    },
)
def Checkpoint(
    implementation: Implementation,
    optimizer_name: str,
    dropout: float,
    epochs: int,
    x: Tensor,
    labels: Tensor,
    seed: int,
) -> Any:
    def new_run(first_seed: int) -> tuple[nn.Module, torch.optim.Optimizer]:
        model = classifier(4, 3, first_seed, dropout=lambda: nn.Dropout(dropout))
        return model, _OPTIMIZERS[optimizer_name](model.parameters())

    def train(model: nn.Module, optimizer: torch.optim.Optimizer) -> list[Tensor]:
        for _ in range(epochs):
            optimizer.zero_grad()
            F.cross_entropy(model(x), labels).backward()
            optimizer.step()
        return values(model)

    first = new_run(seed)
    train(*first)
    file = BytesIO()
    implementation(*first).save(file, epochs)
    went_on = train(*first)
    implementation(*first).save(BytesIO(), 2 * epochs)  # another file: what counts is this one

    file.seek(0)
    torch.manual_seed(seed + 1)
    second = new_run(seed + 1)
    done = implementation(*second).load(file)
    resumed = train(*second)
    return {
        "epochs done": done,
        "both runs go on the same, bit for bit": all(map(torch.equal, went_on, resumed)),
        "went on": went_on,
        "resumed": resumed,
    }


_OPTIMIZERS: dict[str, Any] = {
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.2),
    "SGD with momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.05),
}
