"""The terms of the field: one file, a page for students, and the lessons held to it.

`solutions/glossary.yml` has, under each term, its Korean name, a sentence, and the number of the
lesson that uses it first. There the term stands in bold, once; nothing else in a lesson is bold but
lead-ins that end with a full stop or colon, such as **Predict.**, and the words of `ORDINARY`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ptbasics.authoring.lesson import Code, Lesson, Prose, Refused
from ptbasics.registry import lessons

SOURCE, PAGE = Path("solutions", "glossary.yml"), "course/glossary.md"
#: Closes every lesson.
LINK = "Terms in **bold** stand in the [glossary](../glossary.md), with their Korean names."
#: What is bold without being a term.
ORDINARY = ("Predict", "What you will learn")

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL)
_NOT_PROSE = re.compile(r"^```.*?^```|^#+ .*?$|`[^`\n]+`|<[^>]+>", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Term:
    """An entry. `also` has other ways of writing the term."""

    name: str
    korean: str
    meaning: str
    lesson: int
    also: tuple[str, ...] = ()

    @property
    def pattern(self) -> re.Pattern[str]:
        """The term in running text, also in the plural."""
        longest_first = sorted((self.name, *self.also), key=len, reverse=True)
        forms = "|".join(map(re.escape, longest_first))
        return re.compile(rf"(?<![\w-])(?:{forms})(?:s|es)?(?![\w-])", re.IGNORECASE)


def read_glossary(root: Path) -> list[Term]:
    """The entries of a course, in alphabetical order.

    Raises:
        Refused: the file is missing or cannot be read, or an entry lacks something.
    """
    try:
        content = yaml.safe_load((root / SOURCE).read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError) as error:
        raise Refused([f"{SOURCE} cannot be read: {error}"]) from error
    problems = [
        f"{SOURCE}: the entry {name!r} needs korean, meaning and lesson, may have also, and "
        "nothing else"
        for name, entry in content.items()
        if not _is_entry(entry)
    ]
    if problems:
        raise Refused(problems)
    terms = [
        Term(name, one["korean"], one["meaning"], one["lesson"], tuple(one.get("also", ())))
        for name, one in content.items()
    ]
    return sorted(terms, key=lambda term: term.name.lower())


def page(terms: Sequence[Term]) -> bytes:
    """The students' page, with a link to the lesson of each term."""
    names = {int(name.partition("_")[0]): name for name in lessons()}
    rows = ["| term | 한국어 | what it means | lesson |", "|---|---|---|---|"]
    for term in terms:
        name = names.get(term.lesson)
        link = f"[{term.lesson}]({name}/{name}.ipynb)" if name else str(term.lesson)
        written = " / ".join([f"**{term.name}**", *term.also])
        rows.append(f"| {written} | {term.korean} | {term.meaning} | {link} |")
    return ("# Glossary\n\n" + "\n".join(rows) + "\n").encode()


def glossary_problems(lesson: Lesson, terms: Sequence[Term]) -> list[str]:
    """Where a lesson and the glossary do not agree on its terms."""
    prose = "\n\n".join(part.text for part in lesson.parts if isinstance(part, Prose))
    text = _blanked(_NOT_PROSE, prose)
    bold = [(match.start(), match.end(), match[1]) for match in _BOLD.finditer(text)]
    problems = []
    for _, _, written in bold:
        name = " ".join(written.split())
        if name in ORDINARY or name[-1] in ".:?!":
            continue
        [*known] = [term for term in terms if term.pattern.fullmatch(name)]
        if not known:
            problems.append(
                f"**{name}** is in bold, and is no term of {SOURCE}: add it, or emphasise it "
                "with *asterisks*"
            )
        elif known[0].lesson != lesson.number:
            problems.append(
                f"**{name}** is in bold, and lesson {known[0].lesson} is the first to use it: "
                f"bold belongs there, or {SOURCE} should name this lesson"
            )
    taught = _blanked(_NOT_PROSE, _taught(lesson))
    for term in terms:
        if term.lesson == lesson.number:
            problems += _use_problems(term, terms, taught)
    return problems


def _use_problems(term: Term, terms: Sequence[Term], text: str) -> Iterator[str]:
    """Why a term of a lesson is not in bold at its first use, and only there."""
    spans = [match.span(1) for match in _BOLD.finditer(text)]
    longer = [other for other in terms if term.pattern.search(other.name) and other is not term]
    for other in longer:
        text = _blanked(other.pattern, text)
    uses = [match.span() for match in term.pattern.finditer(text)]
    in_bold = [use in spans for use in uses]
    if not any(in_bold):
        yield f"the term {term.name} of {SOURCE} is nowhere in bold: use it, or drop the entry"
    elif not in_bold[0]:
        around = " ".join(text[max(uses[0][0] - 30, 0) : uses[0][1] + 30].split())
        yield f"the term {term.name} is not in bold where it is used first (`{around}`)"
    elif sum(in_bold) > 1:
        yield f"the term {term.name} is in bold {sum(in_bold)} times: once is enough"


def _taught(lesson: Lesson) -> str:
    """The prose from the first code cell on: goals and prerequisites name terms before that."""
    first = next((i for i, part in enumerate(lesson.parts) if isinstance(part, Code)), 0)
    return "\n\n".join(part.text for part in lesson.parts[first:] if isinstance(part, Prose))


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    """The text with every match made of spaces, so that places stay what they are."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _is_entry(entry: Any) -> bool:
    kinds = {"korean": str, "meaning": str, "lesson": int, "also": list}
    return (
        isinstance(entry, dict)
        and {"korean", "meaning", "lesson"} <= entry.keys() <= kinds.keys()
        and all(isinstance(value, kinds[key]) and value for key, value in entry.items())
    )
