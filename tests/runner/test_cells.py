"""Cells behave as in Jupyter, and their outputs are valid nbformat."""

from __future__ import annotations

import base64

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from ptbasics.runner import Limits
from tests.runner.conftest import Run, text_of


def errors_of(result, cell="0"):
    return [output for output in result.cells[cell].outputs if output["output_type"] == "error"]


def test_the_last_expression_is_the_result(run: Run) -> None:
    result = run("x = 20", "print('before')\nx + 1", "x;")
    first, second, third = result.cells.values()
    assert (first.outputs, first.status) == ([], "ok")
    assert (first.execution_count, second.execution_count, third.execution_count) == (1, 2, 3)
    assert second.outputs == [
        {"output_type": "stream", "name": "stdout", "text": "before\n"},
        {
            "output_type": "execute_result",
            "data": {"text/plain": "21"},
            "metadata": {},
            "execution_count": 2,
        },
    ]
    assert third.outputs == []


def test_an_error_is_an_output_and_the_next_cell_runs(run: Run) -> None:
    result = run("def f():\n    return 1 / 0\nf()", "print('still here')", "x = = 1")
    [error] = errors_of(result)
    assert (error["ename"], error["evalue"]) == ("ZeroDivisionError", "division by zero")
    assert any("return" in line for line in error["traceback"])
    assert result.cells["0"].status == "error"
    assert result.cells["0"].reason == "it raised ZeroDivisionError: division by zero"
    assert text_of(result, "1") == "still here\n"
    assert errors_of(result, "2")[0]["ename"] == "SyntaxError"


def test_streams_keep_their_order(run: Run) -> None:
    source = (
        "import sys, os\nprint('a')\nprint('b', file=sys.stderr)\n!echo c\n"
        "os.write(1, b'd\\n')\nprint('e')\nos.system('echo f >&2');"
    )
    outputs = run(source).cells["0"].outputs
    assert [(output["name"], output["text"]) for output in outputs] == [
        ("stdout", "a\n"),
        ("stderr", "b\n"),
        ("stdout", "c\nd\ne\n"),
        ("stderr", "f\n"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("!echo $HOME | wc -c", "17\n"),
        ("word = 'hi'\n!echo {word}", "hi\n"),
        ("lines = !printf 'a\\nb\\n'\nlines", "['a', 'b']"),
        ("%%bash\necho one\necho two", "one\ntwo\n"),
        ("%env PTBASICS=1", "env: PTBASICS=1\n"),
        ("%%writefile note.txt\nhello", "Writing note.txt\n"),
        (
            "import os\nos.fork() or (print('from a child'), os._exit(0))\nos.wait();",
            "from a child\n",
        ),
        ("await __import__('asyncio').sleep(0, 'awaited')", "'awaited'"),
        ("import getpass\ngetpass.getuser()", "'student'"),
        ("len?", ""),
        ("exit()", ""),
    ],
)
def test_magics_and_commands(run: Run, source: str, expected: str) -> None:
    result = run(source)
    assert result.cells["0"].status == "ok", result
    assert text_of(result) == expected


def test_display_in_all_its_forms(run: Run) -> None:
    [first, second] = (
        run(
            "from IPython.display import HTML, Image, JSON, clear_output, display\n"
            "display('lost'); clear_output()\n"
            "handle = display(HTML('<b>old</b>'), display_id=True)\n"
            "handle.update(HTML('<b>new</b>'))\n"
            "display(JSON({'a': [1, None]}))"
        )
        .cells["0"]
        .outputs
    )
    assert first["data"]["text/html"] == "<b>new</b>"
    assert second["data"]["application/json"] == {"a": [1, None]}


def test_figures_appear_below_their_cell(run: Run) -> None:
    result = run(
        "import matplotlib.pyplot as plt",
        "plt.plot([0, 1]);",
        "figure, axes = plt.subplots()\naxes.plot([1, 0])\nplt.show()\nprint('after')",
    )
    for cell in ("1", "2"):
        image = result.cells[cell].outputs[0]
        assert image["output_type"] == "display_data"
        assert base64.b64decode(image["data"]["image/png"]).startswith(b"\x89PNG")
    assert result.cells["2"].outputs[1]["text"] == "after\n"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("%matplotlib inline", "image/png"),
        ("%matplotlib", "image/png"),
        ("%pylab inline", "image/png"),
        ("%gui", "image/png"),
        ("%config InlineBackend.figure_format = 'svg'", "image/svg+xml"),
    ],
)
def test_the_usual_lines_about_figures(run: Run, line: str, kind: str) -> None:
    cell = run(f"{line}\nimport matplotlib.pyplot as plt\nplt.plot([0, 1]);").cells["0"]
    assert cell.status == "ok", cell.reason
    assert kind in cell.outputs[-1]["data"]


def test_figures_appear_at_their_cell_when_interactive_mode_is_off(run: Run) -> None:
    result = run(
        "import matplotlib.pyplot as plt\nplt.ioff()\nplt.isinteractive()",
        "figure = plt.figure()",
        "plt.plot([0, 1]);",
        "plt.show()",
        "plt.plot([0, 1]);\nplt.isinteractive()",
    )
    kinds = [[output["output_type"] for output in cell.outputs] for cell in result.cells.values()]
    assert text_of(result) == "False"
    shown = ["display_data"]
    assert kinds == [["execute_result"], shown, shown, [], ["execute_result", *shown]]
    assert text_of(result, "4").startswith("True")


def test_a_later_cell_updates_a_display(run: Run) -> None:
    result = run(
        "handle = display('old', display_id='a')\ndisplay('same', display_id='b');",
        "handle.update('new')\ndisplay('again', display_id='a');",
        "from IPython.display import update_display\nupdate_display('newest', display_id='a')",
    )
    assert [
        [output["data"]["text/plain"] for output in cell.outputs] for cell in result.cells.values()
    ] == [["'newest'", "'same'"], ["'newest'"], []]


def test_outputs_are_valid_nbformat(run: Run) -> None:
    result = run(
        "print('\\ud800 lone')\n1/0",
        "import pandas as pd\npd.DataFrame({'a': [1]})",
        "import matplotlib.pyplot as plt\nplt.plot([0, 1])",
        "from tqdm.notebook import tqdm\nfor _ in tqdm(range(2)): pass",
        "class Odd(Exception):\n    def __str__(self): raise RuntimeError\nraise Odd",
        "import os; os._exit(1)",
    )
    notebook = new_notebook(
        cells=[
            new_code_cell("", outputs=cell.outputs, execution_count=cell.execution_count)
            for cell in result.cells.values()
        ]
    )
    nbformat.validate(nbformat.from_dict(notebook))
    assert "text/html" in result.cells["1"].outputs[0]["data"]
    nbformat.writes(nbformat.from_dict(notebook)).encode()


def test_input_says_that_nobody_answers(run: Run) -> None:
    result = run("name = input('who? ')", "print(1)")
    [error] = errors_of(result)
    assert error["ename"] == "StdinNotImplementedError"
    assert "nobody is there to answer" in error["evalue"]
    assert "ptbasics" not in "".join(error["traceback"])
    assert text_of(result, "1") == "1\n"


@pytest.mark.parametrize(
    "source", ["while True: print('x' * 10_000)", "!yes", "print('y' * 10**8)"]
)
def test_floods_of_output_are_cut(run: Run, source: str) -> None:
    limits = Limits(cell_seconds=1, output_bytes=100_000)
    result = run(source, "print('next')", limits=limits)
    assert len(str(result.cells["0"].outputs)) < 250_000
    assert "it is too long" in text_of(result)
    assert text_of(result, "1") == "next\n"


def test_all_outputs_together_are_limited(run: Run) -> None:
    limits = Limits(cell_seconds=15, submission_output_bytes=50_000)
    flood = "print('x' * 20_000)"
    result = run(flood, flood, "print('y')", flood, "'after'", "z = 1", limits=limits)
    texts = [text_of(result, str(number)) for number in range(6)]
    assert [text[:1] for text in texts] == ["x", "x", "y", "[", "[", ""]
    assert "all outputs of this notebook together are too long" in texts[3]
    assert {cell.status for cell in result.cells.values()} == {"ok"}
    assert len(str(result.cells)) < 60_000


def test_submitted_files_lie_in_the_current_folder(run: Run) -> None:
    result = run(
        "from helpers.deep import answer\nanswer",
        "open('data.txt').read()",
        files={"helpers/deep.py": b"answer = 42", "data.txt": b"text"},
    )
    assert text_of(result) == "42"
    assert text_of(result, "1") == "'text'"


def test_workers_in_cells(run: Run) -> None:
    result = run(
        "import torch\nfrom torch.utils.data import DataLoader, TensorDataset\n"
        "loader = DataLoader(TensorDataset(torch.arange(4.)), batch_size=2, num_workers=2)\n"
        "torch.cat([batch for batch, in loader])"
    )
    assert text_of(result) == "tensor([0., 1., 2., 3.])"


@pytest.mark.slow
def test_spawned_workers_in_cells(run: Run) -> None:
    result = run(
        "import numbers_from\nfrom torch.utils.data import DataLoader\n"
        "dataset = numbers_from.Numbers()\n"
        "loader = DataLoader(dataset, num_workers=1, multiprocessing_context='spawn')\n"
        "[int(one) for one in loader]",
        files={
            "numbers_from.py": b"class Numbers:\n"
            b"    def __len__(self): return 3\n"
            b"    def __getitem__(self, index): return index * 10\n"
        },
        limits=Limits(cell_seconds=60),
    )
    assert text_of(result) == "[0, 10, 20]", result


def test_the_same_job_gives_the_same_outputs(run: Run) -> None:
    sources = (
        "import random, torch, numpy\nprint(torch.rand(3), random.random(), numpy.random.rand())",
        "import os\nprint(os.getcwd(), os.getuid(), os.getpid(), {'b', 'a', 'c'}, hash('x'))",
        "print(sorted(os.environ.items()))\n!hostname",
        "object()",
    )
    first, second = (
        [(cell.outputs, cell.status) for cell in run(*sources).cells.values()] for _ in range(2)
    )
    assert first == second
