"""Answers to lesson 4: modules, losses, optimizers, and the loop that trains."""

# Written as a student writes: without what only a type checker needs.
# mypy: disable-error-code="no-any-return,operator,union-attr"

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn


class Calibration(nn.Module):
    """Standardises the readings of D sensors, then rescales them with what is learned.

    The state has four tensors of shape (D,), all float32:

    - `mean` and `std` describe the sensors. They are buffers: kept, saved and moved with the
      module, but never learned.
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
