"""Answers: A batch with the dtypes you want."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils.data import default_collate

from ptbasics.exercise import alternative, misconception


def collate_houses(samples: list) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Put houses into a batch.

    Args:
        samples: B ≥ 1 tuples `(features, rooms, price)`: a tensor of shape (F,), the same F and
            dtype for all; an int; a float.

    Returns:
        A tuple of three tensors: features of shape (B, F) in the dtype they had, rooms of shape
        (B,) in int64, prices of shape (B,) in float32.
    """
    features = torch.stack([features for features, _, _ in samples])
    rooms = torch.tensor([rooms for _, rooms, _ in samples])
    prices = torch.tensor([price for _, _, price in samples])
    return features, rooms, prices


@misconception(
    "default",
    hint="The prices are float64, which a float32 model refuses to meet. `default_collate` makes "
    "that of Python floats, to lose nothing (and gives a list); `torch.tensor(...)` makes float32 "
    "of them, unless it is told another dtype.",
)
def collate_houses_default(samples: list) -> tuple:
    return tuple(default_collate(samples))


@misconception(
    "glued",
    hint="`cat` joins along a dimension that is there already: all features became one long row. "
    "Which function makes a new dimension for the samples?",
)
def collate_houses_glued(samples: list) -> tuple:
    features, rooms, prices = zip(*samples, strict=True)
    return torch.cat(features), torch.tensor(rooms), torch.tensor(prices)


@misconception(
    "column",
    hint="The prices have shape (B, 1). Against predictions of shape (B,) they would broadcast to "
    "(B, B).",
)
def collate_houses_column(samples: list) -> tuple:
    features, rooms, prices = zip(*samples, strict=True)
    return torch.stack(features), torch.tensor(rooms), torch.tensor(prices)[:, None]


@misconception(
    "all floats",
    hint="`torch.Tensor(...)` and `.float()` make float32 of everything; rooms are to be int64, "
    "and features keep their dtype.",
)
def collate_houses_all_floats(samples: list) -> tuple:
    features, rooms, prices = zip(*samples, strict=True)
    return torch.stack(features).float(), torch.Tensor(rooms), torch.Tensor(prices)


@misconception(
    "squeezed",
    hint="With a single house, the dimension of the batch has length 1, and `squeeze` removed it. "
    "A batch of one is still a batch.",
)
def collate_houses_squeezed(samples: list) -> tuple:
    features, rooms, prices = zip(*samples, strict=True)
    batch = torch.stack(features), torch.tensor(rooms), torch.tensor(prices)
    return tuple(part.squeeze() for part in batch)


@misconception(
    "list",
    hint="The parts are right, but they are in a list. A tuple is asked for.",
)
def collate_houses_list(samples: list) -> list:
    return list(collate_houses(samples))


@misconception("default")
def collate_houses_default_itself(samples: list) -> Any:
    return default_collate(samples)


@misconception("rooms in another dtype")
def collate_houses_rooms_in_int32(samples: list) -> tuple:
    features, rooms, prices = collate_houses(samples)
    return features, rooms.int(), prices


@misconception(
    "rooms in another dtype",
    hint="Features and prices are right. Rooms are whole numbers, and int64 is asked for.",
)
def collate_houses_rooms_in_float32(samples: list) -> tuple:
    features, rooms, prices = collate_houses(samples)
    return features, rooms.float(), prices


@misconception(
    "features in float32",
    hint="Rooms and prices are right. Features keep the dtype that they have.",
)
def collate_houses_features_in_float32(samples: list) -> tuple:
    features, rooms, prices = collate_houses(samples)
    return features.float(), rooms, prices


@alternative
def houses_by_default_collate(samples):
    features, rooms, prices = default_collate(samples)
    return features, rooms, prices.float()


@alternative
def houses_by_old_constructors(samples):
    features, rooms, prices = zip(*samples, strict=True)
    return torch.vstack(features), torch.LongTensor(rooms), torch.FloatTensor(prices)


@alternative
def houses_by_loop(samples):
    features = torch.empty(len(samples), len(samples[0][0]), dtype=samples[0][0].dtype)
    rooms = torch.zeros(len(samples), dtype=torch.int64)
    prices = torch.zeros(len(samples))
    for i, (row, count, price) in enumerate(samples):
        features[i], rooms[i], prices[i] = row, count, price
    return features, rooms, prices


@misconception("default")
def collate_houses_double_prices(samples: list) -> tuple:
    features, rooms, prices = collate_houses(samples)
    return features, rooms, prices.double()
