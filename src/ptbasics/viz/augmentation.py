"""What normalising does to the values of images, and what augmenting does to accuracy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

import torch
from torch import Tensor

from ptbasics.viz.style import BLUE, CYCLE, GREEN, GREY, INK, RED, Picture, picture, plot_figure

_BINS = 64


@picture
def channel_histograms(*named: tuple[str, Tensor]) -> Picture:
    """How often each value occurs in the channels of an image, for several images side by side.

    Args:
        named: titles, and images in floats, shape (3, H, W): red, green, blue.
    """
    figure, axes = plot_figure(3.8 * len(named), 2.7, columns=len(named))
    facts = []
    for ax, (title, image) in zip(axes, named, strict=True):
        low, high = float(image.min()), float(image.max())
        edges = torch.linspace(low, high, _BINS + 1)
        channels = zip(("red", "green", "blue"), (RED, GREEN, BLUE), image, strict=True)
        for name, colour, channel in channels:
            counts = torch.histc(channel.float(), _BINS, low, high)
            ax.stairs(counts.numpy(), edges.numpy(), color=colour, lw=1.5, label=name)
        mean, std = image.mean(dim=(1, 2)), image.std(dim=(1, 2))
        facts.append(
            f"{title}: means {_numbers(mean)} and standard deviations {_numbers(std)} of red, "
            "green and blue"
        )
        ax.axvline(0, color=GREY, lw=1, ls=(0, (4, 3)))
        ax.set_title(title, fontsize=10)
        ax.set_xlabel("value")
        ax.set_yscale("log")
    axes[0].set_ylabel("pixels (logarithmic)")
    axes[-1].legend(frameon=False, fontsize=9)
    figure.alt = f"Histograms of the channels. {'; '.join(facts)}."
    return figure


@picture
def accuracies(measured: Mapping[str, Mapping[str, Sequence[float]]], title: str) -> Picture:
    """The accuracy of several models, each trained in several ways: a dot for each run.

    Args:
        measured: model → how it was trained → the accuracy of each run.
        title: what the accuracy was measured on.
    """
    figure, [ax] = plot_figure(7.2, 3.0)
    ways = list(next(iter(measured.values())))
    facts = []
    for place, (model, by_way) in enumerate(measured.items()):
        for lane, (way, colour) in enumerate(zip(ways, CYCLE, strict=False)):
            runs = by_way[way]
            x = place + 0.24 * (lane - (len(ways) - 1) / 2)
            ax.bar(x, fmean(runs), width=0.22, color=colour, label=way if place == 0 else None)
            ax.plot([x] * len(runs), runs, "o", ms=4, mfc="none", mec=INK)
            ax.annotate(
                f"{fmean(runs):.2f}",
                (x, max(runs)),
                xytext=(0, 4),
                textcoords="offset points",
                ha="center",
                fontsize=8,
            )
            facts.append(f"{model}, {way}: {fmean(runs):.3f}")
    ax.set_xticks(range(len(measured)), list(measured))
    ax.set_ylim(0, 1.1)
    ax.set_ylabel("accuracy")
    ax.set_title(title, fontsize=10)
    ax.legend(
        frameon=False, fontsize=9, ncols=len(ways), loc="upper center", bbox_to_anchor=(0.5, -0.1)
    )
    figure.alt = f"Mean accuracy on {title}. {'; '.join(facts)}."
    return figure


def _numbers(values: Tensor) -> str:
    return ", ".join(f"{value:.2f}" for value in values.tolist())
