"""What this machine has, and how well it can keep a submission in: `ptbasics doctor`."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch

PACKAGES = (
    "ptbasics",
    "torch",
    "torchvision",
    "numpy",
    "pandas",
    "scikit-learn",
    "jupyterlab",
    "nbgrader",
)


@dataclass(frozen=True)
class Health:
    """The findings, ready for JSON. `packages` maps a name to its version or None."""

    python: str
    system: str
    cores: int
    packages: dict[str, str | None]
    cuda: str
    huge_pages: bool = False
    isolation: dict[str, Any] = field(default_factory=dict)
    isolation_line: str = ""

    def as_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """The same in plain words, line by line."""
        yield f"Python {self.python} on {self.system}, {self.cores} cores"
        for name, installed in self.packages.items():
            yield f"{name} {installed or 'is not installed'}"
        yield f"CUDA: {self.cuda}"
        if self.huge_pages:
            yield "Huge pages: yes, so that starting a submission costs little"
        else:
            yield "Huge pages: no (Linux 6.1 gives them), so that starting a submission costs more"
        yield f"Isolation: {self.isolation_line}"


def examine() -> Health:
    """Look at the installation, and attack a sandbox of our own to see what it withstands."""
    line, isolation = _isolation()
    return Health(
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()}",
        cores=os.cpu_count() or 1,
        packages={name: _version(name) for name in PACKAGES},
        cuda=_cuda(),
        huge_pages=_huge_pages(),
        isolation=isolation,
        isolation_line=line,
    )


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cuda() -> str:
    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
        return f"{', '.join(names)} (CUDA {torch.version.cuda})"
    if torch.version.cuda is None:
        return "none: this torch is built for the CPU; lessons say what they skip"
    return "none: no device was found; lessons say what they skip"


def _huge_pages() -> bool:
    if sys.platform != "linux":
        return False
    from ptbasics.runner.huge_pages import are_available

    return are_available()


def _isolation() -> tuple[str, dict[str, Any]]:
    if sys.platform != "linux":
        return "none: submissions can only be confined on Linux", {}
    from ptbasics.runner import Runner

    with Runner(workers=1) as runner:
        return runner.isolation.describe(), asdict(runner.isolation)
