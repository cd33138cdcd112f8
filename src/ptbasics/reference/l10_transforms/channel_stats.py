"""Answers: What to normalise with."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


def channel_stats(
    photos: list[torch.Tensor], training: list[int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and standard deviation of each channel, over all pixels of the training photos.

    Every pixel counts once, so a large photo counts more than a small one.

    Args:
        photos: uint8, shape (3, H, W) each; H and W may differ from photo to photo.
        training: which of them are trained on.

    Returns:
        Means and standard deviations, where black is 0 and white is 1: float32, shape (3,) each.
    """
    pixels = torch.cat([photos[i].flatten(start_dim=1) for i in training], dim=1) / 255
    return pixels.mean(dim=1), pixels.std(dim=1)


@misconception(
    "not scaled",
    hint="These are the statistics of values up to 255. They are meant for images that have been "
    "scaled to a range from 0 to 1.",
)
def channel_stats_not_scaled(photos, training):
    pixels = torch.cat([photos[i].flatten(start_dim=1) for i in training], dim=1).float()
    return pixels.mean(dim=1), pixels.std(dim=1)


@misconception(
    "all photos",
    hint="Every photo was used. What is known before training must not hold anything of the "
    "photos that come later, to validate and to test.",
)
def channel_stats_all_photos(photos, training):
    return channel_stats(photos, range(len(photos)))


@misconception(
    "mean of stds",
    hint="The standard deviations are too small. The mean of those of single photos leaves out "
    "how the photos differ from one another: a dark and a bright wall have no deviation "
    "each, and together they have.",
)
def channel_stats_mean_of_stds(photos, training):
    mean, _ = channel_stats(photos, training)
    stds = [(photos[i] / 255).std(dim=(1, 2)) for i in training]
    return mean, torch.stack(stds).mean(dim=0)


@misconception(
    "mean of means",
    hint="Each photo counts the same, the small one as much as the large one. It is the *pixels* "
    "that are to count the same.",
)
def channel_stats_mean_of_means(photos, training):
    means = [(photos[i] / 255).mean(dim=(1, 2)) for i in training]
    return torch.stack(means).mean(dim=0), channel_stats(photos, training)[1]


@misconception(
    "one for all",
    hint="Red, green and blue got the same numbers. Which dimension must not be reduced?",
)
def channel_stats_one_for_all(photos, training):
    pixels = torch.cat([photos[i].flatten() for i in training]) / 255
    return pixels.mean().expand(3), pixels.std().expand(3)


@misconception(
    "for each pixel",
    hint="There is a mean for each *place* in the image. A model that looks for a wheel should "
    "not care where it is, so all places share one mean and one deviation for each channel.",
)
def channel_stats_for_each_pixel(photos, training):
    stacked = torch.stack([photos[i] for i in training]) / 255
    return stacked.mean(dim=0), stacked.std(dim=0, correction=0)


@misconception(
    "variance",
    hint="The second result is the variance. The standard deviation is on the scale of the pixels"
    " themselves.",
)
def channel_stats_variance(photos, training):
    mean, std = channel_stats(photos, training)
    return mean, std**2


@alternative
def channel_stats_by_sums(photos, training):
    count, total, squares = 0, torch.zeros(3), torch.zeros(3)
    for i in training:
        image = photos[i].float() / 255
        count += image[0].numel()
        total += image.sum(dim=(1, 2))
        squares += (image**2).sum(dim=(1, 2))
    mean = total / count
    return mean, (squares / count - mean**2).sqrt()


@alternative
def channel_stats_with_pixels_in_rows(photos, training):
    rows = torch.cat([photos[i].permute(1, 2, 0).reshape(-1, 3) for i in training]).double() / 255
    std, mean = torch.std_mean(rows, dim=0, correction=0)
    return mean.float(), std.float()


@alternative
def channel_stats_channel_by_channel(photos, training):
    channels = [torch.cat([photos[i][c].ravel() / 255.0 for i in training]) for c in range(3)]
    return torch.stack([c.mean() for c in channels]), torch.stack([c.std() for c in channels])


@misconception(
    "photos averaged",
    hint="Each photo got its own mean and deviation, and these were averaged. Then small photos "
    "count as much as large ones, and how the photos differ from one another is lost: put the "
    "pixels of all photos together first.",
)
def channel_stats_photos_averaged(photos, training):
    scaled = [photos[i] / 255 for i in training]
    means = torch.stack([photo.mean(dim=(1, 2)) for photo in scaled])
    stds = torch.stack([photo.std(dim=(1, 2)) for photo in scaled])
    return means.mean(dim=0), stds.mean(dim=0)
