"""The texts in the students' bundle: how to install it, work with it and hand in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ptbasics.authoring.documents import table
from ptbasics.authoring.lesson import read_lesson
from ptbasics.registry import exercises

#: What the README says where the instructor has named no place.
HAND_IN = "Hand it in to your instructor, in the way that they named."

_README = """# ptbasics: a hands-on PyTorch course

## Install

You need Python 3.11 or newer and about 2 GB of room. In a terminal, in this folder:

```console
$ python -m venv .venv
$ .venv/bin/pip install -r requirements.txt
```

On Windows it is `.venv\\Scripts\\pip`. Then let the terminal know what is installed, each time that
you open one: `. .venv/bin/activate`, on Windows `.venv\\Scripts\\activate`.

Or with conda:

```console
$ conda env create -f environment.yml
$ conda activate ptbasics
```

Both install the versions that the grader has, and PyTorch for the processor, which is all that the
course needs. For an NVIDIA card, use this line in place of the last one; it takes about 6 GB:

```console
$ .venv/bin/pip install -c constraints.txt "./{wheel}[notebook,vision]"
```

Lesson 11 and half of lesson 8 start processes by fork, which Windows cannot: there, `check(...)`
says so and judges nothing. Work on them in WSL or online.

### Online

- **Binder** and **Codespaces** (or any editor with dev containers) open a Git repository that holds
  this folder's files, and install what `environment.yml` or `.devcontainer/` says.
- **Colab**: upload this folder to your Drive, open a notebook from there, and run this in a new
  cell above the others, each time that Colab gives you a new machine. It keeps Colab's PyTorch,
  and your progress lies in your Drive:

```python
from google.colab import drive
drive.mount("/content/drive")
%run "/content/drive/MyDrive/ptbasics-course/colab.py" {first}
```

## Work

```console
$ ptbasics lab course
```

JupyterLab opens on a page with the lessons, what passes, and what is next. Open a notebook and read
it from top to bottom, running every cell (Shift + Enter). At an exercise,
put your code in place of the line under `# TODO`, run the cell, then run the cell with `check(...)`
under it. It says at once which cases pass and, where they do not, what was expected. The grader
uses more cases of the same kind, so solve the problem rather than the cases.

When you are stuck, add a cell of your own:

- `hint(softmax)` helps in three steps: where to read again, a hint, a small case. Asking costs no
  points.
- `case = failing(softmax)` gives you the first case that fails, with its inputs as `case.x` and so
  on, to try your code on.

Where a case fails by a shape, `check(...)` shows which line of yours makes which shape. In a bundle
with reference solutions, `compare(softmax)` shows the reference beside an answer that passes.

You may add cells and imports anywhere. Leave the names of the exercises, the first code cell and
the `check(...)` cells as they are.

What passed is kept in a file `.ptbasics-progress.json` beside each notebook, for you alone. Grading
does not read it, and you may delete it.

{table}

## Hand in

Choose *Kernel → Restart Kernel and Run All Cells*, save, and let a terminal run the notebook as the
grader will. It names what does not pass, and cells whose output is out of date:

```console
$ ptbasics verify course/{first}/{first}.ipynb
```

`ptbasics watch` with the same file does so whenever you save.

{hand_in} Keep the name that the file has, such as `{first}.ipynb`.

## When a newer version of the course comes

Do not unpack it over this folder: the new notebooks would replace yours. Close your notebooks, and
let this put the new course around your work:

```console
$ ptbasics update path/to/ptbasics-course.zip
$ pip install -r requirements.txt
```

Your answers and the cells that you added stay. Where an exercise asks for something else now, a
note above your answer says so. What is replaced is kept in a folder `before-update-…`.
"""

_REQUIREMENTS = """# the versions of the grader, with PyTorch for the processor
--extra-index-url https://download.pytorch.org/whl/cpu
--constraint constraints.txt
./{wheel}[notebook,vision]
"""

_ENVIRONMENT = """# conda env create -f environment.yml && conda activate ptbasics
name: ptbasics
channels:
  - conda-forge
dependencies:
  - python=3.11
  - pip
  - pip:
      - --requirement requirements.txt
"""

_DEVCONTAINER = """{{
  "name": "ptbasics",
  "image": "python:3.11",
  "hostRequirements": {{"cpus": 2, "memory": "4gb"}},
  "postCreateCommand": "pip install -r requirements.txt",
  "customizations": {{"vscode": {{"extensions": ["ms-python.python", "ms-toolsai.jupyter"]}}}}
}}
"""

_COLAB = '''"""In Colab: install ptbasics beside the PyTorch that is there, and go to a lesson.

%run colab.py LESSON
"""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
kept = [f"{{name}}=={{version(name)}}" for name in ("torch", "torchvision", "numpy")]
install = [sys.executable, "-m", "pip", "install", "--quiet"]
subprocess.run([*install, str(HERE / "{wheel}"), *kept], check=True)
for lesson in sys.argv[1:]:
    os.chdir(HERE / "course" / lesson)
print(f"ptbasics {{version('ptbasics')}} beside {{kept[0]}}, in {{Path.cwd()}}")
'''


def texts(root: Path, wheel: str, names: Sequence[str], hand_in: str = "") -> dict[str, str]:
    """The bundle's text files by their names.

    Args:
        root: the folder of the course's sources.
        wheel: the file name of the wheel beside them.
        names: the lessons in the bundle.
        hand_in: a sentence on where and how to hand in.
    """
    rows = [
        (
            f"`{name}`",
            read_lesson(root, name).summary,
            str(len(exercises(name))),
            str(sum(exercise.points for exercise in exercises(name))),
        )
        for name in names
    ]
    content = table(("lesson", "what it is about", "exercises", "points"), rows)
    return {
        "README.md": _README.format(
            wheel=wheel, table=content, first=names[0], hand_in=hand_in or HAND_IN
        ),
        "requirements.txt": _REQUIREMENTS.format(wheel=wheel),
        "environment.yml": _ENVIRONMENT,
        ".devcontainer/devcontainer.json": _DEVCONTAINER.format(),
        "colab.py": _COLAB.format(wheel=wheel),
    }
