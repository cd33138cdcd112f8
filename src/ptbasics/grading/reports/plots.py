"""The plots of the class report."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator

from ptbasics.exercise import Exercise
from ptbasics.grading.reports.misconceptions import Held
from ptbasics.grading.result import BatchResult
from ptbasics.judging.verdict import Verdict
from ptbasics.viz.style import BLUE, GREEN, GREY, ORANGE, RED, SKY, Picture, plot_figure

_BINS = 10
_MAX_BARS = 10
#: How an exercise went → colour, in the order of the bars.
_OUTCOMES = {
    "all points": GREEN,
    "some points": ORANGE,
    "no points": RED,
    "not started": SKY,
    "missing": GREY,
}


def score_plot(batch: BatchResult) -> Picture:
    """How many submissions reached which score."""
    points = [graded.result.points for graded in batch.graded]
    best = batch.graded[0].result.max_points
    figure, [ax] = plot_figure(5.2, 3.0)
    edges = np.linspace(0, best, _BINS + 1).tolist()
    counts, *_ = ax.hist(points, bins=edges, color=BLUE, rwidth=0.92)
    ax.set(xlabel=f"points (of {best})", ylabel="submissions", xlim=(0, best))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    bars = zip(np.asarray(counts), edges, edges[1:], strict=False)  # one more edge than bars
    reached = [f"{low:g} to {high:g} points: {count:g}" for count, low, high in bars if count]
    figure.alt = f"Submissions by score. {'; '.join(reached)}."
    return figure


def exercise_plot(batch: BatchResult, asked: Sequence[Exercise]) -> Picture:
    """For each exercise, how many submissions got all, some or no points."""
    figure, [ax] = plot_figure(7.0, 1.2 + 0.33 * len(asked))
    names = [exercise.symbol for exercise in asked]
    left = np.zeros(len(asked))
    told: dict[str, list[str]] = {name: [] for name in names}
    for outcome, colour in _OUTCOMES.items():
        counts = np.array(
            [
                sum(_outcome(graded.result.verdicts[index]) == outcome for graded in batch.graded)
                for index in range(len(asked))
            ]
        )
        ax.barh(names, counts, left=left, color=colour, label=outcome, height=0.7)
        left += counts
        for name, count in zip(names, counts, strict=True):
            if count:
                told[name].append(f"{outcome} {count}")
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("submissions")
    figure.legend(loc="outside upper center", ncols=len(_OUTCOMES), frameon=False, fontsize=8)
    lines = "; ".join(f"{name}: {', '.join(outcomes)}" for name, outcomes in told.items())
    figure.alt = f"Submissions by outcome of each exercise. {lines}."
    return figure


def misconception_plot(held: Sequence[Held]) -> Picture:
    """The misconceptions of most students."""
    shown = held[:_MAX_BARS]
    figure, [ax] = plot_figure(7.0, 1.2 + 0.33 * max(len(shown), 3))
    names = [f"{mistake.exercise}: {mistake.key.replace('_', ' ')}" for mistake in shown]
    ax.barh(names, [len(mistake.students) for mistake in shown], color=ORANGE, height=0.7)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("submissions")
    figure.alt = "How many submissions show each misconception, as in the table below."
    return figure


def time_plot(batch: BatchResult) -> Picture:
    """How long submissions ran, from the fastest to the slowest."""
    seconds = sorted(graded.result.seconds for graded in batch.graded if graded.result.seconds)
    figure, [ax] = plot_figure(5.2, 3.0)
    ax.plot(range(1, len(seconds) + 1), seconds, "o", color=BLUE, markersize=4)
    ax.set(xlabel="submissions, fastest first", ylabel="seconds", ylim=(0, None))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    span = f"from {seconds[0]:.2g} to {seconds[-1]:.2g} seconds" if seconds else "none ran"
    figure.alt = f"Seconds that each submission ran: {span}."
    return figure


def _outcome(verdict: Verdict) -> str:
    if verdict.points == verdict.max_points:
        return "all points"
    if verdict.points:
        return "some points"
    return verdict.status if verdict.status in _OUTCOMES else "no points"
