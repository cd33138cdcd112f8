"""Where each option of `DataLoader` is taught and practised: a table made by looking.

The options are read from the torch that is installed, the sections from the front matter of the
lessons (`ptbasics.teaches`: option → heading), the exercises from the `teaches` of their
decorators. So an option that a new torch brings is noticed. Neither is taken at its word:
the section must speak of the option, and so must what a student reads of the exercise.
"""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import jupytext
from markdown_it import MarkdownIt
from markdown_it.token import Token
from torch.utils.data import DataLoader, sampler

from ptbasics.authoring.lesson import Code, Marker, Prose, read_lesson, source_path
from ptbasics.exercise import Exercise
from ptbasics.judging.observing import draw_cases
from ptbasics.registry import exercises, lessons, reference

PAGE = "docs/dataloader.md"
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
        parameter.name: "" if parameter.default is parameter.empty else repr(parameter.default)
        for parameter in parameters
    }
    return _rows(root, defaults)


def sampler_rows(root: Path) -> list[Row]:
    """A row for each class that `torch.utils.data.sampler` exports, and `DistributedSampler`."""
    return _rows(root, dict.fromkeys([*sampler.__all__, *_OTHER_SAMPLERS], ""))


def problems(root: Path) -> list[str]:
    """What is not taught or not practised, and what is only said to be."""
    rows = [*option_rows(root), *sampler_rows(root)]
    found = [f"no lesson teaches {row.name}" for row in rows if not row.sections]
    found += [f"no exercise uses {row.name}" for row in rows if not row.exercises]
    known = {row.name for row in rows}
    for name, sections in _sections(root).items():
        if name not in known:
            found.append(f"{sections[0].lesson} teaches {name}, which torch does not have")
        for section in sections:
            where = f"{section.lesson}: section {section.heading!r}"
            text = section_text(root, section)
            if text is None:
                found.append(f"{where}, said to teach {name}, is not there")
            elif not _names(text, name):
                found.append(f"{where} is said to teach {name}, and does not name it")
    for lesson in lessons():
        found += _exercise_problems(root, lesson, known)
    return found


def _exercise_problems(root: Path, lesson: str, known: set[str]) -> list[str]:
    """What the exercises of a lesson say that they teach, and do not."""
    found = []
    for exercise in exercises(lesson):
        text = _read_by_students(root, exercise) if exercise.teaches else ""
        for name in exercise.teaches:
            if name not in known:
                found.append(f"{exercise.name} uses {name}, which torch does not have")
            elif not _names(text, name):
                found.append(f"{exercise.name} is said to use {name}, and does not name it")
    return found


def page(root: Path) -> str:
    """The table as a Markdown page."""
    return "\n".join(
        [
            "# Every option of DataLoader",
            "",
            "Made by `ptbasics build` from the installed torch, the lessons and the exercises; do "
            "not edit it by hand.",
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
        for exercise in exercises(lesson):
            for name in exercise.teaches:
                found[name].append(exercise.name)
    return found


def _names(text: str, name: str) -> bool:
    """Whether a text has the name as a word of its own: `sampler` is not in `batch_sampler`."""
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def section_text(root: Path, section: Section) -> str | None:
    """What stands below a heading, up to the next of its rank; None if there is no such heading."""
    text = source_path(root, section.lesson).read_text(encoding="utf-8")
    tokens = pairwise(MarkdownIt().parse(text))
    headings = [pair for pair in tokens if pair[0].type == "heading_open"]
    for number, (heading, title) in enumerate(headings, start=1):
        if title.content == section.heading:
            following = (_line(other) for other, _ in headings[number:] if other.tag <= heading.tag)
            return "\n".join(text.split("\n")[_line(heading) + 1 : next(following, None)])
    return None


def _line(token: Token) -> int:
    """Where a block begins."""
    return token.map[0] if token.map else 0


def _read_by_students(root: Path, exercise: Exercise) -> str:
    """The statement of an exercise, its title, signature, docstrings and cases."""
    answer = reference(exercise)
    line, methods = str(inspect.signature(answer)), []
    if isinstance(answer, type):
        line = " ".join(base.__name__ for base in answer.__bases__)
        methods = [*vars(answer).values()]
    docstrings = [part.__doc__ or "" for part in (answer, *methods) if callable(part)]
    cases = [f"{case.name} {case.inputs!r}" for case in draw_cases(exercise)]
    return "\n".join([_statement(root, exercise), exercise.title, line, *docstrings, *cases])


def _statement(root: Path, exercise: Exercise) -> str:
    """The prose above the marker of an exercise, up to the last code cell or marker."""
    statement = ""
    for part in read_lesson(root, exercise.lesson).parts:
        match part:
            case Marker(symbol) if symbol == exercise.symbol:
                return statement
            case Prose(text):
                statement += text
            case Code() | Marker():
                statement = ""
    return ""


def _taught(row: Row) -> str:
    return "<br>".join(map(section_link, row.sections))


def section_link(section: Section) -> str:
    """A section as a link, in Markdown that lies in `docs/`."""
    number = int(section.lesson.partition("_")[0])
    return f"[{number}, {section.heading}](../solutions/{section.lesson}/{section.lesson}.md)"


def _used(row: Row) -> str:
    return ", ".join(f"`{name}`" for name in row.exercises)
