"""The pictures of the course: each function draws one idea and returns a Matplotlib figure."""

from ptbasics.viz.lab import loader_lab

__all__ = ["loader_lab"]
