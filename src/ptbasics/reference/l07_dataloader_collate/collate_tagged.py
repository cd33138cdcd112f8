"""Answers: Labels need padding of another kind."""

from __future__ import annotations

import torch
from torch.nn.utils.rnn import pad_sequence

from ptbasics.exercise import alternative, misconception


def collate_tagged(samples: list) -> tuple[torch.Tensor, torch.Tensor]:
    """Put sentences and the tags of their words into a batch.

    Args:
        samples: B ≥ 1 tuples `(words, tags)`: two int64 tensors of shape (T,), with a T ≥ 1 that
            differs from sample to sample.

    Returns:
        A tuple of two int64 tensors of shape (B, T), T being the largest length in this batch:
        the words, padded with 0 at the end, and the tags, padded with -100 at the end. Rows stand
        in the order of the samples.
    """
    words = pad_sequence([words for words, _ in samples], batch_first=True)
    tags = pad_sequence([tags for _, tags in samples], batch_first=True, padding_value=-100)
    return words, tags


@misconception(
    "tags padded with 0",
    hint="0 is a tag like the others: the model would be taught that padding is of class 0. Fill "
    "in what the loss ignores.",
)
def collate_tagged_zero(samples: list) -> tuple:
    words, tags = [w for w, _ in samples], [t for _, t in samples]
    return pad_sequence(words, batch_first=True), pad_sequence(tags, batch_first=True)


@misconception(
    "tags padded with -1",
    hint="-1 is no class, but nothing that `cross_entropy` ignores by itself either. Which value "
    "does?",
)
def collate_tagged_minus_one(samples: list) -> tuple:
    words, tags = [w for w, _ in samples], [t for _, t in samples]
    return pad_sequence(words, True), pad_sequence(tags, True, -1)


@misconception(
    "time first",
    hint="The result is (T, B), which is what `pad_sequence` does by itself. The samples are to "
    "be the rows.",
)
def collate_tagged_time_first(samples: list) -> tuple:
    words, tags = [w for w, _ in samples], [t for _, t in samples]
    return pad_sequence(words), pad_sequence(tags, padding_value=-100)


@misconception(
    "both with -100",
    hint="Words padded with -100 have no place in a table of word vectors, for an index must not "
    "be negative there. Only the tags need -100.",
)
def collate_tagged_both(samples: list) -> tuple:
    words, tags = [w for w, _ in samples], [t for _, t in samples]
    return pad_sequence(words, True, -100), pad_sequence(tags, True, -100)


@misconception(
    "sorted",
    hint="The rows are in another order than the samples. Whoever comes with the samples' names "
    "would find them exchanged.",
)
def collate_tagged_sorted(samples: list) -> tuple:
    return collate_tagged(sorted(samples, key=lambda sample: -len(sample[0])))


@alternative
def tagged_by_hand(samples):
    longest = max(len(words) for words, _ in samples)
    words = torch.zeros(len(samples), longest, dtype=torch.int64)
    tags = torch.full_like(words, -100)
    for row, (some_words, some_tags) in enumerate(samples):
        words[row, : len(some_words)] = some_words
        tags[row, : len(some_tags)] = some_tags
    return words, tags


@alternative
def tagged_transposed(samples):
    words, tags = map(list, zip(*samples, strict=True))
    return [pad_sequence(words).T, pad_sequence(tags, padding_value=-100).T]
