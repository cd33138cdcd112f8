"""What goes wrong in lesson 2: the known wrong answers."""

from __future__ import annotations

import torch

from ptbasics.exercise import misconception
from ptbasics.reference.l02_operations import mean_squared_error, one_hot, warmest


@misconception("mean_squared_error", "all pairs")
def mean_squared_error_all_pairs(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return ((guess - target) ** 2).mean()


@misconception("mean_squared_error", "sum")
def mean_squared_error_sum(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return ((guess.flatten() - target.flatten()) ** 2).sum()


@misconception("mean_squared_error", "not squared")
def mean_squared_error_not_squared(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return (guess.flatten() - target.flatten()).mean()


@misconception("mean_squared_error", "number")
def mean_squared_error_number(guess: torch.Tensor, target: torch.Tensor) -> float:
    return ((guess.flatten() - target.flatten()) ** 2).mean().item()


@misconception("mean_squared_error", "one for all")
def mean_squared_error_one_for_all(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return ((guess.flatten() - target.flatten()) ** 2).mean()


@misconception("mean_squared_error", "absolute")
def mean_squared_error_absolute(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return (guess.flatten() - target.flatten()).abs().mean()


@misconception("mean_squared_error", "root")
def mean_squared_error_root(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return mean_squared_error(guess, target).sqrt()


@misconception("mean_squared_error", "same shape")
def mean_squared_error_same_shape(guess: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    if guess.shape != target.shape:
        raise ValueError("the shapes differ")
    return ((guess - target) ** 2).mean()


@misconception("mean_squared_error", "returned")
def mean_squared_error_returned(
    guess: torch.Tensor, target: torch.Tensor
) -> torch.Tensor | ValueError:
    if guess.numel() != target.numel():
        return ValueError("the numbers of guesses and targets differ")
    return mean_squared_error(guess, target)


@misconception("center_rows", "no keepdim")
def center_rows_no_keepdim(points: torch.Tensor) -> torch.Tensor:
    return points - points.mean(dim=1)


@misconception("center_rows", "columns")
def center_rows_columns(points: torch.Tensor) -> torch.Tensor:
    return points - points.mean(dim=0)


@misconception("center_rows", "one mean")
def center_rows_one_mean(points: torch.Tensor) -> torch.Tensor:
    return points - points.mean()


@misconception("center_rows", "in place")
def center_rows_in_place(points: torch.Tensor) -> torch.Tensor:
    points -= points.mean(dim=1, keepdim=True)
    return points


@misconception("pairwise_distances", "row by row")
def pairwise_distances_row_by_row(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return ((a - b) ** 2).sum(dim=1).sqrt()


@misconception("pairwise_distances", "squared")
def pairwise_distances_squared(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return ((a[:, None] - b) ** 2).sum(dim=2)


@misconception("pairwise_distances", "transposed")
def pairwise_distances_transposed(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return ((a - b[:, None]) ** 2).sum(dim=2).sqrt()


@misconception("pairwise_distances", "city blocks")
def pairwise_distances_city_blocks(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return (a[:, None] - b).abs().sum(dim=2)


@misconception("pairwise_distances", "wrong dim")
def pairwise_distances_wrong_dim(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return ((a[:, None] - b) ** 2).sum(dim=1).sqrt()


@misconception("warmest", "one for all")
def warmest_one_for_all(readings: torch.Tensor) -> tuple:
    place = readings.argmax()
    hours = readings.shape[2]
    return readings.max(), place // hours, place % hours


@misconception("warmest", "all days")
def warmest_all_days(readings: torch.Tensor) -> tuple:
    values, hours = readings.max(dim=2)
    values, days = values.max(dim=1)
    return values, days, hours


@misconception("warmest", "last day")
def warmest_last_day(readings: torch.Tensor) -> tuple:
    values, hours = readings.max(dim=2)
    values, days = values.max(dim=1)
    return values, days, hours[:, -1]


@misconception("warmest", "exchanged")
def warmest_exchanged(readings: torch.Tensor) -> tuple:
    values, days, hours = warmest(readings)
    return values, hours, days


@misconception("warmest", "true division")
def warmest_true_division(readings: torch.Tensor) -> tuple:
    values, places = readings.flatten(start_dim=1).max(dim=1)
    hours = readings.shape[2]
    return values, places / hours, places % hours


@misconception("warmest", "wrong divisor")
def warmest_wrong_divisor(readings: torch.Tensor) -> tuple:
    values, places = readings.flatten(start_dim=1).max(dim=1)
    days = readings.shape[1]
    return values, places // days, places % days


@misconception("count_correct", "tensor")
def count_correct_tensor(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return (scores.argmax(dim=1) == labels.flatten()).sum()


@misconception("count_correct", "fraction")
def count_correct_fraction(scores: torch.Tensor, labels: torch.Tensor) -> float:
    return (scores.argmax(dim=1) == labels.flatten()).float().mean().item()


@misconception("count_correct", "wrong dim")
def count_correct_wrong_dim(scores: torch.Tensor, labels: torch.Tensor) -> int:
    return int((scores.argmax(dim=0) == labels.flatten()).sum())


@misconception("count_correct", "flat")
def count_correct_flat(scores: torch.Tensor, labels: torch.Tensor) -> int:
    return int((scores.argmax() == labels.flatten()).sum())


@misconception("count_correct", "values")
def count_correct_values(scores: torch.Tensor, labels: torch.Tensor) -> int:
    return int((scores.max(dim=1).values == labels.flatten()).sum())


@misconception("count_correct", "all pairs")
def count_correct_all_pairs(scores: torch.Tensor, labels: torch.Tensor) -> int:
    return int((scores.argmax(dim=1) == labels).sum())


@misconception("one_hot", "max plus one")
def one_hot_max_plus_one(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    return (labels.unsqueeze(-1) == torch.arange(int(labels.max()) + 1)).long()


@misconception("one_hot", "float")
def one_hot_float(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    return torch.eye(num_classes)[labels]


@misconception("one_hot", "bool")
def one_hot_bool(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    return one_hot(labels, num_classes).bool()


@misconception("one_hot", "returned")
def one_hot_returned(labels: torch.Tensor, num_classes: int) -> torch.Tensor | ValueError:
    if ((labels < 0) | (labels >= num_classes)).any():
        return ValueError("a label is out of range")
    return one_hot(labels, num_classes)


@misconception("one_hot", "classes first")
def one_hot_classes_first(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    return torch.stack([labels == label for label in range(num_classes)]).long()


@misconception("one_hot", "flattened")
def one_hot_flattened(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    return (labels.reshape(-1, 1) == torch.arange(num_classes)).long()


@misconception("one_hot", "from the end")
def one_hot_from_the_end(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    return torch.eye(num_classes, dtype=torch.int64)[labels]


@misconception("one_hot", "all zeros")
def one_hot_all_zeros(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    return (labels.unsqueeze(-1) == torch.arange(num_classes)).long()


@misconception("softmax", "overflow")
def softmax_overflow(x: torch.Tensor, dim: int) -> torch.Tensor:
    return x.exp() / x.exp().sum(dim=dim, keepdim=True)


@misconception("softmax", "one maximum")
def softmax_one_maximum(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.max()).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


@misconception("softmax", "another shift")
def softmax_another_shift(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.mean(dim=dim, keepdim=True)).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


@misconception("softmax", "flat")
def softmax_flat(x: torch.Tensor, dim: int) -> torch.Tensor:
    return x.exp() / x.exp().sum()


@misconception("softmax", "flat, shifted")
def softmax_flat_shifted(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.max()).exp()
    return powers / powers.sum()


@misconception("softmax", "never below zero")
def softmax_never_below_zero(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.amax(dim=dim, keepdim=True).clamp(min=0)).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


@misconception("softmax", "absolute")
def softmax_absolute(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.abs().amax(dim=dim, keepdim=True)).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


@misconception("softmax", "pair")
def softmax_pair(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.max(dim=dim, keepdim=True)).exp()  # type: ignore[operator]
    return powers / powers.sum(dim=dim, keepdim=True)


@misconception("softmax", "maximum without keepdim")
def softmax_maximum_without_keepdim(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.amax(dim=dim)).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


@misconception("softmax", "never keepdim")
def softmax_never_keepdim(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.amax(dim=dim)).exp()
    return powers / powers.sum(dim=dim)


@misconception("softmax", "last dim")
def softmax_last_dim(x: torch.Tensor, dim: int) -> torch.Tensor:
    return x.exp() / x.exp().sum(dim=-1, keepdim=True)


@misconception("softmax", "no keepdim")
def softmax_no_keepdim(x: torch.Tensor, dim: int) -> torch.Tensor:
    powers = (x - x.amax(dim=dim, keepdim=True)).exp()
    return powers / powers.sum(dim=dim)


@misconception("match_scores", "reshape")
def match_scores_reshape(questions: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    batch, count, length = answers.shape
    scale: float = length**0.5
    return questions @ answers.reshape(batch, length, count) / scale


@misconception("match_scores", "unscaled")
def match_scores_unscaled(questions: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    return questions @ answers.transpose(1, 2)


@misconception("match_scores", "divided by D")
def match_scores_divided_by_d(questions: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    return questions @ answers.transpose(1, 2) / questions.shape[2]


@misconception("match_scores", "root of T")
def match_scores_root_of_t(questions: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    scale: float = questions.shape[1] ** 0.5
    return questions @ answers.transpose(1, 2) / scale


@misconception("match_scores", "swapped")
def match_scores_swapped(questions: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    scale: float = questions.shape[2] ** 0.5
    return answers @ questions.transpose(1, 2) / scale


@misconception("mix_channels", "transposed")
def mix_channels_transposed(images: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    return torch.einsum("ck,bchw->bkhw", matrix, images)


@misconception("mix_channels", "channels last")
def mix_channels_channels_last(images: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    return images.permute(0, 2, 3, 1) @ matrix.T


@misconception("mix_channels", "reshape")
def mix_channels_reshape(images: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    batch, channels, height, width = images.shape
    pixels = images.reshape(batch, height * width, channels) @ matrix.T
    return pixels.reshape(batch, matrix.shape[0], height, width)


@misconception("mix_channels", "pixel rows")
def mix_channels_pixel_rows(images: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    return matrix @ images
