"""The student's bundle: all that a student needs, and nothing that is the instructor's."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZipFile

import nbformat
import pytest

from ptbasics.authoring.build import STORED
from ptbasics.authoring.bundle import NAME, Bundle, make_bundle
from ptbasics.authoring.lesson import Refused
from ptbasics.authoring.made import check_generated
from ptbasics.authoring.solution import BEGIN, END, solution_cell
from ptbasics.exercise import Exercise, Implementation
from ptbasics.expected import pack_expected
from ptbasics.registry import alternatives, exercises, lessons, misconceptions
from ptbasics.rooms import INSTRUCTOR_ONLY
from tests.authoring.course import DEMO, PROJECT, Course

LESSON = "02_operations"
#: What lies in an instructor's folder and must stay there.
SECRETS = {
    "gradebook.db": b"every grade",
    ".ptbasics/seed": b"the seed of hidden cases",
    f"submitted/ada/{lessons()[0]}/{lessons()[0]}.ipynb": b"the work of a student",
    f"course/{lessons()[0]}/notes.txt": b"notes of the instructor",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's sources, in a folder where an instructor has worked."""
    place = tmp_path_factory.mktemp("root")
    for name in ("solutions", "course", "autograder"):
        shutil.copytree(PROJECT / name, place / name)
    for name in ("nbgrader_config.py", "constraints.txt", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(PROJECT / name, place / name)
    for name, content in SECRETS.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return place


@pytest.fixture(scope="module")
def bundle(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_bundle(root, tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def installed(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel is unpacked, as pip does it."""
    [wheel] = bundle.folder.glob("*.whl")
    place = tmp_path_factory.mktemp("installed")
    with ZipFile(wheel) as file:
        file.extractall(place)
    return place


def texts(bundle: Bundle, installed: Path) -> dict[str, str]:
    """Everything readable that a student gets; notebooks by what their cells say."""
    files = [path for place in (bundle.folder, installed) for path in place.rglob("*")]
    found = {}
    for path in files:
        if path.suffix == ".ipynb":
            cells = nbformat.read(path, as_version=nbformat.NO_CONVERT).cells
            found[str(path)] = "\n".join(cell.source for cell in cells)
        elif path.is_file() and path.suffix not in {".whl", ".expected"}:
            found[str(path)] = path.read_text(encoding="utf-8", errors="replace")
    return found


def beside_the_reference(exercise: Exercise) -> list[Implementation]:
    wrong = [one for known in misconceptions(exercise).values() for one in known.implementations]
    return [*wrong, *alternatives(exercise).values()]


def run_as_student(installed: Path, script: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(installed), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=installed,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_holds_exactly_what_a_student_needs(bundle: Bundle) -> None:
    paths = [path for path in bundle.folder.rglob("*") if path.is_file()]
    files = {path.relative_to(bundle.folder).as_posix() for path in paths}
    [wheel] = {name for name in files if name.endswith(".whl")}
    notebooks = {f"course/{name}/{name}.ipynb" for name in lessons()}
    texts = {"README.md", "environment.yml", "requirements.txt", "constraints.txt"}
    online = {"colab.py", ".devcontainer/devcontainer.json"}
    assert files == {*texts, *online, "course/glossary.md", wheel, *notebooks}
    with ZipFile(bundle.archive) as file:
        assert {f"{NAME}/{name}" for name in files} == set(file.namelist())
        assert all(
            file.read(f"{NAME}/{name}") == (bundle.folder / name).read_bytes() for name in files
        )


def test_no_secret_is_in_it(bundle: Bundle, installed: Path) -> None:
    for place in (bundle.folder, installed):
        for path in [path for path in place.rglob("*") if path.is_file()]:
            content = path.read_bytes()
            assert not [secret for secret in SECRETS.values() if secret in content], path


def test_the_wheel_has_no_part_that_is_the_instructors(installed: Path) -> None:
    package = installed / "ptbasics"
    kinds = {path.suffix for path in package.rglob("*") if path.is_file()}
    shown = {".css", ".json"}  # styles, and the record of a GPU
    assert kinds == {".py", ".typed", ".expected", ".predictions", ".outline"} | shown
    assert not {path.name for path in package.iterdir()} & {*INSTRUCTOR_ONLY, "__pycache__"}
    assert {path.stem for path in (package / "stored").iterdir()} == set(lessons())


#: Lines that give no answer away: PyTorch has this one way to write them, and a lesson teaches it.
# lines that a lesson teaches as they stand before an answer needs them
IDIOMS = {
    "generator = torch.Generator().manual_seed(seed)",
    "loss = F.cross_entropy(model(features), labels)",
    "optimizer = torch.optim.SGD(wrapped.parameters(), lr=0.1)",
    "rank, ranks = dist.get_rank(), dist.get_world_size()",
    "everybody = [torch.empty_like(own) for _ in range(dist.get_world_size())]",
    "nn.Conv2d(1, 16, kernel_size=3, padding=1),",
    "nn.Conv2d(16, 32, kernel_size=3, padding=1),",
}


def test_no_answer_can_be_read(bundle: Bundle, installed: Path) -> None:
    readable = texts(bundle, installed)
    for lesson in lessons():
        for exercise in exercises(lesson):
            hidden = re.findall(f"{BEGIN}\n(.*?){END}", solution_cell(exercise), flags=re.DOTALL)
            lines = {line.strip() for body in hidden for line in body.split("\n")}
            distinctive = {line for line in lines if len(line) >= 40} - IDIOMS
            # an answer that bears the exercise's own name cannot be told from its observer
            names = {answer.__name__ for answer in beside_the_reference(exercise)}
            others = {f"{kind} {name}(" for name in names for kind in ("def", "class")}
            others -= {f"def {exercise.symbol}(", f"class {exercise.symbol}("}
            for path, text in readable.items():
                found = {line for line in distinctive | others if line in text}
                assert not found, (path, exercise.name)


def test_the_expected_values_are_those_of_public_cases(installed: Path) -> None:
    for lesson in lessons():
        stored = (installed / "ptbasics" / "stored" / f"{lesson}.expected").read_bytes()
        assert stored == pack_expected(lesson)


@pytest.mark.parametrize("lesson", lessons())
def test_check_works_without_the_reference(installed: Path, lesson: str) -> None:
    """Every answer gets full marks and a wrong one is told so, from the unpacked wheel alone."""
    answers = {exercise.symbol: solution_cell(exercise) for exercise in exercises(lesson)}
    notebook = nbformat.read(
        PROJECT / "course" / lesson / f"{lesson}.ipynb", as_version=nbformat.NO_CONVERT
    )
    set_up = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
    script = f"""
import json, ptbasics
from pathlib import Path
from ptbasics.registry import exercises, reference_module
assert Path(ptbasics.__file__).is_relative_to({str(installed)!r})
assert not any(map(reference_module, exercises({lesson!r})))
names = {{"__name__": "__main__"}}
exec({set_up!r}, names)
said = {{}}
for symbol, source in {answers!r}.items():
    exec(source, names)
    right = repr(eval(f"check({{symbol}})", names))
    names[symbol] = lambda *given, **named: "wrong"
    said[symbol] = right, repr(eval(f"check({{symbol}})", names))
print(json.dumps(said))
"""
    said = json.loads(run_as_student(installed, script).splitlines()[-1])
    assert set(said) == set(answers)
    for symbol, (right, wrong) in said.items():
        assert right.startswith(f"✓ {symbol}: all"), right
        assert wrong.startswith(f"✗ {symbol}: "), wrong


def test_hint_and_failing_work_without_the_reference(installed: Path) -> None:
    script = """
from ptbasics import failing, hint
def softmax(x, dim): return x.exp() / x.exp().sum(dim, keepdim=True)
for _ in range(3): print(hint(softmax))
print(hint(softmax)._repr_html_())
print(failing(softmax))
"""
    said = run_as_student(installed, script)
    assert "“7 · Softmax: from scores to probabilities”" in said
    assert 'href="02_operations.ipynb#7' in said
    assert "expected: tensor(" in said
    assert ".got = tensor(" in said


def test_no_reference_is_given_out_unless_it_is_asked_for(installed: Path) -> None:
    assert not [*installed.rglob("*.references")]
    script = """
from ptbasics import check, compare
def center_rows(x): return x - x.mean(dim=1, keepdim=True)
print(check(center_rows))
print(compare(center_rows))
"""
    said = run_as_student(installed, script)
    assert "all 5 cases pass" in said
    assert "compare(center_rows)" not in said, "it is not offered"
    assert "The reference solutions of lesson 02_operations are not in this installation" in said


def test_references_that_are_given_out_are_shown_after_passing(root: Path, tmp_path: Path) -> None:
    kept = {path: path.read_bytes() for path in STORED.glob("*")}
    bundle = make_bundle(root, tmp_path, [LESSON], with_references=True)
    [wheel] = bundle.folder.glob("*.whl")
    installed = tmp_path / "installed"
    with ZipFile(wheel) as file:
        stored = [name for name in file.namelist() if name.endswith(".references")]
        file.extractall(installed)
    assert stored == [f"ptbasics/stored/{LESSON}.references"]
    now = {path: path.read_bytes() for path in STORED.glob("*")}
    assert now == kept, "nothing is left in the instructor's own installation"
    script = """
from ptbasics import check, compare
def center_rows(x): return x - x.mean(dim=1)
print(check(center_rows))
print(compare(center_rows))
print("----")
def center_rows(x):
    return (x.T - x.mean(dim=1)).T
print(check(center_rows))
print("----")
print(compare(center_rows))
"""
    (installed / "own.py").write_text(script)
    wrong, right, shown = run_as_student(installed, "import own").split("----\n")
    assert "once check(center_rows) has passed in this session" in wrong
    assert "points.mean" not in wrong + right
    assert "compare(center_rows) shows the reference" in right
    assert "── yours\n  def center_rows(x):\n      return (x.T - x.mean(dim=1)).T\n" in shown
    assert "── the reference\n  def center_rows(points: torch.Tensor)" in shown
    assert "points.mean(dim=1, keepdim=True)" in shown
    assert BEGIN not in shown


def test_the_command_line_starts(installed: Path) -> None:
    script = "import sys; from ptbasics.cli import app; sys.argv = ['ptbasics', '--help']; app()"
    assert "exercises" in run_as_student(installed, script)


def test_the_same_bytes_every_time(bundle: Bundle, root: Path, tmp_path: Path) -> None:
    with ZipFile(bundle.archive) as file:
        day = date(*file.infolist()[0].date_time[:3])
    again = make_bundle(root, tmp_path, day=day)
    assert again.archive.read_bytes() == bundle.archive.read_bytes()


def test_the_readme_names_the_wheel_and_the_lessons(bundle: Bundle) -> None:
    readme = (bundle.folder / "README.md").read_text()
    [wheel] = bundle.folder.glob("*.whl")
    requirements = (bundle.folder / "requirements.txt").read_text()
    assert readme.count(wheel.name) == requirements.count(wheel.name) == 1
    for lesson in lessons():
        points = sum(exercise.points for exercise in exercises(lesson))
        assert re.search(rf"\| `{lesson}` \| .+ \| {len(exercises(lesson))} \| {points} \|", readme)


def test_the_versions_are_those_of_the_grader(bundle: Bundle) -> None:
    pins = (bundle.folder / "constraints.txt").read_text()
    assert pins == (PROJECT / "constraints.txt").read_text()
    requirements = (bundle.folder / "requirements.txt").read_text().splitlines()
    assert "--constraint constraints.txt" in requirements
    assert "--requirement requirements.txt" in (bundle.folder / "environment.yml").read_text()


def test_the_files_are_of_the_day(bundle: Bundle) -> None:
    with ZipFile(bundle.archive) as file:
        days = {date(*info.date_time[:3]) for info in file.infolist()}
    assert len(days) == 1
    assert abs(date.today() - days.pop()) <= timedelta(days=1)


def test_the_version_of_the_wheel_says_day_and_content(bundle: Bundle, installed: Path) -> None:
    [wheel] = bundle.folder.glob("*.whl")
    [about] = installed.glob("*.dist-info/METADATA")
    version = wheel.name.split("-")[1]
    assert re.fullmatch(r"\d+\.\d+\.\d+\+\d{8}\.g[0-9a-f]{8}", version)
    assert f"\nVersion: {version}\n" in about.read_text()


def test_students_can_update(bundle: Bundle, installed: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(bundle.folder, mine)
    path = mine / "course" / "02_operations" / "02_operations.ipynb"
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    [answer] = [cell for cell in notebook.cells if cell.id == "softmax"]
    answer.source = "def softmax(x, dim): ..."
    answer.metadata.nbgrader.checksum = "of an older release"
    nbformat.write(notebook, path)
    script = (
        "import sys; from ptbasics.cli import app; sys.argv = ['ptbasics', 'update', *{!r}]; app()"
    )
    said = run_as_student(installed, script.format([str(bundle.archive), str(mine)]))
    assert "kept 1 answer" in said
    assert "def softmax(x, dim): ..." in path.read_text()


def test_drift_is_not_released(course: Course) -> None:
    with pytest.raises(Refused) as refused:
        make_bundle(course.root, course.root / "out", [DEMO])
    assert list(refused.value.problems) == check_generated(course.root, [DEMO])
    assert not (course.root / "out").exists()
