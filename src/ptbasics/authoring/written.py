r"""Written answers: text that a student writes and a person grades, and the blocks that ask for it.

    ```written
    id: model-card
    points: 3
    rubric:
      - 1: One use that the model is for, and one that it is not for.
      - 2: The data, with what is missing in them.
    answer: |
      #### Intended use

      It reads handwritten digits of 8 by 8 pixels.

      #### Data

      1,797 pictures from one kind of form; no letters.
    ```

The question stands in the prose above. Students get the rubric and, in a cell of their own, the
headings of the answer; what stands under a heading is hidden from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt

from ptbasics.authoring.blocks import block_refused, read_block
from ptbasics.authoring.documents import table
from ptbasics.authoring.lesson import Lesson, Refused, WrittenBlock
from ptbasics.exercise import Exercise, check_id, written_title

#: Where nbgrader begins and ends to hide; in comments, because the cell is Markdown.
BEGIN, END = "<!-- BEGIN SOLUTION -->", "<!-- END SOLUTION -->"

_KIND = "written"
_KEYS = ("id", "points", "rubric", "answer")
_MARKDOWN = MarkdownIt()


@dataclass(frozen=True)
class WrittenAnswer:
    """What a student writes and a person grades.

    Attributes:
        id: names its cell; unique in the lesson.
        rubric: what earns points, and how many, in order.
        answer: the instructor's, in Markdown, beginning with a heading.
    """

    id: str
    rubric: tuple[tuple[int, str], ...]
    answer: str

    @property
    def points(self) -> int:
        """Full marks."""
        return sum(points for points, _ in self.rubric)

    @property
    def header(self) -> str:
        """The Markdown above the cell: what it is called, weighs, and how points are earned."""
        rows = ((str(points), text.replace("|", r"\|")) for points, text in self.rubric)
        return (
            f"### Written answer · {written_title(self.id)}\n\n"
            f"{self.points} point{'s' * (self.points > 1)}, given by a person who reads it:\n\n"
            f"{table(('points', 'for'), rows)}"
        )

    @property
    def marked(self) -> str:
        """The answer as a cell: headings in sight, what stands under them between marks."""
        lines = self.answer.strip().split("\n")
        starts = _headings(self.answer)
        pieces = []
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            body = "\n".join(lines[start + 1 : end]).strip("\n")
            hidden = [BEGIN, *([body] if body else []), END]
            pieces.append("\n".join([lines[start], "", *hidden]))
        return "\n\n".join(pieces)


def written_answers(lesson: Lesson, exercises: Sequence[Exercise]) -> list[WrittenAnswer]:
    """The written answers of a lesson, in order.

    Raises:
        Refused: with every block that cannot be one, and every id that names another cell.
    """
    problems: list[str] = []
    answers = []
    for part in lesson.parts:
        if isinstance(part, WrittenBlock):
            try:
                answers.append(_written_answer(lesson.name, part.text))
            except Refused as refusal:
                problems += refusal.problems
    problems += _id_problems(lesson.name, answers, exercises)
    if problems:
        raise Refused(problems)
    return answers


def _written_answer(lesson: str, text: str) -> WrittenAnswer:
    block = read_block(lesson, _KIND, text, _KEYS)
    if reason := _problem(block):
        raise block_refused(lesson, _KIND, text, reason)
    rubric = tuple((points, row) for entry in block["rubric"] for points, row in entry.items())
    return WrittenAnswer(str(block["id"]), rubric, block["answer"])


def _problem(block: dict[str, Any]) -> str:
    rubric, answer = block["rubric"], block["answer"]
    if not isinstance(rubric, list) or not all(map(_is_row, rubric)):
        return (
            "needs a rubric of rows such as `- 2: The data, with what is missing in them.`: whole "
            "points, a colon, and what earns them (in quotes, where it has a colon itself)"
        )
    total = sum(points for row in rubric for points in row)
    if total != block["points"]:
        return f"gives {block['points']} points, and the rows of its rubric add up to {total}"
    if not isinstance(answer, str) or 0 not in _headings(answer):
        return (
            "needs an answer that begins with a heading, such as `#### Data`: students see the "
            "headings, and what stands under them is yours"
        )
    if "SOLUTION" in answer:
        return "has SOLUTION in its answer, a word by which nbgrader knows what to hide"
    return ""


def _is_row(row: Any) -> bool:
    if not isinstance(row, dict) or len(row) != 1:
        return False
    [(points, text)] = row.items()
    return type(points) is int and points > 0 and isinstance(text, str) and bool(text.strip())


def _headings(answer: str) -> list[int]:
    """The lines of an answer that are headings, those with `#`."""
    return [
        token.map[0]
        for token in _MARKDOWN.parse(answer.strip())
        if token.type == "heading_open" and token.markup.startswith("#") and token.map
    ]


def _id_problems(
    lesson: str, answers: Sequence[WrittenAnswer], exercises: Sequence[Exercise]
) -> Iterator[str]:
    taken = {exercise.symbol for exercise in exercises}
    taken |= {check_id(symbol) for symbol in taken}
    for name, count in Counter(answer.id for answer in answers).items():
        if count > 1:
            yield f"{lesson}: {count} written blocks have the id {name}: give each an id of its own"
        if name in taken:
            yield (
                f"{lesson}: the id {name} of a written block is that of an exercise's cell: "
                "give it another"
            )
