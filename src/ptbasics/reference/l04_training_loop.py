"""Answers to lesson 4: modules, losses, optimizers, and the loop that trains."""

# Answers are written as a student writes them; wrong ones are wrong on purpose.
# mypy: disable-error-code="no-any-return,arg-type,union-attr,operator,assignment,misc"
# mypy: disable-error-code="no-untyped-call,no-untyped-def,var-annotated,attr-defined,override"

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from ptbasics.exercise import misconception


class Calibration(nn.Module):
    """Standardises the readings of D sensors, then rescales them with what is learned.

    The state has four tensors of shape (D,), all float32:

    - `mean` and `std` describe the sensors. They are kept, saved and moved with the module, but
      never learned.
    - `gain` (ones at the start) and `offset` (zeros at the start) are learned.
    """

    def __init__(self, mean: torch.Tensor, std: torch.Tensor) -> None:
        """Take the statistics of the sensors, two float32 tensors of shape (D,)."""
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.gain = nn.Parameter(torch.ones_like(mean))
        self.offset = nn.Parameter(torch.zeros_like(mean))

    def forward(self, readings: torch.Tensor) -> torch.Tensor:
        """Subtract `mean`, divide by `std`, multiply with `gain`, add `offset`.

        Args:
            readings: float32 tensor of shape (N, D).

        Returns:
            A tensor of the same shape.
        """
        return (readings - self.mean) / self.std * self.gain + self.offset


class _CalibrationBase(nn.Module):
    def forward(self, readings):
        return (readings - self.mean) / self.std * self.gain + self.offset


@misconception("Calibration", "tensor for parameter")
class CalibrationTensorForParameter(_CalibrationBase):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.gain = torch.ones_like(mean, requires_grad=True)
        self.offset = torch.zeros_like(mean, requires_grad=True)


@misconception("Calibration", "tensor for buffer")
class CalibrationTensorForBuffer(_CalibrationBase):
    def __init__(self, mean, std):
        super().__init__()
        self.mean, self.std = mean, std
        self.gain = nn.Parameter(torch.ones_like(mean))
        self.offset = nn.Parameter(torch.zeros_like(mean))


@misconception("Calibration", "all learned")
class CalibrationAllLearned(_CalibrationBase):
    def __init__(self, mean, std):
        super().__init__()
        self.mean, self.std = nn.Parameter(mean), nn.Parameter(std)
        self.gain = nn.Parameter(torch.ones_like(mean))
        self.offset = nn.Parameter(torch.zeros_like(mean))


@misconception("Calibration", "no super")
class CalibrationNoSuper(_CalibrationBase):
    def __init__(self, mean, std):
        self.gain = nn.Parameter(torch.ones_like(mean))


@misconception("Calibration", "one gain")
class CalibrationOneGain(_CalibrationBase):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.gain = nn.Parameter(torch.ones(1))
        self.offset = nn.Parameter(torch.zeros(1))


class LinearLayer(nn.Module):
    """A weighted sum of the inputs for each output, plus a bias: `torch.nn.Linear` from nothing.

    Parameters, both float32:

    - `weight` of shape (out_features, in_features);
    - `bias` of shape (out_features,); the attribute is None in a layer without bias.
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        """Make the parameters, each number drawn uniformly from [-bound, bound].

        `bound` is 1 / √in_features, for the weight and for the bias.
        """
        super().__init__()
        bound = in_features**-0.5
        weight = torch.empty(out_features, in_features).uniform_(-bound, bound)
        self.weight = nn.Parameter(weight)
        self.bias = None
        if bias:
            self.bias = nn.Parameter(torch.empty(out_features).uniform_(-bound, bound))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map the last dimension of `x` from in_features to out_features.

        Args:
            x: float32 tensor of shape (..., in_features).

        Returns:
            A tensor of shape (..., out_features).
        """
        return F.linear(x, self.weight, self.bias)


class _LinearBase(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.make(in_features, out_features, bias, in_features**-0.5)

    def make(self, in_features, out_features, bias, bound):
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(out_features).uniform_(-bound, bound))
        if not bias:
            self.bias = None

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)


@misconception("LinearLayer", "transposed")
class LinearTransposed(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        self.weight = nn.Parameter(self.weight.detach().T.clone())

    def forward(self, x):
        return x @ self.weight + (0 if self.bias is None else self.bias)


@misconception("LinearLayer", "zeros")
class LinearZeros(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, 0.0)


@misconception("LinearLayer", "normal")
class LinearNormal(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        self.weight = nn.Parameter(torch.randn(out_features, in_features))


@misconception("LinearLayer", "half the interval")
class LinearHalf(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        self.weight = nn.Parameter(torch.rand(out_features, in_features) * bound)


@misconception("LinearLayer", "bound by outputs")
class LinearByOutputs(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, out_features**-0.5)


@misconception("LinearLayer", "always a bias")
class LinearAlwaysBias(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, True, bound)


@misconception("LinearLayer", "plain tensors")
class LinearPlain(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        self.weight = torch.empty(out_features, in_features).uniform_(-bound, bound)
        self.bias = torch.empty(out_features).uniform_(-bound, bound) if bias else None


class MLP(nn.Module):
    """Linear layers one after another, with a ReLU between each two of them.

    `MLP([4, 16, 3])` maps 4 features to 16, applies a ReLU, and maps 16 to 3. There is none
    behind the last layer: its outputs may have any sign.
    """

    def __init__(self, sizes: list[int]) -> None:
        """Make the layers: `sizes` lists the features before, between and after them."""
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Linear(sizes[i], sizes[i + 1]) for i in range(len(sizes) - 1)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Send a batch through all layers.

        Args:
            x: float32 tensor of shape (N, sizes[0]).

        Returns:
            A tensor of shape (N, sizes[-1]).
        """
        *hidden, last = self.layers
        for layer in hidden:
            x = layer(x).relu()
        return last(x)


@misconception("MLP", "plain list")
class MLPPlainList(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = list(MLP(sizes).layers)

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x)


@misconception("MLP", "no activation")
class MLPNoActivation(MLP):
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


@misconception("MLP", "activation at the end")
class MLPActivationAtTheEnd(MLP):
    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return x


@misconception("MLP", "sigmoid")
class MLPSigmoid(MLP):
    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).sigmoid()
        return self.layers[-1](x)


@misconception("MLP", "last layer missing")
class MLPLastMissing(MLP):
    def __init__(self, sizes):
        super().__init__(sizes)
        self.layers = self.layers[:-1]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return x


def cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """How surprised a classifier is, on average, by the right classes.

    The loss of one sample is minus the logarithm of the probability (softmax of its logits) that
    is given to the right class.

    Args:
        logits: float32 tensor of shape (N, C), the scores of C classes, of any size and sign.
        labels: int64 tensor of shape (N,), the right classes, numbers from 0 to C - 1.

    Returns:
        The mean loss of the N samples, a tensor without dimensions, finite for finite logits.
    """
    log_probabilities = logits - logits.logsumexp(dim=1, keepdim=True)
    return -log_probabilities.gather(1, labels[:, None]).mean()


@misconception("cross_entropy", "overflow")
def cross_entropy_overflow(logits, labels):
    exponentials = logits.exp()
    probabilities = exponentials / exponentials.sum(1, keepdim=True)
    return -probabilities.gather(1, labels[:, None]).log().mean()


@misconception("cross_entropy", "underflow")
def cross_entropy_underflow(logits, labels):
    return -logits.softmax(1).gather(1, labels[:, None]).log().mean()


@misconception("cross_entropy", "softmax twice")
def cross_entropy_softmax_twice(logits, labels):
    return F.cross_entropy(logits.softmax(1), labels)


@misconception("cross_entropy", "sum")
def cross_entropy_sum(logits, labels):
    return F.cross_entropy(logits, labels, reduction="sum")


@misconception("cross_entropy", "mean of all classes")
def cross_entropy_mean_of_all(logits, labels):
    codes = F.one_hot(labels, logits.shape[1])
    return -(codes * logits.log_softmax(1)).mean()


@misconception("cross_entropy", "sign")
def cross_entropy_sign(logits, labels):
    return -F.cross_entropy(logits, labels)


@misconception("cross_entropy", "all pairs")
def cross_entropy_all_pairs(logits, labels):
    return -logits.log_softmax(1)[:, labels].mean()


def training_order(steps: list[str]) -> list[str]:
    """Put the steps of a training loop into an order that works.

    The steps, which a loop repeats for batch after batch:

    - `"backward"` adds the slopes of the last computed loss to every parameter's `.grad`
    - `"clip"` shortens the gradients that are too long
    - `"loss"` sends the batch through the model and computes the loss
    - `"step"` moves every parameter by what its `.grad` says
    - `"zero_grad"` clears every `.grad`

    Args:
        steps: some of these names in any order; only "clip" may be missing.

    Returns:
        A new list of the same names, each once, in an order in which the loop learns.
    """
    order = ["zero_grad", "loss", "backward", "clip", "step"]
    return [step for step in order if step in steps]


def _ordered(steps: list[str], *order: str) -> list[str]:
    return [step for step in order if step in steps]


@misconception("training_order", "as given")
def training_order_as_given(steps):
    return list(steps)


@misconception("training_order", "no zero_grad")
def training_order_no_zero_grad(steps):
    return _ordered(steps, "loss", "backward", "clip", "step")


@misconception("training_order", "step before backward")
def training_order_step_first(steps):
    return _ordered(steps, "zero_grad", "loss", "step", "backward", "clip")


@misconception("training_order", "cleared too late")
def training_order_cleared_too_late(steps):
    return _ordered(steps, "loss", "backward", "clip", "zero_grad", "step")


@misconception("training_order", "clip too late")
def training_order_clip_too_late(steps):
    return _ordered(steps, "zero_grad", "loss", "backward", "step", "clip")


@misconception("training_order", "clip too early")
def training_order_clip_too_early(steps):
    return _ordered(steps, "zero_grad", "loss", "clip", "backward", "step")


def fit_line(
    x: torch.Tensor, y: torch.Tensor, steps: int, lr: float
) -> tuple[float, float, list[float]]:
    """Fit the line w·x + b to points by gradient descent on the mean squared error.

    Start at w = 0 and b = 0; use all points in each step; let `torch.optim.SGD` with the learning
    rate `lr` and without momentum move w and b together.

    Args:
        x: float32 tensor of shape (N, 1), one measurement a row.
        y: float32 tensor of shape (N,), what belongs to each.
        steps: how often w and b are moved; 0 or more.
        lr: the learning rate.

    Returns:
        (w, b, losses): w and b after the last step, Python floats; `losses` is a list of `steps`
        Python floats, each the loss from which one step set off.
    """
    w = torch.zeros((), requires_grad=True)
    b = torch.zeros((), requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=lr)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(w * x.squeeze(1) + b, y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return w.item(), b.item(), losses


def _wrong_line(
    x, y, steps, lr, *, pairs=False, zero=True, learn_b=True, stale=False, reduction="mean"
):
    w, b = torch.zeros((), requires_grad=True), torch.zeros((), requires_grad=True)
    optimizer = torch.optim.SGD([w, b] if learn_b else [w], lr=lr)
    losses = []
    for _ in range(steps):
        if zero:
            optimizer.zero_grad()
        difference = w * (x if pairs else x.squeeze(1)) + b - y
        loss = getattr(difference**2, reduction)()
        if stale:
            optimizer.step()
        loss.backward()
        if not stale:
            optimizer.step()
        losses.append(loss)
    return w.item(), b.item(), losses


def _numbers(found):
    return found[0], found[1], [loss.item() for loss in found[2]]


@misconception("fit_line", "all pairs")
def fit_line_all_pairs(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, pairs=True))


@misconception("fit_line", "no zero_grad")
def fit_line_no_zero_grad(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, zero=False))


@misconception("fit_line", "tensors")
def fit_line_tensors(x, y, steps, lr):
    return _wrong_line(x, y, steps, lr)


@misconception("fit_line", "b not learned")
def fit_line_b_not_learned(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, learn_b=False))


@misconception("fit_line", "step before backward")
def fit_line_step_before_backward(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, stale=True))


@misconception("fit_line", "sum")
def fit_line_sum(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, reduction="sum"))


def train_epoch(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    inputs: torch.Tensor,
    labels: torch.Tensor,
    batch_size: int,
) -> float:
    """Train a classifier on every sample once, batch after batch in the given order.

    Args:
        model: maps a batch of inputs, shape (B, D), to logits, shape (B, C).
        optimizer: holds the model's parameters, whose gradients are clear at the start.
        inputs: float32 tensor of shape (N, D).
        labels: the right classes, shape (N,). A table may hold them as floats (2.0 for class 2).
        batch_size: samples in a batch. The last batch holds what is left.

    Returns:
        The mean cross-entropy of the N samples, each taken when its batch was trained on, as a
        Python float. Every sample counts the same, also one in a small last batch.
    """
    total = 0.0
    batches = zip(inputs.split(batch_size), labels.long().split(batch_size), strict=True)
    for batch, right in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch), right)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(inputs)


def _wrong_epoch(
    model,
    optimizer,
    inputs,
    labels,
    batch_size,
    *,
    zero=True,
    stale=False,
    softmax=False,
    whole=False,
    as_they_are=False,
):
    """The losses of the batches with their sizes."""
    losses = []
    labels = labels if as_they_are else labels.long()
    for start in range(0, len(inputs), batch_size):
        batch, right = inputs[start : start + batch_size], labels[start : start + batch_size]
        if whole and len(batch) < batch_size:
            break
        if zero:
            optimizer.zero_grad()
        logits = model(batch)
        loss = F.cross_entropy(logits.softmax(1) if softmax else logits, right)
        if stale:
            optimizer.step()
        loss.backward()
        if not stale:
            optimizer.step()
        losses.append((loss, len(batch)))
    return losses


def _weighted(losses):
    return sum(loss.item() * size for loss, size in losses) / sum(size for _, size in losses)


@misconception("train_epoch", "no zero_grad")
def train_epoch_no_zero_grad(*arguments):
    return _weighted(_wrong_epoch(*arguments, zero=False))


@misconception("train_epoch", "step before backward")
def train_epoch_step_before_backward(*arguments):
    return _weighted(_wrong_epoch(*arguments, stale=True))


@misconception("train_epoch", "softmax before")
def train_epoch_softmax_before(*arguments):
    return _weighted(_wrong_epoch(*arguments, softmax=True))


@misconception("train_epoch", "mean of means")
def train_epoch_mean_of_means(*arguments):
    losses = _wrong_epoch(*arguments)
    return sum(loss.item() for loss, _ in losses) / len(losses)


@misconception("train_epoch", "tensor")
def train_epoch_tensor(*arguments):
    losses = _wrong_epoch(*arguments)
    return sum(loss * size for loss, size in losses) / sum(size for _, size in losses)


@misconception("train_epoch", "float labels")
def train_epoch_float_labels(*arguments):
    return _weighted(_wrong_epoch(*arguments, as_they_are=True))


@misconception("train_epoch", "rest left out")
def train_epoch_rest_left_out(*arguments):
    return _weighted(_wrong_epoch(*arguments, whole=True) or [(torch.tensor(0.0), 1)])


class SGD:
    """Gradient descent with momentum, as `torch.optim.SGD` does it.

    Each parameter p has a velocity v, which starts at zeros. In every step, with gradient g,
    learning rate lr and momentum m,

        v ← m · v + g
        p ← p - lr · v
    """

    def __init__(
        self, parameters: Iterable[torch.Tensor], lr: float, momentum: float = 0.0
    ) -> None:
        """Remember what to train and how.

        Args:
            parameters: the floating-point tensors to train, of any dtype; such as
                `model.parameters()`, which can be gone through only once.
            lr: the learning rate.
            momentum: the part of its velocity that a parameter keeps from step to step.
        """
        self.parameters = list(parameters)
        self.lr = lr
        self.momentum = momentum
        self.velocities = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self) -> None:
        """Clear the gradient of every parameter: set it to None."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self) -> None:
        """Move every parameter that has a gradient, in place; leave gradients as they are."""
        with torch.no_grad():
            for parameter, velocity in zip(self.parameters, self.velocities, strict=True):
                if parameter.grad is not None:
                    velocity.mul_(self.momentum).add_(parameter.grad)
                    parameter -= self.lr * velocity


class _Optimizer:
    def __init__(self, parameters, lr, momentum=0.0):
        self.parameters = list(parameters)
        self.lr, self.momentum = lr, momentum
        self.velocities = {}

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self):
        for i, parameter in enumerate(self.parameters):
            if parameter.grad is not None:
                self.move(i, parameter)

    def move(self, i, parameter):
        parameter -= self.lr * self.velocity(i, parameter.grad)

    def velocity(self, i, gradient):
        kept = self.momentum * self.velocities.get(i, torch.zeros_like(gradient))
        self.velocities[i] = kept + gradient
        return self.velocities[i]


@misconception("SGD", "generator")
class SGDGenerator(_Optimizer):
    def __init__(self, parameters, lr, momentum=0.0):
        super().__init__([], lr, momentum)
        self.parameters = parameters


@misconception("SGD", "dampened")
class SGDDampened(_Optimizer):
    def velocity(self, i, gradient):
        return super().velocity(i, (1 - self.momentum) * gradient)


@misconception("SGD", "no memory")
class SGDNoMemory(_Optimizer):
    def velocity(self, i, gradient):
        return gradient


@misconception("SGD", "uphill")
class SGDUphill(_Optimizer):
    def move(self, i, parameter):
        parameter += self.lr * self.velocity(i, parameter.grad)


@misconception("SGD", "in the graph")
class SGDInTheGraph(_Optimizer):
    def step(self):
        for i, parameter in enumerate(self.parameters):
            if parameter.grad is not None:
                parameter -= self.lr * self.velocity(i, parameter.grad)


@misconception("SGD", "another tensor")
class SGDAnotherTensor(_Optimizer):
    def move(self, i, parameter):
        parameter = parameter - self.lr * self.velocity(i, parameter.grad)


@misconception("SGD", "alias")
class SGDAlias(_Optimizer):
    def velocity(self, i, gradient):
        self.velocities[i] = (
            self.momentum * self.velocities[i] + gradient if i in self.velocities else gradient
        )
        return self.velocities[i]


@misconception("SGD", "no gradient")
class SGDNoGradient(_Optimizer):
    @torch.no_grad()
    def step(self):
        for i, parameter in enumerate(self.parameters):
            parameter -= self.lr * self.velocity(i, parameter.grad)


class Adam:
    """Steps of a length that suits each number, as `torch.optim.Adam` makes them.

    For every parameter p, m and s start at zeros. In step number t = 1, 2, 3, …, with gradient g
    and betas = (β₁, β₂), element by element:

        m ← β₁ · m + (1 - β₁) · g           a running mean of the gradients
        s ← β₂ · s + (1 - β₂) · g²          a running mean of their squares
        m̂ = m / (1 - β₁ᵗ)                   bias correction: both means began at zero
        ŝ = s / (1 - β₂ᵗ)
        p ← p - lr · m̂ / (√ŝ + eps)
    """

    def __init__(
        self,
        parameters: Iterable[torch.Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        """Remember what to train and how.

        Args:
            parameters: the floating-point tensors to train, of any dtype; such as
                `model.parameters()`, which can be gone through only once.
            lr: the learning rate.
            betas: how much of each running mean is kept from step to step.
            eps: keeps the division from going wild where ŝ is close to zero.
        """
        self.parameters = list(parameters)
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.steps = 0
        self.means = [torch.zeros_like(p) for p in self.parameters]
        self.squares = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self) -> None:
        """Clear the gradient of every parameter: set it to None."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self) -> None:
        """Move every parameter that has a gradient, in place; leave gradients as they are."""
        self.steps += 1
        beta1, beta2 = self.betas
        with torch.no_grad():
            for p, mean, square in zip(self.parameters, self.means, self.squares, strict=True):
                if p.grad is None:
                    continue
                mean.mul_(beta1).add_(p.grad, alpha=1 - beta1)
                square.mul_(beta2).add_(p.grad**2, alpha=1 - beta2)
                mean_hat = mean / (1 - beta1**self.steps)
                square_hat = square / (1 - beta2**self.steps)
                p -= self.lr * mean_hat / (square_hat.sqrt() + self.eps)


class _Adam:
    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.parameters = list(parameters)
        self.lr, self.betas, self.eps = lr, betas, eps
        self.steps = 0
        self.means = [torch.zeros_like(p) for p in self.parameters]
        self.squares = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self):
        self.steps += 1
        for i, p in enumerate(self.parameters):
            if p.grad is not None:
                self.count(i)
                b1, b2 = self.betas
                self.means[i] = b1 * self.means[i] + (1 - b1) * p.grad
                self.squares[i] = b2 * self.squares[i] + (1 - b2) * self.square(p.grad)
                p -= self.lr * self.move(self.means[i], self.squares[i], *self.corrections())

    def count(self, i):
        pass

    def square(self, gradient):
        return gradient**2

    def corrections(self):
        return 1 - self.betas[0] ** self.steps, 1 - self.betas[1] ** self.steps

    def move(self, mean, square, correction1, correction2):
        return mean / correction1 / ((square / correction2).sqrt() + self.eps)


@misconception("Adam", "no bias correction")
class AdamNoCorrection(_Adam):
    def corrections(self):
        return 1, 1


@misconception("Adam", "counts from zero")
class AdamCountsFromZero(_Adam):
    def corrections(self):
        return tuple(
            torch.tensor(1 - beta ** (self.steps - 1), dtype=torch.float64) for beta in self.betas
        )


@misconception("Adam", "counts parameters")
class AdamCountsParameters(_Adam):
    def count(self, i):
        self.steps += i > 0


@misconception("Adam", "no root")
class AdamNoRoot(_Adam):
    def move(self, mean, square, correction1, correction2):
        return mean / correction1 / (square / correction2 + self.eps)


@misconception("Adam", "eps in the root")
class AdamEpsInTheRoot(_Adam):
    def move(self, mean, square, correction1, correction2):
        return mean / correction1 / (square / correction2 + self.eps).sqrt()


@misconception("Adam", "square of the mean")
class AdamSquareOfTheMean(_Adam):
    def square(self, gradient):
        mean = next(
            m for m, p in zip(self.means, self.parameters, strict=True) if p.grad is gradient
        )
        return mean**2


@misconception("Adam", "betas swapped")
class AdamBetasSwapped(_Adam):
    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(parameters, lr, betas[::-1], eps)


def evaluate(
    model: nn.Module, inputs: torch.Tensor, labels: torch.Tensor, batch_size: int
) -> tuple[float, int]:
    """Measure a classifier on data, batch after batch, without changing anything.

    The model computes as it would in use (dropout off, batch norm with its running statistics),
    and no graph is built. Afterwards it is in the mode, training or not, that it was in before.

    Args:
        model: maps a batch of inputs, shape (B, D), to logits, shape (B, C).
        inputs: float32 tensor of shape (N, D).
        labels: int64 tensor of shape (N,), the right classes.
        batch_size: samples in a batch. The last batch holds what is left.

    Returns:
        (loss, correct): the mean cross-entropy of the N samples as a Python float, and how many
        of them get the largest logit for the right class, as an int.
    """
    was_training = model.training
    model.eval()
    total, correct = 0.0, 0
    with torch.no_grad():
        for batch, right in zip(inputs.split(batch_size), labels.split(batch_size), strict=True):
            logits = model(batch)
            total += F.cross_entropy(logits, right, reduction="sum").item()
            correct += (logits.argmax(dim=1) == right).sum().item()
    model.train(was_training)
    return total / len(inputs), correct


def _measure(model, inputs, labels, batch_size):
    """The losses, hits and sizes of the batches, in whatever mode the model is."""
    measured = []
    for batch, right in zip(inputs.split(batch_size), labels.split(batch_size), strict=True):
        logits = model(batch)
        hits = (logits.argmax(1) == right).sum()
        measured.append((F.cross_entropy(logits, right).item(), hits, len(batch)))
    return measured


def _summed(measured):
    size = sum(size for *_, size in measured)
    loss = sum(loss * size for loss, _, size in measured) / size
    return loss, sum(hits.item() for _, hits, _ in measured)


@misconception("evaluate", "no eval")
@torch.no_grad()
def evaluate_no_eval(*arguments):
    return _summed(_measure(*arguments))


@misconception("evaluate", "left in eval")
@torch.no_grad()
def evaluate_left_in_eval(model, *arguments):
    return _summed(_measure(model.eval(), *arguments))


@misconception("evaluate", "always train")
@torch.no_grad()
def evaluate_always_train(model, *arguments):
    found = _summed(_measure(model.eval(), *arguments))
    model.train()
    return found


@misconception("evaluate", "with graph")
def evaluate_with_graph(model, *arguments):
    was_training = model.training
    found = _summed(_measure(model.eval(), *arguments))
    model.train(was_training)
    return found


@misconception("evaluate", "mean of means")
@torch.no_grad()
def evaluate_mean_of_means(model, *arguments):
    was_training = model.training
    measured = _measure(model.eval(), *arguments)
    model.train(was_training)
    return sum(loss for loss, *_ in measured) / len(measured), _summed(measured)[1]


@misconception("evaluate", "tensor count")
@torch.no_grad()
def evaluate_tensor_count(model, *arguments):
    was_training = model.training
    measured = _measure(model.eval(), *arguments)
    model.train(was_training)
    return _summed(measured)[0], sum(hits for _, hits, _ in measured)


@misconception("evaluate", "last batch")
@torch.no_grad()
def evaluate_last_batch(model, *arguments):
    was_training = model.training
    measured = _measure(model.eval(), *arguments)
    model.train(was_training)
    return _summed(measured)[0], measured[-1][1].item()


def clip_gradients(parameters: Iterable[torch.Tensor], max_norm: float) -> float:
    """Shorten the gradient of a whole model to a given length, if it is longer.

    All gradients together count as one long vector. Where its length (the root of the sum of the
    squares of all its numbers) exceeds `max_norm`, every gradient is multiplied by the same
    factor, so that the length is `max_norm` and the direction stays.

    Args:
        parameters: tensors to train, such as `model.parameters()`, which can be gone through only
            once. Those whose `.grad` is None are left alone.
        max_norm: the largest length allowed, positive.

    Returns:
        The length before clipping, as a Python float.
    """
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm = sum((gradient**2).sum() for gradient in gradients).sqrt().item()
    if norm > max_norm:
        for gradient in gradients:
            gradient *= max_norm / norm
    return norm


def _norm(gradients):
    return sum((gradient**2).sum() for gradient in gradients).sqrt().item()


def _gradients(parameters):
    return [p.grad for p in parameters if p.grad is not None]


@misconception("clip_gradients", "each alone")
def clip_gradients_each_alone(parameters, max_norm):
    gradients = _gradients(parameters)
    norm = _norm(gradients)
    for gradient in gradients:
        gradient *= min(1.0, max_norm / max(_norm([gradient]), 1e-12))
    return norm


@misconception("clip_gradients", "by value")
def clip_gradients_by_value(parameters, max_norm):
    gradients = _gradients(parameters)
    norm = _norm(gradients)
    for gradient in gradients:
        gradient.clamp_(-max_norm, max_norm)
    return norm


@misconception("clip_gradients", "always scaled")
def clip_gradients_always_scaled(parameters, max_norm):
    gradients = _gradients(parameters)
    norm = _norm(gradients)
    for gradient in gradients:
        gradient *= max_norm / max(norm, 1e-12)
    return norm


@misconception("clip_gradients", "generator")
def clip_gradients_generator(parameters, max_norm):
    norm = _norm(_gradients(parameters))
    for parameter in parameters:
        if parameter.grad is not None and norm > max_norm:
            parameter.grad *= max_norm / norm
    return norm


@misconception("clip_gradients", "no root")
def clip_gradients_no_root(parameters, max_norm):
    gradients = _gradients(parameters)
    norm = _norm(gradients) ** 2
    if norm > max_norm:
        for gradient in gradients:
            gradient *= max_norm / norm
    return norm


@misconception("clip_gradients", "length afterwards")
def clip_gradients_length_afterwards(parameters, max_norm):
    return min(clip_gradients(parameters, max_norm), max_norm)


class Checkpoint:
    """Saves a training run to a file and takes it up again, as if it had never stopped.

    What goes on is the same bit for bit, also where the model has dropout (which draws random
    numbers on the CPU) and where the optimizer has a memory (momentum, Adam).
    """

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        """Remember the model and the optimizer of the run."""
        self.model = model
        self.optimizer = optimizer

    def save(self, file: Any, epoch: int) -> None:
        """Write the state of the run.

        Args:
            file: where to, a path or a file opened for writing bytes; `torch.save` takes either.
            epoch: how many epochs are done.
        """
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "random": torch.get_rng_state(),
            "epoch": epoch,
        }
        torch.save(state, file)

    def load(self, file: Any) -> int:
        """Bring the run's model and optimizer, the same objects, into the saved state.

        Args:
            file: what `save` wrote, a path or a file opened for reading bytes.

        Returns:
            How many epochs are done.
        """
        state = torch.load(file)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        return state["epoch"]


class _Checkpoint:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer

    def save(self, file, epoch):
        torch.save(
            {
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "random": torch.get_rng_state(),
                "epoch": epoch,
            },
            file,
        )

    def load(self, file):
        return self.restore(torch.load(file))

    def restore(self, state):
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        return state["epoch"]


@misconception("Checkpoint", "model only")
class CheckpointModelOnly(_Checkpoint):
    def restore(self, state):
        self.model.load_state_dict(state["model"])
        return state["epoch"]


@misconception("Checkpoint", "no optimizer")
class CheckpointNoOptimizer(_Checkpoint):
    def restore(self, state):
        self.model.load_state_dict(state["model"])
        torch.set_rng_state(state["random"])
        return state["epoch"]


@misconception("Checkpoint", "no random state")
class CheckpointNoRandomState(_Checkpoint):
    def restore(self, state):
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        return state["epoch"]


@misconception("Checkpoint", "whole objects")
class CheckpointWholeObjects(_Checkpoint):
    def save(self, file, epoch):
        state = {"model": self.model, "optimizer": self.optimizer, "epoch": epoch}
        torch.save({**state, "random": torch.get_rng_state()}, file)


@misconception("Checkpoint", "other objects")
class CheckpointOtherObjects(CheckpointWholeObjects):
    def load(self, file):
        state = torch.load(file, weights_only=False)
        self.model, self.optimizer = state["model"], state["optimizer"]
        torch.set_rng_state(state["random"])
        return state["epoch"]


@misconception("Checkpoint", "next epoch")
class CheckpointNextEpoch(_Checkpoint):
    def restore(self, state):
        return super().restore(state) + 1
