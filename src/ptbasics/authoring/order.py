"""No lesson may use what only a later one introduces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nbformat import NotebookNode

from ptbasics.authoring.lesson import Lesson
from ptbasics.judging.cells import statements
from ptbasics.judging.naming import dotted_paths, import_aliases


def order_problems(lesson: Lesson, notebook: NotebookNode, others: Sequence[Lesson]) -> list[str]:
    """What the instructor's notebook of a lesson uses too early, one sentence for each use.

    Args:
        lesson: the lesson that `notebook` was built from.
        notebook: its code cells are read, the answers among them.
        others: the other lessons. Those with a greater number come later; a name that this lesson
            or an earlier one introduces as well may be used.
    """
    earlier = [other for other in others if other.number <= lesson.number]
    known = {name for taught in [lesson, *earlier] for name in taught.introduces}
    later = {
        name: later_lesson.name
        for later_lesson in sorted(others, key=lambda other: -other.number)
        if later_lesson.number > lesson.number
        for name in later_lesson.introduces
        if name not in known
    }
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    trees = {cell.id: statements(cell.source) for cell in cells}
    aliases = import_aliases(node for tree in trees.values() for node in tree)
    packages = {path.partition(".")[0] for path in aliases.values()}
    problems = []
    for cell in cells:
        used = set(import_aliases(trees[cell.id]).values())
        for path in {path for node in trees[cell.id] for path in dotted_paths(node, aliases)}:
            head, _, attributes = path.partition(".")
            # what a path starts with is a variable, whatever it is called, unless imported
            used.add(path if head in packages else attributes)
        problems += [
            f"{lesson.name}: cell {cell.id} ({_start(cell.source)}) uses {name}, which lesson "
            f"{introduced} introduces: do without it here, or introduce it here"
            for name, introduced in later.items()
            if _uses(used, name)
        ]
    return problems


def _uses(paths: Iterable[str], name: str) -> bool:
    """Whether a dotted name is a part of one of the paths: `nn.Module` of `torch.nn.Module`."""
    return any(f".{name}." in f".{path}." for path in paths)


def _start(source: str) -> str:
    return f"`{source.strip().partition(chr(10))[0][:60]}`"
