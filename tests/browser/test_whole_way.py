"""The whole way of a student, as one story: from the first page to the file that is handed in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from autograder.sample_class.submissions import ROOT, cell, release
from ptbasics.grading.intake.files import take_in
from tests.browser.conftest import Lab
from tests.browser.test_jupyterlab import LESSON, SHOTS, STABLE, UNSTABLE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOTEBOOK = f"{LESSON}/{LESSON}.ipynb"
PREDICTION = 'predict("operations.brightness-per-colour")'


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Lab]:
    """The first two lessons, opened as a student opens them."""
    for name in ("01_tensors", LESSON):
        shutil.copytree(ROOT / "course" / name, tmp_path / "course" / name)
    lab = Lab(tmp_path, "ptbasics", "lab", "course")
    yield lab
    lab.stop()


class Student:
    """Somebody at the notebook in front, and what they see."""

    def __init__(self, lab: Lab, page: Page) -> None:
        self.lab, self.page = lab, page
        self.shots = 0

    def looks(self, name: str) -> None:
        """Keep a picture of the screen."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.shots += 1
        self.page.screenshot(path=SHOTS / f"way_{self.shots:02}_{name}.png")

    def does(self, command: str) -> None:
        """Choose an entry of JupyterLab's menus."""
        self.page.evaluate("name => void window.jupyterapp.commands.execute(name)", command)

    def runs(self, name: str, source: str | None = None) -> None:
        """Run a cell, with other code in it where some is given."""
        self.lab.run_cell(self.page, name, source)

    def reads(self, said: str) -> None:
        """Wait for these words of ours under the cell that ran."""
        expect(self.page.locator(".jp-mod-active .ptbasics").first).to_contain_text(said)

    def checks(self, symbol: str, said: str) -> None:
        self.runs(f"{symbol}-check")
        self.reads(said)

    def asks_for_help(self) -> None:
        """Run `hint(softmax)` in a new cell under the check."""
        self.lab.show(self.page, "softmax-check")
        self.page.evaluate(
            """async source => {
                await window.jupyterapp.commands.execute('notebook:insert-cell-below');
                const { activeCell } = window.jupyterapp.shell.currentWidget.content;
                activeCell.model.sharedModel.setSource(source);
                await window.jupyterapp.commands.execute('notebook:run-cell');
            }""",
            "from ptbasics import hint\n\nhint(softmax)",
        )

    def restarts(self, command: str) -> None:
        """Restart the kernel, and say that this is meant."""
        self.does(command)
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.locator(".jp-Dialog").wait_for(state="detached")
        self.lab.wait_for_kernel(self.page)

    def saves(self) -> None:
        self.does("docmanager:save")
        self.page.wait_for_function(
            "() => !window.jupyterapp.shell.currentWidget.context.model.dirty"
        )

    def verifies(self) -> str:
        """What a terminal says about the saved file."""
        command = [sys.executable, "-m", "ptbasics", "verify", f"course/{NOTEBOOK}"]
        done = subprocess.run(command, cwd=self.lab.folder, capture_output=True, text=True)
        assert done.returncode == 1, done.stderr  # the other exercises are not started
        return done.stdout


def test_from_the_first_page_to_the_file_that_is_handed_in(course: Lab, page: Page) -> None:
    student = Student(course, page)
    untouched = release(LESSON)
    numbers = [number for number, code in enumerate(untouched.cells) if code.source == PREDICTION]
    question, outcome = (untouched.cells[numbers[0] + step].id for step in (0, 1))

    # where the course begins
    page.goto(course.url)
    landing = page.locator(".jp-RenderedMarkdown")
    expect(landing).to_contain_text("Next: 01_tensors")
    student.looks("landing")
    landing.get_by_role("link", name=LESSON).click()
    page.locator(".jp-Notebook:visible h1", has_text="Operations").wait_for()
    course.wait_for_kernel(page)
    student.looks("lesson")

    # predict, by keyboard
    student.runs("set-up")
    student.runs(question)
    choice = page.get_by_role("button", name="only (3, 1, 1)")
    choice.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".jp-mod-active .jp-OutputArea")).to_contain_text("Now run the next cell")
    student.runs(outcome)
    student.reads("You predicted only (3, 1, 1), and so it is.")
    student.looks("prediction")

    # fail, read two steps of help, repair, pass
    student.runs("softmax", UNSTABLE)
    student.checks("softmax", "nan where a number is expected")
    student.reads("exp(1000) is infinity")
    student.looks("failing")
    student.asks_for_help()
    student.reads("Step 1 of 3")
    student.asks_for_help()
    student.reads("Step 2 of 3")
    student.looks("help")
    student.runs("softmax", STABLE)
    student.checks("softmax", "softmax: all 9 cases pass")
    student.looks("passing")

    # a restart loses nothing
    student.restarts("kernelmenu:restart")
    student.runs("set-up")
    student.runs("center_rows")
    student.checks("center_rows", "not started")
    expect(page.locator(".jp-mod-active .jp-OutputArea")).to_contain_text(
        "▣ checked before this session: 1"
    )
    student.looks("restarted")

    # what is broken is not green
    student.runs("softmax")
    student.checks("softmax", "softmax: all 9 cases pass")
    student.runs("softmax", STABLE.replace("dim):", "dim:"))
    student.checks("softmax", "has a syntax error")
    expect(page.locator(".jp-mod-active .jp-OutputArea")).not_to_contain_text("cases pass")
    student.looks("broken")
    student.saves()
    assert "softmax: all" not in student.verifies()

    # repaired, run from top to bottom, saved, verified, handed in
    student.runs("softmax", STABLE)
    student.restarts("notebook:restart-run-all")
    course.wait_for_all(page)
    student.saves()
    course.show(page, "softmax-check")
    student.looks("ready")
    said = student.verifies()
    assert "✓ softmax: all 9 cases pass" in said
    assert "is not of one run" not in said
    submission = take_in(course.folder / "course" / LESSON, LESSON, untouched)
    assert submission.notes == ()
    assert cell(submission.notebook, "softmax").source == STABLE
    handed_in = nbformat.read(course.folder / "course" / NOTEBOOK, as_version=4)
    nbformat.validate(handed_in)
