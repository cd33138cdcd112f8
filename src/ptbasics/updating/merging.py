"""A newer release of a lesson with a student's work in it, cell by cell.

What is the student's stays: answers, cells of their own, and what they made of ours where ours is
still the same. The rest is as released. The former release is not needed, because released cells
can be told by their ids and checksums. Merging once more changes nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import count, groupby

from nbformat import NotebookNode

from ptbasics.exercise import grade_id
from ptbasics.matching import first_filled, has_checksum, has_content_id, labels
from ptbasics.updating.changes import change_note, changes, said, text_above

#: What becomes of a student's cell that has no place in the release; a twin has the label of one
#: that does, and stands below it, because the first one counts.
_OWN, _GONE, _TWIN = -1, -2, -3
#: Above the first cell of the release.
_TOP = -1
_VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")

_YOURS = "> **Kept by the update to the course of {version}:** what you had made of the cell above."
_REMOVED = (
    "> **Kept by the update to the course of {version}:** your answer to `{name}`, which the "
    "lesson does not ask for any more."
)


@dataclass(frozen=True)
class Merged:
    """The merged notebook, and what there is to tell the student.

    Attributes:
        notebook: the release with the student's work.
        answers: how many answers of theirs are in it.
        own: how many cells of their own.
        changed: the labels of answers whose exercises ask for something else now.
        removed: the labels of answers whose exercises are no longer there.
    """

    notebook: NotebookNode
    answers: int
    own: int
    changed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass
class _Handed:
    cell_type: str
    source: str
    grade_id: str


def merge(student: NotebookNode, release: NotebookNode, version: str) -> Merged:
    """Put a student's work into a newer release; neither notebook is changed.

    Args:
        student: their notebook; ids and labels of its cells may be missing.
        release: the released notebook.
        version: what sentences call the release, such as its date.
    """
    old, new = student.cells, release.cells
    fates = _fates(old, new, release.metadata.ptbasics.lesson)
    at_place = {fate: cell for cell, fate in zip(old, fates, strict=True) if fate >= 0}
    answered = [place for place in sorted(at_place) if _is_answer(at_place[place], new[place])]
    notes = {}
    for place in answered:
        index = fates.index(place)
        unplaced = [above for above in text_above(old, index) if fates[above] < 0]
        former = [old[above].source for above in reversed(unplaced) if fates[above] == _GONE]
        asked = changes(old, old[index], new, place, is_text_gone=bool(unplaced))
        if asked:
            notes[place] = change_note(new[place], asked, former, version)
    fates = _without_former(notes.values(), old, fates)
    before, after = _own_cells(old, fates, new, version)
    cells = beside = [*after[_TOP]]
    for place, released in enumerate(new):
        above = [*before[place], *([notes[place]] if place in notes else [])]
        made, *kept = _placed(released, at_place.get(place), version)
        below = [*kept, *after[place]]
        cells = [*cells, *above, made, *below]
        beside = [*beside, *above, *below]
    _name_cells(beside, {cell.id for cell in new})
    own = [cell for cell, fate in zip(old, fates, strict=True) if fate in (_OWN, _TWIN)]
    metadata = {**release.metadata, **student.metadata, "ptbasics": release.metadata.ptbasics}
    return Merged(
        NotebookNode({**release, "cells": cells, "metadata": NotebookNode(metadata)}),
        answers=len(answered),
        own=len(own),
        changed=tuple(grade_id(new[place]) for place in notes),
        removed=tuple(grade_id(cell) for cell in own if _is_answer_to_nothing(cell, new)),
    )


def _fates(old: Sequence[NotebookNode], new: Sequence[NotebookNode], lesson: str) -> list[int]:
    """For each of the student's cells its place in the release, or what else becomes of it."""
    handed = [
        _Handed(cell.cell_type, "" if has_checksum(cell) else cell.source, grade_id(cell))
        for cell in old
    ]
    labelled = {grade_id(cell): place for place, cell in enumerate(new) if grade_id(cell)}
    names = labels(handed, [new[place] for place in labelled.values()]).names
    fates = [_OWN] * len(old)
    for name, place in labelled.items():
        index = first_filled(name, names, handed, new[place])
        if index is not None:
            fates[index] = place
    for key in ("id", "source"):
        waiting = defaultdict(list)
        for place, cell in enumerate(new):
            if place not in fates and not grade_id(cell):
                waiting[cell.cell_type, cell[key]].append(place)
        for index, cell in enumerate(old):
            places = waiting[cell.cell_type, cell.get(key)]
            if fates[index] == _OWN and not names[index] and not grade_id(cell) and places:
                fates[index] = places.pop(0)
    for index, cell in enumerate(old):
        if fates[index] == _OWN:
            is_empty = bool(grade_id(cell)) and not handed[index].source.strip()
            if is_empty or has_content_id(cell, lesson):
                fates[index] = _GONE
            elif names[index]:
                fates[index] = _TWIN
    return fates


def _without_former(
    notes: Iterable[NotebookNode], old: Sequence[NotebookNode], fates: Sequence[int]
) -> list[int]:
    """The fates, where a new sentence takes the place of what an earlier update said."""
    said_again = {note.id for note in notes}
    return [
        _GONE if cell.get("id") in said_again else fate
        for cell, fate in zip(old, fates, strict=True)
    ]


def _is_solution(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _is_answer(cell: NotebookNode, released: NotebookNode) -> bool:
    """Whether the student's cell at a place of the release answers an exercise."""
    if not _is_solution(released) or has_checksum(cell):
        return False
    return cell.source.strip() not in ("", released.source.strip())


def _is_answer_to_nothing(cell: NotebookNode, new: Sequence[NotebookNode]) -> bool:
    return _is_solution(cell) and grade_id(cell) not in {grade_id(released) for released in new}


def _placed(released: NotebookNode, cell: NotebookNode | None, version: str) -> list[NotebookNode]:
    """What stands at a place of the release, for which the student had this cell."""
    made = deepcopy(released)
    if cell is None:
        return [made]
    if not grade_id(released) or cell.source == released.source or _is_answer(cell, released):
        # without a label: the id says that the release has not changed it
        return [_with_content_of(cell, made)]
    if _is_solution(released) or has_checksum(cell) or not cell.source.strip():
        return [made]
    kept = _without_label(cell)
    kept.id = f"{made.id}-kept"
    return [made, said(f"{made.id}-yours", _YOURS.format(version=version)), kept]


def _with_content_of(cell: NotebookNode, released: NotebookNode) -> NotebookNode:
    """A released cell with a student's text, outputs and pasted pictures."""
    keys = ("source", "outputs", "execution_count")
    released.update({key: deepcopy(cell[key]) for key in keys if key in cell and key in released})
    if released.cell_type != "code" and "attachments" in cell:
        released.attachments = deepcopy(cell.attachments)
    kept = {key: value for key, value in cell.metadata.items() if key != "tags"}
    released.metadata = NotebookNode({**kept, **released.metadata})
    return released


def _own_cells(
    old: Sequence[NotebookNode], fates: Sequence[int], new: Sequence[NotebookNode], version: str
) -> tuple[dict[int, list[NotebookNode]], dict[int, list[NotebookNode]]]:
    """The student's own cells, by the place in the release before and after which they stand.

    They stay with the cell above them or, where that is gone, with the one below.
    """
    before: dict[int, list[NotebookNode]] = defaultdict(list)
    after: dict[int, list[NotebookNode]] = defaultdict(list)
    pairs = [*zip(old, fates, strict=True)]
    places = {grade_id(cell): place for place, cell in enumerate(new)}
    for cell, fate in pairs:
        if fate == _TWIN:
            place = places[grade_id(cell)]
            # of other cells than answers, the released one counts
            twin = deepcopy(cell) if _is_solution(new[place]) else _without_label(cell)
            after[place].append(twin)
    groups = [(fate, [*group]) for fate, group in groupby(pairs, key=lambda pair: pair[1])]
    last = above = _TOP
    for number, (fate, group) in enumerate(groups):
        if fate == _OWN:
            below = groups[number + 1][0] if number + 1 < len(groups) else _GONE
            kept = [made for cell, _ in group for made in _kept(cell, new, version)]
            if above < _OWN and below >= 0:
                before[below] += kept
            else:
                after[last] += kept
        elif fate >= 0:
            last = fate
        above = fate
    return before, after


def _kept(cell: NotebookNode, new: Sequence[NotebookNode], version: str) -> list[NotebookNode]:
    """A cell of the student's; the answer to an exercise that is gone is marked as such."""
    if not grade_id(cell):
        return [deepcopy(cell)]
    kept = _without_label(cell)
    if not _is_answer_to_nothing(cell, new):
        return [kept]
    name = grade_id(cell)
    kept.metadata.ptbasics = NotebookNode(answer_to=name)
    return [said(f"{name}-removed", _REMOVED.format(version=version, name=name)), kept]


def _without_label(cell: NotebookNode) -> NotebookNode:
    made = deepcopy(cell)
    for key in ("nbgrader", "deletable", "editable"):
        made.metadata.pop(key, None)
    return made


def _name_cells(cells: Sequence[NotebookNode], taken: set[str]) -> None:
    """Cells that are not of the release keep their ids where nobody else has them."""
    for cell in cells:
        numbers = (f"own-{number}" for number in count(1))
        name = cell.get("id", "")
        if name in taken or not _VALID_ID.fullmatch(name):
            cell.id = next(free for free in numbers if free not in taken)
        taken.add(cell.id)
