"""Cross-entropy by hand."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integer

_BY_HAND = (
    "Write the loss by hand, without PyTorch's own cross-entropy or NLL loss. What these are "
    "made of, such as `logsumexp`, is allowed."
)


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
    forbids={
        ".cross_entropy": _BY_HAND,
        ".nll_loss": _BY_HAND,
        ".CrossEntropyLoss": _BY_HAND,
        ".NLLLoss": _BY_HAND,
    },
)
def cross_entropy(implementation: Implementation, logits: Tensor, labels: Tensor) -> Any:
    logits = logits.detach().requires_grad_()  # the input itself is compared with what it was
    loss = implementation(logits, labels)
    if not isinstance(loss, Tensor):
        return {"loss": loss}
    if loss.ndim:
        return {"loss": loss.detach()}  # nothing to go backward from
    loss.backward()
    return {"loss": loss.detach(), "gradient of the logits": logits.grad}
