"""What is right, and what known mistakes give, observed in a process of its own.

Some exercises start the workers of a DataLoader. The grader has many threads, from which a fork is
not safe, and PyTorch reports a dead worker to the main thread, whatever that is doing. So this is
observed in an interpreter with one thread, like those of submissions.

    python -m ptbasics.grading.expecting LESSON < SEEDS > EXPECTED
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

from ptbasics.expected import pack_expected, unpack_expected
from ptbasics.judging.verdict import Expected

#: As a submission has it, so that the same code gives the same numbers.
_SURROUNDINGS = {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "CUDA_VISIBLE_DEVICES": ""}
#: How much is kept of what a process that failed has said.
_MAX_SAID = 2_000


class Expecting:
    """A process that observes what a lesson expects, beside whatever its maker does next.

    Args:
        lesson: its id.
        seeds: the cases are drawn from each of these in turn. They are told on standard input,
            since anybody on the machine can read a command line.
    """

    def __init__(self, lesson: str, seeds: Sequence[str]) -> None:
        self._lesson = lesson
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__, lesson],
            env=os.environ | _SURROUNDINGS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        with suppress(BrokenPipeError):  # it has failed, which `result` will say
            assert self._process.stdin is not None
            with self._process.stdin as stream:
                stream.write("\n".join(seeds).encode())
        self._process.stdin = None

    def result(self) -> dict[str, Expected]:
        """Symbol → what is expected on the cases of all seeds; waits until it has been observed.

        Raises:
            RuntimeError: the process has failed; the message ends with what it said.
        """
        packed, said = self._process.communicate()
        if self._process.returncode:
            words = said.decode(errors="replace")[-_MAX_SAID:]
            raise RuntimeError(f"what {self._lesson} expects cannot be observed: {words}")
        return unpack_expected(packed)

    def stop(self) -> None:
        """End the process, which nobody waits for any more."""
        self._process.kill()
        self._process.communicate()


def main() -> None:
    """Observe, and write the result to what standard output is at the start."""
    seeds = sys.stdin.read().split("\n")
    with os.fdopen(os.dup(1), "wb") as output:
        os.dup2(2, 1)  # a known mistake may print
        output.write(pack_expected(sys.argv[1], seeds))


if __name__ == "__main__":
    main()
