"""What every exercise must satisfy before it may reach a student."""

from __future__ import annotations

from ptbasics.exercise import Exercise, Implementation
from ptbasics.expected import observe_expected
from ptbasics.judging.codec import CodecError, encode
from ptbasics.judging.observing import draw_cases, observe_cases
from ptbasics.judging.verdict import Expected, judge, judge_measured, measured
from ptbasics.registry import UnknownName, misconceptions, reference

MIN_MISCONCEPTIONS = 3
MIN_CASES = 3
#: The share of hidden cases on which the answers to public ones may be right.
MAX_REPLAYED = 0.5


def problems_of(exercise: Exercise) -> list[str]:
    """Why an exercise may not be released, one sentence each; empty when it may."""
    try:
        answer = reference(exercise)
    except UnknownName as error:
        return [str(error)]
    problems = [*_missing_parts(exercise, answer)]
    if problems:
        return problems
    cases = draw_cases(exercise)
    try:
        for case in cases:
            encode(case.inputs)
    except CodecError as error:
        return [f"{exercise.name}: case {case.name!r} has inputs that are not data: {error}"]
    if problem := _reference_problem(exercise, answer) or _replay_problem(exercise, answer):
        return [problem]
    return _misconception_problems(exercise, observe_expected(exercise, cases))


def _missing_parts(exercise: Exercise, answer: Implementation) -> list[str]:
    wrong = misconceptions(exercise)
    cases = draw_cases(exercise)
    names = [case.name for case in cases]
    checks = {
        "has no hint": not exercise.hint.strip(),
        "has no title": not exercise.title.strip(),
        "has no docstring in its reference": not (answer.__doc__ or "").strip(),
        f"has fewer than {MIN_CASES} cases": len(cases) < MIN_CASES,
        "has two cases of one name": len(set(names)) < len(names),
        f"has fewer than {MIN_MISCONCEPTIONS} misconceptions": len(wrong) < MIN_MISCONCEPTIONS,
        "has points or minutes that are not positive": min(exercise.points, exercise.minutes) < 1,
        "has a difficulty other than 1, 2 or 3": exercise.difficulty not in (1, 2, 3),
        "sets only one of rtol and atol": (exercise.rtol is None) != (exercise.atol is None),
    }
    found = [f"{exercise.name} {problem}" for problem, holds in checks.items() if holds]
    found += [
        f"{exercise.name}: misconception {key!r} has {len(mistake.hints) or 'no'} "
        f"hint{'s' * (len(mistake.hints) > 1)}: give it at one of its implementations"
        for key, mistake in wrong.items()
        if len(mistake.hints) != 1
    ]
    return found


def _reference_problem(exercise: Exercise, answer: Implementation) -> str:
    """A second seed and a second run: the reference must agree with itself everywhere."""
    for seed in ("public", "gate"):
        cases = draw_cases(exercise, seed)
        expected = observe_cases(exercise, answer, cases)
        again = observe_cases(exercise, answer, cases)
        right = Expected(measured(exercise, cases, expected))
        verdict = judge(exercise, cases, again, right)
        if not verdict.passed:
            failed = [result for result in verdict.cases if not result.passed]
            return f"{exercise.name}: the reference differs between two runs: {failed[0]}"
    return ""


def _replay_problem(exercise: Exercise, answer: Implementation) -> str:
    """Students can read what is expected on public cases: that must not be worth many points."""
    public, hidden = draw_cases(exercise), draw_cases(exercise, "gate")
    readable = observe_cases(exercise, answer, public)
    expected = measured(exercise, hidden, observe_cases(exercise, answer, hidden))
    replayed = sum(
        any(judge(exercise, [case], [seen], Expected([right])).passed for seen in readable)
        for case, right in zip(hidden, expected, strict=True)
    )
    if replayed <= MAX_REPLAYED * len(hidden):
        return ""
    return (
        f"{exercise.name}: what is right on public cases is right on {replayed} of {len(hidden)} "
        "hidden ones, too: let the cases differ more, or observe what depends on their inputs and "
        "let `measure` judge it"
    )


def _misconception_problems(exercise: Exercise, expected: Expected) -> list[str]:
    cases = draw_cases(exercise)
    problems = []
    spellings = [(key, seen) for key, group in expected.wrong.items() for seen in group]
    for key, seen in spellings:
        verdict = judge_measured(exercise, cases, seen, expected)
        if verdict.passed:
            problems.append(f"{exercise.name}: misconception {key!r} gets full marks")
        elif verdict.misconception != key:
            problems.append(
                f"{exercise.name}: misconception {key!r} gets the hint of "
                f"{verdict.misconception or 'nobody'!r}"
            )
    return problems
