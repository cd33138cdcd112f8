"""How verdicts and exercises read: HTML for notebooks and feedback, plain text for terminals."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from textwrap import indent

from ptbasics.exercise import Exercise
from ptbasics.judging.describe import one_line, printable
from ptbasics.judging.shapes import Shapes
from ptbasics.judging.verdict import CaseResult, Verdict

#: How many failed cases are spelled out; the others are only counted.
MAX_SPELLED_OUT = 2
#: How many lines a brief verdict has at most.
MAX_BRIEF_LINES = 2

_EMPHASIS = re.compile(r"\*(\w[^*]*)\*")
#: No text colour reads well on a light and on a dark page, which inline styles cannot tell apart.
#: So these are grounds for white text; as a border they stand out on both pages.
GREEN, RED, GREY = "#1a7f4b", "#b3420a", "#6b6b6b"
_MARKS = {
    "passed": ("✓", GREEN),
    "failed": ("✗", RED),
    "not started": ("○", GREY),
    "missing": ("?", RED),
    "forbidden": ("✗", RED),
    "broken": ("!", RED),
}


def headline(verdict: Verdict) -> str:
    """One line: `softmax: 3 of 5 cases pass`."""
    name = verdict.symbol
    if verdict.cases:
        passed = sum(case.passed for case in verdict.cases)
        if verdict.passed:
            return f"{name}: all {passed} cases pass"
        return f"{name}: {passed} of {len(verdict.cases)} cases pass"
    words = {
        "not started": "not started",
        "failed": "not finished",
        "missing": "not found",
        "forbidden": "uses what the statement forbids",
        "broken": "could not be run",
    }
    return f"{name}: {words[verdict.status]}"


def verdict_text(verdict: Verdict) -> str:
    """A verdict as plain text, without a final newline."""
    mark, _ = _MARKS[verdict.status]
    lines = [f"{mark} {headline(verdict)}"]
    if verdict.reason:
        lines.append(f"  {verdict.reason}")
    if verdict.hint:
        lines.append(f"  Hint: {verdict.hint}")
    for alike in _spelled_out(verdict):
        lines.append(f"  {_called(alike, '“', '”')}: {alike[0].what}")
        lines += [_indented(label, text) for label, text in _facts(alike[0])]
        if shapes := _shapes(alike):
            lines += ["    shapes, line by line:", indent(shapes.text(), "      ")]
    if rest := _not_spelled_out(verdict):
        lines.append(f"  … and {rest}")
    return printable("\n".join(lines))


def verdict_brief(verdict: Verdict) -> list[str]:
    """What a student should know about an exercise that does not pass, in two lines at most."""
    lines = [f"Hint: {verdict.hint}"] if verdict.hint else []
    if verdict.reason:
        lines.insert(0, verdict.reason)
    for alike in _spelled_out(verdict):
        lines.append(f"{_called(alike, '“', '”')}: {alike[0].what}")
    return list(map(one_line, lines[:MAX_BRIEF_LINES]))


def verdict_html(verdict: Verdict) -> str:
    """A verdict as one HTML block with inline styles, so that it survives in a saved notebook."""
    mark, colour = _MARKS[verdict.status]
    parts = [f"<div>{badge_html(headline(verdict), colour, mark)}</div>"]
    if verdict.reason:
        parts.append(f"<div>{inline_html(verdict.reason)}</div>")
    if verdict.hint:
        parts.append(f'<div style="margin:.4em 0"><b>Hint:</b> {inline_html(verdict.hint)}</div>')
    parts += [_cases_html(alike) for alike in _spelled_out(verdict)]
    if rest := _not_spelled_out(verdict):
        parts.append(f'<div style="opacity:.7">… and {rest}</div>')
    return block_html("".join(parts), colour, headline(verdict))


def block_html(content: str, colour: str, name: str) -> str:
    """HTML with a coloured bar at its left: what a notebook shows of ours.

    Screen readers say its name where it begins. It is no heading: those are the lesson's.
    """
    return (
        f'<div class="ptbasics" role="group" aria-label="{escape(name)}" '
        f'style="border-left:4px solid {colour};padding:.4em .8em;margin:.2em 0;'
        f'line-height:1.45">{content}</div>'
    )


def badge_html(text: str, colour: str, mark: str = "") -> str:
    """Text on a coloured ground of its own, readable whatever the page's theme is.

    A mark before it is for the eye only: screen readers call “✗” anything or nothing.
    """
    seen = f'<span aria-hidden="true">{mark}</span> ' if mark else ""
    return (
        f'<span style="font-weight:600;color:#ffffff;background:{colour};padding:.1em .5em">'
        f"{seen}{escape(text)}</span>"
    )


def points_line(verdict: Verdict) -> str:
    """`2 of 3 points on the public cases`, counted as the grader counts its own."""
    number = "points" if verdict.max_points != 1 else "point"
    return f"{verdict.points:g} of {verdict.max_points} {number} on the public cases"


def stars(difficulty: int) -> str:
    """`★★☆` for a difficulty of 2."""
    return "★" * difficulty + "☆" * (3 - difficulty)


def exercise_line(exercise: Exercise) -> str:
    """An exercise on one line of a terminal."""
    return (
        f"{exercise.name:<40} {stars(exercise.difficulty)} {exercise.minutes:>3} min "
        f"{exercise.points:>2} points  {exercise.title}"
    )


def _spelled_out(verdict: Verdict) -> list[list[CaseResult]]:
    return _failed(verdict)[:MAX_SPELLED_OUT]


def _failed(verdict: Verdict) -> list[list[CaseResult]]:
    """The failed cases; those that one line ended with one kind of exception stand together."""
    groups: dict[object, list[CaseResult]] = {}
    for number, case in enumerate(verdict.cases):
        if not case.passed:
            key = (case.raised, case.trace) if case.raised else number
            groups.setdefault(key, []).append(case)
    return list(groups.values())


def _not_spelled_out(verdict: Verdict) -> str:
    rest = sum(map(len, _failed(verdict)[MAX_SPELLED_OUT:]))
    return f"{rest} more failing case{'s' * (rest > 1)}" if rest else ""


def _called(alike: list[CaseResult], before: str, after: str) -> str:
    """`Case “zeros”`, or `3 cases, such as “zeros”`."""
    name = f"{before}{alike[0].name}{after}"
    return f"Case {name}" if len(alike) == 1 else f"{len(alike)} cases, such as {name}"


def _indented(label: str, text: str) -> str:
    """The label, then the text with its lines aligned, as torch aligns the rows of a tensor."""
    head = f"    {label}: "
    return head + text.replace("\n", "\n" + " " * len(head))


def _facts(case: CaseResult) -> list[tuple[str, str]]:
    facts = [
        *case.inputs,
        ("expected", case.expected),
        ("got", case.got),
        ("your code", case.trace),
    ]
    return [(label, text) for label, text in facts if text]


def _shapes(alike: list[CaseResult]) -> Shapes | None:
    return next((case.shapes for case in alike if case.shapes), None)


def _cases_html(alike: list[CaseResult]) -> str:
    rows = "".join(
        f'<div style="display:flex;gap:.8em">'
        f'<span style="min-width:6em;opacity:.7">{escape(label)}</span>'
        f'<pre style="margin:0;padding:0;border:0;min-width:0;white-space:pre-wrap;'
        f'background:none">'
        f"{escape(text)}</pre></div>"
        for label, text in _facts(alike[0])
    )
    shown = replace(alike[0], name=escape(alike[0].name))
    title = f"<div>{_called([shown, *alike[1:]], '<em>', '</em>')}: {escape(shown.what)}</div>"
    if shapes := _shapes(alike):
        rows += f'<div style="opacity:.7">shapes, line by line</div>{shapes.html()}'
    return f'<div style="margin:.4em 0">{title}{rows}</div>'


def inline_html(text: str) -> str:
    """Escaped text in which `backticks` become code and *asterisks* emphasis, as hints use them."""
    pieces = escape(text).split("`")
    return "".join(
        f"<code>{piece}</code>" if index % 2 else _EMPHASIS.sub(r"<em>\1</em>", piece)
        for index, piece in enumerate(pieces)
    )
