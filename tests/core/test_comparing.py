"""compare(): the reference beside one's own code, after passing and where it is given out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ptbasics import check, compare, comparing, progress, references
from ptbasics.checking import NotChecked
from ptbasics.comparing import Comparison
from ptbasics.judging.routes import difference_between, without_docstrings
from ptbasics.references import pack_references, store_name

REFERENCE = '''def center_rows(points):
    """Subtract <means>.

    Returns:
        A tensor.
    """
    # of each row
    return points - points.mean(dim=1, keepdim=True)
'''


@pytest.fixture(autouse=True)
def _given_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_session", progress.Progress())
    monkeypatch.chdir(tmp_path)
    packed = pack_references({"center_rows": REFERENCE})
    (tmp_path / store_name("02_operations")).write_bytes(packed)
    monkeypatch.setattr(references, "_STORE", tmp_path)
    references.references.cache_clear()
    yield
    references.references.cache_clear()


class Notebook:
    """Cells that run one after another, in names of their own."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"In": [], "torch": torch, "check": check, "compare": compare}

    def run(self, source: str) -> Any:
        self.names["In"].append(source)
        if source.startswith(("check", "compare")):
            return eval(source, self.names)
        return exec(compile(source, "<cell>", "exec"), self.names)


RIGHT = """def center_rows(x):
    means = [row.mean() for row in x]
    return x - torch.stack(means)[:, None]"""
WRONG = "def center_rows(x):\n    return x - x.mean()"


def passed(source: str = RIGHT) -> Notebook:
    notebook = Notebook()
    notebook.run(source)
    assert notebook.run("check(center_rows)").verdict.passed
    return notebook


def said(notebook: Notebook) -> str:
    result = notebook.run("compare(center_rows)")
    assert isinstance(result, NotChecked), result
    assert "points.mean" not in repr(result)
    return repr(result)


def test_both_and_a_sentence_after_passing() -> None:
    result = passed().run("compare(center_rows)")
    assert isinstance(result, Comparison)
    text = repr(result)
    assert text.splitlines()[0] == (
        "center_rows: Yours takes 3 lines of code, the reference 2; yours has 1 loop in Python, "
        "the reference has none; only yours uses stack."
    )
    assert "── yours\n  def center_rows(x):\n      means =" in text
    assert "── the reference\n  def center_rows(points):\n      # of each row\n      return" in text
    assert "<means>" not in text, "docstrings are left out"


def test_in_a_notebook_they_stand_side_by_side() -> None:
    html = passed(RIGHT + "  # <b>").run("compare(center_rows)")._repr_html_()
    assert "flex-wrap:wrap" in html
    assert html.count("<pre") == 2
    assert "<code>stack</code>" in html
    assert "# &lt;b&gt;" in html


def test_before_the_check_it_says_what_to_do() -> None:
    notebook = Notebook()
    notebook.run(RIGHT)
    assert "Run check(center_rows) first" in said(notebook)


def test_a_check_that_fails_does_not_count() -> None:
    notebook = Notebook()
    notebook.run(WRONG)
    assert not notebook.run("check(center_rows)").verdict.passed
    assert "has passed in this session" in said(notebook)


def test_only_the_newest_code_counts() -> None:
    notebook = passed()
    notebook.run(WRONG)
    assert "Run check(center_rows) first" in said(notebook)
    notebook.run(RIGHT)
    assert isinstance(notebook.run("compare(center_rows)"), Comparison)
    notebook.names["In"].append("def center_rows(x:")
    assert "syntax error" in said(notebook)


def test_a_check_before_this_session_does_not_count() -> None:
    notebook = passed()
    progress._session = progress.Progress()
    assert progress.known().results, "the file still has it"
    assert "Run check(center_rows) first" in said(notebook)


def test_where_nothing_is_given_out_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(references, "_STORE", tmp_path / "nothing")
    references.references.cache_clear()
    notebook = passed()
    reply = said(notebook)
    assert "reference solutions of lesson 02_operations are not in this installation" in reply
    assert "--with-references" in reply
    assert "clone of the course" in reply


def test_check_offers_it_where_it_is_given_out() -> None:
    notebook = passed()
    assert "compare(center_rows) shows the reference" in repr(notebook.run("check(center_rows)"))
    notebook.run(WRONG)
    assert "compare(" not in repr(notebook.run("check(center_rows)"))


def test_something_else_gets_a_sentence() -> None:
    assert "Write compare(softmax), without" in repr(compare("softmax"))
    assert "compare() was given 3" in repr(compare(3))


def test_without_a_source_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = passed()
    notebook.names["In"].clear()
    monkeypatch.setattr(comparing, "has_passed", lambda *_: True)
    assert "Python has no source of your center_rows" in said(notebook)


@pytest.mark.parametrize(
    ("own", "reference", "sentence"),
    [
        (
            "x = a @ b",
            "x = a.matmul(b)",
            "Both take 1 line of code; only yours uses `@`, only the reference uses `matmul`.",
        ),
        (
            "x = 1\ny = 2",
            "for i in range(3): 1",
            "Yours takes 2 lines of code, the reference 1; the reference has 1 loop in Python, "
            "yours has none.",
        ),
        (
            "y = x.sum(); z = 1",
            "z = x.sum(1)",
            "Both take 1 line of code; both call the same functions of PyTorch.",
        ),
        (
            "def f(x):\n  return x # !",
            'def f(x):\n  "Doc."\n\n  return (x)',
            "Yours is the reference, but for comments and layout.",
        ),
        (
            "x.a(); x.add(1); x.exp(); x.log(); x.sin(); x.cos()",
            "1",
            "Both take 1 line of code; only yours uses `add`, `exp`, `log`, `sin` and 1 more.",
        ),
        ("%%time\nx.sum()", "x.sum()", "Yours is the reference, but for comments and layout."),
        ("def broken(:", "x", "Both take 1 line of code."),
    ],
)
def test_the_sentence(own: str, reference: str, sentence: str) -> None:
    assert difference_between(own, reference) == sentence


def test_docstrings_go_and_comments_stay() -> None:
    source = (
        'class A:\n    """Doc."""\n\n    # why\n    def f(self):\n        """Two\n'
        '        lines."""\n        return 1\n'
    )
    assert without_docstrings(source) == ("class A:\n    # why\n    def f(self):\n        return 1")
    for kept in ('def f(): "only a docstring"', 'def f(): "x"; return 1', "%time x"):
        assert without_docstrings(kept) == kept
