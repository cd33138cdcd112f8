"""Answers: One memory or two?"""

from __future__ import annotations

import numpy as np
import torch

from ptbasics.exercise import alternative, misconception


def same_storage(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether two tensors are views of one storage, wherever in it they begin.

    Args:
        a: tensor of any shape, with at least one element.
        b: tensor of any shape, with at least one element.

    Returns:
        True if one storage lies behind both, even where they have no element in common.
    """
    return a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


@misconception(
    "first element",
    hint="`data_ptr()` of a tensor is the address of its own first element, so a view that begins "
    "further on has another one. Compare the storages behind them.",
)
def same_storage_first_element(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a.data_ptr() == b.data_ptr()


@misconception(
    "equal",
    hint="Equal numbers are not shared memory: a clone is equal, too. And a view may look quite "
    "different from the tensor it was taken from.",
)
def same_storage_equal(a: torch.Tensor, b: torch.Tensor) -> bool:
    return torch.equal(a, b)


@misconception(
    "identity",
    hint="`is` asks whether both are the same Python object. Every view is a new object over old "
    "memory.",
)
def same_storage_identity(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a is b


@misconception(
    "overlap",
    hint="Two views of one storage need not overlap: two rows of a matrix have no element in "
    "common and still lie in one storage.",
)
def same_storage_overlap(a: torch.Tensor, b: torch.Tensor) -> bool:
    return np.shares_memory(a.numpy(), b.numpy())


@alternative
def same_storage_by_numpy_owner(a, b):
    size = a.untyped_storage().nbytes(), b.untyped_storage().nbytes()
    start_a = a.data_ptr() - a.storage_offset() * a.element_size()
    start_b = b.data_ptr() - b.storage_offset() * b.element_size()
    return start_a == start_b and size[0] == size[1]


@alternative
def same_storage_by_method(a, b):
    return a.is_set_to(b) or a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


@alternative
def same_storage_by_object(a, b):
    return a.untyped_storage() == b.untyped_storage()


@alternative
def same_storage_by_range(a, b):
    ranges = [(one.untyped_storage().data_ptr(), one.untyped_storage().nbytes()) for one in (a, b)]
    (start, size), (other_start, other_size) = ranges
    return start < other_start + other_size and other_start < start + size
