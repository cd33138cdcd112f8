"""Exercise an implementation on cases and keep what was seen, as data.

The same function runs on the student's implementation, in a process that is not trusted, and on
the reference, in one that is.
"""

from __future__ import annotations

import random
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256

import numpy as np
import torch

from ptbasics.exercise import Case, Data, Exercise, Implementation
from ptbasics.forking import CannotFork
from ptbasics.judging.codec import Changed, CodecError, Forbidden, Raised, decode, encode
from ptbasics.judging.watching import UNWATCHED, watched

# the global random generators belong to all threads together: two observations at the same time
# would draw from each other's numbers
_ONE_AT_A_TIME = threading.RLock()

#: Global generators are seeded from here on: nobody's own seed, so that an answer which seeds them
#: is always noticed.
_FIRST_SEED = 1_000_000

#: The seed of the cases that everyone may see, and that `check()` uses.
PUBLIC_SEED = "public"


def draw_cases(exercise: Exercise, seed: str = PUBLIC_SEED) -> tuple[Case, ...]:
    """The cases of an exercise under a seed: same seed, same cases, on every machine."""
    digest = sha256(f"{seed}/{exercise.name}".encode()).digest()
    generator = torch.Generator().manual_seed(int.from_bytes(digest[:7]))
    return tuple(exercise.cases(generator))


def observe_cases(
    exercise: Exercise, implementation: Implementation, cases: Sequence[Case]
) -> list[Data]:
    """One observation per case of a known implementation, which may use what it likes.

    An exception is observed too, as `Raised`.

    Raises:
        CannotFork: this system cannot start the processes that the exercise needs.
    """
    return [
        decode(_observe(exercise, implementation, encode(case.inputs), number))
        for number, case in enumerate(cases)
    ]


def observe_case(
    exercise: Exercise, implementation: Implementation, case: Case, number: int
) -> Data:
    """The observation of an answer in one case, the one with this number."""
    return decode(observe_encoded(exercise, implementation, encode(case.inputs), number))


def observe_encoded(
    exercise: Exercise, implementation: Implementation, inputs: bytes, number: int
) -> bytes:
    """Observe an answer in one case whose inputs arrive encoded; give the observation encoded.

    Where it calls what the exercise forbids, that is all that is observed.
    """
    with watched(implementation, exercise.forbids) as (answer, used):
        seen = _observe(exercise, answer, inputs, number)
    # an endless recursion, too, ends the watch; its error is what there is to say then
    if used == {UNWATCHED} and isinstance(decode(seen), Raised):
        return seen
    return encode(Forbidden(tuple(sorted(used)))) if used else seen


def _observe(
    exercise: Exercise, implementation: Implementation, inputs: bytes, number: int
) -> bytes:
    """Observe one case.

    Decoding gives every call inputs of its own, so an implementation that changes them changes
    nothing else; it is observed, too, as `Changed`. The global random generators are seeded with
    the case's number, gradients are recorded, and both are as before afterwards.
    """
    values = decode(inputs)
    try:
        seen = run_case(exercise, implementation, values, number)
    except CannotFork:
        raise
    except (Exception, SystemExit) as error:
        seen = Raised.from_exception(error, student_trace(error))
    if names := _changed(exercise.input_names, decode(inputs), values):
        seen = Changed(names, seen)
    try:
        return encode(seen)
    except CodecError as error:
        return encode(Raised("NotData", (), f"the result cannot be compared: {error}"))


def run_case(
    exercise: Exercise, implementation: Implementation, values: Sequence[Data], number: int
) -> Data:
    """What the observer of an exercise sees of the case with this number.

    The generators are seeded as `observe_encoded` says. Whatever the implementation raises passes.
    """
    with _ONE_AT_A_TIME, _seeded(_FIRST_SEED + number), torch.enable_grad():
        return exercise.observe(implementation, *values)


def _changed(
    names: Sequence[str], before: Sequence[Data], after: Sequence[Data]
) -> tuple[str, ...]:
    """Which inputs are not what they were."""
    triples = zip(names, before, after, strict=False)
    return tuple(name for name, old, new in triples if not _is_same(old, new))


def _is_same(old: Data, new: Data) -> bool:
    try:
        return encode(old) == encode(new)
    except CodecError:  # something was put into it that is no data
        return False


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    kept_python, kept_numpy, kept_torch = (
        random.getstate(),
        np.random.get_state(),
        torch.get_rng_state(),
    )
    random.seed(seed)
    np.random.seed(seed)
    torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(kept_python)
        np.random.set_state(kept_numpy)
        torch.set_rng_state(kept_torch)


def student_trace(error: BaseException) -> str:
    """The lines of a traceback that stand in a notebook, without those of any library."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if is_student_file(frame.filename)]
    return "\n".join(f"{frame.name}, line {frame.lineno}: {frame.line or ''}" for frame in own)


def is_student_file(filename: str) -> bool:
    """Whether a code object's file name is that of a notebook cell."""
    return filename.startswith(("<ipython-input", "<cell", "<stdin>")) or "ipykernel_" in filename
