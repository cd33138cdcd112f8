"""Answers: A collate function with settings that can travel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import torch
from torch.nn.utils.rnn import pad_sequence

from ptbasics.exercise import alternative, misconception


class PadCollate:
    """A collate function with settings: an object that is called with a list of samples.

    It can be pickled, so it works under each `multiprocessing_context`.
    """

    def __init__(self, padding_value: float = 0.0, max_length: int | None = None) -> None:
        """Keep the settings.

        Args:
            padding_value: what stands behind the end of a shorter sequence.
            max_length: longer sequences lose what comes after so many elements; None cuts none.
        """
        self.padding_value = padding_value
        self.max_length = max_length

    def __call__(self, samples: list) -> tuple[torch.Tensor, torch.Tensor]:
        """Put sequences of different lengths into a batch.

        Args:
            samples: B ≥ 1 tensors of one dtype and of shape (T,), each with its own T ≥ 1.

        Returns:
            A tuple: the cut and padded sequences, of shape (B, longest that is left) and in the
            dtype of the samples; and how many elements of each are left, of shape (B,), int64.
        """
        cut = [sample[: self.max_length] for sample in samples]
        padded = pad_sequence(cut, batch_first=True, padding_value=self.padding_value)
        return padded, torch.tensor([len(sample) for sample in cut])


@misconception(
    "cannot travel",
    hint="The batches are right, but the object cannot be pickled. A lambda, or a function made "
    "inside another one, has no name by which another process could find it. Keep the settings "
    "themselves, in an object of a class.",
)
class PadCollateCannotTravel:
    def __init__(self, padding_value: float = 0.0, max_length: int | None = None) -> None:
        self.cut = lambda sample: sample[:max_length]
        self.padding_value = padding_value

    def __call__(self, samples: list) -> tuple:
        cut = [self.cut(sample) for sample in samples]
        padded = pad_sequence(cut, batch_first=True, padding_value=self.padding_value)
        return padded, torch.tensor([len(sample) for sample in cut])


@misconception(
    "shared settings",
    hint="The settings were stored on the class, which all objects share: the last one made "
    "decides for all. What stands before the dot?",
)
class PadCollateShared:
    padding_value: float
    max_length: int | None

    def __init__(self, padding_value: float = 0.0, max_length: int | None = None) -> None:
        PadCollateShared.padding_value = padding_value
        PadCollateShared.max_length = max_length

    def __call__(self, samples: list) -> tuple:
        return PadCollate(self.padding_value, self.max_length)(samples)


@misconception(
    "lengths before cutting",
    hint="The lengths are those before cutting; they go beyond the end of the rows.",
)
class PadCollateLengthsBefore(PadCollate):
    def __call__(self, samples: list) -> tuple:
        padded, _ = super().__call__(samples)
        return padded, torch.tensor([len(sample) for sample in samples])


@misconception(
    "always the maximum",
    hint="The rows are padded up to `max_length`, although no sequence of the batch is that long. "
    "It is a limit, not a size.",
)
class PadCollateAlwaysMaximum(PadCollate):
    def __call__(self, samples: list) -> tuple:
        padded, lengths = super().__call__(samples)
        if self.max_length is None:
            return padded, lengths
        full = padded.new_full((len(samples), self.max_length), self.padding_value)
        full[:, : padded.shape[1]] = padded
        return full, lengths


@misconception(
    "zeros",
    hint="The batch is padded with 0, whatever the setting says.",
)
class PadCollateZeros(PadCollate):
    def __call__(self, samples: list) -> tuple:
        return PadCollate(0.0, self.max_length)(samples)


@alternative
@dataclass
class PadCollateData:
    padding_value: float = 0.0
    max_length: int | None = None

    def __call__(self, samples):
        cut = [sample[: self.max_length] for sample in samples]
        lengths = torch.tensor([len(sample) for sample in cut])
        return pad_sequence(cut, True, self.padding_value), lengths


def pad_and_cut(samples, padding_value, max_length):
    limit = max(map(len, samples)) if max_length is None else max_length
    lengths = torch.tensor([min(len(sample), limit) for sample in samples])
    padded = pad_sequence(samples, batch_first=True, padding_value=padding_value)
    return padded[:, : int(lengths.max())], lengths


@alternative
def pad_collate_partial(padding_value=0.0, max_length=None):
    return partial(pad_and_cut, padding_value=padding_value, max_length=max_length)
