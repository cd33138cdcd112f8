"""What a student sees: a lesson opened and run in JupyterLab, with wrong and right answers."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import Page, expect

from autograder.sample_class.submissions import ROOT, answered, release
from tests.browser.conftest import Lab

pytestmark = pytest.mark.browser
SHOTS = ROOT / "out" / "screenshots"
LESSON = "02_operations"
UNSTABLE = "def softmax(x, dim):\n    return x.exp() / x.exp().sum(dim=dim, keepdim=True)"
STABLE = (
    "def softmax(x, dim):\n"
    "    powers = (x - x.amax(dim=dim, keepdim=True)).exp()\n"
    "    return powers / powers.sum(dim=dim, keepdim=True)"
)


def lay(lab: Lab, name: str, notebook: NotebookNode) -> str:
    nbformat.write(notebook, lab.folder / name)
    return name


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        ("failing", UNSTABLE, "nan where a number is expected"),
        ("passing", STABLE, "cases pass"),
        ("blank", None, "not started"),
    ],
)
def test_check_in_jupyterlab(
    lab: Lab, page: Page, name: str, source: str | None, said: str
) -> None:
    notebook = release(LESSON) if source is None else answered(LESSON, {"softmax": source})
    lab.run_all(page, lay(lab, f"{name}.ipynb", notebook))
    lab.show(page, "softmax-check")
    verdict = page.locator(".jp-OutputArea-output .ptbasics", has_text="softmax")
    expect(verdict.first).to_contain_text(said)
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"check_{name}.png")


def test_no_green_for_code_that_is_not_there_any_more(lab: Lab, page: Page) -> None:
    notebook = answered(LESSON, {"softmax": STABLE})
    for cell in notebook.cells:
        cell.metadata.pop("deletable", None)  # our own answer cells are kept by JupyterLab
    lab.run_all(page, lay(lab, "stale.ipynb", notebook))
    verdict = page.locator(".jp-OutputArea-output .ptbasics", has_text="softmax").first

    def check() -> None:
        lab.run_cell(page, "softmax-check")

    expect(verdict).to_contain_text("cases pass")
    for source, said in (
        (STABLE.replace("dim):", "dim:"), "has a syntax error"),
        (STABLE.replace("softmax", "my_softmax"), "it defines my_softmax now"),
        (STABLE, "cases pass"),
    ):
        lab.run_cell(page, "softmax", source)
        check()
        expect(verdict).to_contain_text(said)
    lab.show(page, "softmax")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:delete-cell')")
    check()
    expect(verdict).to_contain_text("was deleted")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "check_stale.png")


def test_the_loader_lab_answers_a_change_of_option(lab: Lab, page: Page) -> None:
    source = "from ptbasics.viz import loader_lab\nloader_lab()"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata["kernelspec"] = release(LESSON).metadata["kernelspec"]
    lab.run_all(page, lay(lab, "lab.ipynb", notebook))
    picture = page.locator(".jp-OutputArea-output img").first
    before = picture.get_attribute("src")
    page.screenshot(path=SHOTS / "lab_before.png")
    page.get_by_label("shuffle").first.select_option("False")
    page.wait_for_function(
        "before => document.querySelector('.jp-OutputArea-output img')?.src !== before", arg=before
    )
    page.screenshot(path=SHOTS / "lab_after.png")
