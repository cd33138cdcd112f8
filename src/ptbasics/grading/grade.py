"""Grade one submission: run it, observe its answers, compare them with the reference."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from itertools import takewhile

from nbformat import NotebookNode

from ptbasics.exercise import check_id, grade_id, is_left_out
from ptbasics.grading.cases import Cases
from ptbasics.grading.intake.files import Submission
from ptbasics.grading.result import SubmissionResult
from ptbasics.judging.leftovers import told_of_leftovers
from ptbasics.judging.rules import broken_rules, unreadable_answer
from ptbasics.judging.verdict import Verdict, unobserved
from ptbasics.registry import exercises
from ptbasics.runner.job import Cell, CellOutcome, Job, Limits, Observed, Probe, RunsJobs

_LEFT_OUT = "Nothing depends on this cell, and it is not run while grading."


def grade(
    submission: Submission,
    runner: RunsJobs,
    cases: Mapping[str, Cases],
    limits: Limits | None = None,
) -> SubmissionResult:
    """The verdicts on a submission. Same submission and cases, same verdicts.

    Args:
        submission: what `take_in` made of the files.
        runner: where student code runs.
        cases: exercise → its cases, for the submission's lesson, in the lesson's order.
        limits: what the submission may use.
    """
    if submission.reason:
        return not_graded(submission, submission.reason)
    checks = {check_id(made.exercise.symbol): made for made in cases.values()}
    cells = [cell for cell in submission.notebook.cells if cell.cell_type == "code"]
    left_out = {cell.id for cell in cells if is_left_out(cell)}
    job = Job(
        tuple(
            Cell(cell.id, cell.source, _probe(cell, checks))
            for cell in cells
            if cell.id not in left_out
        ),
        submission.files,
        limits or Limits(),
    )
    ran = runner.run(job)
    comparing = time.monotonic()
    verdicts = tuple(_verdict(made, ran.observed.get(name), cells) for name, made in cases.items())
    stages = {**ran.stages, "comparing": time.monotonic() - comparing}
    outcomes = (
        *(ran.cells[cell.id] for cell in job.cells if cell.probe is None),
        *(CellOutcome(cell_id, [], "not run", _LEFT_OUT) for cell_id in sorted(left_out)),
    )
    return SubmissionResult(
        submission.lesson,
        verdicts,
        outcomes,
        submission.notes,
        seconds=round(ran.seconds, 3),
        stages={stage: round(seconds, 4) for stage, seconds in stages.items()},
    )


def not_graded(submission: Submission, reason: str) -> SubmissionResult:
    """The result of a submission without answers that can be observed."""
    verdicts = tuple(
        unobserved(exercise, "missing", "There was nothing to grade.")
        for exercise in exercises(submission.lesson)
    )
    return SubmissionResult(submission.lesson, verdicts, (), submission.notes, reason)


def _probe(cell: NotebookNode, checks: Mapping[str, Cases]) -> Probe | None:
    cases = checks.get(grade_id(cell))
    return None if cases is None else cases.probe()


def _verdict(cases: Cases, observed: Observed | None, cells: Sequence[NotebookNode]) -> Verdict:
    exercise = cases.exercise
    before = takewhile(lambda cell: grade_id(cell) != check_id(exercise.symbol), cells)
    sources = [cell.source for cell in before]
    if broken := broken_rules(exercise, sources):
        return unobserved(exercise, "forbidden", " ".join(broken))
    if observed is None:
        return unobserved(exercise, "broken", "It was not reached.")
    if observed.observations is None:
        return unobserved(exercise, observed.problem or "broken", observed.reason)
    if unreadable := unreadable_answer(exercise, sources):
        return unobserved(exercise, "broken", unreadable)
    try:
        return told_of_leftovers(cases.verdict(observed.observations), sources)
    except Exception as error:  # what it returned may be odd in a way that nobody thought of
        reason = f"what it returned cannot be compared ({type(error).__name__})"
        return unobserved(exercise, "broken", reason)
