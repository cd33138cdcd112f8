"""One student's files, graded by themselves: what each platform is given."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import nbformat
import pytest
from junitparser.xunit2 import JUnitXml
from typer.testing import CliRunner, Result

from ptbasics.cli import app
from ptbasics.grading.exports.annotations import Annotation
from ptbasics.grading.exports.checkout import SEED_VARIABLE, GradedCheckout, graded_checkout
from ptbasics.grading.exports.platforms import PLATFORMS
from tests.grading.handed_in import (
    BEST,
    LESSON,
    ROOT,
    WORTH,
    answered,
    blank,
    dump,
    mistaken,
    with_cell,
)

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

SCHEMAS = Path(__file__).parent / "schemas"
SEED = "the seed of this class, which is told to nobody"
#: Looks for the seed and the answers, and says all that it sees.
THIEF = f"""
import glob, os, sys
print(dict(os.environ))
for path in ["/proc/self/environ", *glob.glob("/proc/*/environ"), *glob.glob("/tmp/*/*seed*")]:
    try:
        print(path, open(path, "rb").read())
    except Exception as error:
        print(path, error)
try:
    import ptbasics.reference.l{LESSON}.softmax as stolen
    print("ST" + "OLEN", open(stolen.__file__).read())
except Exception as error:
    print(type(error))
"""
#: Raises what would be commands and Markdown, if it were shown as it is.
FORGER = """
def one_hot(labels, classes):
    raise ValueError("x\\n::error::forged\\r\\n::set-output name=a::b\\n```\\n# 100 %0A points")
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    notebook = with_cell(answered(softmax=mistaken("overflow"), one_hot=FORGER), THIEF, "softmax")
    place = folder / "course" / LESSON
    place.mkdir(parents=True)
    nbformat.write(notebook, place / f"{LESSON}.ipynb")
    (folder / ".git").mkdir()
    (folder / ".git" / f"{LESSON}.ipynb").write_bytes(dump(blank()))
    (place / "timestamp.txt").write_text("1999-01-01 00:00:00 UTC")
    return folder


@pytest.fixture(scope="module")
def graded(checkout: Path) -> Iterator[GradedCheckout]:
    with graded_checkout(ROOT, checkout, [LESSON], seed=SEED, student="ada") as graded:
        yield graded


def written_for(platform: str, graded: GradedCheckout, folder: Path) -> list[str]:
    lines = PLATFORMS[platform](graded, folder)
    for path in folder.iterdir():
        assert SEED not in path.read_text(), path
        assert "STOLEN" not in path.read_text(), path
    return lines


def lost(graded: GradedCheckout) -> list[str]:
    [score] = graded.scores.all()
    return [exercise.name for exercise in score.exercises if exercise.score < exercise.max_score]


def test_the_files_are_found_and_graded(graded: GradedCheckout) -> None:
    [score] = graded.scores.all()
    assert graded.folders == {LESSON: Path("course", LESSON)}
    assert BEST - 2 * WORTH <= score.total < BEST
    assert lost(graded) == ["one_hot", "softmax"]
    assert score.handed_in is not None
    assert score.handed_in.year > 2000, "what students write is no time of handing in"


def test_github(
    graded: GradedCheckout, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    folder = tmp_path / "graded"
    folder.mkdir()
    commands = written_for("github", graded, folder)
    notebook = checkout / "course" / LESSON / f"{LESSON}.ipynb"
    lines = notebook.read_text().split("\n")
    assert len(commands) == 2
    for command, name in zip(commands, lost(graded), strict=True):
        file = re.escape(notebook.relative_to(checkout).as_posix())
        found = re.fullmatch(rf"::error file={file},line=(\d+),title={name}%3A .*?::(.*)", command)
        assert found, command
        assert len(command.splitlines()) == 1
        place = int(found[1]) - 1
        assert '"source"' in lines[place]
        assert f"def {name}" in "".join(lines[place : place + 3])
        assert "Hint" in found[2] or "ValueError" in found[2]
    assert page.read_text() == f"before\n{(folder / 'summary.md').read_text()}"
    names = {path.name for path in folder.iterdir()}
    assert names == {f"{LESSON}.html", "junit.xml", "summary.md"}
    assert "PTBASICS_PICTURES" in (folder / f"{LESSON}.html").read_text(), "the thief did speak"
    [suite] = JUnitXml.fromfile(str(folder / "junit.xml"))
    assert suite.failures == 2


def test_the_summary_shows_what_students_wrote_and_obeys_none_of_it(
    graded: GradedCheckout, tmp_path: Path
) -> None:
    written_for("gitlab", graded, tmp_path)
    text = (tmp_path / "summary.md").read_text()
    assert re.search(rf"^\| ✗ \| one\\_hot \| [\d.]+ of {WORTH} \|$", text, re.MULTILINE)
    outside = re.sub(r"(?ms)^(`{3,})text$.*?^\1$", "", text)
    assert "forged" in text
    assert "forged" not in outside
    assert "100 %0A" not in outside


def test_gitlab(graded: GradedCheckout, tmp_path: Path) -> None:
    [line] = written_for("gitlab", graded, tmp_path)
    assert re.fullmatch(rf"{LESSON}: [\d.]+ of {BEST} points", line)
    report = json.loads((tmp_path / "gl-code-quality-report.json").read_bytes())
    schema: dict[str, Any] = json.loads((SCHEMAS / "gitlab-code-quality.json").read_bytes())
    jsonschema.validate(report, schema)
    assert [entry["check_name"] for entry in report] == ["one_hot", "softmax"]
    assert len({entry["fingerprint"] for entry in report}) == 2


@pytest.mark.parametrize(
    ("platform", "file"), [("gradescope", "results.json"), ("classroom50", "result.json")]
)
def test_one_file_of_the_platforms_own(
    platform: str, file: str, graded: GradedCheckout, tmp_path: Path
) -> None:
    assert written_for(platform, graded, tmp_path) == []
    content = json.loads((tmp_path / file).read_bytes())
    jsonschema.validate(content, json.loads((SCHEMAS / f"{platform}.json").read_bytes()))
    assert content["score"] > 0
    assert len(content["tests"]) == 9


def test_a_command_is_one_line_whatever_it_says() -> None:
    told = Annotation("a,b:c%.ipynb", 3, "error", "x: y, z", "100 %\r\n::error::forged")
    assert told.github_command() == (
        "::error file=a%2Cb%3Ac%25.ipynb,line=3,title=x%3A y%2C z::100 %25%0D%0A::error::forged"
    )


@pytest.mark.parametrize("linked", ["notebook", "folder"])
def test_a_link_to_the_answers_gives_no_points(linked: str, tmp_path: Path) -> None:
    folder = tmp_path / "checkout" / "course" / LESSON
    solutions = ROOT / "solutions"
    if linked == "notebook":
        folder.mkdir(parents=True)
        (folder / f"{LESSON}.ipynb").symlink_to(solutions / LESSON / f"{LESSON}.ipynb")
    else:
        folder.parent.mkdir(parents=True)
        folder.symlink_to(solutions / LESSON)
    checkout = tmp_path / "checkout"
    with graded_checkout(ROOT, checkout, [LESSON], seed=SEED, student="eve") as graded:
        [score] = graded.scores.all()
        assert score.total == 0


# --- the command


def ci(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["ci", *map(str, arguments), "--course-root", str(ROOT)])


def test_without_the_seed_nothing_is_graded(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SEED_VARIABLE, raising=False)
    done = ci(checkout, LESSON, "--for", "github", "--to", tmp_path)
    assert done.exit_code == 1
    assert f"{SEED_VARIABLE} is empty" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_the_command_cannot_do_is_said(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SEED_VARIABLE, SEED)
    to = ["--to", tmp_path / "to"]
    assert "no folder" in ci(tmp_path / "nowhere", LESSON, "--for", "github", *to).stderr
    assert "99_nowhere" in ci(checkout, "99_nowhere", "--for", "github", *to).stderr
    two = ci(checkout, LESSON, "01_tensors", "--for", "gradescope", *to)
    assert (two.exit_code, "one lesson at a time" in two.stderr) == (2, True)
