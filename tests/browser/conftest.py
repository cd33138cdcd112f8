"""A real browser and a real JupyterLab, where the machine has both."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

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


expect.set_options(timeout=30_000)  # a kernel that starts on a busy machine


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


#: What JupyterLab reads from its configuration, whoever starts it.
SETTINGS = {
    "ServerApp": {"allow_root": True, "ip": "127.0.0.1", "open_browser": False, "port": 0},
    "IdentityProvider": {"token": ""},
    "LabApp": {"expose_app_in_browser": True},
}


class Lab:
    """A JupyterLab server on a folder of its own, started by the module that is given."""

    def __init__(self, folder: Path, *module: str) -> None:
        self.folder = folder
        settings = folder / ".config" / "jupyter_server_config.json"
        settings.parent.mkdir()
        settings.write_text(json.dumps(SETTINGS))
        self.process = subprocess.Popen(
            [sys.executable, "-m", *module],
            cwd=folder,
            env=os.environ | {"JUPYTER_CONFIG_DIR": str(settings.parent)},
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.url = self._wait_for_url()

    def stop(self) -> None:
        """End the server and what it started."""
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=20)

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
        self.wait_for_kernel(page)
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.wait_for_all(page)

    def wait_for_kernel(self, page: Page) -> None:
        """Wait until the kernel of the notebook in front has nothing to do."""
        page.wait_for_function(
            """() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel
                      ?.status === 'idle'""",
            timeout=60_000,
        )

    def wait_for_all(self, page: Page) -> None:
        """Wait until every cell of the notebook in front has run."""
        page.wait_for_function(
            """() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status
                     === 'idle' && window.jupyterapp.shell.currentWidget.content.widgets
                     .filter(cell => cell.model.type === 'code' && cell.model.sharedModel.source)
                     .every(cell => cell.model.executionCount)""",
            timeout=180_000,
        )

    def run_cell(self, page: Page, grade_id: str, source: str | None = None) -> None:
        """Run the cell with this id, with another source if one is given."""
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
        """Scroll to the cell with this id, nbgrader's or its own."""
        page.evaluate(
            """async id => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                const index = notebook.widgets.findIndex(
                    cell => (cell.model.getMetadata('nbgrader') || {}).grade_id === id
                        || cell.model.id === id);
                notebook.activeCellIndex = index;
                await notebook.scrollToItem(index, 'center');
            }""",
            grade_id,
        )

    def use_theme(self, page: Page, name: str) -> None:
        """Wear JupyterLab's theme `Light` or `Dark`."""
        page.wait_for_function(
            "() => window.jupyterapp?.commands.hasCommand('apputils:change-theme')"
        )
        page.evaluate(
            """theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })""",
            f"JupyterLab {name}",
        )
        light = str(name == "Light").lower()
        page.locator(f"body[data-jp-theme-light='{light}']").wait_for(state="attached")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    lab = Lab(folder, "jupyterlab", f"--ServerApp.root_dir={folder}")
    yield lab
    lab.stop()
