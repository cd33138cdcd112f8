"""What a statement forbids, seen when it is called, under whatever name it was reached.

An answer can come to `torch.softmax` in more ways than can be read from its source: by `exec`, from
a module beside the notebook, through `map` or the type of an object that exists. So the calls that
it makes are watched while it is observed: Python's profile function sees calls of Python code and
of built-in functions, a torch function mode those that other built-in functions make.

This runs in the student's own process. `judging.rules` reads the source, where nothing of the
student's can interfere, and sees what is no call, such as `x.grad`.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

from torch._ops import OpOverload, OpOverloadPacket
from torch.overrides import TorchFunctionMode

from ptbasics.exercise import Implementation
from ptbasics.judging.naming import matches

#: Noted in place of a name when an answer ends the watch.
UNWATCHED = "(not watched)"
#: These call on behalf of whoever called them.
_TRANSPARENT = ("torch.nn.modules.", "torch.overrides", "torch._ops", "torch._tensor", "functools")
#: These say whether gradients are recorded, and are no use of `torch.autograd`.
_SWITCHES = "torch.autograd.grad_mode."
_OPERATORS = (OpOverload, OpOverloadPacket)
_LIBRARIES = tuple(
    str(Path(folder).resolve()) + os.sep
    for folder in (
        *map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib")),
        str(Path(__file__).parents[1]),
    )
)


@contextmanager
def watched(
    implementation: Implementation, forbidden: Collection[str]
) -> Iterator[tuple[Implementation, set[str]]]:
    """Watch the calls that an answer makes.

    Args:
        implementation: the answer.
        forbidden: names as in `Exercise.forbids`.

    Yields:
        The answer to call in its place, and the set of forbidden names that it has used, which
        grows; it may also hold `UNWATCHED`.
    """
    used: set[str] = set()
    if not forbidden:
        yield implementation, used
        return
    watch = _Watch(forbidden, used)
    for part in _parts(implementation):
        if _is_of_library(part):
            watch.note(_path_of(part))
    before = sys.getprofile()
    with _TorchCalls(watch):
        threading.setprofile(watch.profile)
        sys.setprofile(watch.profile)
        try:
            yield _in_a_frame(implementation), used
        finally:
            if sys.getprofile() != watch.profile:
                used.add(UNWATCHED)
            sys.setprofile(before)
            threading.setprofile(before)


class _Watch:
    """Holds each call against the forbidden names.

    It is asked at every call of every library, so what it knows of code it keeps.
    """

    def __init__(self, forbidden: Collection[str], used: set[str]) -> None:
        self._used = used
        # a class or function is known by the module that defines it: `torch.nn.Linear` lies in
        # `torch.nn.modules.linear`
        self._ways = {name: {name, _defined_as(name)} for name in forbidden}
        self._last = {way.rpartition(".")[2] for ways in self._ways.values() for way in ways}
        self._of_code: dict[CodeType, bool] = {}

    def note(self, path: str) -> None:
        """Note what a path is forbidden by."""
        self._used.update(name for name, ways in self._ways.items() if _is_one(path, ways))

    def profile(self, frame: FrameType, event: str, argument: Any) -> None:
        """Called by the interpreter for each call."""
        if event == "call":
            matters = self._of_code.get(frame.f_code)
            if matters is None:
                matters = self._of_code[frame.f_code] = self._matters(frame)
            if matters:
                self._note_if_asked(frame.f_back, _path_in(frame))
        elif event == "c_call":
            self.called(argument, frame)

    def called(self, function: Callable[..., Any], caller: FrameType | None) -> None:
        """A built-in function, or one of torch, is called."""
        if getattr(function, "__name__", "").lstrip("_") in self._last:
            self._note_if_asked(caller, _path_of(function))

    def _matters(self, frame: FrameType) -> bool:
        if not _is_library(frame.f_code.co_filename):
            return False
        path = _path_in(frame)
        is_operator = isinstance(frame.f_locals.get("self"), _OPERATORS)
        return is_operator or any(_is_one(path, ways) for ways in self._ways.values())

    def _note_if_asked(self, frame: FrameType | None, path: str) -> None:
        """Note a call if it is the student's own, not one that a library makes for itself."""
        while frame is not None and _is_transparent(frame):
            frame = frame.f_back
        if frame is not None and not _is_library(frame.f_code.co_filename):
            self.note(path)


class _TorchCalls(TorchFunctionMode):
    """Sees the calls of torch's functions that come from built-in code, such as `map`."""

    def __init__(self, watch: _Watch) -> None:
        super().__init__()
        self._watch = watch

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        self._watch.called(function, sys._getframe(1))
        return function(*args, **(kwargs or {}))


def _parts(implementation: Any) -> Iterator[Any]:
    """What an answer is made of without a call: a class's bases, what a `partial` holds."""
    if isinstance(implementation, partial):
        yield from _parts(implementation.func)
    elif isinstance(implementation, type):
        yield from implementation.__mro__
    else:
        yield implementation


def _in_a_frame(implementation: Implementation) -> Implementation:
    """The answer; one that runs no code of the student's is called by code that counts as such."""
    if isinstance(implementation, type) or not _is_of_library(implementation):
        return implementation
    names: dict[str, Any] = {"implementation": implementation}
    exec(_CALLS, names)
    return names["answer"]  # type: ignore[no-any-return]


_CALLS = compile(
    "def answer(*given, **named):\n    return implementation(*given, **named)", "<answer>", "exec"
)


def _path_in(frame: FrameType) -> str:
    """What a frame of a library runs, as a dotted path: a class, where it makes or calls one."""
    if isinstance(operator := frame.f_locals.get("self"), _OPERATORS):
        return _path_of(operator)
    path = f"{frame.f_globals.get('__name__', '')}.{frame.f_code.co_qualname}"
    owner, _, name = path.rpartition(".")
    return owner if name in ("__new__", "__init__", "__call__", "forward") else path


def _path_of(function: Any) -> str:
    """The dotted path of a function, method or class."""
    if isinstance(function, _OPERATORS):  # `aten::_softmax`, with an overload's name or without
        name = str(function).partition(".")[2].partition(".")[0]
        return f"torch.ops.aten.{name.removesuffix('_forward')}"
    module = getattr(function, "__module__", None)
    if not isinstance(module, str):  # a method of a built-in class, such as a tensor's
        owner = getattr(function, "__objclass__", None) or type(getattr(function, "__self__", None))
        module = owner.__module__
    return f"{module}.{getattr(function, '__qualname__', '')}"


@cache
def _defined_as(name: str) -> str:
    """Where the object with a public name is defined: `torch.nn.Linear` → its module's path."""
    module, _, attribute = name.rpartition(".")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError):  # a module; any attribute; not installed
        return name
    return _path_of(found) if callable(found) else name


def _is_one(path: str, ways: Collection[str]) -> bool:
    if path.startswith(_SWITCHES):
        return False
    return any(matches(path, way) for way in ways)


@cache
def _is_library(filename: str) -> bool:
    if filename.startswith("<frozen "):
        return True
    return filename.startswith(_LIBRARIES) or str(Path(filename).resolve()).startswith(_LIBRARIES)


def _is_of_library(part: Any) -> bool:
    """Whether a class or callable was made by a library, or is built in."""
    if isinstance(part, FunctionType):
        return _is_library(part.__code__.co_filename)
    if isinstance(part, type):
        file = getattr(sys.modules.get(part.__module__), "__file__", None)
        return part.__module__ != "__main__" and (file is None or _is_library(file))
    return True


def _is_transparent(frame: FrameType) -> bool:
    if "<locals>" in frame.f_code.co_qualname and _is_library(frame.f_code.co_filename):
        return True  # what a decorator puts around a function
    module = f"{frame.f_globals.get('__name__', '')}."
    return module.startswith((*_TRANSPARENT, f"{__name__}."))
