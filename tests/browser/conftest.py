"""A real browser and a real JupyterLab, where the machine has both."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    # Chromium's own sandbox refuses to run for root
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 1100})
    yield page
    page.close()


class Lab:
    """A JupyterLab server on a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                "--no-browser",
                "--allow-root",
                "--ip=127.0.0.1",
                "--port=0",
                "--IdentityProvider.token=",
                "--LabApp.expose_app_in_browser=True",
                f"--ServerApp.root_dir={folder}",
            ],
            cwd=folder,
            env=os.environ | {"JUPYTER_CONFIG_DIR": str(folder / ".config")},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.url = self._wait_for_url()

    def _wait_for_url(self) -> str:
        assert self.process.stderr is not None
        said = []
        for line in self.process.stderr:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                # somebody must go on reading, or the server blocks when the pipe is full
                threading.Thread(target=self.process.stderr.read, daemon=True).start()
                return found[0]
        raise AssertionError("JupyterLab did not start:\n" + "".join(said))

    def run_all(self, page: Page, notebook: str) -> None:
        """Open a notebook, wait for its kernel, run every cell and wait until all are done."""
        page.goto(f"{self.url}lab/workspaces/{Path(notebook).stem}/tree/{notebook}")
        page.locator(".jp-Notebook").wait_for(timeout=60_000)
        page.wait_for_function(
            """() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel
                      ?.status === 'idle'""",
            timeout=60_000,
        )
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_function(
            """() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status
                     === 'idle' && window.jupyterapp.shell.currentWidget.content.widgets
                     .filter(cell => cell.model.type === 'code' && cell.model.sharedModel.source)
                     .every(cell => cell.model.executionCount)""",
            timeout=180_000,
        )

    def run_cell(self, page: Page, grade_id: str, source: str | None = None) -> None:
        """Run the cell with this nbgrader id, with another source if one is given."""
        self.show(page, grade_id)
        page.evaluate(
            """async source => {
                const { activeCell } = window.jupyterapp.shell.currentWidget.content;
                if (source !== null) activeCell.model.sharedModel.setSource(source);
                await window.jupyterapp.commands.execute('notebook:run-cell');
            }""",
            source,
        )

    def show(self, page: Page, grade_id: str) -> None:
        """Scroll to the cell with this nbgrader id."""
        page.evaluate(
            """async id => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                const index = notebook.widgets.findIndex(
                    cell => (cell.model.getMetadata('nbgrader') || {}).grade_id === id);
                notebook.activeCellIndex = index;
                await notebook.scrollToItem(index, 'center');
            }""",
            grade_id,
        )

    def use_theme(self, page: Page, name: str) -> None:
        """Wear JupyterLab's theme `Light` or `Dark`."""
        page.wait_for_function("() => window.jupyterapp")
        page.evaluate(
            """theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })""",
            f"JupyterLab {name}",
        )
        light = str(name == "Light").lower()
        page.locator(f"body[data-jp-theme-light='{light}']").wait_for()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("lab"))
    yield lab
    lab.process.terminate()
    lab.process.wait(timeout=20)
