"""Answers: A stratified split in three."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.model_selection import StratifiedShuffleSplit, train_test_split

from ptbasics.exercise import alternative, misconception


def stratified_split(
    labels: torch.Tensor, validation: int, test: int, seed: int
) -> tuple[list[int], list[int], list[int]]:
    """Split the rows of a data set in three, each with the same mixture of classes as the whole.

    Args:
        labels: int64 tensor of shape (N,), the class of each row. The sizes asked for can be
            shared out among the classes without a remainder.
        validation: how many rows go into the validation part.
        test: how many rows go into the test part.
        seed: chooses the rows. The same seed gives the same split, another one another.

    Returns:
        Row numbers for (train, validation, test). Each row is in exactly one of them.
    """
    rest, test_rows = train_test_split(
        list(range(len(labels))), test_size=test, stratify=labels, random_state=seed
    )
    train_rows, validation_rows = train_test_split(
        rest, test_size=validation, stratify=labels[rest], random_state=seed
    )
    return train_rows, validation_rows, test_rows


@misconception(
    "not stratified",
    hint="The parts hold the classes in other shares than the whole. Shuffling alone leaves the "
    "shares to chance: tell both splits which labels to keep balanced.",
)
def stratified_split_not(labels, validation, test, seed):
    rest, last = train_test_split(range(len(labels)), test_size=test, random_state=seed)
    return *train_test_split(rest, test_size=validation, random_state=seed), last


@misconception(
    "stratified once",
    hint="Only one of the three parts has its fair share of every class. Both splits must be "
    "stratified, each with the labels of just the rows that it splits.",
)
def stratified_split_once(labels, validation, test, seed):
    rest, last = train_test_split(
        range(len(labels)), test_size=test, stratify=labels, random_state=seed
    )
    return *train_test_split(rest, test_size=validation, random_state=seed), last


@misconception(
    "in file order",
    hint="Each class is cut in the order of the file. Whatever that order depends on (who "
    "measured, when) then differs between the parts.",
)
def stratified_split_in_order(labels, validation, test, seed):
    parts = [], [], []
    for label in labels.unique():
        rows = (labels == label).nonzero().flatten()
        for_test, for_validation = (size * len(rows) // len(labels) for size in (test, validation))
        sizes = [len(rows) - for_test - for_validation, for_validation, for_test]
        for part, chosen in zip(parts, rows.split(sizes), strict=True):
            part.extend(chosen.tolist())
    return parts


@misconception(
    "seed ignored",
    hint="Another seed gives the same split. The argument `seed` chooses the rows: pass it on.",
)
def stratified_split_seed_ignored(labels, validation, test, seed):
    return stratified_split(labels, validation, test, 0)


@misconception(
    "no seed",
    hint="The same seed gives another split each time. Results could not be compared; pass the "
    "seed on.",
)
def stratified_split_no_seed(labels, validation, test, seed):
    rest, last = train_test_split(range(len(labels)), test_size=test, stratify=labels)
    return *train_test_split(rest, test_size=validation, stratify=labels[rest]), last


@misconception(
    "overlap",
    hint="Some rows are in two parts: the second split was taken from all rows again. Test rows "
    "that were trained on test nothing.",
)
def stratified_split_overlap(labels, validation, test, seed):
    rows = range(len(labels))
    _, last = train_test_split(rows, test_size=test, stratify=labels, random_state=seed)
    train, middle = train_test_split(
        rows, test_size=validation, stratify=labels, random_state=seed + 1
    )
    return train, middle, last


@misconception(
    "positions of the rest",
    hint="Some rows are in two parts, and others in none: the second split counted the rows that "
    "were left anew, from 0. Split their row numbers.",
)
def stratified_split_positions(labels, validation, test, seed):
    rest, last = train_test_split(
        range(len(labels)), test_size=test, stratify=labels, random_state=seed
    )
    places = range(len(rest))
    return *train_test_split(
        places, test_size=validation, stratify=labels[rest], random_state=seed
    ), last


@misconception(
    "swapped",
    hint="Validation and test are exchanged: the order is train, validation, test.",
)
def stratified_split_swapped(labels, validation, test, seed):
    train, middle, last = stratified_split(labels, validation, test, seed)
    return train, last, middle


@alternative
def split_by_hand(labels, validation, test, seed):
    generator = torch.Generator().manual_seed(seed)
    parts = [], [], []
    for label in labels.unique():
        rows = torch.nonzero(labels == label)[:, 0]
        rows = rows[torch.randperm(len(rows), generator=generator)]
        for_test = round(test * len(rows) / len(labels))
        for_validation = round(validation * len(rows) / len(labels))
        parts[2].extend(rows[:for_test].tolist())
        parts[1].extend(rows[for_test : for_test + for_validation].tolist())
        parts[0].extend(rows[for_test + for_validation :].tolist())
    return parts


@alternative
def split_by_splitter(labels, validation, test, seed):
    y = labels.numpy()
    splitter = StratifiedShuffleSplit(1, test_size=test, random_state=seed)
    [(rest, last)] = splitter.split(y, y)
    splitter = StratifiedShuffleSplit(1, test_size=validation, random_state=seed)
    [(train, middle)] = splitter.split(rest, y[rest])
    return torch.from_numpy(rest[train]), torch.from_numpy(rest[middle]), torch.from_numpy(last)


@alternative
def split_train_first(labels, validation, test, seed):
    train, rest = train_test_split(
        np.arange(len(labels)), test_size=validation + test, stratify=labels, random_state=seed
    )
    middle, last = train_test_split(
        rest, test_size=test / len(rest), stratify=labels[rest], random_state=seed
    )
    return train, middle, last
