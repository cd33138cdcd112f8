"""Answers: Two views of one dataset."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from torch.utils.data import Dataset, Subset

from ptbasics.exercise import alternative, misconception
from ptbasics.vision import v2


class SplitTransforms(Dataset):
    """A view of a dataset: some of its items, each with an image that this view transforms.

    Several views may be made of one dataset, and each has transforms of its own.
    """

    def __init__(
        self,
        dataset: Sequence[tuple[Any, Any]],
        indices: list[int],
        prepare: Callable[[Any], Any],
        augment: Callable[[Any], Any] | None = None,
    ) -> None:
        """Take the dataset, the items to show, and what is done to their images.

        `prepare` is done to every image once. `augment` leaves something to chance, and is done
        before `prepare`, each time that an item is asked for; without it, nothing is.
        """
        self.dataset, self.indices = dataset, indices
        self.prepare, self.augment = prepare, augment

    def __len__(self) -> int:
        """How many items this view shows."""
        return len(self.indices)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """The transformed image and the label of the item that `indices` has at this place."""
        image, label = self.dataset[self.indices[index]]
        if self.augment is not None:
            image = self.augment(image)
        return self.prepare(image), label


@misconception(
    "shared",
    hint="The training images are not augmented any more, since the second view was made: its "
    "transforms have replaced those of the first one. They are kept where both views see "
    "them.",
)
class SplitTransformsShared(SplitTransforms):
    def __init__(self, dataset, indices, prepare, augment=None):
        self.dataset, self.indices = dataset, indices
        type(self).prepare, type(self).augment = staticmethod(prepare), augment

    def __getitem__(self, index):
        image, label = self.dataset[self.indices[index]]
        augment = vars(type(self))["augment"]
        return self.prepare(augment(image) if augment else image), label


@misconception(
    "drawn once",
    hint="Every epoch shows the same images: chance was asked once, and its answer was kept. The "
    "transform belongs where an item is asked for.",
)
class SplitTransformsDrawnOnce(SplitTransforms):
    def __init__(self, dataset, indices, prepare, augment=None):
        view = SplitTransforms(dataset, indices, prepare, augment)
        self.items = [view[i] for i in range(len(view))]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]


@misconception("drawn once")
class SplitTransformsRemembered(SplitTransforms):
    def __init__(self, dataset, indices, prepare, augment=None):
        super().__init__(dataset, indices, prepare, augment)
        self.seen: dict[int, Any] = {}

    def __getitem__(self, index):
        if index not in self.seen:
            self.seen[index] = super().__getitem__(index)
        return self.seen[index]


@misconception(
    "prepared twice",
    hint="The images were prepared twice. What is normalised once more is around 0 no longer.",
)
class SplitTransformsPreparedTwice(SplitTransforms):
    def __getitem__(self, index):
        image, label = super().__getitem__(index)
        return self.prepare(image), label


@misconception(
    "prepared first",
    hint="The training images were prepared before they were augmented. An augmentation that "
    "expects a picture got normalised numbers.",
)
class SplitTransformsPreparedFirst(SplitTransforms):
    def __getitem__(self, index):
        image, label = self.dataset[self.indices[index]]
        image = self.prepare(image)
        return (self.augment(image) if self.augment else image), label


@misconception(
    "whole dataset",
    hint="The view shows items that are not its own: its item number i is that of the dataset. "
    "Where is written which ones belong to it?",
)
class SplitTransformsWholeDataset(SplitTransforms):
    def __getitem__(self, index):
        image, label = self.dataset[index]
        return self.prepare(self.augment(image) if self.augment else image), label


@misconception("whole dataset")
class SplitTransformsIndicesUnused(SplitTransformsWholeDataset):
    def __len__(self):
        return len(self.dataset)


@misconception(
    "validation augmented",
    hint="Validation images are changed by chance, too. A view without `augment` is to show its "
    "images as they are, so that one epoch can be compared with the next.",
)
class SplitTransformsValidationAugmented(SplitTransforms):
    def __init__(self, dataset, indices, prepare, augment=None):
        super().__init__(dataset, indices, prepare, augment)
        known = type(self).__dict__.get("known")
        self.augment = augment or known
        type(self).known = staticmethod(self.augment)

    known: Any = None


@misconception(
    "never augmented",
    hint="The training images are prepared, and nothing else has been done to them.",
)
class SplitTransformsNeverAugmented(SplitTransforms):
    def __getitem__(self, index):
        image, label = self.dataset[self.indices[index]]
        return self.prepare(image), label


@alternative
class SplitTransformsAroundASubset(Dataset):
    def __init__(self, dataset, indices, prepare, augment=None):
        self.part = Subset(dataset, indices)
        self.steps = v2.Compose([prepare] if augment is None else [augment, prepare])

    def __len__(self):
        return len(self.part)

    def __getitem__(self, index):
        image, label = self.part[index]
        return self.steps(image), label


@alternative
class SplitTransformsWithoutABase:
    def __init__(self, dataset, indices, prepare, augment=None):
        self.read = [functools.partial(dataset.__getitem__, i) for i in indices]
        self.transforms = [step for step in (augment, prepare) if step]

    def __len__(self):
        return len(self.read)

    def __getitem__(self, index):
        image, label = self.read[index]()
        for step in self.transforms:
            image = step(image)
        return image, label


@alternative
def split_transforms_by_closure(dataset, indices, prepare, augment=lambda image: image):
    class View(Dataset):
        def __len__(self):
            return len(indices)

        def __getitem__(self, index):
            image, label = dataset[indices[index]]
            return prepare(augment(image)), label

    return View()
