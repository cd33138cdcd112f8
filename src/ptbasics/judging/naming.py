"""Which dotted names a syntax tree reads: `F.softmax` is `torch.nn.functional.softmax`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping

#: Modules whose names are known without running a submission, for `from torch import *`.
_KNOWN = {"numpy", "scipy", "sklearn", "torch"}
#: What only looks at the object that it is given.
_LOOKS = {"help", "inspect.getdoc", "inspect.getsource", "inspect.signature"}
_LOOKS |= {"isinstance", "issubclass"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
#: Arguments that are not computed.
_PLAIN = (ast.Name, ast.Attribute, ast.Tuple)
_Scope = Mapping[str, str]


def import_aliases(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """Local name → dotted path, from every import in the trees."""
    found: dict[str, str] = {}
    for node in nodes:
        for inner in ast.walk(node):
            found |= _aliases(inner)
    return found


def matches(path: str, name: str) -> bool:
    """Whether a dotted path is what a rule names: `torch.optim` with all below it, or `.softmax`.

    `torch.ops.aten._softmax` and the like do the work of their namesakes.
    """
    if name.startswith("."):
        last = path.rpartition(".")[2]
        return path.endswith(name) or (path.startswith("torch.") and last.lstrip("_") == name[1:])
    return path == name or path.startswith(name + ".")


def star_names(node: ast.AST) -> dict[str, str]:
    """Name → dotted path, of what `from torch import *` binds, where the module is a known one."""
    if not (isinstance(node, ast.ImportFrom) and node.module and node.names[0].name == "*"):
        return {}
    module = sys.modules.get(node.module)
    if module is None or node.module.partition(".")[0] not in _KNOWN:
        return {}
    names = vars(module).get("__all__") or [n for n in vars(module) if not n.startswith("_")]
    return {name: f"{node.module}.{name}" for name in names}


def _aliases(node: ast.AST) -> dict[str, str]:
    if isinstance(node, ast.Import):
        heads = [(item, item.name.partition(".")[0]) for item in node.names]
        return {item.asname or head: item.name if item.asname else head for item, head in heads}
    if isinstance(node, ast.ImportFrom) and node.module:
        named = {item.asname or item.name: f"{node.module}.{item.name}" for item in node.names}
        return star_names(node) or named
    return {}


def dotted_paths(tree: ast.AST, aliases: _Scope) -> Iterator[str]:
    """Every dotted path that a tree reads, with import aliases written out.

    A local variable hides an import of the same name. Annotations are not read, and neither is
    what is only looked at, as in `isinstance(x, DataLoader)`.

    Args:
        tree: a statement or an expression.
        aliases: names that the tree finds around it → their paths.
    """
    pending: list[tuple[ast.AST, _Scope]] = [(tree, aliases)]
    while pending:
        node, scope = pending.pop()
        if path := _read_by(node, scope):
            yield path
        pending.extend(_below(node, scope))


def _below(node: ast.AST, scope: _Scope) -> list[tuple[ast.AST, _Scope]]:
    """What is read inside a node, with the names that it finds there."""
    if isinstance(node, _FUNCTIONS):
        around = [*getattr(node, "decorator_list", []), *node.args.defaults]
        around += [default for default in node.args.kw_defaults if default]
        body = node.body if isinstance(node.body, list) else [node.body]
        inside = {**scope, **_bound(body, node.args)}
        return [(part, scope) for part in around] + [(part, inside) for part in body]
    if isinstance(node, _COMPREHENSIONS):
        scope = {**scope, **_bound([part.target for part in node.generators])}
    elif isinstance(node, ast.ClassDef):  # its variables are not seen by its methods
        scope = {**scope, **import_aliases(node.body)}
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.AnnAssign):
        children.remove(node.annotation)
    if isinstance(node, ast.Call) and _path(node.func, scope) in _LOOKS:
        children = [part for part in children if not isinstance(part, _PLAIN)]
    return [(child, scope) for child in children]


def _bound(body: Iterable[ast.AST], arguments: ast.arguments | None = None) -> dict[str, str]:
    """The names that a function or comprehension binds: those of imports, and variables."""
    variables: set[str] = set()
    imported: dict[str, str] = {}
    elsewhere: set[str] = set()
    pending = list(body)
    if arguments is not None:
        variables |= {part.arg for part in ast.walk(arguments) if isinstance(part, ast.arg)}
    while pending:
        node = pending.pop()
        imported |= _aliases(node)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            variables.add(node.id)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            elsewhere.update(node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            variables.add(node.name)
            continue
        elif isinstance(node, (ast.Lambda, *_COMPREHENSIONS)):
            continue
        elif isinstance(node, ast.ExceptHandler) and node.name:
            variables.add(node.name)
        pending.extend(ast.iter_child_nodes(node))
    bound = {name: f"?{name}" for name in variables} | imported
    return {name: path for name, path in bound.items() if name not in elsewhere}


def _read_by(node: ast.AST, scope: _Scope) -> str:
    """The path that a node reads; "" for none."""
    if isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
        path = _path(node, scope)
        return "" if path == "?" else path
    return ""


def _path(node: ast.AST, scope: _Scope) -> str:
    """The dotted path of an expression, through the ways of writing one; "?" for none."""
    match node:
        case ast.Name(name):
            return scope.get(name, name)
        case ast.Attribute(value, name):
            return f"{_path(value, scope)}.{name}"
        case ast.Call(ast.Name("getattr"), [value, ast.Constant(str(name)), *_]):
            return f"{_path(value, scope)}.{name}"
        case ast.Call(ast.Attribute(_, "__getattribute__"), [*_, ast.Constant(str(name))]):
            return f"?.{name}"
        case ast.Subscript(
            ast.Call(ast.Name("vars"), [value]) | ast.Attribute(value, "__dict__"),
            ast.Constant(str(name)),
        ):
            return f"{_path(value, scope)}.{name}"
        case ast.Call(function, [ast.Constant(str(name)), *_]):
            return _named_by(_path(function, scope), name)
        case ast.Subscript(value, ast.Constant(str(name))) if _path(value, scope) == "sys.modules":
            return name
    return "?"


def _named_by(function: str, name: str) -> str:
    """What a call such as `import_module("torch.optim")` gives."""
    if function == "importlib.import_module":
        return name
    if function == "__import__":
        return name.partition(".")[0]
    return f"?.{name}" if function == "operator.attrgetter" else "?"
