"""That both trees of the course's content mirror each other, and that every file in them belongs.

`exercises/lNN_topic/softmax.py` asks, `reference/lNN_topic/softmax.py` answers, and
`exercises/lNN_topic/__init__.py` imports the exercises in teaching order. Whatever else stands in
one of the trees has to be imported by one of these. Files are read, not imported, so that one
which is in the wrong place changes nothing.
"""

from __future__ import annotations

import ast
import pkgutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

from ptbasics import exercises as exercises_package
from ptbasics import reference as reference_package
from ptbasics.exercise import Exercise
from ptbasics.registry import exercises, lessons

_MARKS = ("misconception", "alternative")


def course_problems() -> list[str]:
    """What stands beside the lessons' packages in either tree and belongs to none of them."""
    found = []
    for package in (exercises_package, reference_package):
        files = _files(package.__name__)
        packages = [f"{package.__name__}.l{lesson}" for lesson in lessons()]
        used = {name for path in _inside(packages) for name in _imported(path)}
        found += [
            f"{_shown(path)} belongs to no lesson and is imported by none: delete it, or "
            "give it the name of its lesson"
            for name, path in files.items()
            if name not in (*packages, *_reachable(used, files))
        ]
    return found


def layout_problems(lesson: str) -> list[str]:
    """What is out of place in the two packages of a lesson, one sentence each with the way out."""
    asked = exercises(lesson)
    return [
        *_symbol_problems(lesson, asked),
        *_exercise_tree_problems(lesson, asked),
        *_reference_tree_problems(lesson, asked),
    ]


def _symbol_problems(lesson: str, asked: tuple[Exercise, ...]) -> Iterator[str]:
    elsewhere = {
        exercise.symbol: other
        for other in lessons()
        if other != lesson
        for exercise in exercises(other)
    }
    files = Counter(exercise.symbol.lower() for exercise in asked)
    for exercise in asked:
        symbol, file = exercise.symbol, exercise.observe.__module__.rpartition(".")[2]
        if symbol in elsewhere:
            yield (
                f"the symbol {symbol} is defined in lesson {elsewhere[symbol]}, too: `check` finds "
                "an exercise by its symbol, so rename one of them"
            )
        if file != symbol.lower():
            yield f"exercise {symbol} stands in {file}.py: give it a file {symbol.lower()}.py"
        elif files[file] > 1:
            yield f"exercise {symbol} shares {file}.py with another: let their names differ more"


def _exercise_tree_problems(lesson: str, asked: tuple[Exercise, ...]) -> Iterator[str]:
    package = f"ptbasics.exercises.l{lesson}"
    files = _files(package)
    own = {exercise.observe.__module__ for exercise in asked}
    belonging = _reachable(own, files)
    for name, path in files.items():
        if name in own:
            for other in sorted((_imported(path) & own) - {name}):
                yield (
                    f"{_shown(path)} imports from {other}, the file of another exercise: move what "
                    "they share to a file whose name begins with an underscore"
                )
        elif symbols := _decorated(path, "exercise"):
            yield (
                f"{_shown(path)} is not imported by its lesson: write "
                f"`from {name} import {symbols[0]}` into __init__.py, where the exercise is taught"
            )
        elif name not in belonging:
            yield f"{_shown(path)} belongs to nothing: no exercise of the lesson imports it"


def _reference_tree_problems(lesson: str, asked: tuple[Exercise, ...]) -> Iterator[str]:
    package = f"ptbasics.reference.l{lesson}"
    files = _files(package)
    own = {f"{package}.{exercise.symbol.lower()}" for exercise in asked}
    belonging = _reachable(own, files)
    for name, path in files.items():
        if name in own:
            continue
        asked_in = name.replace(".reference.", ".exercises.")
        for mark in _MARKS:
            for marked in _decorated(path, mark):
                yield (
                    f"{_shown(path)} marks {marked} as {mark}, and there is no {asked_in}: "
                    "move it to the file that answers its exercise"
                )
        if name not in belonging:
            yield f"{_shown(path)} belongs to nothing: it answers no exercise of the lesson"


def _files(package: str) -> dict[str, Path]:
    """Dotted name → path of every module in a package; none where the package is missing."""
    try:
        folders = import_module(package).__path__
    except ModuleNotFoundError:
        return {}
    names = sorted(info.name for info in pkgutil.iter_modules(folders))
    return {f"{package}.{name}": _path(folders, name) for name in names}


def _path(folders: Iterable[str], name: str) -> Path:
    places = [Path(folder, name) for folder in folders]
    return next(
        path
        for place in places
        for path in (place.with_name(f"{name}.py"), place / "__init__.py")
        if path.is_file()
    )


def _inside(packages: list[str]) -> Iterator[Path]:
    for package in packages:
        yield from _files(package).values()


def _reachable(names: set[str], files: Mapping[str, Path]) -> set[str]:
    """Those of the files that are named, or imported by one that is, and so on."""
    reached: set[str] = set()
    waiting = names & files.keys()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= (_imported(files[name]) & files.keys()) - reached
    return reached


def _imported(path: Path) -> set[str]:
    """The dotted names that a file imports: modules, and what it takes from them."""
    names: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _decorated(path: Path, mark: str) -> list[str]:
    """What a file defines under a decorator of this name."""
    return [
        node.name
        for node in _tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        for decorator in node.decorator_list
        if ast.unparse(decorator).partition("(")[0] == mark
    ]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _shown(path: Path) -> str:
    """Where a file stands, from the tree that holds it."""
    place = path.parent if path.name == "__init__.py" else path
    depth = 2 if place.parent.name in ("exercises", "reference") else 3
    return "/".join(place.parts[-depth:])
