"""Answers to lesson 7: collate functions."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset, default_collate


def transpose_samples(samples: list) -> tuple:
    """Turn a list of samples into a tuple of fields.

    Args:
        samples: at least one tuple; all have the same number of fields, one or more. The fields
            may hold anything: numbers, texts, tensors.

    Returns:
        A tuple with one tuple for each field, which holds that field of every sample, in order.

    Raises:
        ValueError: the samples differ in their number of fields.
    """
    return tuple(zip(*samples, strict=True))


def collate_houses(samples: list) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Put houses into a batch.

    Args:
        samples: B ≥ 1 tuples `(features, rooms, price)`: a tensor of shape (F,), the same F and
            dtype for all; an int; a float.

    Returns:
        A tuple of three tensors: features of shape (B, F) in the dtype they had, rooms of shape
        (B,) in int64, prices of shape (B,) in float32.
    """
    features = torch.stack([features for features, _, _ in samples])
    rooms = torch.tensor([rooms for _, rooms, _ in samples])
    prices = torch.tensor([price for _, _, price in samples])
    return features, rooms, prices


def collate_nested(samples: list) -> Any:
    """Put samples of any nesting into a batch of the same nesting.

    Args:
        samples: at least one sample; all have one structure. A sample is a tensor, a number
            (int, float or bool), a str, or a dict, list or tuple of such samples, also nested.

    Returns:
        For tensors, a new tensor with the samples along a new first dimension. For numbers, a
        tensor of shape (B,): float64 for floats, int64 for ints, bool for bools. For str, a list
        of them. For dicts, a dict with a batch for each key. For lists and tuples, a list with a
        batch for each position.

    Raises:
        TypeError: a sample, or a part of it, is of another type.
    """
    first = samples[0]
    if isinstance(first, torch.Tensor):
        return torch.stack(samples)
    if isinstance(first, float):
        return torch.tensor(samples, dtype=torch.float64)
    if isinstance(first, int):
        return torch.tensor(samples)
    if isinstance(first, str):
        return list(samples)
    if isinstance(first, dict):
        return {key: collate_nested([sample[key] for sample in samples]) for key in first}
    if isinstance(first, (list, tuple)):
        return [collate_nested([one[i] for one in samples]) for i in range(len(first))]
    raise TypeError(f"cannot make a batch of {type(first)}")


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


def collate_images(images: list) -> tuple[torch.Tensor, torch.Tensor]:
    """Put images of different sizes into a batch, each in the top left corner of its canvas.

    Args:
        images: B ≥ 1 tensors of one dtype and of shape (C, H, W): one C, but an H and a W of
            their own.

    Returns:
        A tuple of two tensors. With H for the largest height and W for the largest width in this
        batch: the canvases, of shape (B, C, H, W), in the dtype of the images and 0 where there
        is no image; and the mask, of shape (B, H, W), bool, True where there is one.
    """
    channels = images[0].shape[0]
    height = max(image.shape[1] for image in images)
    width = max(image.shape[2] for image in images)
    batch = images[0].new_zeros(len(images), channels, height, width)
    mask = torch.zeros(len(images), height, width, dtype=torch.bool)
    for number, image in enumerate(images):
        batch[number, :, : image.shape[1], : image.shape[2]] = image
        mask[number, : image.shape[1], : image.shape[2]] = True
    return batch, mask


def drop_broken(samples: list) -> Any:
    """Put the samples that could be read into a batch, and leave out the others.

    Args:
        samples: at least one sample; None stands for one that could not be read. The others are
            anything that `default_collate` accepts. The list is left as it was.

    Returns:
        What `default_collate` makes of the samples that are not None, in their order; None where
        there is not a single one.
    """
    good = [sample for sample in samples if sample is not None]
    return default_collate(good) if good else None


class ArchiveDataset(Dataset):
    """A dataset of the rows of a far archive: a batch costs one trip, not one for each row."""

    def __init__(self, archive: Any) -> None:
        """Keep the archive; nothing is read yet.

        Args:
            archive: `len(archive)` is its number of rows. `archive.read(rows)` takes a list of
                row numbers, **in increasing order and none twice** (else it raises a
                ValueError), and gives a float32 tensor of shape (len(rows), F). It is slow.
        """
        self.archive = archive

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.archive)

    def __getitem__(self, index: int) -> torch.Tensor:
        """One row, of shape (F,), for an index from 0 on."""
        row: torch.Tensor = self.archive.read([index])[0]
        return row

    def __getitems__(self, indices: list) -> list:
        """The rows of a batch with a single `archive.read`, of these rows and no others.

        Args:
            indices: row numbers in any order, as a `batch_sampler` yields them; one may occur
                twice.

        Returns:
            A list of tensors of shape (F,), one for each index, in the order of `indices`.
        """
        rows = sorted(set(indices))
        read = dict(zip(rows, self.archive.read(rows), strict=True))
        return [read[index] for index in indices]


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
