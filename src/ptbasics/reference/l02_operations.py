"""Answers to lesson 2: operations."""

from __future__ import annotations

import torch


def mean_squared_error(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The mean of the squared differences between guesses and targets.

    Args:
        guess: N floating-point numbers, of shape (N,) or (N, 1).
        target: N floating-point numbers, of shape (N,) or (N, 1), not always the same as `guess`;
            same dtype.

    Returns:
        A tensor without dimensions, of that dtype.

    Raises:
        ValueError: `guess` and `target` have different numbers of elements.
    """
    if guess.numel() != target.numel():
        raise ValueError(f"{guess.numel()} guesses for {target.numel()} targets")
    return ((guess.flatten() - target.flatten()) ** 2).mean()


def center_rows(points: torch.Tensor) -> torch.Tensor:
    """Subtract from every row its own mean.

    Args:
        points: floating-point tensor of shape (N, M); it is left unchanged.

    Returns:
        A tensor of the same shape and dtype in which every row has mean 0.
    """
    return points - points.mean(dim=1, keepdim=True)


def pairwise_distances(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The straight-line distance from every point of `a` to every point of `b`.

    Args:
        a: floating-point tensor of shape (N, D): N points with D coordinates each.
        b: the same with M points: shape (M, D), same dtype.

    Returns:
        A tensor of shape (N, M) with the dtype of `a`; element [i, j] is the distance between
        `a[i]` and `b[j]`.
    """
    differences = a[:, None, :] - b[None, :, :]
    return (differences**2).sum(dim=2).sqrt()


def warmest(readings: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The highest reading of each station, and the day and hour when it was taken.

    Args:
        readings: floating-point tensor of shape (stations, days, hours); no station has its
            highest reading twice.

    Returns:
        A tuple of three tensors of shape (stations,): the highest readings, in the dtype of
        `readings`, then their days and their hours, counted from 0, both int64.
    """
    values, places = readings.flatten(start_dim=1).max(dim=1)
    hours = readings.shape[2]
    return values, places // hours, places % hours


def count_correct(scores: torch.Tensor, labels: torch.Tensor) -> int:
    """How many samples have their highest score at their label.

    Args:
        scores: floating-point tensor of shape (N, C): a score for each sample and class.
        labels: int64 tensor of shape (N,) or (N, 1): the right class of each sample.

    Returns:
        The number of correct predictions as a Python int, from 0 to N.
    """
    return int((scores.argmax(dim=1) == labels.flatten()).sum())


def one_hot(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    """Replace every label by a vector that is 1 at the label and 0 elsewhere.

    Args:
        labels: int64 tensor of any shape, also without dimensions.
        num_classes: how many classes there are, whether or not all of them occur.

    Returns:
        An int64 tensor with the shape of `labels` followed by `num_classes`.

    Raises:
        ValueError: a label is below 0, or is `num_classes` or more.
    """
    if ((labels < 0) | (labels >= num_classes)).any():
        raise ValueError(f"labels must lie between 0 and {num_classes - 1}")
    return (labels.unsqueeze(-1) == torch.arange(num_classes)).long()


def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
    """Turn numbers into probabilities: exp(x), divided by the sum of exp(x) along `dim`.

    Args:
        x: floating-point tensor of any shape with at least one dimension; its values may be
            as large as 1000 and more, as small as -1000 and less, and some of a group even minus
            infinity.
        dim: the dimension along which the results sum to 1; may be negative.

    Returns:
        A tensor with the shape and dtype of `x`: finite, and 1 when summed along `dim`.
    """
    powers = (x - x.amax(dim=dim, keepdim=True)).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


def match_scores(questions: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    """In each sample, the dot product of every question with every answer, over the root of D.

    Args:
        questions: floating-point tensor of shape (B, T, D).
        answers: floating-point tensor of shape (B, S, D), same dtype.

    Returns:
        A tensor of shape (B, T, S) and of that dtype; element [b, t, s] is the dot product of
        `questions[b, t]` and `answers[b, s]`, divided by the square root of D.
    """
    scale: float = questions.shape[2] ** 0.5
    return questions @ answers.transpose(1, 2) / scale


def mix_channels(images: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """Make new channels out of the old ones, in the same way at every pixel.

    Args:
        images: floating-point tensor of shape (B, C, H, W).
        matrix: tensor of shape (K, C) and the dtype of `images`; row k holds the weights of the
            C old channels in new channel k.

    Returns:
        A tensor of shape (B, K, H, W) and the dtype of `images`.
    """
    return torch.einsum("kc,bchw->bkhw", matrix, images)
