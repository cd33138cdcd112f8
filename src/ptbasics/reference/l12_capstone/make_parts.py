"""Answers: Three parts without copies."""

from __future__ import annotations

import torch
from sklearn.model_selection import train_test_split
from torch import Tensor

from ptbasics.exercise import alternative, misconception


def make_parts(images: Tensor, labels: Tensor, seed: int) -> tuple[list[int], list[int], list[int]]:
    """Indices for training, validation and test, without copies.

    Of pictures that are equal in each pixel, only one is used. Of the n different pictures of a
    class, a fifth is drawn for validation, a fifth for the test, each rounded down, and the rest
    is for training.

    Args:
        images: (N, 1, 8, 8), float32. Equal pictures have equal labels.
        labels: (N,), int64.
        seed: decides what is drawn. Nothing else does.

    Returns:
        Three lists of indices, Python integers.
    """
    seen, rows = set(), []
    for row, image in enumerate(images):
        picture = tuple(image.flatten().tolist())
        if picture not in seen:
            seen.add(picture)
            rows.append(row)
    rows = torch.tensor(rows)
    generator = torch.Generator().manual_seed(seed)
    train, validation, test = [], [], []
    for label in labels.unique():
        of_class = rows[labels[rows] == label]
        drawn = of_class[torch.randperm(len(of_class), generator=generator)].tolist()
        fifth = len(drawn) // 5
        validation += drawn[:fifth]
        test += drawn[fifth : 2 * fifth]
        train += drawn[2 * fifth :]
    return train, validation, test


def _different(images):
    first = {}
    for row, image in enumerate(images):
        first.setdefault(image.numpy().tobytes(), row)
    return torch.tensor(list(first.values()))


def _shuffled(rows, seed):
    return rows[torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed))]


def _dealt(rows, labels):
    parts = [[], [], []]
    for label in labels.unique():
        own = rows[labels[rows] == label].tolist()
        fifth = len(own) // 5
        parts[0] += own[2 * fifth :]
        parts[1] += own[:fifth]
        parts[2] += own[fifth : 2 * fifth]
    return parts


@misconception(
    "copies",
    hint="Some pictures stand in two parts: a copy of what was trained on is no test.",
)
def parts_with_copies(images, labels, seed):
    return _dealt(_shuffled(torch.arange(len(labels)), seed), labels)


@misconception(
    "all copies lost",
    hint="Pictures that have copies are missing altogether. One of each is to stay.",
)
def parts_without_any_copied(images, labels, seed):
    _, inverse, counts = images.flatten(1).unique(dim=0, return_inverse=True, return_counts=True)
    return _dealt(_shuffled((counts[inverse] == 1).nonzero().flatten(), seed), labels)


@misconception(
    "copies within",
    hint="No picture is in two parts, but some stand more than once in one of them.",
)
def parts_with_copies_within(images, labels, seed):
    first = _different(images)
    _, inverse = images.flatten(1).unique(dim=0, return_inverse=True)
    parts = _dealt(_shuffled(first, seed), labels)
    return [
        [i for row in part for i in (inverse == inverse[row]).nonzero().flatten().tolist()]
        for part in parts
    ]


@misconception(
    "file order",
    hint="The parts do not depend on the seed: nothing is drawn, the file's own order decides.",
)
def parts_in_file_order(images, labels, seed):
    return _dealt(_different(images), labels)


@misconception(
    "seed ignored",
    hint="The same seed gives other parts when something else drew random numbers before. Whose "
    "generator do you ask?",
)
def parts_of_the_global_generator(images, labels, seed):
    rows = _different(images)
    return _dealt(rows[torch.randperm(len(rows))], labels)


@misconception(
    "not by class",
    hint="The classes do not have their fifths. A rare class may be missing from a part.",
)
def parts_not_by_class(images, labels, seed):
    drawn = _shuffled(_different(images), seed).tolist()
    fifth = len(drawn) // 5
    return drawn[2 * fifth :], drawn[:fifth], drawn[fifth : 2 * fifth]


@misconception(
    "test is validation",
    hint="What is in the validation part is in the test part, too. Then nothing is left that had "
    "no influence on any choice.",
)
def parts_with_one_for_both(images, labels, seed):
    train, validation, _ = _dealt(_shuffled(_different(images), seed), labels)
    return train, validation, validation


@alternative
def parts_by_bytes(images, labels, seed):
    return _dealt(_shuffled(_different(images), seed), labels)


@alternative
def parts_by_unique(images, labels, seed):
    _pictures, inverse = images.flatten(1).unique(dim=0, return_inverse=True)
    last = {int(kind): row for row, kind in enumerate(inverse)}
    return tuple(_dealt(_shuffled(torch.tensor(list(last.values())), seed + 7), labels))


@alternative
def parts_by_scikit_learn(images, labels, seed):
    parts = ([], [], [])
    rows = _different(images)
    for label in labels.unique():
        own = rows[labels[rows] == label].tolist()
        fifth = len(own) // 5
        rest, test = train_test_split(own, test_size=fifth, random_state=seed)
        train, validation = train_test_split(rest, test_size=fifth, random_state=seed)
        for part, drawn in zip(parts, (train, validation, test), strict=True):
            part.extend(drawn)
    return parts
