"""Where tensors live, what they weigh there, and which numbers their dtype can hold."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from matplotlib.ticker import NullFormatter, NullLocator
from torch import Tensor

from ptbasics.viz.gpu_record import CopyModel, GpuRecord
from ptbasics.viz.style import (
    BLUE,
    CYCLE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    Picture,
    box,
    canvas,
    fit,
    picture,
    plot_figure,
)

_MIB = 2**20


@picture
def who_lives_where(**tensors: Tensor) -> Picture:
    """Tensors under the device on which each of them is.

    Args:
        tensors: under their names.
    """
    devices = sorted({str(tensor.device) for tensor in tensors.values()})
    rows = dict.fromkeys(devices, 0)
    figure, [ax] = canvas(1.0 + 3.2 * len(devices), 1.0 + 0.55 * len(tensors))
    for column, device in enumerate(devices):
        ax.text(4 * column, 0.8, f'"{device}"', ha="center", size=11, color=INK)
    for name, tensor in tensors.items():
        device = str(tensor.device)
        label = f"{name.replace('_', ' ')} {tuple(tensor.shape)}"
        place = 4 * devices.index(device), -rows[device]
        box(ax, *place, label, width=3.6, height=0.8, fill=SKY if device == "cpu" else ORANGE)
        rows[device] += 1
    fit(ax, -1.8, 4 * len(devices) - 2.2, -max(rows.values()) + 0.5, 1.0, pad=0.3)
    figure.alt = "Where tensors live. " + "; ".join(
        f"{name.replace('_', ' ')} on {tensor.device}" for name, tensor in tensors.items()
    )
    return figure


@picture
def memory_bars(parameters: int, activations: int, states: Mapping[str, int]) -> Picture:
    """The memory that training needs, a bar per optimizer, in MiB.

    Args:
        parameters: bytes of all parameters, each of which is trained.
        activations: bytes that forward keeps for backward.
        states: bytes that each optimizer keeps, under its name.
    """
    figure, [ax] = plot_figure(7.4, 1.3 + 0.5 * len(states))
    for row, state in enumerate(states.values()):
        left = 0.0
        parts = {
            "parameters": (parameters, BLUE),
            "gradients": (parameters, ORANGE),
            "state of the optimizer": (state, GREEN),
            "activations": (activations, PURPLE),
        }
        for name, (size, colour) in parts.items():
            label = name if row == 0 else None
            ax.barh(row, size / _MIB, left=left, color=colour, label=label, height=0.6)
            left += size / _MIB
    ax.set_yticks(range(len(states)), list(states))
    ax.invert_yaxis()
    ax.set_xlabel("MiB")
    figure.legend(loc="outside upper center", ncols=4, frameon=False, fontsize=9)
    totals = {name: (2 * parameters + activations + size) / _MIB for name, size in states.items()}
    figure.alt = "Memory of training in MiB. " + "; ".join(
        f"{name}: {total:.1f} in all" for name, total in totals.items()
    )
    return figure


@picture
def number_lines(*dtypes: torch.dtype) -> Picture:
    """The positive numbers of each dtype: how far they reach, and how far apart they lie at 1.

    Args:
        dtypes: floating-point dtypes.
    """
    figure, [ax] = plot_figure(8.2, 1.2 + 0.55 * len(dtypes))
    said = []
    for row, (dtype, colour) in enumerate(zip(dtypes, CYCLE, strict=False)):
        info = torch.finfo(dtype)
        ax.plot([info.tiny, info.max], [row, row], lw=9, color=colour, solid_capstyle="butt")
        ax.text(1, row - 0.32, f"after 1 comes 1 + {info.eps:.2g}", ha="center", size=9, color=INK)
        said.append(f"{info.dtype} from {info.tiny:.2g} to {info.max:.2g}, step {info.eps:.2g}")
    ax.set_xscale("log")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_yticks(range(len(dtypes)), [torch.finfo(dtype).dtype for dtype in dtypes])
    ax.set_ylim(len(dtypes) - 0.6, -0.75)
    ax.set_xlabel("smallest normal number to largest number")
    figure.alt = "Range of each dtype, and its step at 1. " + "; ".join(said)
    return figure


@picture
def copy_rates(source: GpuRecord | CopyModel, sizes: tuple[int, ...]) -> Picture:
    """GB/s to a GPU by the size of what is copied: as measured on a card, or by a cost model.

    Args:
        source: a measurement, whose own sizes are drawn, or the model.
        sizes: bytes, for the model.
    """
    figure, [ax] = plot_figure(7.4, 3.3)
    if isinstance(source, GpuRecord):
        lines = {
            "pinned": source.pinned,
            "pageable": source.pageable,
            "pinned and copied in one go": source.pinned_in_one_go,
        }
        sizes, title = source.sizes, f"measured on {source.card}"
    else:
        lines = {
            "pinned": tuple(map(source.pinned, sizes)),
            "pageable": tuple(map(source.pageable, sizes)),
        }
        title = "a cost model, not a measurement"
    for (name, rates), colour in zip(lines.items(), CYCLE, strict=False):
        ax.plot([size / _MIB for size in sizes], rates, "o-", color=colour, label=name)
    ax.set_xscale("log")
    ax.set_title(title, size=10)
    ax.set_xlabel("MiB per copy")
    ax.set_ylabel("GB/s")
    ax.legend(frameon=False)
    figure.alt = f"Rates of copies by size, {title}. " + "; ".join(
        f"{name}: {rates[0]:.2g} GB/s for the smallest, {rates[-1]:.2g} for the largest"
        for name, rates in lines.items()
    )
    return figure
