"""Arrows of gradients end where the gradients say, beside the circle of the largest length."""

from __future__ import annotations

import torch

from ptbasics.viz.clipping import gradient_arrows


def test_arrows_end_at_their_gradients_and_the_circle_has_the_radius() -> None:
    gradients = {"gradient": torch.tensor([3.0, 4.0]), "clipped": torch.tensor([0.6, 0.8])}
    picture = gradient_arrows(gradients, max_norm=1.0)
    [ax] = picture.axes
    assert [arrow.xy for arrow in ax.texts] == [(3.0, 4.0), tuple(gradients["clipped"].tolist())]  # type: ignore[attr-defined]
    assert ax.patches[0].radius == 1.0  # type: ignore[attr-defined]
    labels = [text.get_text() for text in picture.legends[0].get_texts()]
    assert labels == ["gradient: length 5", "clipped: length 1", "length 1"]
    assert ax.get_xlim()[0] < -1 < 3 < ax.get_xlim()[1]
