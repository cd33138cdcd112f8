"""The only format in which values cross between a submission and the grader.

An encoded value is a length, a MessagePack tree, then the elements of its tensors and arrays, one
after another. In the tree, everything that MessagePack does not know is a map with one key that
names its kind. Nothing that is decoded can run code; size, depth and number of items are bounded
before memory is given to them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgpack
import numpy as np
import torch

MAX_BYTES = 64 * 2**20
MAX_TREE_BYTES = 2**20
MAX_DEPTH = 24
MAX_ITEMS = 200_000
MAX_DIMS = 32
#: Keys of a dictionary that may have the hash of another one of its keys.
MAX_SAME_HASHES = 100

_LENGTH_BYTES = 4
_INT64 = range(-(2**63), 2**63)
_NUMPY_KINDS = "biufcmMUS"
_DTYPES = {
    str(value).removeprefix("torch."): value
    for value in vars(torch).values()
    if isinstance(value, torch.dtype)
}


class CodecError(ValueError):
    """A value that cannot be carried, or bytes that are not a carried value."""


def storable(text: str) -> str:
    """The text as UTF-8 can carry it: a lone surrogate, which is legal in JSON, becomes `?`."""
    return text.encode(errors="replace").decode()


@dataclass(frozen=True)
class Raised:
    """An exception, as data: what was raised instead of returning something.

    `type` is the class name, `bases` the names of its ancestors, `text` the message and `trace`
    the lines of the student's own code that led to it (empty where there are none). Without
    `bases`, nothing was raised: a result came back that cannot be used, and `text` says why.
    """

    type: str
    bases: tuple[str, ...]
    text: str
    trace: str = ""

    @classmethod
    def from_exception(cls, error: BaseException, trace: str = "") -> Raised:
        """Describe an exception; never fails, even where its own `__str__` does."""
        try:
            text = str(error)
        except Exception:  # a student's exception class may break here
            text = "(its message cannot be shown)"
        bases = tuple(base.__name__ for base in type(error).__mro__[1:-1])
        return cls(type(error).__name__, bases, text, trace)

    def __post_init__(self) -> None:
        """Keep what people can read: no more than that, and no half characters."""
        for name, most in (("type", 100), ("text", 4_000), ("trace", 8_000)):
            object.__setattr__(self, name, storable(getattr(self, name)[:most]))


@dataclass(frozen=True)
class Changed:
    """An observation after which inputs were not as before: `names` of those, and what was seen."""

    names: tuple[str, ...]
    seen: Any


@dataclass(frozen=True)
class Forbidden:
    """In place of an observation: the answer has called what its statement forbids.

    `names` are those of `Exercise.forbids`, or others where nobody could watch.
    """

    names: tuple[str, ...]


def encode(value: Any) -> bytes:
    """Encode a value.

    Raises:
        CodecError: something in it is not data, or it is too large or nested too deeply.
    """
    packer = _Packer()
    tree = msgpack.packb(packer.pack(value, 0), unicode_errors="surrogatepass")
    if len(tree) > MAX_TREE_BYTES:
        raise CodecError(f"{len(tree):,} bytes of text and numbers; {MAX_TREE_BYTES:,} fit")
    encoded = b"".join([len(tree).to_bytes(_LENGTH_BYTES), tree, *packer.buffers])
    if len(encoded) > MAX_BYTES:
        raise CodecError(f"the value takes {len(encoded):,} bytes; {MAX_BYTES:,} fit")
    return encoded


def decode(data: bytes) -> Any:
    """Decode what `encode` made; a round trip gives an equal value of the same types.

    Raises:
        CodecError: the bytes are malformed or exceed a bound. Nothing else is ever raised.
    """
    if len(data) > MAX_BYTES:
        raise CodecError(f"{len(data):,} bytes; {MAX_BYTES:,} fit")
    end = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES])
    if not _LENGTH_BYTES <= end <= min(len(data), _LENGTH_BYTES + MAX_TREE_BYTES):
        raise CodecError("cut short, or its tree is too large")
    try:
        tree = msgpack.unpackb(
            data[_LENGTH_BYTES:end],
            unicode_errors="surrogatepass",
            max_array_len=MAX_ITEMS,
            max_map_len=1,
            max_ext_len=0,
        )
        unpacker = _Unpacker(memoryview(data)[end:])
        value = unpacker.unpack(tree, 0)
    except CodecError:
        raise
    except Exception as error:  # malformed trees fail in as many ways as there are types
        raise CodecError(f"malformed: {type(error).__name__}: {error}") from None
    if unpacker.rest:
        raise CodecError(f"{len(unpacker.rest)} bytes too many")
    return value


class _Packer:
    """Turns one value into a tree and the buffers that go behind it."""

    def __init__(self) -> None:
        self.items = 0
        self.buffers: list[bytes] = []

    def pack(self, value: Any, depth: int) -> Any:
        self.items += 1
        if self.items > MAX_ITEMS:
            raise CodecError(f"more than {MAX_ITEMS:,} items")
        if depth > MAX_DEPTH:
            raise CodecError(f"nested more than {MAX_DEPTH} levels deep")
        kind = type(value)
        if value is None or kind in (bool, float, bytes, str):
            return value
        if kind is int:
            return value if value in _INT64 else {"int": _bounded(hex(value))}
        if kind is list:
            return [self.pack(item, depth + 1) for item in value]
        if kind in (tuple, torch.Size):
            items = [self.pack(item, depth + 1) for item in value]
            return {"tuple" if kind is tuple else "size": items}
        if kind is dict:
            pairs = [[self.pack(part, depth + 1) for part in pair] for pair in value.items()]
            return {"dict": pairs}
        if kind is complex:
            return {"complex": [value.real, value.imag]}
        if isinstance(value, torch.Tensor):
            return {"tensor": self._pack_tensor(value)}
        if isinstance(value, np.ndarray):
            return {"array": self._pack_array(value)}
        if isinstance(value, np.generic):
            return {"scalar": self._pack_array(value)}
        if kind is torch.dtype:
            return {"dtype": str(value).removeprefix("torch.")}
        if kind is torch.device:
            return {"device": str(value)}
        if kind is Raised:
            return {"raised": [value.type, list(value.bases), value.text, value.trace]}
        if kind is Changed:
            return {"changed": [list(value.names), self.pack(value.seen, depth + 1)]}
        if kind is Forbidden:
            return {"forbidden": list(value.names)}
        if isinstance(value, BaseException):
            raise CodecError(f"{kind.__name__} was returned; an error is reported with `raise`")
        name = (
            kind.__qualname__
            if kind.__module__ == "builtins"
            else f"{kind.__module__}.{kind.__qualname__}"
        )
        raise CodecError(f"{name} is not data")

    def _pack_tensor(self, tensor: torch.Tensor) -> list[Any]:
        if tensor.layout is not torch.strided or tensor.is_quantized or tensor.is_meta:
            raise CodecError("a sparse, quantized or meta tensor has no plain list of elements")
        plain = tensor.detach().cpu().resolve_conj().resolve_neg().contiguous()
        if plain.numel():
            # as_strided, because a contiguous view of one element may keep a stride of its own
            flat = plain.as_strided((plain.numel(),), (1,))
            self.buffers.append(flat.view(torch.uint8).numpy().tobytes())
        name = str(tensor.dtype).removeprefix("torch.")
        return [name, list(tensor.shape), tensor.requires_grad]

    def _pack_array(self, array: np.ndarray[Any, Any] | np.generic) -> list[Any]:
        if array.dtype.kind not in _NUMPY_KINDS:
            raise CodecError(f"a NumPy array of dtype {array.dtype} is not plain data")
        self.buffers.append(array.tobytes())
        return [array.dtype.str, list(array.shape)]


class _Unpacker:
    """Turns a tree back into a value, taking the elements of tensors from `rest`."""

    def __init__(self, rest: memoryview) -> None:
        self.rest = rest

    def unpack(self, tree: Any, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise CodecError(f"nested more than {MAX_DEPTH} levels deep")
        if isinstance(tree, list):
            return [self.unpack(item, depth + 1) for item in tree]
        if not isinstance(tree, dict):
            return tree
        [(kind, content)] = tree.items()
        if kind in ("tuple", "size"):
            items = tuple(self.unpack(item, depth + 1) for item in content)
            return items if kind == "tuple" else torch.Size(items)
        if kind == "dict":
            pairs = [[self.unpack(part, depth + 1) for part in pair] for pair in content]
            _check_keys([key for key, _ in pairs])
            return dict(pairs)
        if kind == "tensor":
            return self._unpack_tensor(*content)
        if kind == "array":
            return self._unpack_array(*content)
        if kind == "changed":
            names, seen = content
            return Changed(_names(names), self.unpack(seen, depth + 1))
        if kind == "scalar":
            return self._unpack_array(*content)[()]
        return _LEAVES[kind](content)

    def _unpack_tensor(self, name: str, shape: list[int], requires_grad: bool) -> torch.Tensor:
        dtype = _DTYPES[name]
        raw = self._take(shape, dtype.itemsize)
        if raw:
            flat = torch.frombuffer(raw, dtype=torch.uint8).view(dtype)
            tensor = flat.reshape(shape)
        else:
            tensor = torch.empty(shape, dtype=dtype)
        return tensor.requires_grad_() if requires_grad is True else tensor

    def _unpack_array(self, spelling: str, shape: list[int]) -> np.ndarray[Any, Any]:
        dtype = np.dtype(str(spelling))
        if dtype.kind not in _NUMPY_KINDS:
            raise CodecError(f"NumPy dtype {spelling!r}")
        raw = self._take(shape, dtype.itemsize)
        return np.ndarray(shape, dtype, buffer=raw or None)

    def _take(self, shape: list[int], itemsize: int) -> bytearray:
        """The next bytes, as memory of its own that a tensor may write to."""
        if len(shape) > MAX_DIMS or not all(type(n) is int and 0 <= n < 2**40 for n in shape):
            raise CodecError(f"shape {shape}")
        size = math.prod(shape) * itemsize
        if size > len(self.rest):
            raise CodecError(f"{len(self.rest)} bytes are left to fill the shape {shape}")
        raw, self.rest = bytearray(self.rest[:size]), self.rest[size:]
        return raw


def _bounded(digits: str) -> str:
    if len(digits) > 10_000:
        raise CodecError("an integer of more than 10,000 hexadecimal digits")
    return digits


def _check_keys(keys: list[Any]) -> None:
    """Refuse keys most of which share a hash: making a dictionary of them takes quadratic time."""
    if len(keys) - len({hash(key) for key in keys}) > MAX_SAME_HASHES:
        raise CodecError("too many keys of a dictionary share a hash")


def _names(content: list[Any]) -> tuple[str, ...]:
    if not all(type(name) is str for name in content):
        raise CodecError("names must be text")
    return tuple(content)


def _unpack_raised(parts: list[Any]) -> Raised:
    kind, bases, text, trace = parts
    if not all(type(part) is str for part in (kind, *bases, text, trace)):
        raise CodecError("an exception's parts must be text")
    return Raised(kind, tuple(bases), text, trace)


_LEAVES: dict[str, Callable[[Any], Any]] = {
    "int": lambda digits: int(_bounded(digits), 16),
    "complex": lambda parts: complex(*parts),
    "dtype": lambda name: _DTYPES[name],
    "device": lambda name: torch.device(name),
    "raised": _unpack_raised,
    "forbidden": lambda names: Forbidden(_names(names)),
}
