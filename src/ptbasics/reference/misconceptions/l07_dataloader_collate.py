"""What goes wrong in lesson 7: the known wrong answers."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset, default_collate

from ptbasics.exercise import misconception
from ptbasics.reference.l07_dataloader_collate import (
    PadCollate,
    collate_images,
    collate_tagged,
    pad_collate,
)


@misconception("transpose_samples", "iterator")
def transpose_samples_iterator(samples: list) -> Any:
    return zip(*samples, strict=True)


@misconception("transpose_samples", "as many as the first")
def transpose_samples_as_the_first(samples: list) -> tuple:
    fields = len(samples[0])
    if any(len(sample) < fields for sample in samples):
        raise ValueError("a field is missing")
    return tuple(tuple(sample[i] for sample in samples) for i in range(fields))


@misconception("transpose_samples", "cut short")
def transpose_samples_cut_short(samples: list) -> tuple:
    return tuple(zip(*samples, strict=False))


@misconception("transpose_samples", "only pairs")
def transpose_samples_only_pairs(samples: list) -> tuple:
    return tuple(x for x, _ in samples), tuple(y for _, y in samples)


@misconception("transpose_samples", "lists")
def transpose_samples_lists(samples: list) -> list:
    return [list(field) for field in zip(*samples, strict=True)]


@misconception("transpose_samples", "in a row")
def transpose_samples_in_a_row(samples: list) -> tuple:
    if len({len(sample) for sample in samples}) > 1:
        raise ValueError("the samples differ in their number of fields")
    return tuple(value for sample in samples for value in sample)


@misconception("collate_houses", "default")
def collate_houses_default(samples: list) -> tuple:
    return tuple(default_collate(samples))


@misconception("collate_houses", "glued")
def collate_houses_glued(samples: list) -> tuple:
    features, rooms, prices = zip(*samples, strict=True)
    return torch.cat(features), torch.tensor(rooms), torch.tensor(prices)


@misconception("collate_houses", "column")
def collate_houses_column(samples: list) -> tuple:
    features, rooms, prices = zip(*samples, strict=True)
    return torch.stack(features), torch.tensor(rooms), torch.tensor(prices)[:, None]


@misconception("collate_houses", "all floats")
def collate_houses_all_floats(samples: list) -> tuple:
    features, rooms, prices = zip(*samples, strict=True)
    return torch.stack(features).float(), torch.Tensor(rooms), torch.Tensor(prices)


@misconception("collate_houses", "squeezed")
def collate_houses_squeezed(samples: list) -> tuple:
    features, rooms, prices = zip(*samples, strict=True)
    batch = torch.stack(features), torch.tensor(rooms), torch.tensor(prices)
    return tuple(part.squeeze() for part in batch)


def _nested(samples: list, collate: Any) -> Any:
    """What the wrong answers below have in common: all that they get right."""
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
        return {key: collate([sample[key] for sample in samples]) for key in first}
    if isinstance(first, list | tuple):
        return [collate(list(field)) for field in zip(*samples, strict=True)]
    raise TypeError(f"cannot make a batch of {type(first)}")


@misconception("collate_nested", "float32")
def collate_nested_float32(samples: list) -> Any:
    if isinstance(samples[0], float):
        return torch.tensor(samples)
    return _nested(samples, collate_nested_float32)


@misconception("collate_nested", "letters")
def collate_nested_letters(samples: list) -> Any:
    if isinstance(samples[0], str):
        return [collate_nested_letters(list(letters)) for letters in zip(*samples, strict=False)]
    return _nested(samples, collate_nested_letters)


@misconception("collate_nested", "one level")
def collate_nested_one_level(samples: list) -> Any:
    return _nested(samples, list)


@misconception("collate_nested", "tuples")
def collate_nested_tuples(samples: list) -> Any:
    batch = _nested(samples, collate_nested_tuples)
    return tuple(batch) if isinstance(samples[0], tuple) else batch


@misconception("collate_nested", "lets all through")
def collate_nested_lets_all_through(samples: list) -> Any:
    known = torch.Tensor | float | int | str | dict | list | tuple
    if not isinstance(samples[0], known):
        return list(samples)
    return _nested(samples, collate_nested_lets_all_through)


@misconception("collate_nested", "glued")
def collate_nested_glued(samples: list) -> Any:
    if isinstance(samples[0], torch.Tensor) and samples[0].ndim:
        return torch.cat(samples)
    return _nested(samples, collate_nested_glued)


@misconception("pad_collate", "mask inverted")
def pad_collate_mask_inverted(samples: list) -> tuple:
    padded, lengths, mask = pad_collate(samples)
    return padded, lengths, ~mask


@misconception("pad_collate", "mask from values")
def pad_collate_mask_from_values(samples: list) -> tuple:
    padded, lengths, _ = pad_collate(samples)
    return padded, lengths, padded != 0


@misconception("pad_collate", "lengths after padding")
def pad_collate_lengths_after_padding(samples: list) -> tuple:
    padded, _, mask = pad_collate(samples)
    return padded, torch.tensor([len(row) for row in padded]), mask


@misconception("pad_collate", "longest of all")
def pad_collate_longest_of_all(samples: list) -> tuple:
    longest_in_the_data_set = samples[0].new_zeros(16)
    return tuple(part[:-1] for part in pad_collate([*samples, longest_in_the_data_set]))


@misconception("pad_collate", "padded in front")
def pad_collate_padded_in_front(samples: list) -> tuple:
    padded = pad_sequence(samples, batch_first=True, padding_side="left")
    lengths = torch.tensor([len(sample) for sample in samples])
    mask = torch.arange(padded.shape[1]) >= padded.shape[1] - lengths[:, None]
    return padded, lengths, mask


@misconception("pad_collate", "float canvas")
def pad_collate_float_canvas(samples: list) -> tuple:
    padded, lengths, mask = pad_collate(samples)
    return padded.float(), lengths, mask


@misconception("pad_collate", "cut to the shortest")
def pad_collate_cut_to_the_shortest(samples: list) -> tuple:
    shortest = min(len(sample) for sample in samples)
    return pad_collate([sample[:shortest] for sample in samples])


@misconception("collate_tagged", "tags padded with 0")
def collate_tagged_zero(samples: list) -> tuple:
    words, tags = [w for w, _ in samples], [t for _, t in samples]
    return pad_sequence(words, batch_first=True), pad_sequence(tags, batch_first=True)


@misconception("collate_tagged", "tags padded with -1")
def collate_tagged_minus_one(samples: list) -> tuple:
    words, tags = [w for w, _ in samples], [t for _, t in samples]
    return pad_sequence(words, True), pad_sequence(tags, True, -1)


@misconception("collate_tagged", "time first")
def collate_tagged_time_first(samples: list) -> tuple:
    words, tags = [w for w, _ in samples], [t for _, t in samples]
    return pad_sequence(words), pad_sequence(tags, padding_value=-100)


@misconception("collate_tagged", "both with -100")
def collate_tagged_both(samples: list) -> tuple:
    words, tags = [w for w, _ in samples], [t for _, t in samples]
    return pad_sequence(words, True, -100), pad_sequence(tags, True, -100)


@misconception("collate_tagged", "sorted")
def collate_tagged_sorted(samples: list) -> tuple:
    return collate_tagged(sorted(samples, key=lambda sample: -len(sample[0])))


@misconception("collate_images", "first image")
def collate_images_first_image(images: list) -> tuple:
    _, height, width = images[0].shape
    return collate_images([images[0], *(image[:, :height, :width] for image in images[1:])])


@misconception("collate_images", "square")
def collate_images_square(images: list) -> tuple:
    side = max(max(image.shape[1:]) for image in images)
    largest = images[0].new_zeros(images[0].shape[0], side, side)
    return tuple(part[:-1] for part in collate_images([*images, largest]))


@misconception("collate_images", "largest image")
def collate_images_largest_image(images: list) -> tuple:
    largest = max(images, key=lambda image: image.numel())
    _, height, width = largest.shape
    batch = largest.new_zeros(len(images), *largest.shape)
    mask = torch.zeros(len(images), height, width, dtype=torch.bool)
    for number, image in enumerate(images):
        batch[number, :, : image.shape[1], : image.shape[2]] = image
        mask[number, : image.shape[1], : image.shape[2]] = True
    return batch, mask


@misconception("collate_images", "float canvas")
def collate_images_float_canvas(images: list) -> tuple:
    batch, mask = collate_images(images)
    return batch.float(), mask


@misconception("collate_images", "mask from values")
def collate_images_mask_from_values(images: list) -> tuple:
    batch, _ = collate_images(images)
    return batch, (batch != 0).any(dim=1)


@misconception("collate_images", "mask with channels")
def collate_images_mask_with_channels(images: list) -> tuple:
    batch, mask = collate_images(images)
    return batch, mask[:, None].repeat(1, batch.shape[1], 1, 1)


@misconception("collate_images", "mask inverted")
def collate_images_mask_inverted(images: list) -> tuple:
    batch, mask = collate_images(images)
    return batch, ~mask


@misconception("drop_broken", "all broken")
def drop_broken_all_broken(samples: list) -> Any:
    return default_collate([sample for sample in samples if sample is not None])


@misconception("drop_broken", "falsy")
def drop_broken_falsy(samples: list) -> Any:
    good = [sample for sample in samples if sample]
    return default_collate(good) if good else None


@misconception("drop_broken", "refilled")
def drop_broken_refilled(samples: list) -> Any:
    good = [sample for sample in samples if sample is not None]
    if not good:
        return None
    return default_collate([good[0] if sample is None else sample for sample in samples])


@misconception("drop_broken", "in place")
def drop_broken_in_place(samples: list) -> Any:
    for number, sample in enumerate(samples):
        if sample is None:
            del samples[number]
    return default_collate(samples) if samples else None


@misconception("drop_broken", "whole batch")
def drop_broken_whole_batch(samples: list) -> Any:
    return None if any(sample is None for sample in samples) else default_collate(samples)


class _Archived(Dataset):
    """What the wrong answers below have in common."""

    def __init__(self, archive: Any) -> None:
        self.archive = archive

    def __len__(self) -> int:
        return len(self.archive)

    def __getitem__(self, index: int) -> Any:
        return self.archive.read([index])[0]


@misconception("ArchiveDataset", "one by one")
class ArchiveDatasetOneByOne(_Archived):
    def __getitems__(self, indices: list) -> list:
        return [self[index] for index in indices]


@misconception("ArchiveDataset", "as asked")
class ArchiveDatasetAsAsked(_Archived):
    def __getitems__(self, indices: list) -> list:
        return list(self.archive.read(indices))


@misconception("ArchiveDataset", "sorted")
class ArchiveDatasetSorted(_Archived):
    def __getitems__(self, indices: list) -> list:
        return list(self.archive.read(sorted(set(indices))))


@misconception("ArchiveDataset", "twice")
class ArchiveDatasetTwice(_Archived):
    def __getitems__(self, indices: list) -> list:
        rows = sorted(indices)
        read = dict(zip(rows, self.archive.read(rows), strict=True))
        return [read[index] for index in indices]


@misconception("ArchiveDataset", "everything")
class ArchiveDatasetEverything(_Archived):
    def __getitems__(self, indices: list) -> list:
        rows = self.archive.read(list(range(len(self))))
        return [rows[index] for index in indices]


@misconception("ArchiveDataset", "from first to last")
class ArchiveDatasetFromFirstToLast(_Archived):
    def __getitems__(self, indices: list) -> list:
        first = min(indices)
        rows = self.archive.read(list(range(first, max(indices) + 1)))
        return [rows[index - first] for index in indices]


@misconception("ArchiveDataset", "plain tensor")
class ArchiveDatasetPlainTensor(_Archived):
    def __getitems__(self, indices: list) -> Any:
        rows = sorted(set(indices))
        return self.archive.read(rows)[[rows.index(index) for index in indices]]


@misconception("ArchiveDataset", "collated")
class ArchiveDatasetCollated(_Archived):
    def __getitems__(self, indices: list) -> Any:
        rows = sorted(set(indices))
        read = dict(zip(rows, self.archive.read(rows), strict=True))
        return [torch.stack([read[index] for index in indices])]


@misconception("PadCollate", "cannot travel")
class PadCollateCannotTravel:
    def __init__(self, padding_value: float = 0.0, max_length: int | None = None) -> None:
        self.cut = lambda sample: sample[:max_length]
        self.padding_value = padding_value

    def __call__(self, samples: list) -> tuple:
        cut = [self.cut(sample) for sample in samples]
        padded = pad_sequence(cut, batch_first=True, padding_value=self.padding_value)
        return padded, torch.tensor([len(sample) for sample in cut])


@misconception("PadCollate", "shared settings")
class PadCollateShared:
    padding_value: float
    max_length: int | None

    def __init__(self, padding_value: float = 0.0, max_length: int | None = None) -> None:
        PadCollateShared.padding_value = padding_value
        PadCollateShared.max_length = max_length

    def __call__(self, samples: list) -> tuple:
        return PadCollate(self.padding_value, self.max_length)(samples)


@misconception("PadCollate", "lengths before cutting")
class PadCollateLengthsBefore(PadCollate):
    def __call__(self, samples: list) -> tuple:
        padded, _ = super().__call__(samples)
        return padded, torch.tensor([len(sample) for sample in samples])


@misconception("PadCollate", "always the maximum")
class PadCollateAlwaysMaximum(PadCollate):
    def __call__(self, samples: list) -> tuple:
        padded, lengths = super().__call__(samples)
        if self.max_length is None:
            return padded, lengths
        full = padded.new_full((len(samples), self.max_length), self.padding_value)
        full[:, : padded.shape[1]] = padded
        return full, lengths


@misconception("PadCollate", "zeros")
class PadCollateZeros(PadCollate):
    def __call__(self, samples: list) -> tuple:
        return PadCollate(0.0, self.max_length)(samples)
