"""Counts where Python would wait for a GPU, without one; and graphs that are still alive."""

from __future__ import annotations

import weakref
from typing import Any

from torch import Tensor
from torch.overrides import TorchFunctionMode

#: Functions that need the numbers of a tensor on the side of Python.
_WAITING = {
    "item",
    "tolist",
    "numpy",
    "cpu",
    "__float__",
    "__int__",
    "__index__",
    "__bool__",
    "__format__",
    "__repr__",
}


class CountsWaits(TorchFunctionMode):
    """Counts the calls that would make Python wait for the device while the mode is on."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = 0

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.waits += getattr(func, "__name__", "") in _WAITING
        return func(*args, **(kwargs or {}))


class CountsGraphs:
    """Counts how many graphs of a model's outputs are alive at the same time.

    An object hangs on the graph of each output, and lives as long as the graph does.
    """

    def __init__(self) -> None:
        self._witnesses: list[weakref.ref[_Witness]] = []
        self.most = 0

    def watch(self, output: Tensor) -> None:
        """Hang a witness on the graph that computed an output."""
        if output.grad_fn is None:
            return
        witness = _Witness()
        output.grad_fn.register_hook(witness)
        self._witnesses.append(weakref.ref(witness))
        del witness
        self.most = max(self.most, sum(ref() is not None for ref in self._witnesses))


class _Witness:
    def __call__(self, *_: Any) -> None:
        return None
