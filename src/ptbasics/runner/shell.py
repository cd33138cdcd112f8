"""The IPython shell in which the cells of a submission run, as close to Jupyter's as it gets."""

from __future__ import annotations

import base64
import builtins
import io
import json
import subprocess
import sys
from types import TracebackType
from typing import Any, NoReturn

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import SList
from traitlets import Type
from traitlets.config import Config

from ptbasics.runner.job import Output
from ptbasics.runner.recorder import Recorder, Stream

#: One process runs one submission, so that there is one recorder.
recorder = Recorder()


class CellTimeout(BaseException):
    """Raised in a cell whose time is up; no `Exception`, so that `except Exception` lets it by."""


def time_is_up(*_: object) -> NoReturn:
    """A signal handler that interrupts the running cell."""
    raise CellTimeout("the time limit of this cell is over")


class _Results(DisplayHook):
    """Records the value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        """Nothing: the number is a part of the output."""

    def write_format_data(
        self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None
    ) -> None:
        """Record the value in all its formats."""
        result = _bundle("execute_result", format_dict, md_dict)
        recorder.rich({**result, "execution_count": self.prompt_count})

    def finish_displayhook(self) -> None:
        """Nothing is left to do; the inherited method writes line ends for a terminal."""
        self._is_active = False


class _Displays(DisplayPublisher):
    """Records what `display` is given."""

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *_: Any,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **__: Any,
    ) -> None:
        """Record a display, or change an earlier one."""
        display_id = (transient or {}).get("display_id")
        output = _bundle("display_data", data, metadata)
        if update:
            recorder.update(str(display_id), output["data"], output["metadata"])
        else:
            recorder.rich(output, display_id)

    def clear_output(self, wait: bool = False) -> None:
        """Forget the outputs of the cell so far."""
        recorder.clear(wait=wait)


class Shell(InteractiveShell):
    """Runs cells and records their outputs; `!commands` write to the cell's streams."""

    displayhook_class = Type(_Results)
    display_pub_class = Type(_Displays)
    system = InteractiveShell.system_raw

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """The output of a command, as in `lines = !ls`."""
        done = subprocess.run(
            str(self.var_expand(cmd, depth=depth + 1)),  # type: ignore[no-untyped-call]
            shell=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        return SList(done.stdout.splitlines()) if split else done.stdout

    def enable_gui(self, gui: str | None = None) -> None:
        """What `%matplotlib` and `%gui` ask for: nothing, since figures are pictures here."""

    def ask_exit(self) -> None:
        """What `exit` does in a notebook's cell: nothing, since there is more to run."""

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> None:
        """Record an error, without the frames of this module that raised it."""
        kind, value, trace = self._get_exc_info(exc_tuple)  # type: ignore[no-untyped-call]
        _cut_own_frames(trace)
        super().showtraceback((kind, value, trace), *args, **kwargs)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        try:
            text = str(evalue)
        except Exception:  # a student's exception class may break here
            text = "(its message cannot be shown)"
        recorder.rich(
            {
                "output_type": "error",
                "ename": etype.__name__,
                "evalue": text,
                "traceback": [str(line) for line in stb],
            }
        )


def make_shell() -> Shell:
    """The shell of this process; everything costly is done here, before any fork."""
    config = Config()
    config.HistoryManager.enabled = False  # it would start a thread
    shell = Shell.instance(config=config)
    shell.set_hook("show_in_pager", lambda *_, **__: None)  # type: ignore[no-untyped-call]
    # the first picture and the first traceback import and cache much
    _draw_a_picture()
    recorder.start("", 2**20)
    shell.run_cell("1/0", silent=True)  # type: ignore[no-untyped-call]
    return shell


def _draw_a_picture() -> None:
    """Draw without a backend: as in a kernel, a notebook's first figure is to load that.

    Loading makes pyplot interactive, which undoes an earlier `plt.ioff()`.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot([0, 1])
    axes.set_title("$x$")
    figure.savefig(io.BytesIO(), bbox_inches="tight")


def take_over_streams() -> None:
    """Point everything that Python and child processes write to the recorder; no input."""
    recorder.capture_descriptors()
    sys.stdin = open("/dev/null")  # noqa: SIM115, PTH123
    sys.stdout = Stream(recorder, "stdout", 1)
    sys.stderr = Stream(recorder, "stderr", 2)
    builtins.input = _no_input
    import getpass

    getpass.getpass = _no_input


def _no_input(*_: object, **__: object) -> NoReturn:
    raise StdinNotImplementedError(
        "nobody is there to answer: input() cannot be used in a notebook that is graded"
    )


def _bundle(kind: str, data: dict[str, Any], metadata: dict[str, Any] | None) -> Output:
    return {
        "output_type": kind,
        "data": {str(mime): _content(str(mime), value) for mime, value in data.items()},
        "metadata": json.loads(json.dumps(metadata or {}, default=str)),
    }


def _content(mime: str, value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if mime.endswith("json"):
        return json.loads(json.dumps(value, default=str))
    return str(value)


def _cut_own_frames(trace: TracebackType | None) -> None:
    while trace is not None and trace.tb_next is not None:
        if trace.tb_next.tb_frame.f_code.co_filename == __file__:
            trace.tb_next = None
        trace = trace.tb_next
