"""Answers: Keep workers while they are right."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from torch.utils.data import DataLoader, Dataset

from ptbasics.exercise import alternative, misconception


def brightened_epochs(photos: Dataset, brightness: list[int], workers: int) -> list[list[Any]]:
    """An epoch for each brightness, by workers that stay for as long as it stays the same.

    Before an epoch begins, `photos.brightness` is set, and every item of the epoch is fetched with
    it. An epoch that is as bright as the one before is fetched by the same workers, which takes
    `persistent_workers`; where the brightness changes, new workers start and the old ones go.

    Args:
        photos: a map-style dataset. Its items depend on its attribute `brightness`, an int.
        brightness: that of each epoch in turn.
        workers: the `num_workers` of a loader; may be 0.

    Returns:
        For each epoch, the list of its batches, of two items each and in the dataset's order.
    """
    epochs = []
    loader = None
    for level in brightness:
        if loader is None or level != photos.brightness:
            photos.brightness = level
            loader = DataLoader(
                photos, batch_size=2, num_workers=workers, persistent_workers=workers > 0
            )
        epochs.append(list(loader))
    return epochs


@misconception(
    "old copies",
    hint="The brightness was changed, and workers that stay did not notice: they have a copy of "
    "the dataset from when they were started.",
)
def brightened_epochs_old_copies(photos: Any, brightness: list[int], workers: int) -> list:
    loader: DataLoader = DataLoader(
        photos, batch_size=2, num_workers=workers, persistent_workers=workers > 0
    )
    epochs = []
    for level in brightness:
        photos.brightness = level
        epochs.append(list(loader))
    return epochs


@misconception(
    "always new",
    hint="Every epoch started new workers, also where nothing had changed. They could have stayed.",
)
def brightened_epochs_always_new(photos: Any, brightness: list[int], workers: int) -> list:
    loader: DataLoader = DataLoader(photos, batch_size=2, num_workers=workers)
    epochs = []
    for level in brightness:
        photos.brightness = level
        epochs.append(list(loader))
    return epochs


@misconception(
    "kept in a drawer",
    hint="For a brightness that came back, workers were still there from before. In the meantime "
    "they took memory for nothing.",
)
def brightened_epochs_kept_in_a_drawer(photos: Any, brightness: list[int], workers: int) -> list:
    loaders: dict[int, DataLoader] = {}
    epochs = []
    for level in brightness:
        photos.brightness = level
        if level not in loaders:
            loaders[level] = DataLoader(
                photos, batch_size=2, num_workers=workers, persistent_workers=workers > 0
            )
        epochs.append(list(loaders[level]))
    return epochs


@misconception(
    "none to keep",
    hint="Without workers there is nobody to keep, and `persistent_workers=True` is refused.",
)
def brightened_epochs_none_to_keep(photos: Any, brightness: list[int], workers: int) -> list:
    DataLoader(photos, batch_size=2, num_workers=workers, persistent_workers=True)
    return brightened_epochs(photos, brightness, workers)


@alternative
def epochs_by_stretches(photos, brightness, workers):
    epochs = []
    for level, same in groupby(brightness):
        photos.brightness = level
        stay = {"persistent_workers": True} if workers else {}
        loader = DataLoader(photos, 2, num_workers=workers, **stay)
        epochs += [list(loader) for _ in same]
    return epochs


@alternative
def epochs_with_a_look_back(photos, brightness, workers):
    def new_loader():
        return DataLoader(
            photos, batch_size=2, num_workers=workers, persistent_workers=bool(workers)
        )

    result = []
    for number, level in enumerate(brightness):
        if number == 0 or brightness[number - 1] != level:
            setattr(photos, "brightness", level)  # noqa: B010
            loader = new_loader()
        result.append([batch for batch in loader])  # noqa: C416
    return result
