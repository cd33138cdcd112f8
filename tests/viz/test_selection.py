"""The picture of the kept epoch shows the epoch and the loss that it is given."""

from __future__ import annotations

import pytest

from ptbasics.viz.selection import best_epoch
from tests.viz.pictures import cut_off, texts

CURVES = {"train": [1.0, 0.5, 0.2, 0.1], "validation": [1.1, 0.7, 0.625, 0.9]}


def test_the_epoch_is_marked_on_the_validation_curve() -> None:
    picture = best_epoch(CURVES, 3)
    [ax] = picture.axes
    train, validation, *_, ring = ax.lines
    assert (list(train.get_ydata()), list(validation.get_ydata())) == tuple(CURVES.values())
    assert [point.item() for point in ring.get_xydata()[0]] == [3.0, 0.625]
    assert "kept: epoch 3, validation loss 0.625" in texts(picture)
    assert cut_off(picture) == []


@pytest.mark.parametrize("chosen", [0, 5])
def test_an_epoch_that_was_not_run_is_refused(chosen: int) -> None:
    with pytest.raises(ValueError, match="one of the 4"):
        best_epoch(CURVES, chosen)
