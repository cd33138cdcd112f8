"""All pictures can be switched off, say what they show, and tell colours apart for everybody."""

from __future__ import annotations

import inspect
import itertools
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module

import numpy as np
import pytest
import torch

from ptbasics import viz
from ptbasics.viz.broadcasting import broadcasting
from ptbasics.viz.products import _LETTER_COLOURS
from ptbasics.viz.sheets import LANES, dimensions
from ptbasics.viz.style import CYCLE, PICTURES, Picture, picture


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
    assert (picture.axes, picture.png()) == ([], None)


def test_every_picture_can_be_switched_off() -> None:
    drawing = list(drawing_functions())
    assert broadcasting in drawing
    assert [function.__name__ for function in drawing if not hasattr(function, "__wrapped__")] == []


def test_a_picture_without_a_text_alternative_is_not_shown() -> None:
    with pytest.raises(ValueError, match="needs an alternative text"):
        Picture()._repr_mimebundle_()


def test_every_way_to_show_a_picture_carries_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = dimensions(a=torch.ones(2), b=torch.tensor([[3, 4]]))
    data = shown._repr_mimebundle_()
    assert data["text/plain"] == "Side by side: a (2,) [1, 1]; b (1, 2) [[3, 4]]."
    assert f'alt="{data["text/plain"]}"' in data["text/html"]
    assert not hasattr(shown, "_repr_png_"), "an image of its own has no alternative text"
    shown.alt = 'less < more & "quoted"'
    assert 'alt="less &lt; more &amp; &quot;quoted&quot;"' in shown.html()
    monkeypatch.setenv(PICTURES, "off")
    assert shown._repr_mimebundle_() == {"text/plain": ""}


def test_a_picture_says_what_can_be_read_in_it_where_its_function_says_no_more() -> None:
    @picture
    def bars() -> Picture:
        """How tall some people are.

        More about it.
        """
        figure = Picture()
        ax = figure.add_subplot()
        ax.set_title("heights")
        ax.text(0, 0, "Kim\n1.71")
        ax.text(1, 0, "Kim\n1.71")
        return figure

    assert bars().alt == "How tall some people are. In it: heights; Kim 1.71."


def test_every_drawing_function_has_a_sentence_that_ends() -> None:
    for draw in drawing_functions():
        paragraph = (inspect.getdoc(draw) or "").partition("\n\n")[0]
        assert paragraph.endswith("."), draw.__name__
        assert hasattr(draw, "__wrapped__"), draw.__name__


# how a colour looks without M cones (Machado, Oliveira and Fernandes, 2009), in linear RGB
DEUTERANOPIA = np.array(
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]
)
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.119192, 0.9503041],
    ]
)
MIN_DIFFERENCE = 15.0  # in CIE Lab; 2 to 3 are just noticeable side by side


def seen_by_a_deuteranope(colour: str) -> np.ndarray:
    """A colour of the palette in CIE Lab."""
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    x, y, z = TO_XYZ @ np.clip(DEUTERANOPIA @ linear, 0, 1) / (0.95047, 1, 1.08883)
    fx, fy, fz = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def difference(one: str, other: str) -> float:
    return float(np.linalg.norm(seen_by_a_deuteranope(one) - seen_by_a_deuteranope(other)))


def test_the_simulation_knows_a_pair_that_is_too_close() -> None:
    assert difference("#CC79A7", "#999999") == pytest.approx(7.1, abs=0.1)
    assert difference("#000000", "#FFFFFF") == pytest.approx(100, abs=0.1)


@pytest.mark.parametrize("palette", [CYCLE, LANES, _LETTER_COLOURS])
def test_deuteranopes_tell_the_colours_of_a_picture_apart(palette: tuple[str, ...]) -> None:
    close = [
        (one, other)
        for one, other in itertools.combinations(palette, 2)
        if difference(one, other) < MIN_DIFFERENCE
    ]
    assert close == []
