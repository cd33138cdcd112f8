"""What a lesson asks its readers to predict, and what each answer deserves to hear.

The choices and their reasons are no part of a notebook: there, `predict("operations.errors")` is
all that can be read before an answer is given. The build stores them in `ptbasics/stored/`,
beside the expected results of the exercises. They are never graded, and no secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from ptbasics.judging.codec import decode, encode
from ptbasics.registry import lessons

_STORE = files("ptbasics") / "stored"


class PredictionMissing(RuntimeError):
    """There is no prediction of this name in this installation."""


@dataclass(frozen=True)
class Prediction:
    """A question with one right answer, and a sentence for every wrong one.

    `name` is topic and id, such as `operations.errors`, unique in the course. `because` says why
    the right answer is right; `wrong` has each wrong answer with what its author should hear. Where
    `typed` is set, the answer is typed instead of chosen. `runs` is the fingerprint of the code
    cell that shows what happens.
    """

    name: str
    question: str
    right: str
    because: str
    wrong: Mapping[str, str]
    typed: bool
    runs: str

    @property
    def choices(self) -> list[str]:
        """Right and wrong ones, in an order that says nothing and is always the same."""
        return sorted([self.right, *self.wrong], key=lambda choice: fingerprint(self.name + choice))

    def is_hit(self, answer: str) -> bool:
        """Whether an answer is the right one; typed ones are compared by their words."""
        return _words(answer) == _words(self.right)

    def reason(self, answer: str) -> str:
        """What somebody with this answer should hear."""
        sentences = {_words(choice): sentence for choice, sentence in self.wrong.items()}
        return self.because if self.is_hit(answer) else sentences.get(_words(answer), self.because)


def fingerprint(source: str) -> str:
    """A code cell in twelve characters; empty lines around it do not count."""
    return sha256(source.strip().encode()).hexdigest()[:12]


def find_prediction(name: str) -> Prediction:
    """The prediction of this name.

    Raises:
        PredictionMissing: there is none, or it is not installed.
    """
    topic = name.partition(".")[0]
    for lesson in lessons():
        if lesson.partition("_")[2] == topic and name in (found := lesson_predictions(lesson)):
            return found[name]
    raise PredictionMissing(
        f"the prediction {name} is not installed: reinstall ptbasics, or run `ptbasics build` in "
        "a clone of the course. The cell below can be run without it."
    )


@cache
def lesson_predictions(lesson: str) -> dict[str, Prediction]:
    """Name → prediction of one lesson; none where none are installed."""
    store = _STORE / store_name(lesson)
    return unpack_predictions(store.read_bytes()) if store.is_file() else {}


def tally(lesson: str, answers: Mapping[str, str]) -> str:
    """`3 of 8 predictions made, 2 right`; "" for a lesson without predictions."""
    asked = lesson_predictions(lesson)
    hits = [asked[name].is_hit(answer) for name, answer in answers.items() if name in asked]
    if not asked:
        return ""
    return f"{len(hits)} of {len(asked)} predictions made, {sum(hits)} right"


def store_name(lesson: str) -> str:
    """The file, in the package folder `expected`, with the predictions of a lesson."""
    return f"{lesson}.predictions"


def pack_predictions(predictions: Iterable[Prediction]) -> bytes:
    """Predictions as the content of a store."""
    return encode([asdict(prediction) for prediction in predictions])


def unpack_predictions(packed: bytes) -> dict[str, Prediction]:
    """Name → prediction, from the content of a store.

    Raises:
        CodecError: it has packed something else.
    """
    return {fields["name"]: Prediction(**fields) for fields in decode(packed)}


def _words(answer: str) -> tuple[str, ...]:
    """`(4, 1)`, `4,1` and `4 x 1` say the same."""
    return tuple(word for word in re.findall(r"-?[\w.]+", answer.lower()) if word != "x")
