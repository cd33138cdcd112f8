"""The learner's file of predictions: kept, never trusted, never in the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ptbasics import progress


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "_session", progress.Progress())


def in_another_kernel() -> dict[str, str]:
    progress._session.predictions.clear()
    return progress.known().predictions


def test_answers_outlive_a_kernel() -> None:
    progress.record_prediction("demo.shape", "(4, 4)")
    progress.record_prediction("demo.sum", "tensor(3) ✓")
    assert in_another_kernel() == {"demo.shape": "(4, 4)", "demo.sum": "tensor(3) ✓"}
    assert list(Path().iterdir()) == [progress.FILE], "nothing else is left behind"


def test_the_first_answer_stands() -> None:
    progress.record_prediction("demo.shape", "(4,)")
    progress.record_prediction("demo.shape", "(4, 4)")
    assert in_another_kernel() == {"demo.shape": "(4,)"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"predictions": {"demo.sh',
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b'{"predictions": 3}',
        b'{"predictions": {"demo.shape": ["(4,)"]}}',
        b'{"predictions": {"demo.shape": "' + b"4" * progress.MAX_BYTES + b'"}}',
    ],
)
def test_a_damaged_file_is_as_good_as_none(content: bytes) -> None:
    progress.FILE.write_bytes(content)
    assert progress.known().predictions == {}
    progress.record_prediction("demo.shape", "(4,)")
    assert in_another_kernel() == {"demo.shape": "(4,)"}


def test_without_a_place_to_write_answers_last_as_long_as_the_kernel() -> None:
    progress.FILE.mkdir()  # not even root can replace it by a file
    progress.record_prediction("demo.shape", "(4,)")
    assert progress.known().predictions == {"demo.shape": "(4,)"}
    assert list(Path().iterdir()) == [progress.FILE], "nothing half-written is left behind"


def test_a_kernel_sees_what_another_one_wrote() -> None:
    progress.record_prediction("demo.shape", "(4,)")
    progress.FILE.write_text(json.dumps({"predictions": {"demo.sum": "3"}}))
    assert progress.known().predictions == {"demo.sum": "3", "demo.shape": "(4,)"}


def test_results_and_hints_outlive_a_kernel_beside_the_predictions() -> None:
    progress.record_prediction("demo.shape", "(4,)")
    progress.record_result("demo.double", progress.Result(2.5, "0123456789ab"))
    progress.record_result("demo.halve", progress.Result(1.0))
    progress.record_hint("demo.double", 2)
    progress.forget_result("demo.halve")
    progress._session = progress.Progress()
    assert progress.known() == progress.Progress(
        {"demo.shape": "(4,)"},
        {"demo.double": progress.Result(2.5, "0123456789ab")},
        {"demo.double": 2},
    )


@pytest.mark.parametrize(
    "result", ['{"points": NaN, "source": ""}', '{"points": true, "source": ""}', "3", "{}"]
)
def test_an_entry_that_cannot_be_is_left_out(result: str) -> None:
    progress.FILE.write_text(
        f'{{"results": {{"demo.a": {result}, "demo.b": {{"points": 1, "source": ""}}}}, '
        '"hints": {"demo.a": -1, "demo.b": 2.0}}'
    )
    assert progress.known() == progress.Progress(results={"demo.b": progress.Result(1.0)})
