"""Answers: A chessboard from two slices."""

from __future__ import annotations

import torch

from ptbasics.exercise import alternative, misconception


def chessboard(rows: int, columns: int) -> torch.Tensor:
    """A chessboard: light and dark squares take turns along each row and each column.

    Args:
        rows: number of rows, at least 1.
        columns: number of columns, at least 1.

    Returns:
        uint8 tensor of shape (rows, columns) with 1 on light and 0 on dark squares; the square at
        the top left is light.
    """
    board = torch.zeros(rows, columns, dtype=torch.uint8)
    board[::2, ::2] = 1
    board[1::2, 1::2] = 1
    return board


@misconception(
    "inverted",
    hint="The colours are exchanged: the top left square is light, so it is 1.",
)
def chessboard_inverted(rows: int, columns: int) -> torch.Tensor:
    board = torch.zeros(rows, columns, dtype=torch.uint8)
    board[1::2, ::2] = 1
    board[::2, 1::2] = 1
    return board


@misconception(
    "stripes",
    hint="Whole rows were set. A slice for the columns, too, picks every other square.",
)
def chessboard_stripes(rows: int, columns: int) -> torch.Tensor:
    board = torch.zeros(rows, columns, dtype=torch.uint8)
    board[::2] = 1
    return board


@misconception(
    "every other row",
    hint="Half of the rows are still dark all over. They need light squares, too, and one step "
    "further to the right.",
)
def chessboard_every_other_row(rows: int, columns: int) -> torch.Tensor:
    board = torch.zeros(rows, columns, dtype=torch.uint8)
    board[::2, ::2] = 1
    return board


@misconception(
    "floats",
    hint="The pattern is right, but `torch.zeros` makes float32 unless told otherwise.",
)
def chessboard_floats(rows: int, columns: int) -> torch.Tensor:
    return chessboard(rows, columns).float()


@misconception(
    "bools",
    hint="The pattern is right, but these are true and false. `uint8` is asked, with 1 for light.",
)
def chessboard_bools(rows: int, columns: int) -> torch.Tensor:
    return chessboard(rows, columns).bool()


@misconception(
    "one long row",
    hint="Dark and light take turns from the first square to the last, as if the board were one "
    "long row. Where a row has an even number of squares, the next one then begins with the same "
    "colour.",
)
def chessboard_one_long_row(rows: int, columns: int) -> torch.Tensor:
    board = torch.zeros(rows * columns, dtype=torch.uint8)
    board[::2] = 1
    return board.view(rows, columns)


@misconception(
    "swapped",
    hint="Rows and columns are exchanged. In a shape, the number of rows comes first.",
)
def chessboard_swapped(rows: int, columns: int) -> torch.Tensor:
    return chessboard(columns, rows)


@alternative
def chessboard_by_loop(rows, columns):
    squares = [[(i + j + 1) % 2 for j in range(columns)] for i in range(rows)]
    return torch.tensor(squares, dtype=torch.uint8)


@alternative
def chessboard_by_ones(rows, columns):
    board = torch.ones((rows, columns), dtype=torch.uint8)
    board[1::2, ::2] = board[::2, 1::2] = 0
    return board


@alternative
def chessboard_by_sums(rows, columns):
    sums = torch.arange(rows)[:, None] + torch.arange(columns)
    return (sums % 2 == 0).to(torch.uint8)
