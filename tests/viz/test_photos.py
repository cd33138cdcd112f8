"""Pictures of photos show the tensors that were passed in, and say what is to be seen in them."""

from __future__ import annotations

import numpy as np
import torch

from ptbasics.viz.photos import contact_sheet, layers, stages
from ptbasics.viz.style import Picture

PHOTO = torch.arange(2 * 4 * 3, dtype=torch.uint8).reshape(2, 4, 3)


def drawn(picture: Picture, place: int) -> np.ndarray:
    """The values of the first image in one of the frames of a picture."""
    return np.asarray(picture.axes[place].images[0].get_array())


def test_stages_show_a_photo_either_way_round_with_its_facts() -> None:
    scaled = PHOTO.permute(2, 0, 1) / 255
    picture = stages(("read", PHOTO), ("scaled", scaled), ("normalised", (scaled - 0.5) / 0.25))
    for place in (0, 1):
        assert drawn(picture, place).shape == (2, 4, 3)
    assert np.array_equal(drawn(picture, 0), PHOTO.numpy())
    assert drawn(picture, 2).min() == 0, "what lies below 0 is stretched into what can be shown"
    assert drawn(picture, 2).max() == 1
    assert [ax.get_xlabel().splitlines()[:2] for ax in picture.axes] == [
        ["2 × 4 × 3", "uint8"],
        ["3 × 2 × 4", "float32"],
        ["3 × 2 × 4", "float32"],
    ]
    assert "read: uint8 (2, 4, 3), from 0 to 23" in picture.alt


def test_a_contact_sheet_is_as_high_as_its_images() -> None:
    high, wide = contact_sheet([PHOTO.transpose(0, 1)] * 4), contact_sheet([PHOTO] * 4)
    grey = contact_sheet([torch.zeros(1, 8, 8), torch.ones(1, 8, 8)], ["none", "", "more"])
    assert high.get_figheight() > wide.get_figheight()
    assert wide.get_figheight() < 2
    assert drawn(grey, 1).min() == 1
    assert grey.alt == "2 images, 2 in a row. none; more"


def test_photos_keep_their_brightness_on_a_dark_page() -> None:
    assert 'class="ptbasics-photo"' in contact_sheet([PHOTO]).html()


def test_a_mask_and_a_box_lie_over_their_photo() -> None:
    mask = torch.tensor([[0, 0, 2, 0], [0, 0, 1, 1]])
    picture = layers(("flower", PHOTO, mask, torch.tensor([[2.0, 0.0, 4.0, 2.0]])))
    [ax] = picture.axes
    veil = np.asarray(ax.images[1].get_array())
    assert np.array_equal(veil[..., 3] > 0, mask.numpy() > 0)
    assert [box.get_xy() for box in ax.patches] == [(2.0, 0.0)] * 2
    assert picture.alt.endswith("flower: 3 pixels marked, box [2, 0, 4, 2].")
