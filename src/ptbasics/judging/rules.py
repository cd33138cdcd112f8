"""What a statement forbids, looked up in the source of a submission.

"Write it without `torch.optim`" cannot be seen in behaviour, so it is read from the source, on the
trusted side, by its syntax tree. What is reached under a name that is only computed is seen when
the answer runs, by `judging.watching`.
"""

from __future__ import annotations

import ast
import re
import symtable
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec

from ptbasics.exercise import Exercise
from ptbasics.judging.cells import PARSER, Unreadable, read_statements
from ptbasics.judging.naming import dotted_paths, import_aliases, matches, star_names


def broken_rules(exercise: Exercise, sources: Iterable[str]) -> list[str]:
    """The sentences of the rules that an answer breaks, in the order of the statement.

    What counts is the definition of the answer and, through one another, the definitions that it
    needs: no experiment beside it, and nothing that was defined anew later.

    Args:
        exercise: its `forbids` maps a name to a sentence. `torch.optim` forbids that dotted path
            and all below it, however it was imported; `.softmax` any attribute of that name.
        sources: the code cells in the order in which they were run, up to the check of the
            exercise. Source that is no Python breaks no rule; see also `unreadable_answer`.
    """
    if not exercise.forbids:
        return []
    everything = [statement for source in sources for statement in _read(source) or ()]
    answer = _definitions(exercise.symbol, everything)
    imports = [statement.tree for statement in answer if isinstance(statement.tree, _IMPORTS)]
    # a statement such as `if` may hold imports as well
    others = [statement.tree for statement in answer if not isinstance(statement.tree, _WHOLE)]
    aliases = import_aliases([*reversed(others), *reversed(imports)])
    used = {path for statement in answer for path in dotted_paths(statement.tree, aliases)}
    used.add(aliases.get(exercise.symbol, ""))  # an answer that is nothing but imported
    # a module beside the notebook may call its own functions as it likes; they are watched
    roots = {_root(path) for path in aliases.values()}
    broken = (
        sentence
        for name, sentence in exercise.forbids.items()
        if any(
            matches(path, name) and (_root(path) not in roots or _is_installed(_root(path)))
            for path in used
        )
    )
    return list(dict.fromkeys(broken))


def unreadable_answer(exercise: Exercise, sources: Iterable[str]) -> str:
    """Why nobody can tell whether an answer keeps its rules; "" where that can be told.

    Args:
        exercise, sources: as for `broken_rules`.
    """
    if not exercise.forbids:
        return ""
    read = {source: _read(source) for source in sources}
    everything = [statement for found in read.values() for statement in found or ()]
    names = {exercise.symbol}
    for statement in _definitions(exercise.symbol, everything):
        names |= statement.reads
    used = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names)))
    if any(found is None and used.search(source) for source, found in read.items()):
        return (
            f"A cell that `{exercise.symbol}` may need is too long or too deep to be read, so that "
            "nobody can tell whether it keeps to its statement: write it in shorter expressions."
        )
    return ""


def _root(path: str) -> str:
    return path.partition(".")[0]


@lru_cache(maxsize=4096)
def _is_installed(module: str) -> bool:
    """Whether a module without dots is one that anybody could import here."""
    try:
        return not module or module in sys.modules or find_spec(module) is not None
    except (ImportError, ValueError):  # a name that no file can have, for one
        return True


@dataclass(frozen=True)
class _Statement:
    """A statement with the names that it reads from outside, and those that it binds."""

    tree: ast.stmt
    reads: frozenset[str]
    binds: frozenset[str]

    @classmethod
    def of(cls, tree: ast.stmt) -> _Statement:
        with PARSER:
            table = symtable.symtable(ast.unparse(tree), "<cell>", "exec")
        symbols = table.get_symbols()
        binds = frozenset(s.get_name() for s in symbols if s.is_assigned() or s.is_imported())
        binds |= star_names(tree).keys()
        more = binds if isinstance(tree, ast.AugAssign) else frozenset()
        return cls(tree, frozenset(names_read(table)) | more, binds)

    def starts_anew(self, name: str) -> bool:
        """Whether what the name was bound to before is forgotten, unlike in `x = x + 1`."""
        return isinstance(self.tree, _WHOLE) or name not in self.reads


#: These may read the name that they bind, but only later on, as in a recursion.
_IMPORTS = (ast.Import, ast.ImportFrom)
_WHOLE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, *_IMPORTS)


@lru_cache(maxsize=4096)  # most cells are the same in all submissions
def _read(source: str) -> tuple[_Statement, ...] | None:
    """The statements of a cell; None where IPython may run what cannot be read."""
    try:
        return tuple(_Statement.of(tree) for tree in read_statements(source))
    except (SyntaxError, ValueError):  # `def f(x, x)` shows in the tables of symbols only
        return ()
    except (Unreadable, RecursionError, MemoryError):
        return None


def _definitions(symbol: str, everything: Sequence[_Statement]) -> list[_Statement]:
    """What makes a name what it is, then what makes the names that it needs, and so on."""
    found: list[_Statement] = []
    wanted, known = [symbol], set[str]()
    while wanted:
        name = wanted.pop()
        if name in known:
            continue
        known.add(name)
        for statement in reversed(everything):
            if name in statement.binds:
                found.append(statement)
                wanted.extend(statement.reads)
                if statement.starts_anew(name):
                    break
    return found


def names_read(scope: symtable.SymbolTable) -> Iterator[str]:
    """The names of the notebook that a cell, or a function in it, looks up."""
    for symbol in scope.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or scope.get_type() == "module"):
            yield symbol.get_name()
    for inner in scope.get_children():
        yield from names_read(inner)
