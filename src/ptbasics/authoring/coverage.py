"""Where each option of `DataLoader` is taught and practised: a table made by looking.

The options are read from the torch that is installed, the sections from the front matter of the
lessons (`ptbasics.teaches`: option → heading), the exercises from the `TEACHES` of their modules
(symbol → options). So an option that a new torch brings is noticed.

    python -m ptbasics.authoring.coverage        # writes docs/dataloader.md
"""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import jupytext
from torch.utils.data import DataLoader, sampler

from ptbasics.authoring.lesson import source_path
from ptbasics.registry import exercises, lessons

PAGE = Path("docs", "dataloader.md")
#: Samplers that torch keeps elsewhere than in `torch.utils.data.sampler`.
_OTHER_SAMPLERS = ("DistributedSampler",)


@dataclass(frozen=True)
class Section:
    """A section of a lesson."""

    lesson: str
    heading: str


@dataclass(frozen=True)
class Row:
    """One option or sampler, who teaches it and which exercises use it."""

    name: str
    default: str
    sections: tuple[Section, ...]
    exercises: tuple[str, ...]


def option_rows(root: Path) -> list[Row]:
    """A row for each parameter of the installed `DataLoader.__init__`."""
    parameters = list(inspect.signature(DataLoader.__init__).parameters.values())[1:]
    defaults = {
        one.name: "" if one.default is one.empty else repr(one.default) for one in parameters
    }
    return _rows(root, defaults)


def sampler_rows(root: Path) -> list[Row]:
    """A row for each class that `torch.utils.data.sampler` exports, and `DistributedSampler`."""
    return _rows(root, dict.fromkeys([*sampler.__all__, *_OTHER_SAMPLERS], ""))


def problems(root: Path) -> list[str]:
    """What is not taught, not practised, or taught in a section that is not there."""
    rows = [*option_rows(root), *sampler_rows(root)]
    found = [f"no lesson teaches {row.name}" for row in rows if not row.sections]
    found += [f"no exercise uses {row.name}" for row in rows if not row.exercises]
    known = {row.name for row in rows}
    for name, sections in _sections(root).items():
        if name not in known:
            found.append(f"{sections[0].lesson} teaches {name}, which torch does not have")
        found += [
            f"{section.lesson} has no section {section.heading!r}, said to teach {name}"
            for section in sections
            if section.heading not in _headings(root, section.lesson)
        ]
    for name, symbols in _symbols().items():
        if name not in known:
            found.append(f"{symbols[0]} uses {name}, which torch does not have")
    return found


def page(root: Path) -> str:
    """The table as a Markdown page."""
    return "\n".join(
        [
            "# Every option of DataLoader",
            "",
            "Made by `python -m ptbasics.authoring.coverage` from the installed torch, the lessons "
            "and the exercises; do not edit it by hand.",
            "",
            "## Parameters of `DataLoader`",
            "",
            "| Parameter | Default | Taught in | Exercises |",
            "|---|---|---|---|",
            *(
                f"| `{row.name}` | {row.default and f'`{row.default}`'} | {_taught(row)} "
                f"| {_used(row)} |"
                for row in option_rows(root)
            ),
            "",
            "## Samplers",
            "",
            "| Class | Taught in | Exercises |",
            "|---|---|---|",
            *(f"| `{row.name}` | {_taught(row)} | {_used(row)} |" for row in sampler_rows(root)),
            "",
        ]
    )


def _rows(root: Path, defaults: dict[str, str]) -> list[Row]:
    sections, symbols = _sections(root), _symbols()
    return [
        Row(name, default, tuple(sections[name]), tuple(symbols[name]))
        for name, default in defaults.items()
    ]


def _sections(root: Path) -> defaultdict[str, list[Section]]:
    """Option or sampler → the sections that teach it, from the front matter of all lessons."""
    found: defaultdict[str, list[Section]] = defaultdict(list)
    for lesson in lessons():
        path = source_path(root, lesson)
        if not path.is_file():
            continue
        about = jupytext.reads(path.read_text(encoding="utf-8"), fmt="md").metadata
        for name, heading in about.get("ptbasics", {}).get("teaches", {}).items():
            found[name].append(Section(lesson, heading))
    return found


def _symbols() -> defaultdict[str, list[str]]:
    """Option or sampler → names of the exercises that use it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for lesson in lessons():
        teaches = getattr(import_module(f"ptbasics.exercises.l{lesson}"), "TEACHES", {})
        for exercise in exercises(lesson):
            for name in teaches.get(exercise.symbol, ()):
                found[name].append(exercise.name)
    return found


def _headings(root: Path, lesson: str) -> list[str]:
    text = source_path(root, lesson).read_text(encoding="utf-8")
    return re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)


def _taught(row: Row) -> str:
    return "<br>".join(
        f"[{int(one.lesson.partition('_')[0])}, {one.heading}]"
        f"(../solutions/{one.lesson}/{one.lesson}.md)"
        for one in row.sections
    )


def _used(row: Row) -> str:
    return ", ".join(f"`{name}`" for name in row.exercises)


if __name__ == "__main__":
    here = Path.cwd()
    (here / PAGE).write_text(page(here), encoding="utf-8")
    print(f"wrote {PAGE}")
