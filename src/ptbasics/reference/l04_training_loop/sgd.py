"""Answers: SGD with momentum."""

from __future__ import annotations

from collections.abc import Iterable

import torch

from ptbasics.exercise import alternative, misconception


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
        """Clear the gradient of every parameter: set it to None. Zeros will do as well."""
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


@misconception(
    "generator",
    hint="The model's tensors never move, and only the first `zero_grad` reached them. Either "
    "`parameters` was gone through a second time (`model.parameters()` is empty then: keep a "
    "list), or new tensors took the place of the old ones in your list (change those in place).",
)
class SGDGenerator(_Optimizer):
    def __init__(self, parameters, lr, momentum=0.0):
        super().__init__([], lr, momentum)
        self.parameters = parameters


@misconception(
    "dampened",
    hint="New gradients are multiplied with (1 - momentum). That is a running mean, as Adam has "
    "it; SGD's velocity is a running *sum*.",
)
class SGDDampened(_Optimizer):
    def velocity(self, i, gradient):
        return super().velocity(i, (1 - self.momentum) * gradient)


@misconception(
    "no memory",
    hint="Momentum has no effect: the velocity must remember the steps before.",
)
class SGDNoMemory(_Optimizer):
    def velocity(self, i, gradient):
        return gradient


@misconception(
    "uphill",
    hint="The parameters move along the gradient, and the loss grows. Which sign leads downhill?",
)
class SGDUphill(_Optimizer):
    def move(self, i, parameter):
        parameter += self.lr * self.velocity(i, parameter.grad)


@misconception(
    "in the graph",
    hint="Autograd refuses to have a leaf changed while it watches. Who must not watch the step?",
)
class SGDInTheGraph(_Optimizer):
    def step(self):
        for i, parameter in enumerate(self.parameters):
            if parameter.grad is not None:
                parameter -= self.lr * self.velocity(i, parameter.grad)


@misconception(
    "another tensor",
    hint="`p = p - …` makes a new tensor and forgets it; the model still has the old one. Change "
    "it in place.",
)
class SGDAnotherTensor(_Optimizer):
    def move(self, i, parameter):
        parameter = parameter - self.lr * self.velocity(i, parameter.grad)


@misconception(
    "alias",
    hint="The velocity *is* the `.grad` of the first step, so it changes when that is cleared and "
    "written again. Keep a copy.",
)
class SGDAlias(_Optimizer):
    def velocity(self, i, gradient):
        self.velocities[i] = (
            self.momentum * self.velocities[i] + gradient if i in self.velocities else gradient
        )
        return self.velocities[i]


@misconception(
    "no gradient",
    hint="A parameter that was not used has `.grad` None. Leave it alone.",
)
class SGDNoGradient(_Optimizer):
    @torch.no_grad()
    def step(self):
        for i, parameter in enumerate(self.parameters):
            parameter -= self.lr * self.velocity(i, parameter.grad)


@misconception("generator")
class SGDRebindsInItsList(_Optimizer):
    def move(self, i, parameter):
        moved = parameter - self.lr * self.velocity(i, parameter.grad)
        self.parameters[i] = moved.detach().requires_grad_()


@alternative
def torch_sgd(parameters, lr, momentum=0.0):
    return torch.optim.SGD(parameters, lr=lr, momentum=momentum)


@alternative
class SGDOnData:
    def __init__(self, parameters, lr, momentum=0.0):
        self.velocities = dict.fromkeys(parameters, 0.0)
        self.lr, self.momentum = lr, momentum

    def zero_grad(self):
        for parameter in self.velocities:
            if parameter.grad is not None:
                parameter.grad.zero_()

    def step(self):
        for parameter, velocity in self.velocities.items():
            if parameter.grad is not None:
                self.velocities[parameter] = self.momentum * velocity + parameter.grad
                parameter.data = parameter.data - self.lr * self.velocities[parameter]


@alternative
class SGDWithRateInVelocity:
    def __init__(self, parameters, lr, momentum=0.0):
        self.pairs = [(p, torch.zeros_like(p)) for p in parameters]
        self.lr, self.momentum = lr, momentum

    def zero_grad(self):
        for parameter, _ in self.pairs:
            parameter.grad = None

    @torch.no_grad()
    def step(self):
        for parameter, velocity in self.pairs:
            if parameter.grad is not None:
                velocity *= self.momentum
                velocity -= self.lr * parameter.grad
                parameter += velocity
