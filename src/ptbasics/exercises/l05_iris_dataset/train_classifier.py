"""A classifier for Iris."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ptbasics.exercise import Case, Implementation, exercise
from ptbasics.exercises._drawing import integers
from ptbasics.exercises._threads import one_thread

#: The split that everybody is measured on: 90 rows to train, 30 to validate, 30 to test.
_SPLIT_SEED = 1


_GOAL = 0.93


def classifier_cases(generator: torch.Generator) -> list[Case]:
    def train(order: str) -> tuple[Any, ...]:
        seed, shuffle = integers(generator, 0, 10_000, 2)
        return seed, order, shuffle

    return [
        Case("rows in random order", train("random")),
        Case("rows in random order, another seed", train("random")),
        Case("rows sorted by species", train("sorted")),
    ]


def _quality(seen: Any, _seed: int, order: str, shuffle: int) -> Any:
    """What must be true of a model's outputs for the 30 test flowers, whatever the model."""
    if seen is None:
        return {"the result is a module": False}
    X, y, _, test_y = _fixed_split(order, shuffle)
    logits, repeated = seen["logits"], seen["logits of a second run"]
    inputs, labels = seen["training data"]
    right = int((logits.argmax(1) == test_y).sum()) if logits.ndim == 2 else 0
    return {
        "the result is a module": True,
        "shape of the outputs for 30 flowers": list(logits.shape),
        "dtype of the outputs": logits.dtype,
        "outputs are probabilities": bool(
            (logits >= 0).all() and torch.allclose(logits.sum(-1), torch.ones(()))
        ),
        f"accuracy on the test part is at least {_GOAL}": right >= _GOAL * len(test_y),
        "the same seed gives the same outputs": torch.equal(logits, repeated),
        "the training data are unchanged": torch.equal(inputs, X) and torch.equal(labels, y),
    }


@exercise(
    title="A classifier for Iris",
    points=5,
    difficulty=2,
    minutes=20,
    hint="All pieces are in lesson 4: seed, model, optimizer, and the four steps in their order, "
    "for some dozens of epochs. Shuffle the rows in every epoch. If the accuracy is too low, look "
    "at the loss: does it fall?",
    cases=classifier_cases,
    seconds=20,
    measure=_quality,
)
def train_classifier(implementation: Implementation, seed: int, order: str, shuffle: int) -> Any:
    # the labels of the test part are in no frame that an answer could walk up to
    X, y, test_X = _fixed_split(order, shuffle)[:3]
    inputs, labels = X.clone(), y.clone()
    with one_thread():
        model = implementation(inputs, labels, seed)
        if not isinstance(model, nn.Module):
            return None
        again = implementation(X.clone(), y.clone(), seed)
    with torch.no_grad():
        return {
            "logits": model.eval()(test_X),
            "logits of a second run": again.eval()(test_X),
            "training data": (inputs, labels),
        }


def _fixed_split(order: str, shuffle: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Training and test features, standardised by the training part, and their labels.

    Always the same flowers. The seed `shuffle` decides which of them comes first, and so on; if
    the `order` is "sorted", that is so in the test part only.
    """
    # here, because it takes a second, and the first check of any lesson imports this module
    from sklearn.datasets import load_iris
    from sklearn.model_selection import train_test_split

    iris = load_iris()
    rest, test = train_test_split(
        np.arange(len(iris.target)),
        test_size=30,
        stratify=iris.target,
        random_state=_SPLIT_SEED,
    )
    train, _ = train_test_split(
        rest, test_size=30, stratify=iris.target[rest], random_state=_SPLIT_SEED
    )
    random = np.random.default_rng(shuffle)
    test, train = random.permutation(test), random.permutation(train)
    if order == "sorted":
        train = np.sort(train)
    mean, std = iris.data[train].mean(0), iris.data[train].std(0)
    X = torch.from_numpy(((iris.data - mean) / std).astype(np.float32))
    y = torch.from_numpy(iris.target.astype(np.int64))
    return X[train], y[train], X[test], y[test]
