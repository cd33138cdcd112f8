"""The templates for continuous integration: valid, and what they run is run here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from ptbasics.grading.exports.checkout import SEED_VARIABLE
from ptbasics.rooms import INSTRUCTOR_ONLY
from tests.exports.test_checkout import SEED, THIEF
from tests.grading.handed_in import LESSON, ROOT, answered, mistaken, with_cell

CI = ROOT / "autograder" / "ci"
#: Where the image has the course.
COURSE_ROOT = "/opt/ptbasics"


def template(name: str) -> dict[Any, Any]:
    content = yaml.safe_load((CI / f"{name}.yml").read_text())
    assert isinstance(content, dict)
    return content


@pytest.mark.parametrize(
    ("name", "schema"),
    [("github", "vendor.github-workflows"), ("gitlab", "vendor.gitlab-ci")],
)
def test_it_holds_to_the_published_schema(name: str, schema: str, tmp_path: Path) -> None:
    def check(path: Path) -> int:
        command = ["check_jsonschema", "--builtin-schema", schema, str(path)]
        return subprocess.run([sys.executable, "-m", *command], capture_output=True).returncode

    assert check(CI / f"{name}.yml") == 0
    broken = tmp_path / "broken.yml"
    broken.write_text((CI / f"{name}.yml").read_text().replace("timeout", "patience"))
    assert check(broken) == 1, "a check that cannot fail is none"


def test_no_step_of_github_runs_what_a_pull_request_says() -> None:
    """Nothing of an event is put into a script, and only ours gets the seed."""
    content = template("github")
    # YAML 1.1 reads the key `on` as a truth value
    assert list(content[True]) == ["pull_request_target"]
    assert content["permissions"] == {}
    [job] = content["jobs"].values()
    assert set(job["permissions"].values()) == {"read"}
    scripts = [step["run"] for step in job["steps"] if "run" in step]
    assert [script.split()[:2] for script in scripts] == [["ptbasics", "ci"]]
    assert "${{" not in scripts[0]
    seen = [step for step in job["steps"] if "secrets." in str(step)]
    assert [step["name"] for step in seen] == ["Grade"]
    [checkout] = [step for step in job["steps"] if "checkout" in step.get("uses", "")]
    assert checkout["with"]["persist-credentials"] is False


@pytest.fixture(scope="module")
def course_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Containerfile copies into the image, beside the package."""
    folder = tmp_path_factory.mktemp("image")
    for source, target in re.findall(
        rf"^COPY (\S+) {COURSE_ROOT}(\S*)$", (CI / "Containerfile").read_text(), re.MULTILINE
    ):
        place = folder / target.strip("/")
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place)
        else:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, place)
    return folder


def test_the_image_has_what_it_needs_and_hides_the_answers(course_root: Path) -> None:
    text = (CI / "Containerfile").read_text()
    assert (course_root / "constraints.txt").read_bytes() == (ROOT / "constraints.txt").read_bytes()
    assert f"--constraint {COURSE_ROOT}/constraints.txt" in text
    assert not list(course_root.rglob("solutions"))
    closed = re.findall(r"site-packages/ptbasics/(\w+)", text)
    assert sorted(closed) == sorted(INSTRUCTOR_ONLY)
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE):
        for source in line.split():
            assert (ROOT / source).exists(), source


@pytest.mark.slow
@pytest.mark.parametrize("name", ["github", "gitlab"])
def test_what_it_runs_grades_a_push(name: str, course_root: Path, tmp_path: Path) -> None:
    content = template(name)
    if name == "github":
        job = content["jobs"]["grade"]
        [step] = [step for step in job["steps"] if "run" in step]
        script, lessons = step["run"], content["env"]["LESSONS"]
        assert set(step["env"]) == {SEED_VARIABLE, "STUDENT"}
    else:
        [script] = content["grade"]["script"]
        lessons = content["grade"]["variables"]["LESSONS"]
    place = tmp_path / "submission" / "course" / LESSON
    place.mkdir(parents=True)
    notebook = with_cell(answered(softmax=mistaken("overflow")), THIEF, "softmax")
    nbformat.write(notebook, place / f"{LESSON}.ipynb")
    programs = Path(sys.executable).parent
    done = subprocess.run(
        ["sh", "-ec", script.replace(COURSE_ROOT, str(course_root))],
        cwd=tmp_path,
        env={
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "LESSONS": lessons,
            "STUDENT": "ada",
            "GITLAB_USER_LOGIN": "ada",
            "CI_PROJECT_DIR": str(tmp_path / "submission"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            SEED_VARIABLE: SEED,
            "OMP_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    graded = tmp_path / "graded"
    for path in graded.iterdir():
        assert SEED not in path.read_text(), path
        assert "STOLEN" not in path.read_text(), path
    assert "PTBASICS_PICTURES" in (graded / f"{LESSON}.html").read_text(), "the thief did speak"
    assert (graded / "junit.xml").is_file()
    if name == "github":
        assert done.stdout.startswith(f"::error file=course/{LESSON}/{LESSON}.ipynb,line=")
        assert f"## {LESSON}: " in (tmp_path / "summary.md").read_text()
    else:
        [entry] = json.loads((graded / "gl-code-quality-report.json").read_bytes())
        assert entry["location"]["path"] == f"course/{LESSON}/{LESSON}.ipynb"
        reports = content["grade"]["artifacts"]["reports"].values()
        assert all((tmp_path / report).is_file() for report in reports)
