"""The lab runs real loaders, says what torch says, and predicts nothing itself."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader

from ptbasics.exercises.l08_dataloader_workers._legality import legality_groups, spelled
from ptbasics.reference.l08_dataloader_workers.verdict_on import verdict_on
from ptbasics.viz import loader_lab
from ptbasics.viz.lab import CHOICES, Numbers, Stream, batches_by_worker, chosen, tried
from ptbasics.viz.style import Picture
from tests.viz.pictures import cut_off, texts


def outcome_name(options: dict[str, Any]) -> str:
    """The verdict of torch, in the words of the exercise."""
    given = dict(options)
    given["dataset"] = Numbers(3) if options["dataset"] == "map" else Stream(3)
    if given.get("num_workers", 0) > 2:  # no rule depends on how many there are
        given["num_workers"] = 2
    return tried(**given).error.partition(",")[0] or "valid"


@pytest.mark.parametrize("group", legality_groups(torch.Generator().manual_seed(5)))
def test_the_rules_of_the_lesson_are_those_of_torch(group: str) -> None:
    combinations = legality_groups(torch.Generator().manual_seed(5))[group]
    if group == "any mixture":
        combinations = combinations[:12]  # each starts real workers
    told = {spelled(options): verdict_on(options) for options in combinations}
    assert told == {spelled(options): outcome_name(options) for options in combinations}


def test_the_lab_has_every_option_of_the_installed_torch() -> None:
    assert set(CHOICES) == set(inspect.signature(DataLoader).parameters)


#: A way to break each rule of lesson 8's table, in words of the lab, and what torch says then.
BROKEN_RULES: list[tuple[dict[str, str], str]] = [
    ({"num_workers": "-1"}, "ValueError, as soon"),
    ({"num_workers": "1", "timeout": "-1"}, "ValueError, as soon"),
    ({"num_workers": "1", "prefetch_factor": "-1"}, "ValueError, as soon"),
    ({"prefetch_factor": "2"}, "ValueError, as soon"),
    ({"persistent_workers": "True"}, "ValueError, as soon"),
    ({"multiprocessing_context": "fork"}, "ValueError, as soon"),
    ({"num_workers": "1", "multiprocessing_context": "teleport"}, "ValueError, as soon"),
    ({"num_workers": "1", "multiprocessing_context": "7"}, "TypeError, as soon"),
    ({"sampler": "SequentialSampler", "shuffle": "True"}, "ValueError, as soon"),
    ({"batch_sampler": "BatchSampler of 4", "batch_size": "3"}, "ValueError, as soon"),
    (
        {"batch_sampler": "BatchSampler of 4", "batch_size": "1", "shuffle": "True"},
        "ValueError, as soon",
    ),
    (
        {
            "batch_sampler": "BatchSampler of 4",
            "batch_size": "1",
            "sampler": "SequentialSampler",
        },
        "ValueError, as soon",
    ),
    (
        {"batch_sampler": "BatchSampler of 4", "batch_size": "1", "drop_last": "True"},
        "ValueError, as soon",
    ),
    ({"batch_size": "0"}, "ValueError, as soon"),
    ({"batch_size": "2.0"}, "ValueError, as soon"),
    ({"batch_size": "None", "drop_last": "True"}, "ValueError, as soon"),
    ({"drop_last": "1"}, "ValueError, as soon"),
    ({"dataset": "map-style, empty", "shuffle": "True"}, "ValueError, as soon"),
    ({"dataset": "iterable", "shuffle": "True"}, "ValueError, as soon"),
    ({"dataset": "iterable", "sampler": "SequentialSampler"}, "ValueError, as soon"),
    (
        {"dataset": "iterable", "batch_sampler": "BatchSampler of 4", "batch_size": "1"},
        "ValueError, as soon",
    ),
    ({"timeout": "5"}, "AssertionError, when"),
    ({"num_workers": "1", "prefetch_factor": "0"}, "AssertionError, when"),
    ({"num_workers": "1", "worker_init_fn": "raises an OSError"}, "OSError, when"),
    ({"num_workers": "1", "worker_init_fn": "7"}, "TypeError, when"),
    ({"collate_fn": "7"}, "TypeError, when"),
]


@pytest.mark.parametrize(("words", "error"), BROKEN_RULES, ids=str)
def test_every_rule_can_be_broken_in_the_lab(words: dict[str, str], error: str) -> None:
    assert tried(**chosen(words)).error.startswith(error)


@pytest.mark.parametrize(
    "words",
    [
        {"in_order": "perhaps"},
        {"pin_memory": "True", "pin_memory_device": "cuda"},
        {"collate_fn": "a lambda", "worker_init_fn": "a lambda", "num_workers": "1"},
        {"worker_init_fn": "raises an OSError"},
        {"num_workers": "2", "worker_init_fn": "takes 30 ms", "collate_fn": "gives the list"},
    ],
    ids=str,
)
def test_what_breaks_no_rule_runs(words: dict[str, str]) -> None:
    assert tried(**chosen(words)).error == ""


@pytest.mark.parametrize(
    "words", [{"sampler": "SequentialSampler"}, {"batch_sampler": "BatchSampler of 4"}], ids=str
)
def test_an_empty_dataset_has_no_items_whatever_a_sampler_says(words: dict[str, str]) -> None:
    outcome = tried(**chosen({"dataset": "map-style, empty", "batch_size": "1"} | words))
    assert outcome.error.startswith("IndexError, when it is iterated: there are 0 items")
    assert outcome.epochs == ()


def test_errors_come_with_their_type_and_when_they_are_raised() -> None:
    made = tried(**chosen({"prefetch_factor": "2"}))
    assert made.error.startswith("ValueError, as soon as it is made: prefetch_factor option")
    iterated = tried(**chosen({"prefetch_factor": "0", "num_workers": "1"}))
    assert iterated.error.startswith("AssertionError, when it is iterated: prefetch_factor must")
    slow = tried(
        **chosen({"dataset": "map-style, item 0 slow", "num_workers": "1", "timeout": "0.05"})
    )
    assert "timed out after 0.05 seconds" in slow.error
    assert made.epochs == iterated.epochs == slow.epochs == ()


def test_warnings_are_shown_and_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    outcome = tried(dataset=Numbers(2), pin_memory=True, pin_memory_device="cuda")
    assert outcome.error == ""
    assert any("pin_memory_device is deprecated" in text for text in outcome.warnings)
    tried(dataset=Numbers(2), num_workers=1, prefetch_factor=0)
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""


def test_the_picture_has_each_batch_in_the_colour_of_its_worker() -> None:
    outcome = tried(**chosen({"num_workers": "2", "batch_size": "5"}))
    picture = batches_by_worker(*outcome.epochs)
    boxes = ["0 1 2\n3 4", "5 6 7\n8 9", "10 11"]
    expected = ["epoch 0", *boxes, "epoch 1", *boxes, "batch 0", "batch 1", "batch 2"]
    assert texts(picture) == expected
    first, second, third, *_ = [patch.get_facecolor() for patch in picture.axes[0].patches]
    assert first == third != second
    assert cut_off(picture) == []


@pytest.mark.parametrize(
    "words",
    [
        {"batch_size": "1", "num_workers": "2", "in_order": "False"},
        {"dataset": "iterable, shared", "num_workers": "2"},
        {"dataset": "map-style, empty"},
        {"batch_sampler": "batches of 1, 2, 3, 6", "batch_size": "1"},
        {"sampler": "WeightedRandomSampler, 0 to 2", "generator": "seed 0"},
    ],
)
def test_nothing_is_cut_off(words: dict[str, str]) -> None:
    assert cut_off(batches_by_worker(*tried(**chosen(words)).epochs)) == []


def test_a_stream_is_doubled_unless_it_is_shared() -> None:
    def items(dataset: str) -> list[int]:
        outcome = tried(**chosen({"dataset": dataset, "num_workers": "2", "batch_size": "1"}))
        return [len(epoch.contents) for epoch in outcome.epochs]

    assert items("iterable") == [24, 24]
    assert items("iterable, shared") == [12, 12]


def test_every_default_is_offered_and_unknown_words_are_refused() -> None:
    assert tried(**chosen({})).error == ""
    with pytest.raises(KeyError, match="colour"):
        chosen({"colour": "red"})
    with pytest.raises(KeyError):
        chosen({"shuffle": "maybe"})


def test_the_widget_shows_another_outcome_when_an_option_changes() -> None:
    pytest.importorskip("ipywidgets")
    lab = loader_lab()
    menus, shown = lab.children
    by_name = {menu.description: menu for menu in menus.children}
    assert list(by_name) == list(CHOICES)
    assert shown.value.count("data:image/png") == 2
    before = shown.value
    by_name["num_workers"].value = "0"
    assert "data:image/png" in shown.value != before
    by_name["persistent_workers"].value = "True"
    assert "persistent_workers option needs num_workers &gt; 0" in shown.value
    assert "data:image/png" not in shown.value


def test_without_widgets_there_is_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert isinstance(loader_lab(), Picture)


def test_widgets_are_not_imported_before_they_are_needed() -> None:
    program = "import sys; from ptbasics.viz import loader_lab; print('ipywidgets' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert said.stdout.strip() == "False", said.stderr
