"""Answers: One draw for image and mask."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception
from ptbasics.vision import tv_tensors, v2


def paired_crop_flip(
    image: torch.Tensor, mask: torch.Tensor, size: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """A random square of an image, mirrored in half of all calls, and the mask that belongs to it.

    Every place at which the square fits is as likely. To mirror is to swap left and right.

    Args:
        image: uint8, shape (3, H, W).
        mask: int64, shape (H, W): the class of each pixel.
        size: height and width of the square, at most H and W.

    Returns:
        Image and mask, cut out at one place and mirrored or not together: uint8, shape
        (3, size, size), and int64, shape (size, size).
    """
    draw = v2.Compose([v2.RandomCrop(size), v2.RandomHorizontalFlip()])
    return draw(tv_tensors.Image(image), tv_tensors.Mask(mask))


@misconception(
    "two calls",
    hint="Image and mask come from two places. The transform was called twice, and each call "
    "draws for itself.",
)
def paired_crop_flip_two_calls(image, mask, size):
    draw = v2.Compose([v2.RandomCrop(size), v2.RandomHorizontalFlip()])
    return draw(image), draw(mask)


@misconception(
    "plain mask",
    hint="The mask is still whole. Beside an `Image`, a plain tensor counts as something that is "
    "no picture, such as a label, and is passed on untouched. What is a mask to be wrapped "
    "in?",
)
def paired_crop_flip_plain_mask(image, mask, size):
    draw = v2.Compose([v2.RandomCrop(size), v2.RandomHorizontalFlip()])
    return draw(tv_tensors.Image(image), mask)


@misconception("plain mask")
def paired_crop_flip_both_plain(image, mask, size):
    draw = v2.Compose([v2.RandomCrop(size), v2.RandomHorizontalFlip()])
    return draw(image, mask)


@misconception(
    "mask as an image",
    hint="The mask has grown a dimension: an `Image` always has channels, and a mask has none. "
    "There is a type of its own for masks, which also keeps classes from being mixed when "
    "sizes change.",
)
def paired_crop_flip_mask_as_an_image(image, mask, size):
    draw = v2.Compose([v2.RandomCrop(size), v2.RandomHorizontalFlip()])
    return draw(tv_tensors.Image(image), tv_tensors.Image(mask))


@misconception(
    "mirrored apart",
    hint="Image and mask are of one place, but one of them is mirrored where the other is not.",
)
def paired_crop_flip_mirrored_apart(image, mask, size):
    parts = v2.RandomCrop(size)(tv_tensors.Image(image), tv_tensors.Mask(mask))
    return tuple(v2.RandomHorizontalFlip()(part) for part in parts)


@misconception("mirrored apart")
def paired_crop_flip_image_mirrored(image, mask, size):
    image, mask = v2.RandomCrop(size)(tv_tensors.Image(image), tv_tensors.Mask(mask))
    return v2.RandomHorizontalFlip()(image), mask


@misconception(
    "one place",
    hint="The square always comes from the same place, so most of the image is never seen.",
)
def paired_crop_flip_one_place(image, mask, size):
    draw = v2.Compose([v2.CenterCrop(size), v2.RandomHorizontalFlip()])
    return draw(tv_tensors.Image(image), tv_tensors.Mask(mask))


@misconception("one place")
def paired_crop_flip_from_the_corner(image, mask, size):
    draw = v2.RandomHorizontalFlip()
    return draw(tv_tensors.Image(image[:, :size, :size]), tv_tensors.Mask(mask[:size, :size]))


@misconception(
    "seeded",
    hint="Every call gives the same square. Whoever seeds inside of it starts the same chance "
    "again each time; seed once, outside, where a run begins.",
)
def paired_crop_flip_seeded(image, mask, size):
    torch.manual_seed(0)
    image, mask = v2.RandomCrop(size)(tv_tensors.Image(image), tv_tensors.Mask(mask))
    torch.manual_seed(0)
    return v2.RandomHorizontalFlip()(image, mask)


@misconception("seeded")
def paired_crop_flip_seeded_twice(image, mask, size):
    draw = v2.Compose([v2.RandomCrop(size), v2.RandomHorizontalFlip()])
    torch.manual_seed(0)
    first = draw(image)
    torch.manual_seed(0)
    return first, draw(mask)


@misconception(
    "always mirrored",
    hint="Every square is mirrored. With a chance of 1 nothing is left to chance: half of the "
    "squares are to stay as they are.",
)
def paired_crop_flip_always_mirrored(image, mask, size):
    draw = v2.Compose([v2.RandomCrop(size), v2.RandomHorizontalFlip(p=1.0)])
    return draw(tv_tensors.Image(image), tv_tensors.Mask(mask))


@misconception(
    "upside down",
    hint="Some squares are upside down. Left and right are to be swapped, and those are *columns*.",
)
def paired_crop_flip_upside_down(image, mask, size):
    draw = v2.Compose([v2.RandomCrop(size), v2.RandomVerticalFlip()])
    return draw(tv_tensors.Image(image), tv_tensors.Mask(mask))


@misconception(
    "last place missing",
    hint="Squares at the bottom and at the right are never drawn. In how many rows can a square "
    "of 4 begin if there are 6 rows? `torch.randint` leaves out its upper bound.",
)
def paired_crop_flip_last_place_missing(image, mask, size):
    height, width = mask.shape
    top = int(torch.randint(0, max(height - size, 1), ()))
    left = int(torch.randint(0, max(width - size, 1), ()))
    image = image[:, top : top + size, left : left + size]
    mask = mask[top : top + size, left : left + size]
    return (image.flip(-1), mask.flip(-1)) if torch.rand(()) < 0.5 else (image, mask)


@misconception(
    "never mirrored",
    hint="No square is mirrored. Half of all calls are to swap left and right, in both parts.",
)
def paired_crop_flip_never_mirrored(image, mask, size):
    return v2.RandomCrop(size)(tv_tensors.Image(image), tv_tensors.Mask(mask))


@alternative
def paired_crop_flip_by_slices(image, mask, size):
    height, width = mask.shape
    top = int(torch.randint(0, height - size + 1, ()))
    left = int(torch.randint(0, width - size + 1, ()))
    image = image[:, top : top + size, left : left + size]
    mask = mask[top : top + size, left : left + size]
    return (image.flip(-1), mask.flip(-1)) if torch.rand(()) < 0.5 else (image, mask)


@alternative
def paired_crop_flip_with_the_mask_as_a_channel(image, mask, size):
    draw = v2.Compose([v2.RandomHorizontalFlip(), v2.RandomCrop(size)])
    both = draw(torch.cat([image, mask[None].to(torch.uint8)]))
    return both[:3], both[3].to(mask.dtype)


@alternative
def paired_crop_flip_by_functionals(image, mask, size):
    top, left = (int(torch.randint(0, edge - size + 1, ())) for edge in mask.shape)
    parts = [v2.functional.crop(part, top, left, size, size) for part in (image, mask)]
    if bool(torch.randint(0, 2, ())):
        parts = [v2.functional.horizontal_flip(part) for part in parts]
    return tuple(parts)


@alternative
def paired_crop_flip_with_one_seed_for_two_calls(image, mask, size):
    draw = v2.Compose([v2.RandomCrop(size), v2.RandomHorizontalFlip()])
    state = torch.get_rng_state()
    first = draw(image)
    torch.set_rng_state(state)
    return first, draw(mask)
