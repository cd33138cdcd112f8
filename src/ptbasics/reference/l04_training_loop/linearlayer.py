"""Answers: A linear layer from nothing."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn

from ptbasics.exercise import alternative, misconception


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


@misconception(
    "transposed",
    hint="The weight has the shape (in, out). PyTorch keeps a row for each output: (out, in). A "
    "saved state could not be loaded otherwise.",
)
class LinearTransposed(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        self.weight = nn.Parameter(self.weight.detach().T.clone())

    def forward(self, x):
        return x @ self.weight + (0 if self.bias is None else self.bias)


@misconception(
    "zeros",
    hint="All weights begin at the same number. Then all outputs get the same gradient and stay "
    "the same for ever; random numbers tell them apart.",
)
class LinearZeros(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, 0.0)


@misconception(
    "zero bias",
    hint="The weights are right. The biases begin at 0 here; the statement has them drawn like "
    "the weights.",
)
class LinearZeroBias(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        if bias:
            nn.init.zeros_(self.bias)


@misconception(
    "normal",
    hint="The weights come from a normal distribution, which has no ends: small numbers are more "
    "likely, and now and then there is a large one. The statement asks for an interval with the "
    "same chance everywhere.",
)
class LinearNormal(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)


@misconception(
    "too wide",
    hint="The weights are spread evenly, but over a wider interval than the one asked for. "
    "(`kaiming_uniform_` has one of its own.)",
)
class LinearTooWide(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        nn.init.kaiming_uniform_(self.weight)


@misconception(
    "half the interval",
    hint="The weights are never negative: `torch.rand` gives numbers from 0 to 1, and the "
    "interval reaches from minus to plus the bound.",
)
class LinearHalf(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        self.weight = nn.Parameter(torch.rand(out_features, in_features) * bound)


@misconception(
    "bound by outputs",
    hint="The bound depends on how many numbers are *added up* for an output: those are the "
    "inputs, not the outputs.",
)
class LinearByOutputs(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, out_features**-0.5)


@misconception(
    "always a bias",
    hint="`bias=False` asks for a layer without one: the attribute must be None.",
)
class LinearAlwaysBias(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, True, bound)


@misconception(
    "zeros for no bias",
    hint="Without bias, the attribute holds zeros instead of None. Others look there to learn "
    "whether the layer has one.",
)
class LinearZerosForNoBias(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        if not bias:
            del self.bias
            self.bias = torch.zeros(out_features)


@misconception(
    "bias missing",
    hint="A layer without bias has the attribute `bias` all the same: it is None. Here, asking "
    "for it ends in an error.",
)
class LinearBiasMissing(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        self.has_bias = bias
        if not bias:
            del self.bias

    def forward(self, x):
        return F.linear(x, self.weight, self.bias if self.has_bias else None)


@misconception(
    "plain tensors",
    hint="Weight and bias are no parameters: `parameters()` is empty, and nothing would be "
    "trained.",
)
class LinearPlain(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        self.weight = torch.empty(out_features, in_features).uniform_(-bound, bound)
        self.bias = torch.empty(out_features).uniform_(-bound, bound) if bias else None


@misconception("bias missing")
class LinearBiasAlwaysUsed(LinearBiasMissing):
    def forward(self, x):
        return F.linear(x, self.weight, self.bias)


@alternative
class LinearByProduct(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        bound = 1 / math.sqrt(in_features)
        self.bias = nn.Parameter((2 * torch.rand(out_features) - 1) * bound) if bias else None
        self.weight = nn.Parameter((2 * torch.rand(out_features, in_features) - 1) * bound)

    def forward(self, x):
        result = x @ self.weight.T
        return result if self.bias is None else result + self.bias


@alternative
class LinearAsInTorch(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_features, in_features))
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        self.register_parameter("bias", nn.Parameter(torch.zeros(out_features)) if bias else None)
        if bias:
            nn.init.uniform_(self.bias, -1 / math.sqrt(in_features), 1 / math.sqrt(in_features))

    def forward(self, x):
        result = torch.einsum("...i,oi->...o", x, self.weight)
        return result if self.bias is None else result + self.bias
