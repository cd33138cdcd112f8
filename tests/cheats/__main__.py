"""Try every notebook of the corpus, in each mode, as root and as an ordinary user; print a table.

python -m tests.cheats [NAME]

Exits with 1 if one gained or harmed something that is not known to be open.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ptbasics.runner.confine import Mode
from ptbasics.runner.runner import RunnerError
from tests.cheats.corpus import HERE, Cheat, corpus
from tests.cheats.trial import Bench, Outcome

_NOBODY = 65_534
_ROOT = HERE.parents[1]


def main(wanted: str = "") -> int:
    """The table, and what to exit with."""
    chosen = [cheat for cheat in corpus() if wanted in f"{cheat.kind}/{cheat.name}"]
    unexpected = 0
    users = [("", {})] if os.geteuid() else [("root", {}), ("ordinary user", _ordinary_user())]
    sums = dict.fromkeys(("won", "leaked", "lost", "left"), 0.0)
    open_sums = dict(sums)
    for user, options in users:
        for mode in ("view", "plain"):
            print(f"\n=== mode {mode}" + f", as {user}" * bool(user))
            number = 0
            for cheat, outcome in _tried(wanted, mode, options):
                number += 1
                surprise = outcome.held == bool(cheat.open)
                unexpected += surprise
                mark = "✗" if surprise else "○" if cheat.open else "✓"
                print(f"{mark} {cheat.kind:<23} {cheat.name:<45} {outcome}")
                print(f"    {cheat.tries}", flush=True)
                into = open_sums if cheat.open else sums
                for name in into:
                    into[name] += getattr(outcome, name)
            if number < len(chosen):
                print(f"{len(chosen) - number} not tried: this machine does not allow it")
    print(f"\n{len(chosen)} notebooks; ✓ held, ○ known to be open, ✗ neither; {unexpected} ✗")
    for name, those in (("known to be open", open_sums), ("all others", sums)):
        print(
            f"{name}: {those['won']:g} points won, {those['leaked']:g} words leaked, "
            f"{those['lost']:g} points of other questions lost, {those['left']:g} left behind"
        )
    return int(unexpected > 0)


def _ordinary_user() -> dict[str, Any]:
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}


def _tried(wanted: str, mode: str, options: dict[str, Any]) -> Iterator[tuple[Cheat, Outcome]]:
    """In a process of its own, because the user is one of the process."""
    by_name = {(cheat.kind, cheat.name): cheat for cheat in corpus()}
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o777)
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.cheats", "--mode", mode, wanted],
                cwd=_ROOT,
                env=os.environ | {"HOME": home, "TMPDIR": home, "OMP_NUM_THREADS": "1"},
                stdout=subprocess.PIPE,
                text=True,
                **options,
            )
        except PermissionError:  # the interpreter lies where only root may look
            return
        assert process.stdout is not None
        for line in process.stdout:
            raw = json.loads(line)
            yield by_name[raw["kind"], raw["name"]], Outcome(**raw["outcome"])
        process.wait()


def worker(mode: Mode, wanted: str) -> None:
    """Print an outcome per line, as JSON."""
    try:
        with Bench(mode) as bench:
            for cheat in corpus():
                if wanted in f"{cheat.kind}/{cheat.name}":
                    outcome = asdict(bench.try_out(cheat))
                    line = {"kind": cheat.kind, "name": cheat.name, "outcome": outcome}
                    print(json.dumps(line), flush=True)
    except RunnerError as error:
        print(error, file=sys.stderr)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--mode"]:
        worker("view" if sys.argv[2] == "view" else "plain", sys.argv[3])
    else:
        sys.exit(main(*sys.argv[1:]))
