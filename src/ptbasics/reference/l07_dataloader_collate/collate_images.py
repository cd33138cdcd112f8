"""Answers: Images of different sizes in one batch."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ptbasics.exercise import alternative, misconception


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


@misconception(
    "first image",
    hint="The first image decided the size and the others were cut to it. All of every image must "
    "fit.",
)
def collate_images_first_image(images: list) -> tuple:
    _, height, width = images[0].shape
    return collate_images([images[0], *(image[:, :height, :width] for image in images[1:])])


@misconception(
    "square",
    hint="The canvas is a square. Height and width are each as large as needed, no larger.",
)
def collate_images_square(images: list) -> tuple:
    side = max(max(image.shape[1:]) for image in images)
    largest = images[0].new_zeros(images[0].shape[0], side, side)
    return tuple(part[:-1] for part in collate_images([*images, largest]))


@misconception(
    "largest image",
    hint="The image with the most pixels decided the size. Another one may be wider or higher and "
    "still have fewer pixels.",
)
def collate_images_largest_image(images: list) -> tuple:
    largest = max(images, key=lambda image: image.numel())
    _, height, width = largest.shape
    batch = largest.new_zeros(len(images), *largest.shape)
    mask = torch.zeros(len(images), height, width, dtype=torch.bool)
    for number, image in enumerate(images):
        batch[number, :, : image.shape[1], : image.shape[2]] = image
        mask[number, : image.shape[1], : image.shape[2]] = True
    return batch, mask


@misconception(
    "float canvas",
    hint="Bytes became floats, four times as large. Keep the dtype.",
)
def collate_images_float_canvas(images: list) -> tuple:
    batch, mask = collate_images(images)
    return batch.float(), mask


@misconception(
    "mask from values",
    hint="A black pixel is a pixel too. The mask must come from the sizes, not from the values.",
)
def collate_images_mask_from_values(images: list) -> tuple:
    batch, _ = collate_images(images)
    return batch, (batch != 0).any(dim=1)


@misconception(
    "mask with channels",
    hint="The mask has a dimension for the channels. A pixel is there in all channels or in none: "
    "(B, H, W).",
)
def collate_images_mask_with_channels(images: list) -> tuple:
    batch, mask = collate_images(images)
    return batch, mask[:, None].repeat(1, batch.shape[1], 1, 1)


@misconception(
    "mask inverted",
    hint="Here the mask is True beside the images. It is to be True on them.",
)
def collate_images_mask_inverted(images: list) -> tuple:
    batch, mask = collate_images(images)
    return batch, ~mask


@alternative
def images_by_padding(images):
    height = max(image.shape[-2] for image in images)
    width = max(image.shape[-1] for image in images)

    def padded(image):
        return F.pad(image, (0, width - image.shape[-1], 0, height - image.shape[-2]))

    masks = [padded(torch.ones(image.shape[1:], dtype=torch.bool)) for image in images]
    return torch.stack([padded(image) for image in images]), torch.stack(masks)


@alternative
def images_by_comparison(images):
    heights = torch.tensor([image.shape[1] for image in images])
    widths = torch.tensor([image.shape[2] for image in images])
    rows, columns = torch.arange(int(heights.max())), torch.arange(int(widths.max()))
    mask = (rows < heights[:, None])[:, :, None] & (columns < widths[:, None])[:, None, :]
    batch = images[0].new_zeros(len(images), images[0].shape[0], len(rows), len(columns))
    for canvas, image in zip(batch, images, strict=True):
        canvas[:, : image.shape[1], : image.shape[2]].copy_(image)
    return batch, mask
