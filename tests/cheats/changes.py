"""What is done to a handed-in notebook, or to its folder, where TOML cannot say it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


def _notebook(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        raw = json.loads(path.read_text())
        change(raw)
        path.write_text(json.dumps(raw))

    return apply


def _text(change: Callable[[str], str]) -> Callable[[Path], None]:
    return lambda path: path.write_text(change(path.read_text()), errors="surrogatepass") and None


def _folders_in_folders(path: Path) -> None:
    deep = path.parent / Path(*["a"] * 200)
    deep.mkdir(parents=True)
    (deep / "end.csv").write_text("1")


def _many_files(path: Path) -> None:
    for number in range(12_000):
        (path.parent / f"{number}.txt").touch()


def _pipe(path: Path) -> None:
    os.mkfifo(path.parent / "data.csv")


def _pipe_for_a_notebook(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _link(path: Path) -> None:
    (path.parent / "data.csv").symlink_to("/etc/passwd")


def _link_for_a_notebook(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def _sparse(path: Path) -> None:
    with (path.parent / "data.bin").open("wb") as stream:
        stream.truncate(2**30)


def _long_name(path: Path) -> None:
    (path.parent / ("n" * 255)).write_text("1")


def _folder_for_a_notebook(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _outputs(raw: dict[str, Any]) -> None:
    for code in raw["cells"]:
        if code["cell_type"] == "code":
            code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 100_000}]


def _nested_metadata(text: str) -> str:
    deep = "[" * 100_000 + "]" * 100_000
    return text.replace('"metadata": {', f'"metadata": {{"deep": {deep}, ', 1)


def _set_points(raw: dict[str, Any]) -> None:
    for code in raw["cells"]:
        if "nbgrader" in code["metadata"]:
            code["metadata"]["nbgrader"]["points"] = 1000


def _no_ids(raw: dict[str, Any]) -> None:
    raw["nbformat_minor"] = 4
    for code in raw["cells"]:
        code.pop("id", None)


def _one_id(raw: dict[str, Any]) -> None:
    for code in raw["cells"]:
        code["id"] = "same"


def _odd_types(raw: dict[str, Any]) -> None:
    raw["cells"] += [None, 7, {"cell_type": 3}, {"cell_type": "code", "source": {"a": 1}}]


def _turned(raw: dict[str, Any]) -> None:
    set_up, *rest = raw["cells"]
    raw["cells"] = [set_up, *reversed(rest)]


def _fences(raw: dict[str, Any]) -> None:
    text = "\\begin{a}" * 8_000 + "\n" + "[" * 20_000
    raw["cells"].append({"cell_type": "markdown", "metadata": {}, "source": text, "id": "slow"})


#: Of the folder or the file; each is given the path of the notebook.
CHANGES: dict[str, Callable[[Path], None]] = {
    "folders in folders": _folders_in_folders,
    "many files": _many_files,
    "a pipe beside it": _pipe,
    "a pipe for a notebook": _pipe_for_a_notebook,
    "a link beside it": _link,
    "a link for a notebook": _link_for_a_notebook,
    "a sparse file": _sparse,
    "a long name": _long_name,
    "a folder for a notebook": _folder_for_a_notebook,
    "cut off": _text(lambda text: text[: len(text) // 2]),
    "empty": _text(lambda text: ""),
    "a list": _text(lambda text: "[]"),
    "nested": _text(lambda text: "[" * 200_000),
    "nested metadata": _text(_nested_metadata),
    "no numbers": _text(lambda text: text.replace('"nbformat": 4', '"nbformat": NaN')),
    "a long number": _text(lambda text: text.replace('"nbformat": 4', f'"nbformat": {"9" * 5000}')),
    "two keys": _text(lambda text: text[:-1] + ', "cells": []}'),
    "half a character": _text(
        lambda text: text.replace('"source": "', '"source": "# \\ud800\\n', 1)
    ),
    "zero bytes": _text(lambda text: "\0" * 1000),
    "old outputs": _notebook(_outputs),
    "points of its own": _notebook(_set_points),
    "no ids": _notebook(_no_ids),
    "one id": _notebook(_one_id),
    "odd types": _notebook(_odd_types),
    "turned round": _notebook(_turned),
    "slow Markdown": _notebook(_fences),
}
