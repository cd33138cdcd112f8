"""Answers: A chance for each image of a batch."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception
from ptbasics.vision import v2


def augment_batch(
    images: torch.Tensor, labels: torch.Tensor, chance: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """A batch in which each image has been mirrored with a certain chance, on its own.

    To mirror is to swap left and right. Images and labels stay in their order, every call draws
    anew, and the caller's tensors stay as they are.

    Args:
        images: floating point, shape (N, C, H, W).
        labels: int64, shape (N,).
        chance: from 0, for never, to 1, for always.

    Returns:
        Images and labels, of the shapes and dtypes that were given.
    """
    chosen = torch.rand(len(images)) < chance
    return torch.where(chosen[:, None, None, None], images.flip(-1), images), labels


@misconception(
    "all or nothing",
    hint="All images of a batch are mirrored, or none is. A transform that gets a batch in one "
    "tensor draws once for all of it.",
)
def augment_batch_all_or_nothing(images, labels, chance):
    return v2.RandomHorizontalFlip(p=chance)(images), labels


@misconception(
    "same in each epoch",
    hint="The same images are mirrored every time. Either nothing is drawn, or a seed inside the "
    "function makes chance begin at the same place in each call.",
)
def augment_batch_same_in_each_epoch(images, labels, chance):
    torch.manual_seed(0)
    return augment_batch(images, labels, chance)


@misconception(
    "in place",
    hint="The caller's images were overwritten. The next epoch would begin with images that have "
    "been mirrored already.",
)
def augment_batch_in_place(images, labels, chance):
    chosen = torch.rand(len(images)) < chance
    images[chosen] = images[chosen].flip(-1)
    return images, labels


@misconception(
    "order lost",
    hint="The images are in another order than their labels: first those that were mirrored, then"
    " the others. The picture of a cat may now be called a dog.",
)
def augment_batch_order_lost(images, labels, chance):
    chosen = torch.rand(len(images)) < chance
    return torch.cat([images[chosen].flip(-1), images[~chosen]]), labels


@misconception(
    "upside down",
    hint="Images are upside down. Left and right are the two ends of a row, that is, of the "
    "*last* dimension.",
)
def augment_batch_upside_down(images, labels, chance):
    chosen = torch.rand(len(images)) < chance
    return torch.where(chosen[:, None, None, None], images.flip(-2), images), labels


@misconception(
    "pixel by pixel",
    hint="Images are neither themselves nor mirrored: a number was drawn for each pixel. How many"
    " numbers does a batch of N images need?",
)
def augment_batch_pixel_by_pixel(images, labels, chance):
    return torch.where(torch.rand_like(images) < chance, images.flip(-1), images), labels


@misconception(
    "chance reversed",
    hint="The larger the chance, the fewer images are mirrored. How often does `torch.rand` give "
    "a number below 0.1?",
)
def augment_batch_chance_reversed(images, labels, chance):
    return augment_batch(images, labels, 1 - chance)


@misconception(
    "always half",
    hint="Half of the images are mirrored, whatever the chance is.",
)
def augment_batch_always_half(images, labels, chance):
    return augment_batch(images, labels, 0.5)


@alternative
def augment_batch_image_by_image(images, labels, chance):
    flip = v2.RandomHorizontalFlip(p=chance)
    return torch.stack([flip(image) for image in images]), labels


@alternative
def augment_batch_in_a_copy(images, labels, chance):
    images = images.clone()
    chosen = torch.bernoulli(torch.full((len(images),), chance)).bool()
    images[chosen] = images[chosen].flip(-1)
    return images, labels


@alternative
def augment_batch_by_columns(images, labels, chance):
    count, width = len(images), images.shape[-1]
    columns = torch.arange(width).repeat(count, 1)
    chosen = torch.rand(count, 1) < chance
    columns = torch.where(chosen, width - 1 - columns, columns)[:, None, None, :]
    return images.gather(-1, columns.expand_as(images)), labels.clone()
