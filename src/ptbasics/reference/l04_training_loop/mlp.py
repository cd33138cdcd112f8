"""Answers: A network of several layers."""

from __future__ import annotations

import itertools

import torch
from torch import nn

from ptbasics.exercise import alternative, misconception
from ptbasics.reference.l04_training_loop.linearlayer import LinearByProduct


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


@misconception(
    "plain list",
    hint="A plain Python list hides its layers: `parameters()` is empty, and nothing would be "
    "trained. There is a list that registers what is in it.",
)
class MLPPlainList(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = list(MLP(sizes).layers)

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x)


@misconception(
    "no activation",
    hint="Without something nonlinear between them, all layers together are just one linear layer.",
)
class MLPNoActivation(MLP):
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


@misconception(
    "activation at the end",
    hint="The last outputs went through the ReLU too, so no output can be negative.",
)
class MLPActivationAtTheEnd(MLP):
    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return x


@misconception(
    "sigmoid",
    hint="Another activation stands between the layers than the ReLU of the statement.",
)
class MLPSigmoid(MLP):
    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).sigmoid()
        return self.layers[-1](x)


@misconception(
    "last layer missing",
    hint="There is one layer less than pairs of neighbouring sizes: the outputs do not have "
    "`sizes[-1]` features.",
)
class MLPLastMissing(MLP):
    def __init__(self, sizes):
        super().__init__(sizes)
        self.layers = self.layers[:-1]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return x


@misconception(
    "made in forward",
    hint="The layers are made anew in each forward pass, with new random numbers. So there is "
    "nothing to train: make them once, in `__init__`.",
)
class MLPMadeInForward(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.sizes = sizes

    def forward(self, x):
        for number, (before, after) in enumerate(itertools.pairwise(self.sizes), 2):
            x = nn.Linear(before, after)(x)
            x = x.relu() if number < len(self.sizes) else x
        return x


@misconception(
    "softmax at the end",
    hint="The outputs are probabilities: a softmax stands behind the last layer. The outputs "
    "should be logits, of any size and sign.",
)
class MLPSoftmaxAtTheEnd(MLP):
    def forward(self, x):
        return super().forward(x).softmax(dim=-1)


@alternative
class MLPInSequence(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        parts = []
        for before, after in itertools.pairwise(sizes):
            parts += [nn.Linear(before, after), nn.ReLU()]
        self.body = nn.Sequential(*parts[:-1])

    def forward(self, x):
        return self.body(x)


@alternative
class MLPByNames(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.count = len(sizes) - 1
        for number in reversed(range(self.count)):
            self.add_module(f"layer{number}", nn.Linear(sizes[number], sizes[number + 1]))

    def forward(self, x):
        for number in range(self.count):
            if number:
                x = x.clamp(min=0)
            x = getattr(self, f"layer{number}")(x)
        return x


@alternative
def mlp_as_a_function(sizes):
    parts = []
    for before, after in itertools.pairwise(sizes):
        parts += [LinearByProduct(before, after), nn.ReLU()]
    return nn.Sequential(*parts[:-1])


@misconception(
    "always two layers",
    hint="There are two layers, however many `sizes` are given. Make one for each pair of "
    "neighbouring sizes, in a loop.",
)
class MLPAlwaysTwoLayers(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.first = nn.Linear(sizes[0], sizes[1])
        self.second = nn.Linear(sizes[1], sizes[2])

    def forward(self, x):
        return self.second(self.first(x).relu())
