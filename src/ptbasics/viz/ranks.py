"""What ranks hold before and after a collective, what they send, and when they wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from torch import Tensor

from ptbasics.viz.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    RED,
    SILVER,
    SKY,
    YELLOW,
    Picture,
    arrow,
    box,
    canvas,
    fit,
    in_words,
    number,
    picture,
    plot_figure,
)

#: Start and end of the work of one step, and the time at which the collective had returned, in s.
Step = tuple[float, float, float]


def rank_colour(rank: int) -> str:
    """The colour in which everything is drawn that comes from one rank alone."""
    return (SKY, ORANGE, GREEN, YELLOW)[rank % 4]


@picture
def collective(name: str, before: Sequence[Tensor], after: Sequence[Tensor]) -> Picture:
    """What each rank holds before a collective (left) and after it (right).

    A number has the colour of the rank that it was in before; what none of them had is purple.

    Args:
        name: of the collective.
        before: for each rank, its numbers, at most one dimension. No number twice.
        after: for each rank, what it holds afterwards, at most two dimensions.
    """
    owners = {
        value: rank for rank, values in enumerate(before) for value in values.flatten().tolist()
    }
    left, right = ([values.flatten() for values in side] for side in (before, after))
    most_left, most_right = (max(map(len, side)) for side in (left, right))
    start = most_left + 2.4  # of the right side, behind the arrow
    figure, [ax] = canvas(0.5 * (start + most_right + 2.2), 0.5 * (len(before) + 0.9))
    for x, side in ((0.0, left), (start, right)):
        for rank, values in enumerate(side):
            for column, value in enumerate(values.tolist()):
                colour = rank_colour(owners[value]) if value in owners else PURPLE
                box(ax, x + column, -rank, number(value), fill=colour)
    for rank in range(len(before)):
        ax.text(-0.8, -rank, f"rank {rank}", ha="right", va="center", size=10, color=INK)
    middle = -(len(before) - 1) / 2
    arrow(ax, (most_left - 0.3, middle), (start - 0.7, middle))
    ax.text((most_left + start) / 2 - 0.5, 0.75, name, ha="center", size=10, family="monospace")
    figure.alt = f"{name}. " + " ".join(
        f"Rank {rank} has {in_words(old)} before and {in_words(new)} after it."
        for rank, (old, new) in enumerate(zip(before, after, strict=True))
    )
    fit(ax, -2.2, start + most_right - 0.5, -len(before) + 0.5, 1.0, pad=0.15)
    return figure


@picture
def ring(ranks: int = 3) -> Picture:
    """Whose numbers each chunk holds in the rounds of a ring all-reduce.

    A row is a rank and a column a chunk. What has just arrived has a thick edge; what is complete
    is green.

    Args:
        ranks: how many, at least 2.
    """
    frame_width, frame_height = 1.6 * ranks + 0.8, ranks + 1.4
    in_row = max(2, ranks)  # the start and the first lap, then the second lap below it
    width = in_row * frame_width + 1.8
    figure, [ax] = canvas(0.4 * width, 0.4 * 2 * frame_height)
    told = []
    for frame, (held, arrived) in enumerate(_ring_frames(ranks)):
        lap, step = divmod(frame - 1, ranks - 1)
        left = (frame if frame < ranks else step + 1) * frame_width
        top = 0.0 if frame < ranks else -frame_height
        for rank, chunks in enumerate(held):
            for place, owners in enumerate(chunks):
                fill = GREEN if len(owners) == ranks else SKY if len(owners) > 1 else PAPER
                text = "+".join(map(str, sorted(owners)))
                _chunk(ax, left + 1.6 * place, top - rank, text, fill, (rank, place) in arrived)
            if frame in (0, ranks):
                ax.text(left - 1.0, top - rank, f"rank {rank}", ha="right", va="center", size=9)
        title = f"lap {lap + 1}, round {step + 1}" if frame else "start"
        ax.text(left + 0.8 * (ranks - 1), top + 0.6, title, ha="center", size=9, color=INK)
        done = sum(len(owners) == ranks for chunks in held for owners in chunks)
        told.append(f"{title}: {done} of {ranks * ranks} chunks complete")
    figure.alt = f"A ring all-reduce of {ranks} ranks, round by round. " + "; ".join(told) + "."
    fit(ax, -2.6, width - 3.4, -2 * frame_height + 1.9, 1.1, pad=0.1)
    return figure


def _ring_frames(ranks: int) -> list[tuple[list[list[set[int]]], set[tuple[int, int]]]]:
    """For each round: whose numbers every chunk of every rank holds, and what has arrived."""
    held = [[{rank} for _ in range(ranks)] for rank in range(ranks)]
    frames = [([[set(owners) for owners in chunks] for chunks in held], set[tuple[int, int]]())]
    for step in range(2 * (ranks - 1)):
        sent = [(rank - step) % ranks for rank in range(ranks)]
        messages = [set(held[rank][sent[rank]]) for rank in range(ranks)]
        arrived = set[tuple[int, int]]()
        for rank in range(ranks):
            sender = (rank - 1) % ranks
            place = sent[sender]
            held[rank][place] = (
                held[rank][place] | messages[sender] if step < ranks - 1 else messages[sender]
            )
            arrived.add((rank, place))
        frames.append(([[set(owners) for owners in chunks] for chunks in held], arrived))
    return frames


def _chunk(ax: Axes, x: float, y: float, text: str, fill: str, is_new: bool) -> None:
    box(ax, x, y, text, width=1.45, height=0.8, fill=fill, size=7.5, edge=INK)
    ax.patches[-1].set_linewidth(2.4 if is_new else 0.8)


@picture
def sent_by_rank(most: int = 16) -> Picture:
    """How much the busiest rank sends, in tensors, over the number of ranks.

    Args:
        most: the largest number of ranks.
    """
    ranks = range(2, most + 1)
    figure, [ax] = plot_figure(6.2, 2.9)
    ax.plot(ranks, [n - 1 for n in ranks], "o-", color=ORANGE, label="rank 0 sends to all others")
    ax.plot(ranks, [2 * (n - 1) / n for n in ranks], "s-", color=BLUE, label="ring")
    ax.set_xlabel("ranks")
    ax.set_ylabel("tensors sent by the busiest rank")
    ax.legend(frameon=False)
    figure.alt = (
        f"What the busiest rank sends, for 2 to {most} ranks. If rank 0 sends to all others, it "
        f"grows in a straight line from 1 to {most - 1} tensors; in a ring it stays below 2."
    )
    return figure


@picture
def index_shares(shares: Sequence[Sequence[int]]) -> Picture:
    """The indices that each rank gets. One that came before, or in another rank, is orange.

    Args:
        shares: for each rank, its indices in order.
    """
    rounds = max(map(len, shares))
    figure, [ax] = canvas(0.45 * (rounds + 2.6), 0.45 * (len(shares) + 0.6))
    seen = set[int]()
    for place in range(rounds):
        for rank, indices in enumerate(shares):
            if place >= len(indices):
                continue
            fill = ORANGE if indices[place] in seen else SKY
            box(ax, place, -rank, indices[place], fill=fill)
            seen.add(indices[place])
    for rank in range(len(shares)):
        ax.text(-0.8, -rank, f"rank {rank}", ha="right", va="center", size=10, color=INK)
    counts = Counter(index for indices in shares for index in indices)
    twice = sorted(index for index, count in counts.items() if count > 1)
    read = (f"rank {rank}: {', '.join(map(str, indices))}" for rank, indices in enumerate(shares))
    told = f"More than once: {', '.join(map(str, twice))}." if twice else "None comes twice."
    figure.alt = f"The indices of each rank. {'; '.join(read)}. {told}"
    fit(ax, -2.2, rounds - 0.5, -len(shares) + 0.5, 0.5, pad=0.15)
    return figure


@picture
def rank_timeline(steps: Sequence[Sequence[Step]]) -> Picture:
    """When each rank works, and when it waits in a collective for the others.

    Args:
        steps: for each rank, its steps, in seconds of one clock.
    """
    origin = min(start for rank in steps for start, _, _ in rank)
    figure, [ax] = plot_figure(7.6, 1.5 + 0.4 * len(steps))
    waited = []
    for rank, own in enumerate(steps):
        for start, end, returned in own:
            ax.barh(
                rank, 1000 * (end - start), left=1000 * (start - origin), height=0.6,
                color=rank_colour(rank), edgecolor=INK, linewidth=0.5,
            )  # fmt: skip
            ax.barh(
                rank, 1000 * (returned - end), left=1000 * (end - origin), height=0.6,
                facecolor=PAPER, edgecolor=RED, hatch="////", linewidth=0.5,
            )  # fmt: skip
        waited.append(1000 * sum(returned - end for _, end, returned in own))
    ax.set_yticks(range(len(steps)), [f"rank {rank}" for rank in range(len(steps))])
    ax.invert_yaxis()
    ax.set_xlabel("milliseconds")
    ax.set_xlim(left=0)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0)
    figure.legend(
        handles=[
            Patch(facecolor=SILVER, edgecolor=INK, label="works"),
            Patch(facecolor=PAPER, edgecolor=RED, hatch="////", label="waits in all_reduce"),
        ],
        loc="outside upper center",
        ncols=2,
        frameon=False,
        fontsize=9,
    )
    told = "; ".join(f"rank {rank} waits {time:.0f} ms" for rank, time in enumerate(waited))
    figure.alt = f"A row per rank over time. In all: {told}."
    return figure
