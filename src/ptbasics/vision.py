"""torchvision beside whichever build of torch is installed.

Lesson 10 imports it from here: `from ptbasics.vision import tv_tensors, v2`. Nothing else of the
course does, so that only this lesson needs torchvision.

A wheel of torchvision brings compiled operators for one build of torch, such as that for CUDA.
Beside another, that for the CPU, they cannot be loaded, and `import torchvision` fails: it says how
an operator `nms` treats tensors without data, and there is no such operator. The transforms, which
are Python on top of torch, need none of them. So where none was loaded, the two operators are
declared, without an implementation: calling one is still an error, importing torchvision is not.
"""

from __future__ import annotations

from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import torch
from torch.library import Library

_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


class VisionMissing(ModuleNotFoundError):
    """torchvision is not installed; the message says how to install it."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [str(self)]


def declare_missing_operators(folder: Path) -> Library | None:
    """Declare the operators that importing torchvision needs, where its own cannot be loaded.

    Args:
        folder: that of the package torchvision.

    Returns:
        The declarations, which last as long as they are kept; None where none were missing.
    """
    for compiled in folder.glob("_C.*"):
        with suppress(OSError):
            torch.ops.load_library(compiled)
    if hasattr(torch.ops.torchvision, "nms"):
        return None
    library = Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        library.define(operator + _SCHEMA)
    return library


def _folder() -> Path:
    spec = find_spec("torchvision")
    if spec is None or not spec.submodule_search_locations:
        # torchvision 0.15 came with torch 2.0, 0.16 with 2.1, and so on
        release = int(torch.__version__.split(".")[1]) + 15
        raise VisionMissing(
            "This lesson needs torchvision, which is not installed. No other lesson does. "
            "Install the release that goes with your torch, and restart the kernel:\n\n"
            f'    pip install --no-deps "torchvision==0.{release}.*"',
            name="torchvision",
        )
    return Path(spec.submodule_search_locations[0])


_declared = declare_missing_operators(_folder())

from torchvision import tv_tensors  # noqa: E402
from torchvision.transforms import v2  # noqa: E402

__all__ = ["VisionMissing", "declare_missing_operators", "tv_tensors", "v2"]
