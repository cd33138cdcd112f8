"""The codec carries data unchanged, refuses everything else, and survives hostile bytes."""

from __future__ import annotations

import math
import warnings
from typing import Any

import msgpack
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from ptbasics.judging import codec
from ptbasics.judging.codec import Changed, CodecError, Raised, decode, encode
from ptbasics.judging.compare import Tolerance, compare

EXACT = Tolerance(rtol=0.0, atol=0.0)

# quantized tensors carry a scale besides their elements, and torch is dropping them
DTYPES = sorted(
    {
        value
        for value in vars(torch).values()
        if isinstance(value, torch.dtype) and not str(value).startswith(("torch.q", "torch.quint"))
    },
    key=str,
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary()
)
keys = st.text() | st.integers() | st.tuples(st.integers(), st.text())
arrays = npst.arrays(
    st.sampled_from(["f4", "f8", "i8", "u1", "?", "c8", "U3", "S2", "M8[s]"]),
    npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
)
tensors = npst.arrays(
    st.sampled_from(["f4", "f8", "i8", "u1", "?", "c8"]),
    npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
).map(torch.from_numpy)
values = st.recursive(
    scalars | arrays | tensors,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=12,
)


def same(one: Any, other: Any) -> bool:
    """Equal in type and value, NaN included."""
    if isinstance(one, np.ndarray) and one.dtype.kind in "MmUS":
        return one.dtype == other.dtype and bool((one == other).all() or one.dtype.kind in "Mm")
    return compare(one, other, EXACT) is None


@given(values)
@settings(deadline=None, max_examples=300)
def test_round_trip_keeps_types_and_values(value: Any) -> None:
    assert same_deep(decode(encode(value)), value)


def same_deep(one: Any, other: Any) -> bool:
    if isinstance(other, list | tuple):
        pairs = zip(one, other, strict=True)
        return type(one) is type(other) and all(same_deep(a, b) for a, b in pairs)
    if isinstance(other, dict):
        return list(one) == list(other) and all(same_deep(one[k], other[k]) for k in other)
    if isinstance(other, float):
        return type(one) is float and (one == other or (math.isnan(one) and math.isnan(other)))
    return same(one, other)


@given(values)
@settings(deadline=None, max_examples=100)
def test_encoding_is_deterministic(value: Any) -> None:
    assert encode(value) == encode(decode(encode(value)))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3)])
def test_every_dtype_of_torch(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls complex32 experimental
        tensor = torch.empty(shape, dtype=dtype)
    if tensor.numel():
        raw = torch.arange(tensor.numel() * dtype.itemsize, dtype=torch.uint8) % 2
        tensor = raw.view(dtype).reshape(shape)
    back = decode(encode(tensor))
    assert (back.dtype, back.shape) == (dtype, tensor.shape)
    assert elements(back) == elements(tensor)


def elements(tensor: torch.Tensor) -> bytes:
    return tensor.flatten().view(torch.uint8).numpy().tobytes() if tensor.numel() else b""


@pytest.mark.parametrize(
    "tensor",
    [
        torch.arange(6.0).reshape(2, 3).T,
        torch.arange(10)[::3],
        torch.ones(3).expand(4, 3),
        torch.tensor([1 + 2j]).conj(),
        torch.tensor([1 + 2j]).conj().imag,
        torch.ones(2, requires_grad=True),
    ],
    ids=["transposed", "strided", "expanded", "conjugate", "negative bit", "requires_grad"],
)
def test_a_tensor_that_is_a_view_arrives_as_its_values(tensor: torch.Tensor) -> None:
    back = decode(encode(tensor))
    assert torch.equal(back, tensor.detach())
    assert back.requires_grad == tensor.requires_grad


def test_a_decoded_tensor_owns_memory_it_may_write_to() -> None:
    back = decode(encode([torch.zeros(2), np.zeros(2)]))
    back[0][0] = 1.0
    back[1][0] = 1.0
    assert decode(encode(torch.zeros(2))).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "value",
    [
        torch.Size([2, 3]),
        torch.float32,
        torch.device("cuda:1"),
        np.float32(1.5),
        np.int64(-1),
        2**200,
        -(2**70),
        "\ud800",
        Raised("ValueError", ("Exception",), "no", "line 3"),
        Changed(("x", "targets"), [1.5, Raised("KeyError", ("Exception",), "k")]),
        {(1, "a"): None, 2: [()]},
    ],
    ids=repr,
)
def test_other_kinds(value: Any) -> None:
    back = decode(encode(value))
    assert back == value
    assert type(back) is type(value)


def test_exceptions_are_text_even_when_their_message_breaks() -> None:
    class Broken(ValueError):
        def __str__(self) -> str:
            raise RuntimeError

    raised = Raised.from_exception(Broken())
    assert raised.type == "Broken"
    assert raised.bases == ("ValueError", "Exception", "BaseException")
    assert "cannot be shown" in raised.text


@pytest.mark.parametrize(
    "value",
    [
        object(),
        lambda: 0,
        print,
        {1, 2},
        range(3),
        torch.nn.Linear(1, 1),
        np.array([object()]),
        torch.ones(2).to_sparse(),
        torch.ones(2, device="meta"),
        type("Sneaky", (str,), {})("x"),
        [[1, object()]],
        (item for item in ()),
    ],
)
def test_what_is_not_data_is_refused_by_name(value: Any) -> None:
    with pytest.raises(CodecError, match=r"not data|plain"):
        encode(value)


def test_a_list_that_contains_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(CodecError, match="levels deep"):
        encode(endless)


def test_bounds_on_size() -> None:
    with pytest.raises(CodecError, match="fit"):
        encode(torch.empty(codec.MAX_BYTES, dtype=torch.uint8))
    with pytest.raises(CodecError, match="fit"):
        encode("x" * (codec.MAX_TREE_BYTES + 1))
    with pytest.raises(CodecError, match="items"):
        encode([0] * (codec.MAX_ITEMS + 1))
    with pytest.raises(CodecError, match="fit"):
        decode(b"\0" * (codec.MAX_BYTES + 1))


def framed(tree: Any, rest: bytes = b"") -> bytes:
    packed = msgpack.packb(tree)
    return len(packed).to_bytes(4) + packed + rest


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0",
        b"\xff\xff\xff\xff",
        framed({"tensor": ["float32", [2**39], False]}),
        framed({"tensor": ["float32", [-1], False]}),
        framed({"tensor": ["float32", [2], False]}, b"1234"),
        framed({"tensor": ["no_such", [1], False]}, b"1234"),
        framed({"tensor": ["float32", [1] * 40, False]}, b"1234"),
        framed({"array": ["O", [1]]}, b"12345678"),
        framed({"array": ["V4", [1]]}, b"1234"),
        framed({"array": [[["a", "O"]], [1]]}, b"12345678"),
        framed({"unknown": 1}),
        framed({"tuple": 3}),
        framed({"raised": [1, 2, 3, 4]}),
        framed({"dict": [[[1], 2]]}),
        framed({"int": "f" * 20_000}),
        framed({}),
        framed({"a": 1, "b": 2}),
        framed(1, b"left over"),
        framed(msgpack.ExtType(1, b"x")),
        (3).to_bytes(4) + b"\xdd\xff\xff\xff\xff",
        (600).to_bytes(4) + b"\x91" * 600,
    ],
)
def test_malformed_bytes_raise_codec_error(data: bytes) -> None:
    with pytest.raises(CodecError):
        decode(data)


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=300)
def test_random_bytes_never_raise_anything_else(data: bytes) -> None:
    try:
        decode(len(data).to_bytes(4) + data)
    except CodecError:
        return


@given(values, st.data())
@settings(deadline=None, max_examples=300)
def test_mutated_encodings_never_raise_anything_else(value: Any, data: st.DataObject) -> None:
    encoded = bytearray(encode(value))
    for _ in range(data.draw(st.integers(1, 4))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode(bytes(encoded))
    except CodecError:
        return
