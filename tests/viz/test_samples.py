"""Pictures of images, lists, batches and bytes show the samples that were passed in."""

from __future__ import annotations

import torch

from ptbasics.viz.samples import file_bytes, image_to_item, list_and_batch
from tests.viz.pictures import cut_off, texts


def test_an_image_is_drawn_as_it_lies_in_the_file_and_as_it_comes_out() -> None:
    pixels = torch.tensor([[0, 255], [51, 102]], dtype=torch.uint8)
    item = pixels[None].float() / 255, torch.tensor(7)
    picture = image_to_item("seven.png", 7, pixels, item)
    before, after = picture.axes[0].images
    assert before.get_array().tolist() == pixels.tolist()  # type: ignore[union-attr]
    assert torch.equal(torch.tensor(after.get_array()), item[0][0])
    kinds = {"in the file: uint8 (2, 2)", "item: float32 (1, 2, 2)", "item: int64 ()"}
    assert {"seven.png", *kinds} <= set(texts(picture))
    assert cut_off(picture) == []


def test_a_list_and_a_batch_hold_the_same_numbers() -> None:
    samples = [
        (torch.tensor([1.5, 2.0]), torch.tensor(0)),
        (torch.tensor([3.0, 4.0]), torch.tensor(1)),
    ]
    picture = list_and_batch(samples)
    shown = texts(picture)
    assert [text for text in shown if text and text not in "(,)"][:12] == 2 * [
        "1.5", "2", "0", "3", "4", "1",
    ]  # fmt: skip
    assert "list of 2 samples:\nfloat32 (2,), int64 ()" in shown
    assert "one batch:\nfloat32 (2, 2), int64 (2,)" in shown
    assert cut_off(picture) == []


def test_bytes_stand_at_their_positions() -> None:
    picture = file_bytes("é,1\nb,2\n".encode())
    positions = [text for text in texts(picture) if text.isdigit() and len(text) == 1]
    assert positions == ["0", "1", "5", "2"], "where a line begins, then the digit in it"
    assert {"c3", "a9", "\\n"} <= set(texts(picture))
    assert cut_off(picture) == []
