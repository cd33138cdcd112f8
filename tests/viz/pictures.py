"""What tests read from a picture."""

from __future__ import annotations

from matplotlib.backends.backend_agg import FigureCanvasAgg

from ptbasics.viz.style import Picture


def texts(picture: Picture) -> list[str]:
    return [text.get_text() for ax in picture.axes for text in ax.texts]


def cut_off(picture: Picture) -> list[str]:
    """The texts that do not lie within the picture."""
    renderer = FigureCanvasAgg(picture).get_renderer()
    picture.draw(renderer)
    whole = picture.bbox.padded(1)
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for ax in picture.axes for t in ax.texts]
    return [
        text
        for text, area in boxes
        if text and not (whole.contains(*area.min) and whole.contains(*area.max))
    ]
