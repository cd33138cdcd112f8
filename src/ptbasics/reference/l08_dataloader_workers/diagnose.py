"""Answers: Why is this loader slow?"""

from __future__ import annotations

import statistics

import numpy as np

from ptbasics.exercise import alternative, misconception


def diagnose(
    fetches: list[tuple[int, int, float, float]],
    waits: list[tuple[int, float, float]],
    ended: float,
) -> str:
    """What slows an epoch down, from its timestamps. The first of these rules that holds:

    1. "fine": the main process waited for less than a tenth of the epoch.
    2. "start-up": more than half of all waiting was for the first batch.
    3. "straggler": there are several workers, and the median duration of one worker's fetches is
       more than 3 times that of another's.
    4. "loading": otherwise; workers, all alike, are too slow.

    Args:
        fetches: one `(worker, batch, start, end)` for each batch: who fetched it, and when.
        waits: one `(batch, asked, got)` for each batch, in order: when the main process asked for
            it and when it had it.
        ended: when the last batch was done with. The epoch began when batch 0 was asked for.

    Returns:
        "fine", "start-up", "straggler" or "loading". All times are what a clock showed, in
        seconds; when the epoch began, it did not show 0.
    """
    waited = [got - asked for _, asked, got in waits]
    if sum(waited) < 0.1 * (ended - waits[0][1]):
        return "fine"
    if waited[0] > sum(waited) / 2:
        return "start-up"
    durations: dict[int, list[float]] = {}
    for worker, _, start, end in fetches:
        durations.setdefault(worker, []).append(end - start)
    typical = [statistics.median(times) for times in durations.values()]
    return "straggler" if max(typical) > 3 * min(typical) else "loading"


@misconception(
    "ended is a length",
    hint="`ended` is what the clock showed at the end. How *long* the epoch took depends on when "
    "it began, too, and no clock starts at 0.",
)
def diagnose_ended_is_a_length(fetches: list, waits: list, ended: float) -> str:
    waited = sum(got - asked for _, asked, got in waits)
    return "fine" if waited < 0.1 * ended else diagnose(fetches, waits, ended)


@misconception(
    "any waiting",
    hint="The main process waits a little in every epoch, at the latest for the first batch. "
    "Below a tenth of the time, that is no problem.",
)
def diagnose_any_waiting(fetches: list, waits: list, ended: float) -> str:
    return diagnose(fetches, waits, waits[0][1])


@misconception(
    "start ignored",
    hint="Nearly all of the waiting was for the very first batch: the workers were starting. "
    "Faster items would not help.",
)
def diagnose_start_ignored(fetches: list, waits: list, ended: float) -> str:
    verdict = diagnose(fetches, waits, ended)
    return "loading" if verdict == "start-up" else verdict


@misconception(
    "mean",
    hint="One enormous item makes the *mean* of its worker large, while the worker is as fast as "
    "any. The median tells the two apart.",
)
def diagnose_mean(fetches: list, waits: list, ended: float) -> str:
    verdict = diagnose(fetches, waits, ended)
    if verdict in ("fine", "start-up"):
        return verdict
    durations: dict[int, list[float]] = {}
    for worker, _, start, end in fetches:
        durations.setdefault(worker, []).append(end - start)
    typical = [sum(times) / len(times) for times in durations.values()]
    return "straggler" if max(typical) > 3 * min(typical) else "loading"


@misconception(
    "single fetches",
    hint="A single fetch may be slow or quick by chance. First one number for each worker, the "
    "middle one of its fetches; then compare workers.",
)
def diagnose_single_fetches(fetches: list, waits: list, ended: float) -> str:
    verdict = diagnose(fetches, waits, ended)
    if verdict in ("fine", "start-up"):
        return verdict
    times = [end - start for _, _, start, end in fetches]
    return "straggler" if max(times) > 3 * min(times) else "loading"


def _slowest(fetches: list) -> str:
    """Rules 3 and 4 alone."""
    durations: dict[int, list[float]] = {}
    for worker, _, start, end in fetches:
        durations.setdefault(worker, []).append(end - start)
    typical = [statistics.median(times) for times in durations.values()]
    return "straggler" if max(typical) > 3 * min(typical) else "loading"


@misconception(
    "start against epoch",
    hint="The first wait is to be compared with *all waiting*, not with the whole epoch.",
)
def diagnose_start_against_epoch(fetches: list, waits: list, ended: float) -> str:
    verdict = diagnose(fetches, waits, ended)
    [_, asked, got] = waits[0]
    if verdict == "start-up" and got - asked <= (ended - asked) / 2:
        return _slowest(fetches)
    return verdict


@misconception(
    "who was waited for",
    hint="Waiting for a worker does not make it the slow one: with two equal workers, the second "
    "is done as well by the time the first one is. Compare fetches.",
)
def diagnose_who_was_waited_for(fetches: list, waits: list, ended: float) -> str:
    verdict = diagnose(fetches, waits, ended)
    if verdict in ("fine", "start-up"):
        return verdict
    worker_of = {batch: worker for worker, batch, _, _ in fetches}
    waited = dict.fromkeys(worker_of.values(), 0.0)
    for batch, asked, got in waits:
        waited[worker_of[batch]] += got - asked
    return "straggler" if max(waited.values()) > 3 * min(waited.values()) else "loading"


@misconception(
    "straggler before start-up",
    hint="One worker is slow here, and yet most of the waiting was for the first batch. Of two "
    "rules that hold, the first counts.",
)
def diagnose_straggler_before_start_up(fetches: list, waits: list, ended: float) -> str:
    verdict = diagnose(fetches, waits, ended)
    return (
        _slowest(fetches) if verdict == "start-up" and _slowest(fetches) == "straggler" else verdict
    )


@misconception(
    "straggler first",
    hint="One worker is slow here, and yet the main process hardly waits. The rules have an "
    "order: what costs no time needs no cure.",
)
def diagnose_straggler_first(fetches: list, waits: list, ended: float) -> str:
    if _slowest(fetches) == "straggler":
        return "straggler"
    return diagnose(fetches, waits, ended)


@alternative
def diagnose_with_arrays(fetches, waits, ended):
    table, asked = np.array(fetches), np.array(waits)
    waited = asked[:, 2] - asked[:, 1]
    if waited.sum() / (ended - asked[0, 1]) < 0.1:
        return "fine"
    if waited[0] / waited.sum() > 0.5:
        return "start-up"
    lasted = table[:, 3] - table[:, 2]
    middles = [np.median(lasted[table[:, 0] == who]) for who in set(table[:, 0])]
    if any(one > 3 * other for one in middles for other in middles):
        return "straggler"
    return "loading"


@alternative
def diagnose_the_rest_against_the_first(fetches, waits, ended):
    begin = min(asked for _, asked, _ in waits)
    first, *rest = (got - asked for _, asked, got in waits)
    if 10 * (first + sum(rest)) < ended - begin:
        return "fine"
    if first > sum(rest):
        return "start-up"
    crew = {worker for worker, *_ in fetches}
    typical = sorted(statistics.median(e - s for w, _, s, e in fetches if w == who) for who in crew)
    return "straggler" if len(crew) > 1 and typical[-1] / typical[0] > 3 else "loading"
