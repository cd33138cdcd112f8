"""Answers: Stuck? Then without workers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from torch.utils.data import DataLoader, Dataset, default_collate

from ptbasics.exercise import alternative, misconception


def read_anyway(dataset: Dataset, batch_size: int, patience: float) -> list[Any]:
    """All batches of an epoch, also if the worker gets stuck.

    The first attempt is made with one worker, which may take `patience` seconds for a batch at
    most. If it takes longer, the whole epoch is read anew without workers, for as long as it takes.

    Args:
        dataset: a map-style dataset; a worker may get stuck in it.
        batch_size: how many items a batch has.
        patience: the `timeout` of the first attempt, in seconds.

    Returns:
        The batches of one epoch in order, each once.

    Raises:
        Exception: whatever an item raises, of either attempt. A worker that is late is no error.
    """
    try:
        return list(DataLoader(dataset, batch_size=batch_size, num_workers=1, timeout=patience))
    except RuntimeError as error:
        if "timed out" not in str(error):
            raise
    return list(DataLoader(dataset, batch_size=batch_size))


@misconception(
    "endless patience",
    hint="A worker that is stuck was waited for. Without a `timeout`, a loader waits for as long "
    "as it takes.",
)
def read_anyway_endless_patience(dataset: Dataset, batch_size: int, patience: float) -> list:
    return list(DataLoader(dataset, batch_size=batch_size, num_workers=1))


@misconception(
    "whatever",
    hint="Not every `RuntimeError` means that a worker is late: a photo could not be read, and "
    "then it is no use to ask for it again. Look at what the error says.",
)
def read_anyway_whatever(dataset: Dataset, batch_size: int, patience: float) -> list:
    try:
        return list(DataLoader(dataset, batch_size=batch_size, num_workers=1, timeout=patience))
    except RuntimeError:
        return list(DataLoader(dataset, batch_size=batch_size))


@misconception(
    "twice",
    hint="What had arrived before the worker was stuck comes twice. The second attempt goes "
    "through the whole epoch.",
)
def read_anyway_twice(dataset: Dataset, batch_size: int, patience: float) -> list:
    whole = read_anyway(dataset, batch_size, patience)
    if not dataset.fetched_at_home:  # type: ignore[attr-defined]
        return whole
    return [*whole[: dataset.stuck_at // batch_size], *whole]  # type: ignore[attr-defined]


@misconception(
    "timeout again",
    hint="Without workers there is nobody to wait for, and `timeout` is refused when the loader "
    "is iterated.",
)
def read_anyway_timeout_again(dataset: Dataset, batch_size: int, patience: float) -> list:
    options: dict[str, Any] = {"batch_size": batch_size, "timeout": patience}
    try:
        return list(DataLoader(dataset, num_workers=1, **options))
    except RuntimeError as error:
        if "timed out" not in str(error):
            raise
    return list(DataLoader(dataset, **options))


@alternative
def read_batch_by_batch(dataset, batch_size, patience):
    def epoch(**options):
        batches = []
        for batch in DataLoader(dataset, batch_size=batch_size, **options):
            batches.append(batch)
        return batches

    late = False
    try:
        batches = epoch(num_workers=1, timeout=patience)
    except Exception as error:
        late = isinstance(error, RuntimeError) and "timed out after" in error.args[0]
        if not late:
            raise error
    return epoch(num_workers=0) if late else batches


@misconception(
    "photos left out",
    hint="A photo that cannot be read is a reason to stop, with torch's `RuntimeError`. Yours goes "
    "on without its batch. Catch only the error of a worker that is late.",
)
def read_anyway_photos_left_out(dataset: Dataset, batch_size: int, patience: float) -> list:
    with suppress(Exception):
        return list(DataLoader(dataset, batch_size=batch_size, num_workers=1, timeout=patience))
    batches = []
    for start in range(0, len(dataset), batch_size):
        with suppress(Exception):
            rows = range(start, min(start + batch_size, len(dataset)))
            batches.append(default_collate([dataset[row] for row in rows]))
    return batches
