"""No notebook of the corpus gains a point, learns a hidden input, or harms anybody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from ptbasics.runner import Runner
from tests.cheats.corpus import Cheat, corpus
from tests.cheats.trial import Bench

LEAST = 80


def test_the_corpus_is_large_and_its_names_differ() -> None:
    names = Counter((cheat.kind, cheat.name) for cheat in corpus())
    assert len(names) >= LEAST
    assert names.most_common(1)[0][1] == 1
    assert all(cheat.tries for cheat in corpus())


@pytest.fixture(scope="module", params=["view", "plain"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "view":
        with Runner(workers=1) as runner:
            if runner.mode != "view":
                pytest.skip("this machine does not allow it")
    with Bench(request.param) as started:
        yield started


def parameters() -> Iterator[object]:
    for cheat in corpus():
        marks = pytest.mark.xfail(strict=True, reason=cheat.open) if cheat.open else ()
        yield pytest.param(cheat, id=f"{cheat.kind}-{cheat.name}", marks=marks)


@pytest.mark.slow
@pytest.mark.parametrize("cheat", parameters())
def test_it_gains_nothing_and_harms_nobody(bench: Bench, cheat: Cheat) -> None:
    outcome = bench.try_out(cheat)
    assert outcome.held, f"{cheat.tries}: {outcome}"


RIGHT = "def softmax(x, dim):\n    return (x - x.logsumexp(dim, keepdim=True)).exp()"
WRONG = "def softmax(x, dim):\n    return x"


@pytest.mark.slow
def test_what_is_won_and_lost_is_measured(bench: Bench) -> None:
    won = bench.try_out(Cheat("k", "n", "t", answers={"softmax": RIGHT}, attacked=("softmax",)))
    assert (won.won, won.lost, won.held) == (3.0, 0.0, False)
    lost = bench.try_out(Cheat("k", "n", "t", answers={"softmax": WRONG}))
    assert (lost.won, lost.lost, lost.held) == (0.0, 3.0, False)
