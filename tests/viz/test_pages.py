"""The picture of pinned memory counts the pages of the batch that it is given."""

from __future__ import annotations

import mmap

import pytest
import torch

from ptbasics.viz.pages import memory_on_its_way
from tests.viz.pictures import cut_off, texts


@pytest.mark.parametrize("size", [1, 3000, 10**6])
def test_memory_is_drawn_page_by_page(size: int) -> None:
    picture = memory_on_its_way(torch.zeros(size))
    pages = -(-4 * size // mmap.PAGESIZE)
    shown = texts(picture)
    assert any(f": {pages:,} pages of" in text for text in shown)
    assert shown.count("0") == 3  # pageable both times, and pinned
    assert cut_off(picture) == []
