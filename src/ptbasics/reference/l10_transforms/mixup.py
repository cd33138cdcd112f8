"""Answers: Two images, two labels, one weight."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ptbasics.exercise import alternative, misconception


def mixup(
    images: torch.Tensor, labels: torch.Tensor, classes: int, alpha: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Each image of a batch mixed with another one of the batch, and their labels alike.

    The result at place i is `weight` parts of image i and `1 - weight` parts of its partner. One
    weight is drawn for the whole batch, from the distribution Beta(alpha, alpha). The partners are
    the images of the batch in an order drawn at random; an image may be its own.

    Args:
        images: float32, shape (N, C, H, W).
        labels: int64, shape (N,), from 0 to `classes - 1`.
        classes: how many classes there are.
        alpha: above 0. The smaller it is, the nearer the weight is to 0 or 1.

    Returns:
        Mixed images, float32, shape (N, C, H, W), and the share of each class in them, float32,
        shape (N, classes).
    """
    weight = torch.distributions.Beta(alpha, alpha).sample()
    partners = torch.randperm(len(images))
    shares = F.one_hot(labels, classes).float()
    return (
        weight * images + (1 - weight) * images[partners],
        weight * shares + (1 - weight) * shares[partners],
    )


@misconception(
    "numbers mixed",
    hint="The labels themselves were mixed. A mixture of classes 0 and 2 is not class 1: it is a "
    "part of each. The result needs a column for each class.",
)
def mixup_numbers_mixed(images, labels, classes, alpha):
    weight = torch.distributions.Beta(alpha, alpha).sample()
    partners = torch.randperm(len(images))
    return (
        weight * images + (1 - weight) * images[partners],
        weight * labels + (1 - weight) * labels[partners],
    )


@misconception(
    "two orders",
    hint="Labels do not belong to their images: an order was drawn for the images, and another "
    "one for the labels.",
)
def mixup_two_orders(images, labels, classes, alpha):
    weight = torch.distributions.Beta(alpha, alpha).sample()
    shares = F.one_hot(labels, classes).float()
    return (
        weight * images + (1 - weight) * images[torch.randperm(len(images))],
        weight * shares + (1 - weight) * shares[torch.randperm(len(images))],
    )


@misconception(
    "labels kept",
    hint="The images are mixed and the labels are not. Part of what is to be seen belongs to "
    "another class now.",
)
def mixup_labels_kept(images, labels, classes, alpha):
    mixed, _ = mixup(images, labels, classes, alpha)
    return mixed, F.one_hot(labels, classes).float()


@misconception(
    "shares swapped",
    hint="The labels have the right classes in the wrong shares: what the image is mostly made of"
    " has the smaller share. Which weight belongs to which of the two?",
)
def mixup_weights_swapped(images, labels, classes, alpha):
    weight = torch.distributions.Beta(alpha, alpha).sample()
    partners = torch.randperm(len(images))
    shares = F.one_hot(labels, classes).float()
    return (
        weight * images + (1 - weight) * images[partners],
        (1 - weight) * shares + weight * shares[partners],
    )


@misconception(
    "a weight for each pixel",
    hint="The images are no mixtures of two: each pixel got a weight of its own. No label could "
    "say how much of each class that is.",
)
def mixup_a_weight_for_each_pixel(images, labels, classes, alpha):
    weights = torch.distributions.Beta(alpha, alpha).sample(images.shape)
    partners = torch.randperm(len(images))
    shares = F.one_hot(labels, classes).float()
    weight = weights.mean()
    return (
        weights * images + (1 - weights) * images[partners],
        weight * shares + (1 - weight) * shares[partners],
    )


@misconception(
    "a weight for each image",
    hint="The images of a batch have weights of their own. That can be trained with, too, but "
    "here one weight for the whole batch is asked for.",
)
def mixup_a_weight_for_each_image(images, labels, classes, alpha):
    weights = torch.distributions.Beta(alpha, alpha).sample((len(images), 1))
    partners = torch.randperm(len(images))
    shares = F.one_hot(labels, classes).float()
    wide = weights[..., None, None]
    return (
        wide * images + (1 - wide) * images[partners],
        weights * shares + (1 - weights) * shares[partners],
    )


@misconception(
    "both classes in full",
    hint="The labels add up to 2: both classes are there in full. Shares of one picture add up to"
    " 1.",
)
def mixup_both_classes_in_full(images, labels, classes, alpha):
    weight = torch.distributions.Beta(alpha, alpha).sample()
    partners = torch.randperm(len(images))
    shares = F.one_hot(labels, classes).float()
    return weight * images + (1 - weight) * images[partners], shares + shares[partners]


@misconception(
    "alpha unused",
    hint="Every weight is as likely, whatever `alpha` is. `torch.distributions` has the "
    "distribution that is asked for.",
)
def mixup_alpha_unused(images, labels, classes, alpha):
    return mixup(images, labels, classes, 1.0)


@misconception(
    "nobody mixed",
    hint="Every image is as it was: each is its own partner. The partners are to be in another "
    "order.",
)
def mixup_nobody_mixed(images, labels, classes, alpha):
    return images.clone(), F.one_hot(labels, classes).float()


@alternative
def mixup_by_lerp(images, labels, classes, alpha):
    weight = torch.distributions.Beta(torch.tensor(alpha), torch.tensor(alpha)).sample()
    order = torch.randperm(images.size(0))
    shares = torch.eye(classes)[labels]
    return torch.lerp(images[order], images, weight), torch.lerp(shares[order], shares, weight)


@alternative
def mixup_by_dirichlet(images, labels, classes, alpha):
    own, other = torch.distributions.Dirichlet(torch.full((2,), alpha)).sample().tolist()
    partners = torch.randperm(len(labels))
    shares = torch.zeros(len(labels), classes)
    rows = torch.arange(len(labels))
    shares[rows, labels] += own
    shares[rows, labels[partners]] += other
    return own * images + other * images[partners], shares


@alternative
def mixup_image_by_image(images, labels, classes, alpha):
    weight = float(torch.distributions.Beta(alpha, alpha).sample((1,)))
    mixed, shares = [], []
    for i, j in enumerate(torch.randperm(len(images)).tolist()):
        mixed.append(weight * images[i] + (1 - weight) * images[j])
        kinds = [F.one_hot(labels[k], num_classes=classes) for k in (i, j)]
        shares.append(weight * kinds[0] + (1 - weight) * kinds[1])
    return torch.stack(mixed), torch.stack(shares)


@alternative
def mixup_with_the_neighbour(images, labels, classes, alpha):
    weight = torch.distributions.Beta(alpha, alpha).sample()
    shift = int(torch.randint(1, len(images), ()))
    shares = F.one_hot(labels, classes).float()
    mixed = weight * images + (1 - weight) * images.roll(shift, 0)
    return mixed, weight * shares + (1 - weight) * shares.roll(shift, 0)
