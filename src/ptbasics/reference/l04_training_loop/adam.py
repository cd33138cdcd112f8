"""Answers: Adam."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch

from ptbasics.exercise import alternative, misconception


class Adam:
    """Steps of a length that suits each number, as `torch.optim.Adam` makes them.

    For every parameter p, m and s start at zeros. In step number t = 1, 2, 3, …, with gradient g
    and betas = (β₁, β₂), element by element:

        m ← β₁ · m + (1 - β₁) · g           a running mean of the gradients
        s ← β₂ · s + (1 - β₂) · g²          a running mean of their squares
        m̂ = m / (1 - β₁ᵗ)                   bias correction: both means began at zero
        ŝ = s / (1 - β₂ᵗ)
        p ← p - lr · m̂ / (√ŝ + eps)

    A parameter either always has a gradient or never, so t may be counted for each parameter or
    for all together.
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
        """Clear the gradient of every parameter: set it to None. Zeros will do as well."""
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


@misconception(
    "no bias correction",
    hint="Both means begin at zero and are too small at first. Divide each by what it has seen so "
    "far: the third and fourth line.",
)
class AdamNoCorrection(_Adam):
    def corrections(self):
        return 1, 1


@misconception(
    "counts from zero",
    hint="The first step has number 1. With t = 0, the correction divides by zero.",
)
class AdamCountsFromZero(_Adam):
    def corrections(self):
        return tuple(
            torch.tensor(1 - beta ** (self.steps - 1), dtype=torch.float64) for beta in self.betas
        )


@misconception(
    "counts parameters",
    hint="t was counted up once for every parameter; it counts *steps*.",
)
class AdamCountsParameters(_Adam):
    def count(self, i):
        self.steps += i > 0


@misconception(
    "no root",
    hint="s is a mean of *squares*: without the root, the steps have the wrong unit.",
)
class AdamNoRoot(_Adam):
    def move(self, mean, square, correction1, correction2):
        return mean / correction1 / (square / correction2 + self.eps)


@misconception(
    "eps in the root",
    hint="eps is added to the root, not under it.",
)
class AdamEpsInTheRoot(_Adam):
    def move(self, mean, square, correction1, correction2):
        return mean / correction1 / (square / correction2 + self.eps).sqrt()


@misconception(
    "square of the mean",
    hint="s is the mean of the squares of g, not of the squares of m.",
)
class AdamSquareOfTheMean(_Adam):
    def square(self, gradient):
        mean = next(
            m for m, p in zip(self.means, self.parameters, strict=True) if p.grad is gradient
        )
        return mean**2


@misconception(
    "betas swapped",
    hint="β₁, the first of the two, belongs to the gradients, β₂ to their squares.",
)
class AdamBetasSwapped(_Adam):
    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(parameters, lr, betas[::-1], eps)


@misconception(
    "corrected moments kept",
    hint="m̂ and ŝ took the place of m and s, so that the next step corrects what has been "
    "corrected already. Keep m and s as they are, and use m̂ and ŝ for this step only.",
)
class AdamKeepsCorrected(_Adam):
    @torch.no_grad()
    def step(self):
        super().step()
        for i, parameter in enumerate(self.parameters):
            if parameter.grad is not None:
                correction1, correction2 = self.corrections()
                self.means[i] = self.means[i] / correction1
                self.squares[i] = self.squares[i] / correction2


@alternative
def torch_adam(parameters, **settings):
    return torch.optim.Adam(parameters, **settings)


@alternative
class AdamOnData:
    """As in the paper's remark: the corrections go into the learning rate and into eps."""

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.parameters, self.lr, self.betas, self.eps = [*parameters], lr, betas, eps
        self.state = {}

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = None

    def step(self):
        b1, b2 = self.betas
        for p in self.parameters:
            if p.grad is None:
                continue
            t, m, s = self.state.get(p, (0, 0.0, 0.0))
            t, m, s = t + 1, m + (1 - b1) * (p.grad - m), s + (1 - b2) * (p.grad**2 - s)
            self.state[p] = t, m, s
            root = math.sqrt(1 - b2**t)
            p.data.sub_(self.lr * root / (1 - b1**t) * m / (s.sqrt() + self.eps * root))
