"""Answers: The score of each chosen answer."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


def chosen_scores(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    """For each question, the score of the answer that was chosen.

    Args:
        scores: tensor of shape (N, K): a row for each question, a column for each answer.
        choice: int64 tensor of shape (N,): for each question the number of a column, 0 to K - 1.

    Returns:
        Tensor of shape (N,) and the dtype of `scores`.
    """
    return scores.gather(1, choice.unsqueeze(1)).squeeze(1)


@misconception(
    "all pairs",
    hint="The columns were picked for *every* question: an (N, N) table. Question i needs choice "
    "i only.",
)
def chosen_scores_all_pairs(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    return scores[:, choice]


@misconception(
    "wrong dim",
    hint="`choice` holds numbers of columns, but here they were used to count rows. The `dim` of "
    "`gather` is the one that the index counts along.",
)
def chosen_scores_wrong_dim(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    return scores.gather(0, choice.unsqueeze(0)).squeeze(0)


@misconception(
    "column",
    hint="The right numbers, in a column of shape (N, 1). The result is flat.",
)
def chosen_scores_column(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    return scores.gather(1, choice.unsqueeze(1))


@misconception(
    "squeezed away",
    hint="With a single question, removing *all* dimensions of length 1 removes the one that "
    "counts the questions, too. Name the dimension to remove.",
)
def chosen_scores_squeezed_away(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    return scores.gather(1, choice.unsqueeze(1)).squeeze()


@misconception(
    "rows",
    hint="The first dimension of `scores` counts questions, not answers: this picks whole rows.",
)
def chosen_scores_rows(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    return scores[choice]


@misconception(
    "flat index",
    hint="`gather` wants an index with as many dimensions as `scores` has, and `choice` is flat. "
    "Give it one more first.",
)
def chosen_scores_flat_index(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    return scores.gather(1, choice)


@misconception(
    "first row",
    hint="All these scores come from the first question. `choice` holds one number for *each* "
    "row: as an index with two dimensions, it is a column.",
)
def chosen_scores_first_row(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    return scores.gather(1, choice.unsqueeze(0)).squeeze(0)


@misconception(
    "single",
    hint="The scores are float64, the result is float32: a new tensor has that dtype unless told "
    "otherwise. Keep the dtype of `scores`.",
)
def chosen_scores_single(scores: torch.Tensor, choice: torch.Tensor) -> torch.Tensor:
    chosen = torch.zeros(len(scores))
    for row, column in enumerate(choice):
        chosen[row] = scores[row, column]
    return chosen


@alternative
def chosen_by_pairs(scores, choice):
    return scores[torch.arange(len(scores)), choice]


@alternative
def chosen_by_loop(scores, choice):
    return torch.stack([row[column] for row, column in zip(scores, choice, strict=True)])


@alternative
def chosen_by_flat_positions(scores, choice):
    return scores.flatten()[choice + scores.shape[1] * torch.arange(scores.shape[0])]


@alternative
def chosen_by_take_along_dim(scores, choice):
    return torch.take_along_dim(scores, choice[:, None], 1)[:, 0]


@alternative
def chosen_by_diagonal(scores, choice):
    return scores[:, choice].diagonal()
