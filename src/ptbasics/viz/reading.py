"""Digits, the parts that they are split into, and how they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.ticker import MaxNLocator
from torch import Tensor

from ptbasics.viz.style import BLUE, CYCLE, INK, ORANGE, Picture, canvas, picture, plot_figure


@picture
def digit_wall(images: Tensor, labels: Tensor, columns: int = 10) -> Picture:
    """Images of digits side by side, each with its label above.

    Args:
        images: (N, 1, 8, 8), from 0 to 1.
        labels: (N,), whole numbers.
        columns: how many stand in a row.
    """
    rows = -(-len(images) // columns)
    figure, [ax] = canvas(7.0, 0.95 * rows)
    for place, (image, label) in enumerate(zip(images, labels, strict=True)):
        left, top = 1.25 * (place % columns), -1.5 * (place // columns)
        ax.imshow(
            image[0].numpy(), cmap="gray_r", vmin=0, vmax=1, extent=(left, left + 1, top - 1, top)
        )
        ax.text(left + 0.5, top + 0.05, str(int(label)), ha="center", va="bottom", size=9)
    ax.set_xlim(-0.2, 1.25 * columns)
    ax.set_ylim(-1.5 * rows + 0.3, 0.5)
    figure.alt = "Images of 8 by 8 pixels with the labels " + ", ".join(
        str(int(label)) for label in labels
    )
    return figure


@picture
def class_counts(counts: Mapping[str, Sequence[int]]) -> Picture:
    """How many images each class has, in each part.

    Args:
        counts: the name of a part → one count for each class.
    """
    figure, [ax] = plot_figure(6.8, 3.0)
    width = 0.8 / len(counts)
    for place, (name, numbers) in enumerate(counts.items()):
        lefts = [label + (place - (len(counts) - 1) / 2) * width for label in range(len(numbers))]
        ax.bar(lefts, numbers, width, color=CYCLE[place], label=name)
    ax.set_xticks(range(max(map(len, counts.values()))))
    ax.set_xlabel("class")
    ax.set_ylabel("images")
    ax.set_ylim(0, 1.25 * max(map(max, counts.values())))  # room for the legend
    ax.legend(loc="upper left", ncols=len(counts))
    figure.alt = "; ".join(
        f"{name}: {', '.join(map(str, numbers))} images of the classes in order"
        for name, numbers in counts.items()
    )
    return figure


@picture
def confusions(confusion: Tensor) -> Picture:
    """A confusion matrix: a row for each class, a column for what its images were read as.

    Args:
        confusion: (C, C), counts.
    """
    classes = len(confusion)
    figure, [ax] = plot_figure(4.6, 4.2)
    ax.grid(visible=False)
    ax.imshow(confusion.double().sqrt().numpy(), cmap="Blues")
    for row in range(classes):
        for column in range(classes):
            if count := int(confusion[row, column]):
                dark = count > 0.3 * int(confusion.max())
                ax.text(
                    column,
                    row,
                    str(count),
                    ha="center",
                    va="center",
                    color="white" if dark else INK,
                )
    ax.set_xticks(range(classes))
    ax.set_yticks(range(classes))
    ax.set_xlabel("read as")
    ax.set_ylabel("class")
    mistakes = [
        f"{row} read as {column} {int(confusion[row, column])} times"
        for row in range(classes)
        for column in range(classes)
        if row != column and confusion[row, column]
    ]
    figure.alt = "A confusion matrix. Mistakes: " + (", ".join(mistakes) or "none")
    return figure


@picture
def resumed_curve(straight: Sequence[float], resumed: Sequence[float], broken: int) -> Picture:
    """The losses of a run and of one that was interrupted.

    Args:
        straight, resumed: the losses of the epochs 1, 2, 3, …
        broken: after which epoch the second run was interrupted.
    """
    figure, [ax] = plot_figure(6.8, 2.8)
    epochs = range(1, len(straight) + 1)
    ax.plot(epochs, straight, lw=4, alpha=0.4, color=BLUE, label="never interrupted")
    ax.plot(epochs, resumed, lw=1.6, ls="--", color=ORANGE, label="resumed")
    ax.axvline(broken, color=INK, lw=1, ls=":")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    gap = max(abs(a - b) for a, b in zip(straight, resumed, strict=True))
    figure.alt = (
        f"Two curves of losses; one is interrupted after epoch {broken}. "
        f"They are at most {gap:.3g} apart"
    )
    return figure
