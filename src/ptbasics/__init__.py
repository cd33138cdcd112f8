"""ptbasics: a hands-on PyTorch course that grades itself."""

from ptbasics.checking import check

__all__ = ["check"]
