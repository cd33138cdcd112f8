"""Pictures can be switched off, all of them."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest
import torch

from ptbasics import viz
from ptbasics.viz.broadcasting import broadcasting
from ptbasics.viz.style import PICTURES, Picture


def drawing_functions() -> Iterator[Callable[..., Picture]]:
    for info in pkgutil.iter_modules(viz.__path__):
        module = import_module(f"ptbasics.viz.{info.name}")
        for name, value in vars(module).items():
            own = getattr(value, "__module__", "") == module.__name__
            public = inspect.isfunction(value) and own and not name.startswith("_")
            if public and inspect.signature(value).return_annotation == "Picture":
                yield value


def test_nothing_is_drawn_where_pictures_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    prices = torch.tensor([[1.0, 2.0]])
    assert broadcasting(prices, prices).axes
    monkeypatch.setenv(PICTURES, "off")
    picture = broadcasting(prices, prices)
    assert (picture.axes, picture._repr_png_()) == ([], None)


def test_every_picture_can_be_switched_off() -> None:
    drawing = list(drawing_functions())
    assert broadcasting in drawing
    assert [function.__name__ for function in drawing if not hasattr(function, "__wrapped__")] == []
