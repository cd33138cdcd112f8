"""Our pages for everybody: WCAG by axe, light and dark, on a telephone, by keyboard."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from autograder.sample_class.submissions import ROOT, answered, reference_answers
from ptbasics.authoring.pages import make_pages
from ptbasics.grading.batch import grade_lesson
from ptbasics.landing import write_page
from ptbasics.registry import exercises
from tests.browser.conftest import Lab
from tests.grading.handed_in import hand_in, mistaken, with_cell

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LESSON = "02_operations"
TELEPHONE = {"width": 390, "height": 844}
PAGES = ("feedback", "report", "lesson", "glossary", "index")
#: A student's own cell: wide output, a warning, an error.
NOISY = "import sys\nprint('x' * 300)\nprint('careful', file=sys.stderr)\n1 / 0"
#: What is cut off without a way to see the rest.
CUT = """() => [...document.querySelectorAll("main *")].filter(element =>
    element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1 &&
    getComputedStyle(element).overflowX === "hidden").map(element => element.outerHTML)"""


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    answers = reference_answers(LESSON)
    wrong = answered(LESSON, answers | {"softmax": mistaken("overflow")})
    hand_in(folder / "submitted", "ada", answered(LESSON, answers))
    hand_in(folder / "submitted", "bob", with_cell(wrong, NOISY, "softmax"))
    hand_in(folder / "submitted", "cut_off", b'{"cells": [')
    batch = grade_lesson(ROOT, LESSON, submitted=folder / "submitted", output=folder, workers=1)
    index = make_pages(ROOT, folder / "pages", [LESSON])
    return {
        "feedback": batch.feedback_page("bob"),
        "report": batch.files["report"],
        "lesson": index.with_name(f"{LESSON}.html"),
        "glossary": index.with_name("glossary.html"),
        "index": index,
    }


def violations(page: Page, context: str | None = None) -> str:
    """What axe finds, in words; "" for nothing."""
    results = Axe().run(page, context)
    return results.generate_report() if results.violations_count else ""


def opened(page: Page, path: Path) -> Page:
    """A page with everything unfolded that can be."""
    page.goto(path.as_uri())
    page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_a_page(
    pages: dict[str, Path], page: Page, name: str, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    assert violations(opened(page, pages[name])) == ""
    page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
    assert violations(page) == ""


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.set_content("<img src='x'><p style='color:#ccc'>pale</p>")
    assert "image-alt" in violations(page)
    assert "color-contrast" in violations(page, "p")


@pytest.mark.parametrize("name", PAGES)
def test_a_telephone_shows_a_page_whole(pages: dict[str, Path], page: Page, name: str) -> None:
    page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
    opened(page, pages[name])
    assert page.evaluate("() => document.documentElement.scrollWidth") == TELEPHONE["width"]
    assert page.evaluate(CUT) == []


def test_the_feedback_page_by_keyboard(pages: dict[str, Path], page: Page) -> None:
    page.goto(pages["feedback"].as_uri())
    focused = "() => document.activeElement.textContent.trim()"
    for exercise in exercises(LESSON):
        page.keyboard.press("Tab")
        assert page.evaluate(focused) == exercise.title
    page.keyboard.press("Enter")
    [*_, last] = exercises(LESSON)
    expect(page.get_by_role("region", name=last.title)).to_be_in_viewport()
    whole = page.locator("details.whole")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Your answer"
    page.keyboard.press("Tab")
    assert page.evaluate(focused).startswith("The whole notebook")
    expect(whole.get_by_text("What you will learn")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(whole.get_by_text("What you will learn")).to_be_visible()


def test_the_feedback_page_is_short(pages: dict[str, Path], page: Page) -> None:
    page.goto(pages["feedback"].as_uri())
    assert page.evaluate("() => document.documentElement.scrollHeight") < 4_000
    assert page.title() == f"bob · {LESSON} · feedback"
    expect(page.locator("main")).to_contain_text("ZeroDivisionError")  # and nothing is lost


@pytest.fixture(scope="module")
def course(lab: Lab) -> Lab:
    """JupyterLab on a lesson with one wrong answer and one right one, and the landing page."""
    answers = reference_answers(LESSON)
    notebook = answered(LESSON, {"softmax": mistaken("overflow"), "one_hot": answers["one_hot"]})
    help_on = nbformat.v4.new_code_cell(
        "from ptbasics import hint\nhint(softmax)", metadata={"nbgrader": {"grade_id": "hint"}}
    )
    notebook.cells.append(help_on)
    place = lab.folder / LESSON
    place.mkdir()
    nbformat.write(notebook, place / f"{LESSON}.ipynb")
    write_page(lab.folder)
    return lab


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_in_what_a_notebook_shows_of_ours(
    course: Lab, page: Page, theme: str
) -> None:
    """Only our own outputs and texts: what axe says about JupyterLab is not ours to repair."""
    course.run_all(page, f"{LESSON}/{LESSON}.ipynb")
    course.use_theme(page, theme)
    found = {}
    for grade_id, said in (
        ("softmax-check", "nan where a number is expected"),
        ("one_hot-check", "cases pass"),
        ("hint", "Help with softmax"),
    ):
        course.show(page, grade_id)
        block = page.locator(".jp-mod-active .ptbasics")
        expect(block).to_contain_text(said)
        found[said] = violations(page, ".jp-mod-active .jp-OutputArea-output")
    first = page.locator(".jp-OutputArea-output .jupyter-widgets").first
    first.scroll_into_view_if_needed()
    found["a prediction"] = violations(page, ".jp-OutputArea-output .jupyter-widgets")
    page.goto(f"{course.url}lab/tree/START.ipynb")
    course.use_theme(page, theme)
    expect(page.locator(".jp-RenderedMarkdown h1")).to_contain_text("Your course")
    found["the landing page"] = violations(page, ".jp-RenderedMarkdown")
    assert {name: told for name, told in found.items() if told} == {}
