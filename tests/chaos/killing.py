"""Kill processes of a running `ptbasics grade` at random moments, and see that nothing is lost.

python -m tests.chaos.killing --kills 50
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import psutil
import typer
from nbgrader.api import Gradebook

from ptbasics.registry import find_exercise, misconceptions
from tests.grading.handed_in import LESSON, ROOT, answered, blank, hand_in, mistaken

VICTIMS = ("grader", "warm process", "keeper", "helper", "feedback worker")
#: A seed of its own, so that two runs draw the same hidden cases.
SEED = "chaos"
#: Where graders keep what is temporary, which tells their processes from all others.
TEMPORARY = Path(tempfile.mkdtemp(prefix="ptbasics-chaos-"))
#: Seconds after which what a killed grader had started has to be gone.
_GONE_SECONDS = 20


@dataclass
class Chaos:
    """What was killed, how often, and what was wrong afterwards."""

    kills: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    wrong: list[str] = field(default_factory=list)


def make_class(folder: Path, size: int) -> Path:
    """Submissions of `size` students: right, mistaken, crashing, blank and damaged ones."""
    keys = sorted(misconceptions(find_exercise("operations.softmax")))
    crash = "def softmax(x, dim):\n    import os\n    os._exit(0)"
    for number in range(size):
        kinds = (
            answered(softmax=f"# {number}\n{mistaken(keys[number % len(keys)])}"),
            answered(softmax=f"{crash}  # {number}"),
            blank(),
            b'{"cells": [',
            answered(),
        )
        hand_in(folder, f"student{number:03}", kinds[min(number % 12, 4)])
    return folder


def start(submitted: Path, output: Path) -> subprocess.Popen[bytes]:
    """A grader in a session of its own."""
    places = ["--submitted", str(submitted), "--output", str(output), "--course-root", str(ROOT)]
    (output / ".ptbasics").mkdir(parents=True, exist_ok=True)
    (output / ".ptbasics" / "secret_seed").write_text(SEED)
    with (output / "log.txt").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "ptbasics", "grade", LESSON, *places],
            stdout=log,
            stderr=log,
            env=os.environ | {"TMPDIR": str(TEMPORARY)},
            start_new_session=True,
        )


def outcome(output: Path) -> dict[str, dict[str, tuple[float, ...]]]:
    """Scores per student and exercise, read from the gradebook. Raises where it is damaged."""
    file = output / "gradebook.db"
    with sqlite3.connect(file) as database:
        [(state,)] = database.execute("PRAGMA integrity_check").fetchall()
        if state != "ok":
            raise RuntimeError(f"the gradebook is damaged: {state}")
    with Gradebook(f"sqlite:///{file}") as gradebook:
        return {
            submission.student.id: {
                grade.name: (grade.score, grade.max_score)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions(LESSON)
        }


def pages(output: Path) -> set[str]:
    """The students who have a feedback page."""
    return {path.parents[1].name for path in output.glob(f"feedback/*/{LESSON}/*.html")}


def find(victim: str, grader: psutil.Process) -> psutil.Process | None:
    """A process of this kind that runs now."""
    if victim == "grader":
        return grader
    warm = [each for each in grader.children() if "ptbasics.runner.warm" in each.cmdline()]
    if victim == "warm process":
        candidates = warm
    elif victim == "keeper":
        candidates = [child for each in warm for child in each.children()]
    else:  # what observes right answers, and what starts feedback workers
        candidates = [each for each in grader.children() if each not in warm]
        if victim == "feedback worker":
            candidates = [child for each in candidates for child in each.children()]
    return random.choice(candidates) if candidates else None


def kill_once(grader: psutil.Process, chaos: Chaos) -> None:
    """Kill a random process of a run, if it still runs."""
    try:
        for victim in random.sample(VICTIMS, len(VICTIMS)):
            if process := find(victim, grader):
                process.send_signal(signal.SIGKILL)
                chaos.kills[victim] += 1
                return
    except psutil.NoSuchProcess:
        return


def left_over() -> list[psutil.Process]:
    """What graders have left running, after the time that it may take to end."""
    give_up = time.monotonic() + _GONE_SECONDS
    while True:
        processes = [process for process in psutil.process_iter() if _is_ours(process)]
        if not processes or time.monotonic() > give_up:
            return processes
        time.sleep(0.5)


def _is_ours(process: psutil.Process) -> bool:
    try:
        known = [*process.cmdline(), process.environ().get("TMPDIR", "")]
    except psutil.Error:  # it has just ended, or is about to
        return False
    return any(str(TEMPORARY) in part for part in known)


def one_round(submitted: Path, output: Path, kills: int, pause: float, chaos: Chaos) -> None:
    """Grade a class under fire until it is done, and once more in peace."""
    left = kills
    while left > 0:
        grader = start(submitted, output)
        chaos.runs += 1
        process = psutil.Process(grader.pid)
        while grader.poll() is None and left > 0:
            time.sleep(random.uniform(0.1, 2 * pause))
            before = chaos.kills.total()
            if grader.poll() is None:
                kill_once(process, chaos)
            left -= chaos.kills.total() - before
        if left > 0 and grader.poll() == 0:
            break
        if left <= 0 and grader.poll() is None:
            os.killpg(grader.pid, signal.SIGKILL)
        grader.wait()
    chaos.runs += 1
    if start(submitted, output).wait():
        chaos.wrong.append(f"the last run failed: {(output / 'log.txt').read_text()[-500:]}")


def compare(output: Path, expected: Path, chaos: Chaos) -> None:
    """Note what differs from a run that nobody disturbed."""
    here, there = outcome(output), outcome(expected)
    chaos.wrong += [f"{student}: no result" for student in there.keys() - here.keys()]
    chaos.wrong += [f"{student}: a result too many" for student in here.keys() - there.keys()]
    chaos.wrong += [
        f"{student}: {here[student]} and not {there[student]}"
        for student in here.keys() & there.keys()
        if here[student] != there[student]
    ]
    chaos.wrong += [f"{student}: no page" for student in pages(expected) - pages(output)]
    table = Path("reports") / LESSON / "grades.csv"
    if (output / table).read_text() != (expected / table).read_text():
        chaos.wrong.append("grades.csv differs")


def run(folder: Path, *, students: int, kills: int, pause: float, per_round: int) -> Chaos:
    """Rounds until so many processes were killed, each in a new output folder.

    Args:
        folder: where to work; an empty folder.
        students: the size of the class.
        kills: how many processes to kill in all.
        pause: seconds between two kills, on average.
        per_round: after so many kills, a round ends in peace.
    """
    submitted = make_class(folder / "submitted", students)
    expected, chaos = folder / "undisturbed", Chaos()
    if start(submitted, expected).wait():
        raise RuntimeError((expected / "log.txt").read_text()[-2000:])
    while chaos.kills.total() < kills:
        output = folder / f"round{chaos.runs}"
        some = min(per_round, kills - chaos.kills.total())
        one_round(submitted, output, some, pause, chaos)
        compare(output, expected, chaos)
        shutil.rmtree(output)
    chaos.wrong += [f"left running: {process}" for process in left_over()]
    shutil.rmtree(TEMPORARY)
    return chaos


def main(
    students: Annotated[int, typer.Option(help="The size of the class.")] = 100,
    kills: Annotated[int, typer.Option(help="How many processes to kill.")] = 50,
    pause: Annotated[float, typer.Option(help="Seconds between two kills, on average.")] = 3,
    per_round: Annotated[int, typer.Option(help="Kills of one class, before it is compared.")] = 10,
    seed: Annotated[int, typer.Option(help="What is killed when.")] = 0,
) -> None:
    """Print what was killed, and what was wrong afterwards; exit with 1 if anything was."""
    random.seed(seed)
    with tempfile.TemporaryDirectory() as folder:
        chaos = run(Path(folder), students=students, kills=kills, pause=pause, per_round=per_round)
    for victim in VICTIMS:
        print(f"{chaos.kills[victim]:4}  {victim}")
    print(f"{chaos.kills.total()} killed in {chaos.runs} runs; {len(chaos.wrong)} things wrong")
    for line in chaos.wrong:
        print(f"  {line}")
    if chaos.wrong:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
