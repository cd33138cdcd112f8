"""Answers: Padding with lengths and a mask."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import pad_sequence

from ptbasics.exercise import alternative, misconception


def pad_collate(samples: list) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Put sequences of different lengths into a batch, with zeros behind the shorter ones.

    Args:
        samples: B ≥ 1 tensors of one dtype and of shape (T,), each with a length T of its own,
            which may be 0; at least one is longer.

    Returns:
        A tuple of three tensors. With T for the largest length *in this batch*: the padded
        sequences, of shape (B, T) and in the dtype of the samples; the true lengths, of shape
        (B,), int64; and the mask, of shape (B, T), bool, True where an element is real.
    """
    lengths = torch.tensor([len(sample) for sample in samples])
    padded = samples[0].new_zeros(len(samples), int(lengths.max()))
    for row, sample in zip(padded, samples, strict=True):
        row[: len(sample)] = sample
    mask = torch.arange(padded.shape[1]) < lengths[:, None]
    return padded, lengths, mask


@misconception(
    "mask inverted",
    hint="Here the mask is True on the padding. It is to be True where an element is real. (Both "
    "conventions exist: always read which one a function wants.)",
)
def pad_collate_mask_inverted(samples: list) -> tuple:
    padded, lengths, mask = pad_collate(samples)
    return padded, lengths, ~mask


@misconception(
    "mask from values",
    hint="The mask says where values are not zero. A real element may be zero; only the lengths "
    "know what is padding.",
)
def pad_collate_mask_from_values(samples: list) -> tuple:
    padded, lengths, _ = pad_collate(samples)
    return padded, lengths, padded != 0


@misconception(
    "lengths after padding",
    hint="These are the lengths of the rows after padding, all alike. The true lengths are lost "
    "then.",
)
def pad_collate_lengths_after_padding(samples: list) -> tuple:
    padded, _, mask = pad_collate(samples)
    return padded, torch.tensor([len(row) for row in padded]), mask


@misconception(
    "longest of all",
    hint="The rows are longer than the longest sequence of *this* batch. That is right, and "
    "wasteful.",
)
def pad_collate_longest_of_all(samples: list) -> tuple:
    longest_in_the_data_set = samples[0].new_zeros(16)
    return tuple(part[:-1] for part in pad_collate([*samples, longest_in_the_data_set]))


@misconception(
    "padded in front",
    hint="The zeros stand before the sequences; they belong behind them.",
)
def pad_collate_padded_in_front(samples: list) -> tuple:
    padded = pad_sequence(samples, batch_first=True, padding_side="left")
    lengths = torch.tensor([len(sample) for sample in samples])
    mask = torch.arange(padded.shape[1]) >= padded.shape[1] - lengths[:, None]
    return padded, lengths, mask


@misconception(
    "float canvas",
    hint="`torch.zeros` makes float32. The batch is to have the dtype of the samples.",
)
def pad_collate_float_canvas(samples: list) -> tuple:
    padded, lengths, mask = pad_collate(samples)
    return padded.float(), lengths, mask


@misconception(
    "cut to the shortest",
    hint="The sequences were cut until they fit. Nothing may be lost.",
)
def pad_collate_cut_to_the_shortest(samples: list) -> tuple:
    shortest = min(len(sample) for sample in samples)
    return pad_collate([sample[:shortest] for sample in samples])


@alternative
def pad_by_library(samples):
    lengths = torch.tensor(list(map(len, samples)))
    mask = pad_sequence([torch.ones(len(sample)) for sample in samples], batch_first=True)
    return pad_sequence(samples, batch_first=True), lengths, mask.bool()


@alternative
def pad_by_concatenation(samples):
    lengths = [sample.numel() for sample in samples]
    rows = [F.pad(sample, (0, max(lengths) - len(sample))) for sample in samples]
    mask = [[place < length for place in range(max(lengths))] for length in lengths]
    return [torch.stack(rows), torch.tensor(lengths), torch.tensor(mask)]
