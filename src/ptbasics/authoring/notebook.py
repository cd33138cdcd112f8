"""From a lesson to the instructor's notebook, which is nbgrader's "source" version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ptbasics.authoring.glossary import LINK
from ptbasics.authoring.guards import guard_cell
from ptbasics.authoring.lesson import (
    Code,
    Lesson,
    Marker,
    Prompt,
    Prose,
    Refused,
    WrittenBlock,
)
from ptbasics.authoring.prompts import predictions_of
from ptbasics.authoring.solution import solution_cell
from ptbasics.authoring.written import WrittenAnswer, written_answers
from ptbasics.exercise import GUARD, Exercise, check_id, grade_id
from ptbasics.judging.display import stars
from ptbasics.matching import content_id

#: `grade_id` of the first code cell. It is no identifier, so no exercise can have the same.
SET_UP = "set-up"

_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


#: What holds in every exercise; stands once in a lesson, above its first.
RULES = (
    "> *In every exercise:* inputs belong to the caller, so leave them as they are unless the "
    "statement asks for a change. Give back exactly the kind of thing that is asked for: a list is "
    "no tuple, a Python number is no tensor, `float64` is not `float32`."
)


def build_source(lesson: Lesson, exercises: Sequence[Exercise]) -> NotebookNode:
    """The instructor's notebook: prose, code, three cells per exercise, two per written answer.

    Raises:
        Refused: markers and exercises do not belong together one to one and in one order, the
            reference of an exercise cannot be turned into a cell, or a block cannot be asked.
    """
    if problems := _marker_problems(lesson, exercises):
        raise Refused(problems)
    by_symbol = {exercise.symbol: exercise for exercise in exercises}
    predictions = iter(predictions_of(lesson))
    written = iter(written_answers(lesson, exercises))
    cells: list[NotebookNode] = []
    problems = []
    for part in lesson.parts:
        match part:
            case Prose(text):
                cells.append(new_markdown_cell(text))
            case Prompt():
                cells.append(new_code_cell(f'predict("{next(predictions).name}")'))
            case WrittenBlock():
                cells += _written_cells(next(written))
            case Code(source, tags) if GUARD in tags:
                cells.append(guard_cell(source))
            case Code(source, tags):
                metadata = {"tags": [*tags]} if tags else {}
                cells.append(new_code_cell(source, metadata=metadata))
            case Marker(symbol):
                place = lesson.symbols.index(symbol)
                number = f"{lesson.number}.{place + 1}"
                if place == 0:
                    cells.append(new_markdown_cell(RULES))
                try:
                    cells += _exercise_cells(by_symbol[symbol], number)
                except Refused as refusal:
                    problems += [f"{lesson.name}: {text}" for text in refusal.problems]
    if problems:
        raise Refused(problems)
    cells.append(new_markdown_cell(LINK))
    _lock_set_up(cells)
    _name_cells(lesson.name, cells)
    about = {"lesson": lesson.name, "title": lesson.title}
    notebook: NotebookNode = new_notebook(cells=cells, metadata={**_METADATA, "ptbasics": about})
    return notebook


def dump(notebook: NotebookNode) -> bytes:
    """A notebook as the bytes of its file: same notebook, same bytes, on every machine.

    Raises:
        nbformat.ValidationError: it is no valid notebook.
    """
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
    return (text.rstrip("\n") + "\n").encode("utf-8")


def header(exercise: Exercise, number: str) -> str:
    """The Markdown above a solution cell: what the exercise is called, weighs and forbids."""
    points = f"{exercise.points} point{'s' * (exercise.points > 1)}"
    minutes = f"about {exercise.minutes} minute{'s' * (exercise.minutes > 1)}"
    blocks = [
        f"### Exercise {number} · {exercise.title}",
        f"{stars(exercise.difficulty)} · {minutes} · {points}",
        "\n".join(f"- {sentence}" for sentence in dict.fromkeys(exercise.forbids.values())),
        f"<details>\n<summary>Hint</summary>\n\n{exercise.hint.strip()}\n\n</details>",
    ]
    return "\n\n".join(block for block in blocks if block)


def _marker_problems(lesson: Lesson, exercises: Sequence[Exercise]) -> list[str]:
    known = [exercise.symbol for exercise in exercises]
    counts = Counter(lesson.symbols)
    marker = "<!-- exercise: {} -->".format
    pairs = zip(lesson.symbols, known, strict=False)
    if counts == Counter(known) and (swapped := [pair for pair in pairs if len({*pair}) == 2]):
        [(found, due), *_] = swapped
        return [
            f"{lesson.name}: {marker(found)} stands where {due} is due by the order of imports in "
            f"exercises/l{lesson.name}/__init__.py: move the marker or the import"
        ]
    return [
        *(
            f"{lesson.name}: {marker(symbol)} names no exercise of this lesson; "
            f"it has {', '.join(known) or 'none'}"
            for symbol in counts
            if symbol not in known
        ),
        *(
            f"{lesson.name}: exercise {symbol} has {count} markers; keep one"
            for symbol, count in counts.items()
            if count > 1
        ),
        *(
            f"{lesson.name}: exercise {symbol} has no marker; write `{marker(symbol)}` where it "
            "belongs in the lesson"
            for symbol in known
            if symbol not in counts
        ),
    ]


def _exercise_cells(exercise: Exercise, number: str) -> list[NotebookNode]:
    symbol = exercise.symbol
    answer = new_code_cell(solution_cell(exercise))
    answer.metadata["nbgrader"] = _nbgrader(symbol, solution=True)
    check = new_code_cell(f"check({symbol})")
    check.metadata["nbgrader"] = _nbgrader(check_id(symbol), locked=True, points=exercise.points)
    return [new_markdown_cell(header(exercise, number)), answer, check]


def _written_cells(written: WrittenAnswer) -> list[NotebookNode]:
    answer = new_markdown_cell(written.marked)
    answer.metadata["nbgrader"] = _nbgrader(written.id, solution=True, points=written.points)
    return [new_markdown_cell(written.header), answer]


def _lock_set_up(cells: Sequence[NotebookNode]) -> None:
    """A student who deletes an import by accident gets it back when graded."""
    first = next((cell for cell in cells if cell.cell_type == "code"), None)
    if first is not None and "nbgrader" not in first.metadata:
        first.metadata["nbgrader"] = _nbgrader(SET_UP, locked=True)


def _nbgrader(
    grade_id: str, *, solution: bool = False, locked: bool = False, points: int | None = None
) -> dict[str, object]:
    metadata: dict[str, object] = {
        "grade": points is not None,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return metadata if points is None else {**metadata, "points": points}


def _name_cells(lesson: str, cells: Sequence[NotebookNode]) -> None:
    """Labelled cells are called by their label, the others after their content."""
    seen: Counter[str] = Counter()
    for cell in cells:
        seen[cell.source] += 1
        cell.id = grade_id(cell) or content_id(
            lesson, cell.cell_type, seen[cell.source], cell.source
        )
