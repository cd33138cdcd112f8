"""From observations to a verdict: which cases passed, how many points, and what to say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ptbasics.exercise import Case, Data, Exercise, symbol_of
from ptbasics.judging.codec import Changed, Forbidden, Raised
from ptbasics.judging.compare import Difference, Tolerance, compare
from ptbasics.judging.describe import shown
from ptbasics.judging.shapes import Shapes
from ptbasics.judging.slips import slip

_UNWATCHED = (
    "It takes the place of Python's profile function (`sys.setprofile`), so that nobody can tell "
    "whether it keeps to its statement."
)
_READABLE = (
    "what is right in the public cases is right in those that it passes, too: they count beside "
    "another that it passes"
)
#: A number or a shape, which differs between sentences that say the same.
_NUMBERS = re.compile(r"\d[\d.,e+\- )]*")

Status = Literal["passed", "failed", "not started", "missing", "forbidden", "broken"]


@dataclass(frozen=True)
class CaseResult:
    """How one case went, and for one that failed what a student may read about it.

    `inputs` (name and value of each), `expected`, `got`, `trace`, `raised` (the type of the
    exception that ended it) and `shapes` are empty where the case is hidden.
    """

    name: str
    passed: bool
    what: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    expected: str = ""
    got: str = ""
    trace: str = ""
    raised: str = ""
    shapes: Shapes | None = None


@dataclass(frozen=True)
class Verdict:
    """What comparing observations gave for one exercise.

    `status` is `passed` (all cases), `failed` (at least one did not pass), `not started` (the TODO
    still stands), `missing` (the symbol is not defined), `forbidden` (it breaks a rule of
    the statement) or `broken` (it could not be observed: `reason` says why).
    """

    exercise: str
    status: Status
    points: float
    max_points: int
    cases: tuple[CaseResult, ...] = ()
    misconception: str = ""
    hint: str = ""
    reason: str = ""

    @property
    def symbol(self) -> str:
        """What a student calls the exercise."""
        return symbol_of(self.exercise)

    @property
    def passed(self) -> bool:
        """Whether every case passed."""
        return self.status == "passed"

    def out_of(self, max_points: int) -> Verdict:
        """The same, for a course in which the exercise is worth another number of points."""
        if max_points == self.max_points:
            return self
        points = round(self.points * max_points / self.max_points, 2)
        return replace(self, points=points, max_points=max_points)

    def with_shapes(self, number: int, shapes: Shapes | None) -> Verdict:
        """The same, with the shapes of the case with this number; points and status stay."""
        cases = [
            replace(case, shapes=shapes) if index == number and not case.passed else case
            for index, case in enumerate(self.cases)
        ]
        return replace(self, cases=tuple(cases))


@dataclass(frozen=True)
class Expected:
    """What right and known wrong implementations gave on a fixed list of cases, measured.

    `right` has one observation for each case. `wrong` maps the key of a misconception to such a
    list for each of its spellings, and `hints` maps it to what its author should read. `readable`
    says of each case whether what anybody can read is right there; see `expected.readable_cases`.
    """

    right: Sequence[Data]
    wrong: Mapping[str, Sequence[Sequence[Data]]] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    readable: Sequence[bool] = ()


def judge(
    exercise: Exercise,
    cases: Sequence[Case],
    observed: Sequence[Data],
    expected: Expected,
    *,
    hidden: bool = False,
) -> Verdict:
    """Compare observations with those of the reference.

    Points are in proportion to the cases passed; there are none where what students can read, the
    right answers to public cases, would pass as many. With `hidden`, the verdict says which case
    failed and how, but holds no input and no expected value.
    """
    if used := {name for got in observed if isinstance(got, Forbidden) for name in got.names}:
        return unobserved(exercise, "forbidden", _why_forbidden(exercise, used))
    seen = measured(exercise, cases, observed)
    return judge_measured(exercise, cases, seen, expected, hidden=hidden)


def judge_measured(
    exercise: Exercise,
    cases: Sequence[Case],
    observed: Sequence[Data],
    expected: Expected,
    *,
    hidden: bool = False,
) -> Verdict:
    """The same for what has been measured already, such as what `Expected` holds."""
    tolerance = Tolerance(exercise.rtol, exercise.atol)
    differences = [
        compare(got, right, tolerance) for got, right in zip(observed, expected.right, strict=True)
    ]
    results = tuple(
        _case_result(exercise, case, got, difference, hidden=hidden)
        for case, got, difference in zip(cases, observed, differences, strict=True)
    )
    passed = sum(result.passed for result in results)
    if passed == len(results):
        return Verdict(exercise.name, "passed", exercise.points, exercise.points, results)
    todo = [_is_todo(got) for got in observed]
    if all(todo):
        return unobserved(exercise, "not started", "the TODO has not been filled in yet")
    key = _matching(observed, differences, expected, tolerance)
    reason = "a part of it still raises NotImplementedError" if any(todo) else ""
    points = round(exercise.points * passed / len(results), 2)
    if expected.readable and not any(
        result.passed and not readable
        for result, readable in zip(results, expected.readable, strict=True)
    ):
        reason = reason or (passed and _READABLE) or ""
        points = 0.0
    hint = expected.hints.get(key, "")
    if not (key or hidden):
        hint = _common_slip(observed, expected.right, differences, tolerance)
    return Verdict(exercise.name, "failed", points, exercise.points, results, key, hint, reason)


def measured(exercise: Exercise, cases: Sequence[Case], observed: Sequence[Data]) -> Sequence[Data]:
    """What of the observations is compared: all of them, or what the exercise measures."""
    if exercise.measure is None:
        return observed
    return [
        _measure(exercise.measure, seen, case) for seen, case in zip(observed, cases, strict=True)
    ]


def _measure(measure: Callable[..., Data], seen: Data, case: Case) -> Data:
    if isinstance(seen, Raised):
        return seen
    if isinstance(seen, Changed):
        return Changed(seen.names, _measure(measure, seen.seen, case))
    try:
        return measure(seen, *case.inputs)
    except Exception as error:  # an observation may be anything that the codec carries
        return Raised("NotMeasurable", (), f"the result cannot be measured: {error}")


def _is_todo(got: Data) -> bool:
    """Whether the TODO's own line was run: torch's NotImplementedErrors, too, are mistakes.

    The TODO raises it without a message; from a DataLoader's worker it comes with a traceback.
    """
    seen = got.seen if isinstance(got, Changed) else got
    if not isinstance(seen, Raised) or seen.type != "NotImplementedError":
        return False
    return not seen.text or seen.text.rstrip().endswith("\nNotImplementedError")


def _why_forbidden(exercise: Exercise, used: set[str]) -> str:
    """The sentences of the statement; what comes from the answer's process is not quoted."""
    sentences = [sentence for name, sentence in exercise.forbids.items() if name in used]
    return " ".join(dict.fromkeys(sentences)) or _UNWATCHED


def unobserved(exercise: Exercise, status: Status, reason: str) -> Verdict:
    """The verdict for an exercise that could not be observed: no points, and why."""
    return Verdict(exercise.name, status, 0.0, exercise.points, reason=reason)


def _case_result(
    exercise: Exercise, case: Case, got: Data, difference: Difference | None, *, hidden: bool
) -> CaseResult:
    if difference is None:
        return CaseResult(case.name, passed=True)
    if hidden:
        return CaseResult(case.name, False, _placed(difference.part, difference.summary))
    what = _placed(difference.place, difference.what)
    seen = got.seen if isinstance(got, Changed) else got
    trace = seen.trace if isinstance(seen, Raised) else ""
    raised = seen.type if isinstance(seen, Raised) and seen.bases else ""
    named = zip(exercise.input_names, case.inputs, strict=False)
    inputs = tuple((name, shown(value)) for name, value in named)
    return CaseResult(
        case.name, False, what, inputs, difference.expected, difference.got, trace, raised
    )


def _common_slip(
    observed: Sequence[Data],
    right: Sequence[Data],
    differences: Sequence[Difference | None],
    tolerance: Tolerance,
) -> str:
    """What went wrong in at least half of the failed cases, if it could happen in any exercise.

    Shapes and lengths in a sentence may differ from case to case; the first one is told.
    """
    failed = [
        slip(got, expected, tolerance)
        for got, expected, difference in zip(observed, right, differences, strict=True)
        if difference is not None
    ]
    kinds = [_NUMBERS.sub("", sentence) for sentence in failed]
    kind, count = Counter(kinds).most_common(1)[0]
    return failed[kinds.index(kind)] if 2 * count >= len(failed) else ""


def _placed(place: str, what: str) -> str:
    return f"at {place}: {what}" if place else what


def _matching(
    observed: Sequence[Data],
    differences: Sequence[Difference | None],
    expected: Expected,
    tolerance: Tolerance,
) -> str:
    """The misconception that explains most: failed cases first, and at least half of them.

    Among equals, the one that also gives what was seen in the other cases; "" if there is none.
    """
    failed = [difference is not None for difference in differences]
    best, most = "", ((sum(failed) + 1) // 2, -1)
    spellings = ((key, wrong) for key, group in expected.wrong.items() for wrong in group)
    for key, wrong in spellings:
        same = [
            compare(got, other, tolerance, exact_errors=True) is None
            for got, other in zip(observed, wrong, strict=True)
        ]
        explained = sum(fits and fails for fits, fails in zip(same, failed, strict=True))
        if (explained, sum(same)) > most:
            best, most = key, (explained, sum(same))
    return best
