"""What a submission may read: the interpreter, its libraries, and the open part of this package.

Everything else is denied because it is not listed: home directories, other submissions, the
gradebook, the course's `solutions/`. A folder that holds something forbidden is listed by its
other children.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import ptbasics
from ptbasics.rooms import INSTRUCTOR_ONLY

_PACKAGE = Path(ptbasics.__file__).resolve().parent
FORBIDDEN = tuple(_PACKAGE / name for name in INSTRUCTOR_ONLY)

# a virtual environment may have been made in a folder that holds other things as well
_PARTS_OF_A_PREFIX = ("bin", "lib", "lib64", "libexec", "include", "share", "ssl", "pyvenv.cfg")
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store")
_CPUS = "/sys/devices/system/cpu"
_ETC = (
    "alternatives",
    "fonts",
    "group",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "mime.types",
    "nsswitch.conf",
    "passwd",
    "timezone",
)
# without /dev/zero, which can be mapped to hold memory that nobody counts
DEVICES_TO_WRITE = tuple(Path("/dev", name) for name in ("null", "full"))
DEVICES_TO_READ = tuple(Path("/dev", name) for name in ("random", "urandom"))


@cache
def readable() -> tuple[Path, ...]:
    """Files and folders that may be read, none inside another and none holding a forbidden one."""
    parts = {part for path in _wanted() for part in _allowed_parts(path)}
    return tuple(_outermost(sorted(parts)))


@cache
def partly_readable() -> tuple[Path, ...]:
    """The folders of which only some children are readable; an import must still list them."""
    wanted = set(_wanted())
    above = {folder for path in FORBIDDEN for folder in path.parents}
    return tuple(
        sorted(folder for folder in above if folder in wanted or wanted & set(folder.parents))
    )


@cache
def _wanted() -> tuple[Path, ...]:
    prefixes = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    named = [Path(prefix, part) for prefix in prefixes for part in _PARTS_OF_A_PREFIX]
    named += [Path(entry) for entry in (*sys.path, *_SYSTEM, _CPUS) if entry]
    named += [Path("/etc", entry) for entry in _ETC]
    existing = [path.absolute() for path in named if path.exists()]
    return tuple({*existing, *(path.resolve() for path in existing)})


def _allowed_parts(path: Path) -> Iterator[Path]:
    """The path itself or, where something forbidden lies below it, its other children's parts."""
    real = path.resolve()
    if real in FORBIDDEN or any(forbidden in real.parents for forbidden in FORBIDDEN):
        return
    if any(real in forbidden.parents for forbidden in FORBIDDEN):
        for child in sorted(path.iterdir()):
            yield from _allowed_parts(child)
    else:
        yield path


def _outermost(paths: Iterable[Path]) -> Iterator[Path]:
    kept: set[Path] = set()
    for path in paths:
        if kept.isdisjoint(path.parents):
            kept.add(path)
            yield path
