"""Answers: Score every question against every answer."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


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


@misconception(
    "reshape",
    hint="The shape fits but the numbers are torn apart: `reshape` and `view` only cut memory "
    "into rows anew. To exchange two dimensions is another operation.",
)
def match_scores_reshape(questions: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    batch, count, length = answers.shape
    scale: float = length**0.5
    return questions @ answers.reshape(batch, length, count) / scale


@misconception(
    "unscaled",
    hint="The dot products are right; the division by the square root of D is missing.",
)
def match_scores_unscaled(questions: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    return questions @ answers.transpose(1, 2)


@misconception(
    "divided by D",
    hint="The scores were divided by D instead of by its square root.",
)
def match_scores_divided_by_d(questions: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    return questions @ answers.transpose(1, 2) / questions.shape[2]


@misconception(
    "root of T",
    hint="The root is that of the number of questions. The length of the descriptions is another "
    "dimension.",
)
def match_scores_root_of_t(questions: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    scale: float = questions.shape[1] ** 0.5
    return questions @ answers.transpose(1, 2) / scale


@misconception(
    "swapped",
    hint="Here the answers are the rows. The result is `(B, T, S)`: questions first.",
)
def match_scores_swapped(questions: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    scale: float = questions.shape[2] ** 0.5
    return answers @ questions.transpose(1, 2) / scale


@misconception(
    "all dimensions turned",
    hint="`.T` turns *all* dimensions round, the batch included. Only the last two of `answers` "
    "change places.",
)
def match_scores_all_turned(questions: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    scale: float = questions.shape[2] ** 0.5
    return questions @ answers.permute(2, 1, 0) / scale


@alternative
def match_scores_by_bmm(questions, answers):
    return torch.bmm(questions, answers.mT).div(answers.shape[-1] ** 0.5)


@alternative
def match_scores_by_einsum(questions, answers):
    return torch.einsum("btd,bsd->bts", questions, answers) / questions.size(-1) ** 0.5


@alternative
def match_scores_by_broadcasting(questions, answers):
    products = questions[:, :, None] * answers[:, None]
    return products.sum(-1) / questions.size(-1) ** 0.5
