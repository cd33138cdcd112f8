r"""No answer may be readable in the student's notebook, in code, prose, comments or hints.

Both the answers and everything that a student reads are turned into tokens. Parentheses,
quotes and line breaks are dropped, so formatting does not matter; names that are local to the
answer fit any name or number, so renaming does not help. What is looked for in each answer:

- every expression, and every assignment to an element or attribute, of `MIN_TOKENS` tokens;
- the body of every function, where it has several statements and `MIN_TOKENS` tokens;
- an answer that is nothing but one `return`, from `MIN_WHOLE` tokens on.

Only tokens that carry meaning count: names, numbers and operators, but not keywords, dots, commas,
brackets, colons and equal signs. So `torch.matmul(a, b)` (4) may be taught where it is the answer;
`(a == b).sum().item()` (5) may not where it is the whole answer, but may where it is a part of it.
"""

from __future__ import annotations

import ast
import copy
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from keyword import iskeyword, kwlist

from nbformat import NotebookNode

from ptbasics.authoring.solution import Function, answers
from ptbasics.exercise import Exercise
from ptbasics.predictions import Prediction
from ptbasics.registry import misconceptions

MIN_TOKENS = 8
MIN_WHOLE = 5
#: Of the tokens that count, so many must not be local names, or any prose would fit.
MIN_FIXED = 2

_TOKEN = re.compile(
    r"(?<=[=(,\[])-\d[\w.]*|\d[\w.]*|\w+"  # numbers with their sign, names
    r"|\*\*=?|//=?|[-+*/%@&|^<>=!:]=|<<|>>|->|[^\s()'\"`\\#;]"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[)\]}])")
_LIGHT = frozenset(",.[]{}:=") | set(kwlist) - {"True", "False", "None"}
_SLOT = "local_slot_"

Secret = tuple[str, ...]


def leak_problems(
    exercise: Exercise,
    source: NotebookNode,
    student: NotebookNode,
    predictions: Sequence[Prediction] = (),
) -> list[str]:
    """Where the student's notebook gives away an instructor's answer, one sentence per place.

    The hints of misconceptions count as parts of the student's notebook, since `check` shows them,
    and so do the reasons that `predict` gives.
    """
    secrets = _secrets(next(cell.source for cell in source.cells if cell.id == exercise.symbol))
    places = {f"cell {number}": cell.source for number, cell in enumerate(student.cells, 1)}
    for key, mistake in misconceptions(exercise).items():
        places[f"the hint of misconception {key!r}"] = mistake.hint
    for prediction in predictions:
        places[f"the prediction {prediction.name}"] = "\n".join(
            [prediction.right, prediction.because, *prediction.wrong, *prediction.wrong.values()]
        )
    problems = []
    for place, text in places.items():
        if excerpt := _first_leak(_Text(text), secrets):
            problems.append(
                f"{place} gives away the answer to {exercise.symbol}: `{excerpt}`; say it in "
                "words, or show it on another problem"
            )
    return problems


def unhidden_problems(student: NotebookNode) -> list[str]:
    """Which cells of the student's notebook still have a solution region."""
    return [
        f"cell {number} still has a line with {mark}: nbgrader hides only what stands between "
        "### BEGIN SOLUTION and ### END SOLUTION in the cell of an exercise"
        for number, cell in enumerate(student.cells, 1)
        for mark in ("BEGIN SOLUTION", "END SOLUTION")
        if mark in cell.source
    ]


class _Text:
    """Something that a student reads, as tokens with their places."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans = [match.span() for match in _matches(text)]
        self.tokens = [text[slice(*span)] for span in self.spans]
        self.places: dict[str, list[int]] = defaultdict(list)
        for place, token in enumerate(self.tokens):
            self.places[token].append(place)

    def find(self, secret: Secret) -> str:
        """The first excerpt that is this secret, each slot one name or number; "" if none."""
        fixed = [index for index, token in enumerate(secret) if not token.startswith(_SLOT)]
        rarest = min(fixed, key=lambda index: len(self.places.get(secret[index], ())))
        for place in self.places.get(secret[rarest], ()):
            start = place - rarest
            if self._fits(start, secret):
                first, end = self.spans[start][0], self.spans[start + len(secret) - 1][1]
                end += len(self.text[end:]) - len(self.text[end:].lstrip(")"))
                return " ".join(self.text[first:end].split())
        return ""

    def _fits(self, start: int, secret: Secret) -> bool:
        if start < 0 or start + len(secret) > len(self.tokens):
            return False
        names: dict[str, str] = {}
        for wanted, token in zip(secret, self.tokens[start:], strict=False):
            slot = wanted.startswith(_SLOT)
            if not slot and wanted != token:
                return False
            if slot and not _is_value(token):
                return False
            if slot and names.setdefault(wanted, token) != token:
                return False
        return len(set(names.values())) == len(names)


def _is_value(token: str) -> bool:
    """Whether a slot can stand for this token: a variable, or the number that is shown for it."""
    return (token.isidentifier() and not iskeyword(token)) or token.lstrip("-")[:1].isdigit()


def _first_leak(text: _Text, secrets: Sequence[Secret]) -> str:
    return next((excerpt for secret in secrets if (excerpt := text.find(secret))), "")


def _matches(text: str) -> Iterator[re.Match[str]]:
    commas = {match.start() for match in _TRAILING_COMMA.finditer(text)}
    return (match for match in _TOKEN.finditer(text) if match.start() not in commas)


def _secrets(cell: str) -> list[Secret]:
    """What must not be readable of a marked solution cell, the longest first."""
    bodies = answers(cell)
    found: set[Secret] = set()
    for function, body in bodies:
        rename = _Slots(function)
        found |= {_secret([piece], rename) for statement in body for piece in _pieces(statement)}
        if len(body) > 1 or hasattr(body[0], "body"):
            found.add(_secret(body, rename))
    found = {secret for secret in found if _size(secret) >= MIN_TOKENS}
    match bodies:
        case [(function, [ast.Return(value=ast.expr() as whole)])]:
            if _size(only := _secret([whole], _Slots(function))) >= MIN_WHOLE:
                found.add(only)
    kept = [secret for secret in found if _size(secret, fixed=True) >= MIN_FIXED]
    return sorted(kept, key=lambda secret: (-len(secret), secret))


def _pieces(statement: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement to look for; what it says in an error is no secret."""
    if isinstance(statement, ast.Raise | ast.Assert):
        return
    if isinstance(statement, ast.AugAssign) or (
        isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Subscript | ast.Attribute)
    ):
        yield statement
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            yield from _pieces(child)
        else:
            yield from (node for node in ast.walk(child) if isinstance(node, ast.expr))


def _secret(nodes: Sequence[ast.AST], rename: _Slots) -> Secret:
    text = "\n".join(ast.unparse(rename.visit(copy.deepcopy(node))) for node in nodes)
    return tuple(match[0] for match in _matches(text))


def _size(secret: Secret, *, fixed: bool = False) -> int:
    counted = [token for token in secret if token not in _LIGHT]
    return sum(not (fixed and token.startswith(_SLOT)) for token in counted)


class _Slots(ast.NodeTransformer):
    """Gives the local names of a function the same names in every answer."""

    def __init__(self, function: Function) -> None:
        nodes = list(ast.walk(function))
        names = [node.arg for node in nodes if isinstance(node, ast.arg)]
        names += [
            node.id
            for node in nodes
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
        self.slots = {name: f"{_SLOT}{number}" for number, name in enumerate(dict.fromkeys(names))}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """A variable."""
        node.id = self.slots.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """A parameter of an inner function."""
        node.arg = self.slots.get(node.arg, node.arg)
        return node
