"""Nothing that can run code reads what comes from a submission."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import ptbasics

PACKAGE = Path(ptbasics.__file__).parent
#: What runs on the trusted side while it has a submission's data in its hands. `exercises` is among
#: them for its measures; what an observer does there runs in the submission's process.
TRUSTED = ("grading", "judging", "runner", "matching.py", "expected.py", "registry.py")
_MODULES = {"pickle", "cPickle", "_pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"}


def unsafe(source: str) -> Iterator[str]:
    """What in a module could run code out of the data that it reads, by its line."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names):
                modules = [name.name for name in names]
            case ast.ImportFrom(module, names):
                modules = [module or "", *(f"{module}.{name.name}" for name in names)]
            case ast.Call(ast.Attribute(ast.Name("torch"), "load"), _, keywords):
                if not _is_set(keywords, "weights_only", True):
                    yield f"line {node.lineno}: torch.load without weights_only"
                continue
            case ast.Call(ast.Attribute(ast.Name("np" | "numpy"), "load"), _, keywords):
                if any(keyword.arg in ("allow_pickle", None) for keyword in keywords):
                    yield f"line {node.lineno}: numpy.load with allow_pickle"
                continue
            case ast.Call(ast.Attribute(_, "read_pickle" | "unsafe_load" | "full_load")):
                modules = ["pickle"]
            case _:
                continue
        for module in modules:
            if module.partition(".")[0] in _MODULES or module in ("torch.load", "numpy.load"):
                yield f"line {node.lineno}: {module}"


def _is_set(keywords: list[ast.keyword], name: str, value: object) -> bool:
    return any(
        keyword.arg == name
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is value
        for keyword in keywords
    )


def test_the_grading_side_reads_nothing_that_can_run() -> None:
    paths = [path for name in TRUSTED for path in _modules(PACKAGE / name)]
    assert len(paths) > 50
    found = [f"{path}: {what}" for path in paths for what in unsafe(path.read_text())]
    assert not found


def _modules(path: Path) -> list[Path]:
    return [path] if path.suffix else sorted(path.rglob("*.py"))


def test_the_search_finds_each_of_them() -> None:
    for line in (
        "import pickle",
        "from pickle import loads",
        "import joblib.numpy_pickle",
        "from torch import load",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "np.load(path, allow_pickle=True)",
        "np.load(path, **options)",
        "pandas.read_pickle(path)",
        "yaml.unsafe_load(text)",
    ):
        assert list(unsafe(line)), line
    for line in ("torch.load(path, weights_only=True)", "np.load(path)", "json.loads(text)"):
        assert not list(unsafe(line)), line
