"""ptbasics: a hands-on PyTorch course that grades itself."""

from ptbasics.checking import check
from ptbasics.helping import failing, hint
from ptbasics.predicting import predict

__all__ = ["check", "failing", "hint", "predict"]
