"""Well-known errors, really raised, are put into plain words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn
from torch.utils.data import DataLoader

from ptbasics.judging.codec import Raised
from ptbasics.judging.errors import PATTERNS, meaning_of


def parameter() -> Tensor:
    return torch.ones(3, requires_grad=True)


def twice() -> None:
    loss = (parameter() ** 2).sum()
    loss.backward()
    loss.backward()


def changed_in_place() -> None:
    powers = parameter().exp()
    total = powers.sum()
    powers.add_(1)
    total.backward()


class NoInit(nn.Module):
    def __init__(self) -> None:
        self.layer = nn.Linear(1, 1)


class NoForward(nn.Module):
    pass


def one_parameter(x: int) -> int:
    return x


RAISED: list[tuple[Callable[[], Any], str]] = [
    (lambda: (parameter() * 2).backward(), "starts from a single number"),
    (lambda: torch.ones(1).sum().backward(), "found no graph"),
    (twice, "twice through the same graph"),
    (lambda: parameter().add_(1), "under `torch.no_grad()`"),
    (changed_in_place, "changed in place"),
    (lambda: parameter().numpy(), "`detach()`"),
    (lambda: torch.tensor([1, 2], requires_grad=True), "whole numbers"),
    (lambda: torch.optim.SGD([parameter() * 1], lr=0.1), "the parameters themselves"),
    (lambda: torch.optim.SGD([], lr=0.1), "no parameters"),
    (lambda: torch.ones(2, 3) @ torch.ones(4, 5), "shapes 2x3 and 4x5"),
    (lambda: nn.Linear(3, 2)(torch.ones(2, 4)), "shapes 2x4 and 3x2"),
    (lambda: torch.ones(2, 3) @ torch.ones(2), "shape 2x3 meets a vector of 2 elements"),
    (lambda: torch.ones(2, 3, 4) @ torch.ones(2, 3, 4), "batches of matrices"),
    (lambda: torch.ones(2, 4) + torch.ones(2, 3), "Lengths 4 and 3 meet in dimension 1"),
    (lambda: torch.ones(2, 3).T.view(6), "`reshape`"),
    (lambda: torch.ones(5).reshape(2, 3), "5 elements cannot have the shape [2, 3]"),
    (lambda: torch.ones(5).sum(dim=1), "no dimension 1"),
    (lambda: torch.ones(3)[5], "Index 5 is outside dimension 0, which has length 3"),
    (lambda: torch.ones(3)[0, 0], "more indices"),
    (lambda: torch.ones(3)[torch.tensor([True, False])], "A mask of shape [2]"),
    (lambda: torch.stack([torch.ones(2), torch.ones(3)]), "[2] and [3], cannot be stacked"),
    (lambda: torch.ones(2, 3).gather(1, torch.tensor([0, 1])), "`gather`"),
    (lambda: len(torch.tensor(1)), "single number"),
    (lambda: list(torch.tensor(1)), "single number"),
    (lambda: torch.ones(2, 3) @ torch.ones(3, 2).double(), "(float and double)"),
    (lambda: nn.Linear(3, 2)(torch.ones(2, 3).double()), "(Double and Float)"),
    (lambda: torch.tensor([1, 2]).mean(), "whole numbers (Long)"),
    (lambda: torch.tensor([1, 2]).div_(2), "A Float result does not fit into a Long tensor"),
    (lambda: F.cross_entropy(torch.ones(2, 3), torch.ones(2).int()), "these are Int"),
    (lambda: F.cross_entropy(torch.ones(2, 3), torch.tensor([0, 3])), "The label 3"),
    (lambda: F.cross_entropy(torch.ones(2, 3), torch.tensor([[0], [1]])), "not `(N, 1)`"),
    (lambda: torch.ones(3)[torch.tensor([0.0])], "whole numbers (`int64`) or a mask"),
    (lambda: torch.tensor([True]) - torch.tensor([True]), "Bools cannot be subtracted"),
    (lambda: bool(torch.ones(2) > 0), "one truth value"),
    (lambda: torch.ones(3).item(), "single element"),
    (lambda: float(torch.ones(3)), "single element"),
    (NoInit, "`super().__init__()`"),
    (lambda: NoForward()(1), "no `forward`"),
    (lambda: setattr(nn.Linear(1, 1), "weight", torch.ones(1, 1)), "`nn.Parameter`"),
    (lambda: next(iter(DataLoader([None]))), "a NoneType"),  # type: ignore[arg-type]
    (lambda: nn.Linear(2, 2).load_state_dict({}), "names or shapes"),
    (lambda: None.sum(), "`return` missing"),  # type: ignore[attr-defined]
    (lambda: one_parameter(1, 2), "with 2 arguments and takes 1"),  # type: ignore[call-arg]
    (lambda: one_parameter(), "without 'x'"),  # type: ignore[call-arg]
    (lambda: one_parameter(y=1), "no parameter called `y`"),  # type: ignore[call-arg]
    (lambda: undefined, "`undefined` is not defined"),  # type: ignore[name-defined]  # noqa: F821
    (lambda: [1].shape, "type `list` has no `.shape`"),  # type: ignore[attr-defined]
    (lambda: torch.ones(2) - [1, 2], "between `Tensor` and `list`"),  # type: ignore[operator]
    (lambda: float("species"), "The text “species” is no number"),
    (lambda: int("5.1"), "The text “5.1” is no number"),
    (lambda: LogisticRegression().fit([[1.0], [2.0], [3.0]], [0, 1]), "have 3 and 2 entries"),
    (lambda: [a for a, _ in [(1, 2, 3)]], "number of names"),  # type: ignore[misc]
]


@pytest.mark.parametrize(("provoke", "words"), RAISED)
def test_an_error_that_torch_or_python_really_raises(
    provoke: Callable[[], Any], words: str
) -> None:
    with pytest.raises(Exception) as caught:
        provoke()
    assert words in meaning_of(Raised.from_exception(caught.value))


def test_every_pattern_is_matched_by_a_message_that_is_really_raised() -> None:
    messages = []
    for provoke, _ in RAISED:
        with pytest.raises(Exception) as caught:
            provoke()
        messages.append(str(caught.value))
    text = "\n".join(messages)
    assert [pattern.pattern for pattern, _ in PATTERNS if not pattern.search(text)] == []


def test_an_unknown_message_has_no_meaning() -> None:
    assert meaning_of(Raised("ValueError", ("Exception",), "lengths differ")) == ""


def test_braces_in_a_message_are_text() -> None:
    error = Raised("NameError", ("Exception",), "name 'x' is not defined {0} {__class__}")
    assert "`x`" in meaning_of(error)
