"""Whatever comes back from a submission, or lies in a folder, is read in bounded time or refused.

A short run here; `make fuzz` gives each test 200,000 inputs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgpack
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ptbasics.grading.intake.notebook import Unreadable, canonical
from ptbasics.judging.codec import CodecError, Raised, decode, encode
from ptbasics.judging.compare import compare
from ptbasics.judging.describe import shown
from ptbasics.runner.protocol import (
    Begun,
    CellRan,
    KeeperStarted,
    NotBegun,
    ObserverFailed,
    ObserverWaits,
    ObserverWanted,
    ProcessEnded,
    SymbolMissing,
    parse,
)
from ptbasics.runner.wire import WireError
from tests.cheats.corpus import trimmed
from tests.runner.conftest import SCALARS, VALUES

settings.register_profile("long", max_examples=200_000, deadline=None)
#: For one input. Thousands of times what it takes, because others use the machine, too.
MAX_SECONDS = 5.0

KINDS = (Begun, NotBegun, CellRan, SymbolMissing, ObserverWanted, ObserverWaits, ObserverFailed)
TAGS = st.sampled_from([kind.tag for kind in (*KINDS, KeeperStarted, ProcessEnded)] + [""])
DTYPES = [value for value in vars(torch).values() if isinstance(value, torch.dtype)]
SHAPES = st.lists(st.integers(0, 3), max_size=4).map(tuple)


@contextmanager
def in_time() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < MAX_SECONDS


@settings(deadline=None)
@given(st.binary(max_size=300) | st.tuples(TAGS, st.lists(VALUES, max_size=8)))
def test_any_body_is_a_known_message_or_refused(body: bytes | tuple[str, list[object]]) -> None:
    if isinstance(body, tuple):
        body = msgpack.packb([body[0], *body[1]], unicode_errors="surrogatepass")
    for kinds in (KINDS, (KeeperStarted, ProcessEnded)):
        with in_time(), suppress(WireError):
            assert isinstance(parse(body, *kinds), kinds)


CODED_KINDS = ["tuple", "size", "dict", "tensor", "array", "scalar", "int", "complex", "dtype"]
CODED_KINDS += ["device", "raised", "changed", "forbidden", "other"]
CODED = st.recursive(
    SCALARS | st.binary(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.builds(
            lambda kind, content: {kind: content},
            st.sampled_from(CODED_KINDS),
            inner | st.lists(st.lists(inner, min_size=2, max_size=2), max_size=3),
        )
        | st.builds(
            lambda name, shape, grad: {"tensor": [name, list(shape), grad]},
            st.sampled_from([str(dtype).removeprefix("torch.") for dtype in DTYPES]),
            SHAPES,
            st.booleans(),
        )
    ),
    max_leaves=12,
)


def coded(tree: object, rest: bytes) -> bytes:
    packed = msgpack.packb(tree, unicode_errors="surrogatepass")
    return len(packed).to_bytes(4) + packed + rest


@settings(deadline=None)
@given(CODED, st.binary(max_size=64))
def test_any_observation_is_decoded_compared_and_shown_or_refused(
    tree: object, rest: bytes
) -> None:
    with in_time():
        try:
            value = decode(coded(tree, rest))
        except CodecError:
            return
        for expected in (
            value,
            None,
            torch.zeros(2, 3),
            {"loss": 1.0},
            [1, 2],
            Raised("E", (), ""),
        ):
            with suppress(TypeError, ValueError, RuntimeError, NotImplementedError):
                compare(value, expected)  # `grade` takes what it raises for a broken answer
                compare(expected, value)
        assert isinstance(shown(value), str)


def tensors() -> Iterator[tuple[str, object]]:
    for dtype in DTYPES:
        with suppress(RuntimeError, NotImplementedError):  # a few cannot be filled here
            yield str(dtype), torch.zeros(2, 3).to(dtype)
            yield f"{dtype}, large", torch.zeros(1000, 1000).to(dtype)
    yield "sparse", torch.eye(3).to_sparse()
    yield "sparse by rows", torch.eye(3).to_sparse_csr()
    yield "quantized", torch.quantize_per_tensor(torch.rand(3), 0.1, 0, torch.qint8)
    yield "meta", torch.empty(2**40, device="meta")
    yield "nested", torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)])
    yield "jagged", torch.nested.nested_tensor([torch.zeros(2)], layout=torch.jagged)
    if hasattr(torch.Tensor, "rename"):  # newer versions have no named dimensions
        yield "named", torch.zeros(2).rename("N")
    yield "expanded", torch.zeros(1).expand(2**40)
    yield "conjugate", torch.zeros(2, dtype=torch.cfloat).conj()
    yield "negative", torch.zeros(2, dtype=torch.cfloat).conj().imag
    yield "a subclass", torch.zeros(2).as_subclass(type("Own", (torch.Tensor,), {}))
    yield "objects", np.array([object()])
    yield "a record", np.zeros(2, dtype=[("a", int)])


@pytest.mark.filterwarnings("ignore")
def test_any_kind_of_tensor_is_carried_or_refused_in_time() -> None:
    for name, value in tensors():
        with in_time():
            assert isinstance(shown(value), str), name
            try:
                carried = decode(encode(value))
            except (CodecError, RuntimeError, NotImplementedError):
                continue  # the observer sends the error in its place
            assert compare(carried, carried) is None, name
            assert isinstance(shown(carried), str), name


def test_keys_that_share_a_hash_are_refused_in_time() -> None:
    modulus = 2**61 - 1  # integers are hashed modulo this
    pairs = [[number * modulus, 0] for number in range(4)]
    large = [[{"int": hex(number * modulus)}, 0] for number in range(20_000)]
    with in_time():
        assert decode(coded({"dict": pairs}, b"")) == dict(pairs)
        with pytest.raises(CodecError, match="keys"):
            decode(coded({"dict": large}, b""))


RELEASE = trimmed("02_operations")
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw"]) | JSON,
        "id": st.text() | JSON,
        "source": st.text() | st.lists(st.text(), max_size=3) | JSON,
        "metadata": st.fixed_dictionaries({}, optional={"nbgrader": JSON}) | JSON,
        "outputs": JSON,
        "execution_count": JSON,
    },
)
NOTEBOOKS = st.fixed_dictionaries(
    {"cells": st.lists(CELLS | JSON, max_size=4) | JSON},
    optional={"nbformat": st.integers(0, 9) | JSON, "nbformat_minor": JSON, "metadata": JSON},
)


@settings(deadline=None)
@given(NOTEBOOKS.map(json.dumps).map(str.encode) | st.binary(max_size=100))
def test_any_notebook_becomes_canonical_or_unreadable(content: bytes) -> None:
    with in_time(), suppress(Unreadable):
        canonical(content, RELEASE, [])


ODD_FILES = {
    "nested": b"[" * 300_000,
    "nested objects": b'{"cells": ' * 100_000,
    "a key twice": b'{"nbformat": 4, "cells": [], "cells": 3}',
    "half a character": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": '
    b'[{"cell_type": "code", "id": "a", "source": "\\ud800", "metadata": {}, "outputs": []}]}',
    "no number": b'{"nbformat": NaN, "cells": Infinity}',
    "a long number": b'{"nbformat": ' + b"9" * 100_000 + b"}",
    "a long text": b'{"nbformat": 4, "cells": "' + b"x" * 10**7 + b'"}',
    "many cells": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ['
    + b",".join([b"{}"] * 200_000)
    + b"]}",
    "no UTF-8": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("name", ODD_FILES)
def test_odd_files_are_read_in_time(name: str) -> None:
    with in_time(), suppress(Unreadable):
        canonical(ODD_FILES[name], RELEASE, [])
