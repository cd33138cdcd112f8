"""Grade one submission: run it, observe its answers, compare them with the reference."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Protocol

from nbformat import NotebookNode

from ptbasics.exercise import Case, Data, Exercise, check_id, grade_id, is_left_out
from ptbasics.grading.answering import Answering
from ptbasics.grading.intake.files import Submission
from ptbasics.grading.result import SubmissionResult
from ptbasics.judging.codec import encode
from ptbasics.judging.observing import PUBLIC_SEED, draw_cases
from ptbasics.judging.rules import broken_rules
from ptbasics.judging.verdict import Answers, Verdict, judge, unobserved
from ptbasics.registry import exercises
from ptbasics.runner.job import Cell, CellOutcome, Job, Limits, Observed, Probe, RunResult

#: Public and hidden cases are observed together, each within the exercise's own time.
_SETS_OF_CASES = 2
_MAKING = threading.Lock()
_started: dict[tuple[str, str], Answering] = {}  # by lesson and seed
_made: dict[tuple[str, str], dict[str, Cases]] = {}
_HIDDEN = "{}, hidden"
_LEFT_OUT = "Nothing depends on this cell, and it is not run while grading."


@dataclass(frozen=True)
class Cases:
    """An exercise's cases, public ones first, their inputs encoded, and what is right for them."""

    exercise: Exercise
    public: tuple[Case, ...]
    hidden: tuple[Case, ...]
    inputs: tuple[bytes, ...]
    answers: Answers

    def probe(self) -> Probe:
        """What a runner is asked to observe."""
        return Probe(self.exercise.name, self.inputs, _SETS_OF_CASES * self.exercise.seconds)

    @property
    def names(self) -> list[str]:
        """What the cases are called in a verdict."""
        return [one.name for one in self.public] + [_HIDDEN.format(one.name) for one in self.hidden]

    def verdict(self, observed: Sequence[Data]) -> Verdict:
        """Points for hidden cases, and feedback with values for public ones only."""
        split = len(self.public)
        public = judge(self.exercise, self.public, observed[:split], _part(self.answers, 0, split))
        hidden = judge(
            self.exercise,
            self.hidden,
            observed[split:],
            _part(self.answers, split, None),
            hidden=True,
        )
        if public.status == hidden.status == "not started":
            return public
        told = public if public.misconception else hidden
        return replace(
            hidden,
            status="passed" if public.passed and hidden.passed else "failed",
            cases=(
                *public.cases,
                *(replace(case, name=_HIDDEN.format(case.name)) for case in hidden.cases),
            ),
            misconception=told.misconception,
            hint=told.hint,
            reason=public.reason or hidden.reason,
        )


def _part(answers: Answers, start: int, stop: int | None) -> Answers:
    return Answers(
        answers.expected[start:stop],
        {key: wrong[start:stop] for key, wrong in answers.wrong.items()},
    )


def cases_of(exercise_name: str, lesson: str, seed: str) -> Cases:
    """The cases of an exercise under the secret seed, made once in this process.

    Raises:
        RuntimeError: the right answers cannot be observed.
    """
    with _MAKING:
        if (lesson, seed) not in _made:
            started = _started.pop((lesson, seed), None) or Answering(lesson, (PUBLIC_SEED, seed))
            answers = started.result()
            _made[lesson, seed] = {
                one.name: _cases(one, seed, answers[one.symbol]) for one in exercises(lesson)
            }
        return _made[lesson, seed][exercise_name]


def prepare_cases(lesson: str, seed: str) -> None:
    """Begin to make the cases of a lesson, beside whatever comes next."""
    with _MAKING:
        if (lesson, seed) not in _made and (lesson, seed) not in _started:
            _started[lesson, seed] = Answering(lesson, (PUBLIC_SEED, seed))


def _cases(exercise: Exercise, seed: str, answers: Answers) -> Cases:
    public, hidden = draw_cases(exercise), draw_cases(exercise, seed)
    inputs = tuple(encode(case.inputs) for case in (*public, *hidden))
    return Cases(exercise, public, hidden, inputs, answers)


class RunsJobs(Protocol):
    """What is used of `ptbasics.runner.Runner`."""

    def run(self, job: Job) -> RunResult:
        """Run and observe; never raises because of what a submission does."""


def grade(
    submission: Submission, runner: RunsJobs, seed: str, limits: Limits | None = None
) -> SubmissionResult:
    """The verdicts on a submission. Same submission and seed, same verdicts.

    Args:
        submission: what `take_in` made of the files.
        runner: where student code runs.
        seed: the secret seed of the course.
        limits: what the submission may use.
    """
    lesson = submission.lesson
    if submission.reason:
        return not_graded(submission, submission.reason)
    found = {check_id(one.symbol): cases_of(one.name, lesson, seed) for one in exercises(lesson)}
    cells = [one for one in submission.notebook.cells if one.cell_type == "code"]
    left_out = {one.id for one in cells if is_left_out(one)}
    job = Job(
        tuple(
            Cell(one.id, one.source, _probe(one, found)) for one in cells if one.id not in left_out
        ),
        submission.files,
        limits or Limits(),
    )
    ran = runner.run(job)
    verdicts = tuple(
        _verdict(cases, ran.observed.get(cases.exercise.name), cells) for cases in found.values()
    )
    outcomes = (
        *(ran.cells[cell.id] for cell in job.cells if cell.probe is None),
        *(CellOutcome(cell, [], "not run", _LEFT_OUT) for cell in sorted(left_out)),
    )
    return SubmissionResult(
        lesson, verdicts, outcomes, submission.notes, seconds=round(ran.seconds, 3)
    )


def not_graded(submission: Submission, reason: str) -> SubmissionResult:
    """The result of a submission without answers that can be observed."""
    verdicts = tuple(
        unobserved(one, "missing", "There was nothing to grade.")
        for one in exercises(submission.lesson)
    )
    return SubmissionResult(submission.lesson, verdicts, (), submission.notes, reason)


def _probe(cell: NotebookNode, found: Mapping[str, Cases]) -> Probe | None:
    cases = found.get(grade_id(cell))
    return None if cases is None else cases.probe()


def _verdict(cases: Cases, observed: Observed | None, cells: Sequence[NotebookNode]) -> Verdict:
    exercise = cases.exercise
    before = takewhile(lambda one: grade_id(one) != check_id(exercise.symbol), cells)
    if broken := broken_rules(exercise, [one.source for one in before]):
        return unobserved(exercise, "forbidden", " ".join(broken))
    if observed is None:
        return unobserved(exercise, "broken", "It was not reached.")
    if observed.observations is None:
        return unobserved(exercise, observed.problem or "broken", observed.reason)
    try:
        return cases.verdict(observed.observations)
    except Exception as error:  # what it returned may be odd in a way that nobody thought of
        reason = f"what it returned cannot be compared ({type(error).__name__})"
        return unobserved(exercise, "broken", reason)
