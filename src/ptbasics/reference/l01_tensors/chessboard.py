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
    hint="Whole rows, or whole columns, were set. Squares that take turns in both directions need "
    "a slice for the rows and one for the columns.",
)
def chessboard_stripes(rows: int, columns: int) -> torch.Tensor:
    board = torch.zeros(rows, columns, dtype=torch.uint8)
    board[::2] = 1
    return board


@misconception(
    "every other row",
    hint="Half of the rows are still dark all over. They need light squares, too, in the columns "
    "that are dark in the other rows.",
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
    hint="The pattern is right, but these are true and false. `uint8` is asked for, with 1 "
    "for light.",
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


@misconception("stripes")
def chessboard_columns(rows: int, columns: int) -> torch.Tensor:
    board = torch.zeros(rows, columns, dtype=torch.uint8)
    board[:, ::2] = 1
    return board


@misconception("every other row")
def chessboard_only_the_others(rows: int, columns: int) -> torch.Tensor:
    board = torch.zeros(rows, columns, dtype=torch.uint8)
    board[1::2, 1::2] = 1
    return board


@misconception("stripes")
def chessboard_crossing_stripes(rows: int, columns: int) -> torch.Tensor:
    board = torch.zeros(rows, columns, dtype=torch.uint8)
    board[::2] = board[:, ::2] = 1
    return board


@misconception(
    "even sizes only",
    hint="For odd numbers of rows or columns the board is too small: the pattern does not end with "
    "a whole pair of squares there.",
)
def chessboard_even_sizes_only(rows: int, columns: int) -> torch.Tensor:
    pair = [[1, 0] * (columns // 2), [0, 1] * (columns // 2)]
    return torch.tensor(pair * (rows // 2), dtype=torch.uint8)


@misconception(
    "another dtype",
    hint="The pattern is right, in another dtype of whole numbers. They are int64 unless told "
    "otherwise, and `uint8` is asked for.",
)
def chessboard_int64(rows: int, columns: int) -> torch.Tensor:
    return chessboard(rows, columns).long()


@misconception("another dtype")
def chessboard_int32(rows: int, columns: int) -> torch.Tensor:
    return chessboard(rows, columns).int()


@misconception(
    "inverted, another dtype",
    hint="Two things are left: the colours are exchanged (the top left square is light, so it is "
    "1), and the dtype is not `uint8`.",
)
def chessboard_inverted_int64(rows: int, columns: int) -> torch.Tensor:
    return chessboard_inverted(rows, columns).long()


@misconception("inverted, another dtype")
def chessboard_inverted_floats(rows: int, columns: int) -> torch.Tensor:
    return chessboard_inverted(rows, columns).float()


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
