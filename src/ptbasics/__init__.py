"""ptbasics: a hands-on PyTorch course that grades itself."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ptbasics.checking import check
    from ptbasics.comparing import compare
    from ptbasics.helping import failing, hint
    from ptbasics.predicting import predict

__all__ = ["check", "compare", "failing", "hint", "predict"]

_HOMES = {
    "check": "checking",
    "compare": "comparing",
    "failing": "helping",
    "hint": "helping",
    "predict": "predicting",
}


def __getattr__(name: str) -> Any:
    """What notebooks import is loaded when asked for: a command needs no torch to show its help."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
