"""The picture of folds holds out the samples of each fold once."""

from __future__ import annotations

from matplotlib.colors import to_hex

from ptbasics.viz.splits import fold_rows
from ptbasics.viz.style import ORANGE
from tests.viz.pictures import cut_off


def test_each_model_is_validated_on_its_fold() -> None:
    picture = fold_rows([[2, 0], [1]])
    fills = [to_hex(patch.get_facecolor()).upper() for patch in picture.axes[0].patches]
    assert [fill == ORANGE for fill in fills[:6]] == [True, False, True, False, True, False]
    assert cut_off(picture) == []
