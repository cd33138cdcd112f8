"""Make the sample class: real submissions for every lesson, and the score that each must get.

    python -m autograder.sample_class.make

writes `submitted/STUDENT/LESSON/LESSON.ipynb` and `expected.csv` beside this file. Scores are not
taken from the grader: they are reasoned out from the points of the exercises that a submission gets
right, and for known mistakes from observing the wrong implementation in this process.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.sample_class.closure import cell_source
from ptbasics.exercise import Exercise, Implementation
from ptbasics.expected import observe_expected
from ptbasics.judging.observing import draw_cases
from ptbasics.judging.rules import broken_rules
from ptbasics.judging.verdict import judge_measured
from ptbasics.registry import alternatives, exercises, lessons, misconceptions, reference_module

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COURSE = ROOT / "course"
#: How many perfect submissions by other routes a lesson has; the tests try all alternatives.
ROUTES = 3
#: The secret seed of the sample class: it protects nothing, and makes its scores repeatable.
SEED = "the sample class"


@dataclass(frozen=True)
class Submission:
    """A file of the sample class, the score it must get, and why."""

    student: str
    lesson: str
    score: float
    why: str
    content: bytes | None
    filename: str = ""

    def write(self, folder: Path) -> None:
        """Lay the file into nbgrader's layout; without content, only the folder."""
        place = folder / self.student / self.lesson
        place.mkdir(parents=True)
        if self.content is None:
            (place / "notes.txt").write_text("I could not export my notebook, sorry!\n")
        else:
            (place / (self.filename or f"{self.lesson}.ipynb")).write_bytes(self.content)


def release(lesson: str) -> NotebookNode:
    """A fresh copy of the student's notebook."""
    return nbformat.read(COURSE / lesson / f"{lesson}.ipynb", as_version=4)


def cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """The cell with this nbgrader id."""
    return next(
        one
        for one in notebook.cells
        if one.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def total(lesson: str, without: tuple[str, ...] = ()) -> float:
    """The points of a lesson's exercises but some."""
    return float(sum(one.points for one in exercises(lesson) if one.symbol not in without))


def answered(lesson: str, answers: dict[str, str]) -> NotebookNode:
    """The release with some answer cells filled in."""
    notebook = release(lesson)
    for symbol, source in answers.items():
        cell(notebook, symbol).source = source
    return notebook


def reference_answers(lesson: str) -> dict[str, str]:
    """Right answers: those of the instructor's notebook."""
    source = nbformat.read(ROOT / "solutions" / lesson / f"{lesson}.ipynb", as_version=4)
    return {one.symbol: cell(source, one.symbol).source for one in exercises(lesson)}


def perfect(lesson: str) -> NotebookNode:
    """Every exercise answered right."""
    return answered(lesson, reference_answers(lesson))


def dump(notebook: NotebookNode) -> bytes:
    """As a file. Not validated: some of these are broken on purpose."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


# --- submissions for every lesson ----------------------------------------------------------------


def for_every_lesson(lesson: str) -> Iterator[Submission]:
    """Perfect by several routes, blank, half, and each round of known mistakes."""
    right = reference_answers(lesson)
    yield Submission(
        "ada_perfect", lesson, total(lesson), "every answer is right", dump(answered(lesson, right))
    )
    for number, routes in enumerate(other_routes(lesson), start=1):
        yield Submission(
            f"other_routes_{number}",
            lesson,
            total(lesson),
            f"right by other routes: {', '.join(routes)}",
            dump(answered(lesson, right | routes)),
        )
    yield Submission("blank", lesson, 0.0, "no TODO was touched", dump(release(lesson)))
    half = exercises(lesson)[: len(exercises(lesson)) // 2]
    yield Submission(
        "first_half",
        lesson,
        float(sum(one.points for one in half)),
        f"right as far as {half[-1].symbol}, the rest not started",
        dump(answered(lesson, {one.symbol: right[one.symbol] for one in half})),
    )
    for number, (mistakes, score) in enumerate(known_mistakes(lesson), start=1):
        why = "; ".join(f"{symbol}: {key}" for symbol, (key, _) in mistakes.items())
        sources = {symbol: source for symbol, (_, source) in mistakes.items()}
        yield Submission(
            f"mistaken_{number}", lesson, score, why, dump(answered(lesson, right | sources))
        )


def other_routes(lesson: str) -> Iterator[dict[str, str]]:
    """The alternatives: the first of each exercise, then the second, and so on."""
    table: dict[str, list[str]] = {}
    for exercise in exercises(lesson):
        sources = [source_of(exercise, one) for one in alternatives(exercise).values()]
        table[exercise.symbol] = [one for one in sources if not broken_rules(exercise, [one])]
    for row in islice(zip_longest(*table.values()), ROUTES):
        yield {symbol: source for symbol, source in zip(table, row, strict=True) if source}


def source_of(exercise: Exercise, implementation: Implementation) -> str:
    """A wrong or another right answer as a cell."""
    module = reference_module(exercise)
    assert module is not None
    return cell_source(module, implementation, exercise.symbol)


def known_mistakes(lesson: str) -> Iterator[tuple[dict[str, tuple[str, str]], float]]:
    """Symbol → (key, source) for a mistake in every exercise, and the score that leaves."""
    everything = {one.symbol: one for one in exercises(lesson)}
    keys = {symbol: list(misconceptions(one)) for symbol, one in everything.items()}
    for row in zip_longest(*keys.values()):
        chosen = {symbol: key for symbol, key in zip(keys, row, strict=True) if key is not None}
        sources = {
            symbol: (key, source_of(exercise, misconceptions(exercise)[key].implementations[0]))
            for symbol, key in chosen.items()
            for exercise in [everything[symbol]]
        }
        score = total(lesson, tuple(chosen)) + sum(
            points_of(everything[symbol], key, source) for symbol, (key, source) in sources.items()
        )
        yield sources, round(score, 2)


def points_of(exercise: Exercise, key: str, source: str) -> float:
    """What a wrong implementation still earns, observed here and now, without the runner."""
    if broken_rules(exercise, [source]):
        return 0.0
    cases = draw_cases(exercise, SEED)
    expected = observe_expected(exercise, cases)
    return judge_measured(exercise, cases, expected.wrong[key][0], expected).points


# --- bad submissions, all of lesson 2 ------------------------------------------------------------

LESSON = "02_operations"
#: The exercise that the bad submissions below get wrong.
VICTIM = "softmax"


def broken_answer(body: str, why: str) -> Callable[[str], Submission]:
    """All right but one exercise, whose function does something terrible when it is called."""

    def make(student: str) -> Submission:
        source = f"def {VICTIM}(x, dim):\n    {body}\n    return x"
        notebook = answered(LESSON, reference_answers(LESSON) | {VICTIM: source})
        return Submission(student, LESSON, total(LESSON, (VICTIM,)), why, dump(notebook))

    return make


def extra_cell(source: str, why: str) -> Callable[[str], Submission]:
    """All right, with a cell of the student's own in the middle that does something terrible."""

    def make(student: str) -> Submission:
        notebook = perfect(LESSON)
        where = notebook.cells.index(cell(notebook, VICTIM))
        notebook.cells.insert(where, new_code_cell(source, id="my-experiment"))
        return Submission(student, LESSON, total(LESSON), why, dump(notebook))

    return make


def mangled(
    change: Callable[[NotebookNode], None], why: str, without: tuple[str, ...] = ()
) -> Callable[[str], Submission]:
    """All right, but the notebook's structure is not what was released."""

    def make(student: str) -> Submission:
        notebook = perfect(LESSON)
        change(notebook)
        return Submission(student, LESSON, total(LESSON, without), why, dump(notebook))

    return make


def not_a_notebook(content: bytes | None, why: str) -> Callable[[str], Submission]:
    """A file, or none, that holds no answers."""
    return lambda student: Submission(student, LESSON, 0.0, why, content)


def remove(*grade_ids: str) -> Callable[[NotebookNode], None]:
    """Delete cells."""

    def change(notebook: NotebookNode) -> None:
        for grade_id in grade_ids:
            notebook.cells.remove(cell(notebook, grade_id))

    return change


def duplicate(*grade_ids: str) -> Callable[[NotebookNode], None]:
    """Copy cells, as copy and paste in JupyterLab does: with their nbgrader ids."""

    def change(notebook: NotebookNode) -> None:
        for grade_id in grade_ids:
            original = cell(notebook, grade_id)
            copy = nbformat.from_dict(json.loads(json.dumps(original)))
            copy.id = f"copy-of-{grade_id}"
            notebook.cells.insert(notebook.cells.index(original) + 1, copy)

    return change


def retype(grade_id: str) -> Callable[[NotebookNode], None]:
    """Turn a code cell into Markdown."""

    def change(notebook: NotebookNode) -> None:
        target = cell(notebook, grade_id)
        target.cell_type = "markdown"
        for key in ("outputs", "execution_count"):
            target.pop(key, None)

    return change


def edit(grade_id: str, source: str) -> Callable[[NotebookNode], None]:
    """Overwrite the source of a cell, and claim other points for it."""

    def change(notebook: NotebookNode) -> None:
        target = cell(notebook, grade_id)
        target.source = source
        target.metadata["nbgrader"] |= {"points": 100, "locked": False}

    return change


def other_kernel(notebook: NotebookNode) -> None:
    """A kernel that no grading machine has."""
    notebook.metadata["kernelspec"] = {
        "name": "my-laptop-env",
        "display_name": "Python (my laptop)",
        "language": "python",
    }


def stale(notebook: NotebookNode) -> None:
    """Right on the student's screen, because a helper ran before its cell was moved down."""
    target = cell(notebook, VICTIM)
    helper = "def shifted(x, dim):\n    return x - x.amax(dim=dim, keepdim=True)"
    target.source = (
        f"def {VICTIM}(x, dim):\n    powers = shifted(x, dim).exp()\n"
        "    return powers / powers.sum(dim=dim, keepdim=True)"
    )
    target.execution_count = 7
    notebook.cells.append(new_code_cell(helper, id="moved-down", execution_count=3))


def old_format(student: str) -> Submission:
    """Written by an IPython of 2014: nbformat 3."""
    notebook = perfect(LESSON)
    content = nbformat.writes(notebook, version=3).encode()
    why = "nbformat 3, right answers: upgraded and graded"
    return Submission(student, LESSON, total(LESSON), why, content)


BAD: dict[str, Callable[[str], Submission]] = {
    "stale_cells": mangled(stale, "softmax needs a cell that now comes last", (VICTIM,)),
    "endless_loop": broken_answer("while True: pass", "softmax never returns"),
    "stubborn_loop": extra_cell(
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "an experiment loops and catches every interrupt: only that cell is lost",
    ),
    "os_exit": broken_answer("import os; os._exit(0)", "softmax ends its process"),
    "os_exit_cell": extra_cell("import os\nos._exit(0)", "an experiment ends its process"),
    "segfault": broken_answer("import ctypes; ctypes.string_at(0)", "softmax crashes Python"),
    "out_of_memory": broken_answer(
        "big = bytearray(64 * 2**30)", "softmax asks for 64 GiB of memory"
    ),
    "fork_bomb": broken_answer(
        "import os\n    while True:\n        try: os.fork()\n        except OSError: pass",
        "softmax starts processes without end",
    ),
    "asks_for_input": extra_cell("name = input('Your name? ')", "an experiment calls input()"),
    "prints_gigabytes": extra_cell(
        "for _ in range(3_000_000):\n    print('x' * 1000)", "an experiment prints 3 GB"
    ),
    "crash_at_import": extra_cell("1 / 0", "an experiment divides by zero before softmax"),
    "prints_full_marks": broken_answer(
        "print(100); import sys; sys.displayhook(100.0)", "softmax prints a score instead"
    ),
    "patches_torch": broken_answer(
        "import torch, math\n    torch.allclose = torch.equal = lambda *a, **k: True\n"
        "    torch.testing.assert_close = lambda *a, **k: None\n    math.isclose = print",
        "softmax replaces the functions that compare",
    ),
    "reads_the_answers": broken_answer(
        "from ptbasics.reference.l02_operations import softmax as stolen; return stolen(x, dim)",
        "softmax imports the reference",
    ),
    "writes_the_gradebook": broken_answer(
        "import sqlite3\n"
        "    for up in ('', '../', '../../', '../../../', '../../../../'):\n"
        "        sqlite3.connect(up + 'gradebook.db').execute('update grade set manual_score=99')",
        "softmax writes its grade",
    ),
    "missing_answer": mangled(remove(VICTIM), "the answer cell was deleted", (VICTIM,)),
    "missing_check": mangled(remove(f"{VICTIM}-check"), "a check was deleted: it is put back"),
    "duplicated_cells": mangled(
        duplicate(VICTIM, f"{VICTIM}-check"), "answer and check stand twice: graded once"
    ),
    "retyped_answer": mangled(retype(VICTIM), "the answer became Markdown: it is read as code"),
    "retyped_check": mangled(retype(f"{VICTIM}-check"), "a check became Markdown: it is put back"),
    "edited_check": mangled(
        edit(f"{VICTIM}-check", "100"), "a check was edited and claims 100 points: it is put back"
    ),
    "other_kernel": mangled(other_kernel, "a kernel of the student's laptop: graded as Python 3"),
    "old_format": old_format,
    "corrupt_json": not_a_notebook(b'{"cells": [{"cell_type": "code", "sour', "cut off"),
    "empty_file": not_a_notebook(b"", "an upload of zero bytes"),
    "not_a_notebook": not_a_notebook(b"%PDF-1.7\nprinted to PDF\n", "a PDF renamed to .ipynb"),
    "missing_notebook": not_a_notebook(None, "a folder with no notebook in it"),
}


def whole_class() -> list[Submission]:
    """All submissions, in the order of their lessons and names."""
    found = [one for lesson in lessons() for one in for_every_lesson(lesson)]
    found += [make(student) for student, make in BAD.items()]
    return sorted(found, key=lambda one: (one.lesson, one.student))


def main() -> None:
    """Write the class anew."""
    submissions = whole_class()
    folder = HERE / "submitted"
    shutil.rmtree(folder, ignore_errors=True)
    for submission in submissions:
        submission.write(folder)
    with (HERE / "expected.csv").open("w", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["student", "lesson", "score", "max_score", "why"])
        for one in submissions:
            table.writerow([one.student, one.lesson, one.score, total(one.lesson), one.why])
    print(f"{len(submissions)} submissions in {folder.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
