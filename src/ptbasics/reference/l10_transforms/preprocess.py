"""Answers: From a photo to what a model expects."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ptbasics.exercise import alternative, misconception
from ptbasics.vision import v2


def preprocess(
    photo: torch.Tensor, height: int, width: int, mean: list[float], std: list[float]
) -> torch.Tensor:
    """A photo as a model expects it: channels first, in floats, of one size, normalised.

    The size is changed as `v2.Resize` does it when nothing else is said.

    Args:
        photo: uint8, shape (H, W, 3), as it was read from a file.
        height, width: the size that the model expects.
        mean, std: of each channel, where black is 0 and white is 1.

    Returns:
        float32, shape (3, height, width).
    """
    steps = v2.Compose(
        [
            v2.ToDtype(torch.float32, scale=True),
            v2.Resize((height, width)),
            v2.Normalize(mean, std),
        ]
    )
    return steps(photo.permute(2, 0, 1))


@misconception(
    "not scaled",
    hint="The values are far too large. A change of dtype alone keeps the numbers: white is still"
    " 255. Mean and standard deviation, however, are meant for a range from 0 to 1.",
)
def preprocess_not_scaled(photo, height, width, mean, std):
    image = photo.permute(2, 0, 1).to(torch.float32)
    return v2.Normalize(mean, std)(v2.Resize((height, width))(image))


@misconception("not scaled")
def preprocess_dtype_only(photo, height, width, mean, std):
    image = v2.ToDtype(torch.float32)(photo.permute(2, 0, 1))
    return v2.Normalize(mean, std)(v2.Resize((height, width))(image))


@misconception(
    "shorter edge",
    hint="The photo keeps its proportions: one number is the length of the *shorter* edge, and "
    "the other one follows from it. Photos of different proportions then cannot be stacked.",
)
def preprocess_shorter_edge(photo, height, width, mean, std):
    image = v2.functional.to_dtype(photo.permute(2, 0, 1), torch.float32, scale=True)
    return v2.Normalize(mean, std)(v2.Resize(height)(image))


@misconception(
    "channels last",
    hint="The channels are still behind. Transforms take the last two dimensions to be height and"
    " width, so here they squeeze or stretch the three colours.",
)
def preprocess_channels_last(photo, height, width, mean, std):
    image = v2.functional.to_dtype(photo, torch.float32, scale=True)
    return v2.Normalize(mean, std)(v2.Resize((height, width))(image))


@misconception(
    "reshaped",
    hint="The shape is right and the picture is not: a reshape reads the numbers on in the order "
    "in which they lie in memory, so that the colours of neighbours mix. Lesson 1 has an "
    "operation that changes the order of dimensions instead.",
)
def preprocess_reshaped(photo, height, width, mean, std):
    image = photo.reshape(3, *photo.shape[:2])
    image = v2.functional.to_dtype(image, torch.float32, scale=True)
    return v2.Normalize(mean, std)(v2.Resize((height, width))(image))


@misconception(
    "on its side",
    hint="The picture lies on its side: height and width have changed places. Which of the three "
    "dimensions is to move, and which two keep their order?",
)
def preprocess_on_its_side(photo, height, width, mean, std):
    image = v2.functional.to_dtype(photo.permute(2, 1, 0), torch.float32, scale=True)
    return v2.Normalize(mean, std)(v2.Resize((height, width))(image))


@misconception(
    "width first",
    hint="Height and width of the result have changed places. In torch, the height comes first, "
    "though people say 640 by 480.",
)
def preprocess_width_first(photo, height, width, mean, std):
    image = v2.functional.to_dtype(photo.permute(2, 0, 1), torch.float32, scale=True)
    return v2.Normalize(mean, std)(v2.Resize((width, height))(image))


@misconception(
    "normalised too early",
    hint="`Normalize` refuses whole numbers, because what it makes of them are fractions. Which "
    "step has to come before it?",
)
def preprocess_normalised_too_early(photo, height, width, mean, std):
    image = v2.Normalize(mean, std)(photo.permute(2, 0, 1))
    return v2.Resize((height, width))(image)


@misconception(
    "not normalised",
    hint="The values lie between 0 and 1: they are scaled, and not normalised yet.",
)
def preprocess_not_normalised(photo, height, width, mean, std):
    image = v2.Resize((height, width))(photo.permute(2, 0, 1))
    return v2.functional.to_dtype(image, torch.float32, scale=True)


@misconception("not scaled")
def preprocess_resized_before_floats(photo, height, width, mean, std):
    image = v2.Resize((height, width))(photo.permute(2, 0, 1))
    return v2.Normalize(mean, std)(image.to(torch.float32))


@alternative
def preprocess_size_first(photo, height, width, mean, std):
    small = v2.functional.resize(photo.movedim(-1, 0), [height, width], antialias=True)
    return v2.functional.normalize(small.float() / 255, mean, std)


@alternative
def preprocess_size_last(photo, height, width, mean, std):
    image = v2.functional.to_dtype(photo.permute(2, 0, 1), torch.float32, scale=True)
    return v2.functional.resize(v2.functional.normalize(image, mean, std), [height, width])


@alternative
def preprocess_through_an_image(photo, height, width, mean, std):
    steps = v2.Compose(
        [
            v2.ToImage(),
            v2.Resize((height, width)),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )
    return steps(photo.numpy())


@alternative
def preprocess_without_torchvision(photo, height, width, mean, std):
    image = photo.permute(2, 0, 1)[None] / 255
    image = F.interpolate(image, (height, width), mode="bilinear", antialias=True)[0]
    columns = [torch.tensor(values)[:, None, None] for values in (mean, std)]
    return (image - columns[0]) / columns[1]
