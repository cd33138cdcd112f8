"""What a cell puts out, kept as nbformat outputs: streams, displays, file descriptors."""

from __future__ import annotations

import codecs
import fcntl
import io
import os
from typing import Any

from ptbasics.runner.job import Output

_OVERFLOW = "\n[the rest of this cell's output is not kept: it is too long]\n"


class Recorder:
    """The outputs of the running cell, up to a number of characters; the rest is dropped."""

    def __init__(self) -> None:
        self._outputs: list[Output] = []
        self._room = 0
        self._full = False
        self._clear_next = False
        self._cell = ""
        #: By display id, with the cell that each stands in; they outlive their cell.
        self._displayed: dict[str, list[tuple[str, Output]]] = {}
        self._earlier: dict[str, list[Output]] = {}
        self._changed: set[str] = set()
        self._descriptors: list[_Descriptor] = []

    def reserve(self, size: int) -> None:
        """Reserve `size` bytes for each descriptor, while the confinement still allows it."""
        self._descriptors = [_Descriptor("stdout", size), _Descriptor("stderr", size)]

    def capture_descriptors(self) -> None:
        """From now on, keep what C code and child processes write to descriptors 1 and 2."""
        for number, descriptor in enumerate(self._descriptors, 1):
            descriptor.take_over(number)

    def start(self, cell: str, room: int) -> None:
        """Begin a new cell, of which so many characters are kept."""
        self._cell, self._outputs = cell, []
        self._changed.clear()
        self._room, self._full, self._clear_next = room, False, False

    def stream(self, name: str, text: str) -> None:
        """Text written to "stdout" or "stderr"; joined with what directly precedes it."""
        self._take_descriptors()
        self._stream(name, text)

    def rich(self, output: Output, display_id: str | None = None) -> None:
        """A display, a result or an error."""
        self._take_descriptors()
        size = len(str(output))
        if self._full or size > self._room:
            self._overflow()
            return
        self._clear_if_asked()
        self._room -= size
        self._outputs.append(output)
        if display_id is not None:
            self.update(display_id, output["data"], output["metadata"])
            self._displayed.setdefault(display_id, []).append((self._cell, output))

    def update(self, display_id: str, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        """Change what earlier displays show, in this cell and in those before."""
        for cell, output in self._displayed.get(display_id, []):
            growth = len(str(data)) + len(str(metadata))
            growth -= len(str(output["data"])) + len(str(output["metadata"]))
            if growth > self._room:
                self._overflow()
                return
            self._room -= growth
            output.update(data=data, metadata=metadata)
            if cell != self._cell:
                self._changed.add(cell)

    def clear(self, *, wait: bool) -> None:
        """Forget the outputs so far, now or when the next one comes."""
        self._take_descriptors()
        self._clear_next = True
        if not wait:
            self._clear_if_asked()

    def finish(self) -> list[Output]:
        """The outputs of the cell."""
        self._take_descriptors()
        for descriptor in self._descriptors:
            descriptor.rewind()
        outputs = [
            {**output, "text": "".join(output["text"])} if "text" in output else output
            for output in self._outputs
        ]
        if any(cell == self._cell for shown in self._displayed.values() for cell, _ in shown):
            self._earlier[self._cell] = outputs
        return outputs

    def changed(self, room: int) -> dict[str, list[Output]]:
        """Outputs of earlier cells that this one has changed, as far as there is room for them."""
        changed = {}
        for cell in sorted(self._changed):
            outputs = self._earlier[cell]
            room -= len(str(outputs))
            if room >= 0:
                changed[cell] = outputs
        return changed

    def _take_descriptors(self) -> None:
        for descriptor in self._descriptors:
            if text := descriptor.arrived():
                self._stream(descriptor.name, text)

    def _stream(self, name: str, text: str) -> None:
        if not text or self._full:
            return
        self._clear_if_asked()
        kept = text[: self._room]
        self._room -= len(kept)
        last = self._outputs[-1] if self._outputs else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"].append(kept)
        else:
            self._outputs.append({"output_type": "stream", "name": name, "text": [kept]})
        if len(kept) < len(text):
            self._overflow()

    def _clear_if_asked(self) -> None:
        if self._clear_next:
            self._outputs, self._clear_next = [], False

    def _overflow(self) -> None:
        if not self._full:
            self._full = True
            self._outputs.append({"output_type": "stream", "name": "stdout", "text": [_OVERFLOW]})


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a cell."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, recorder: Recorder, name: str, descriptor: int) -> None:
        self._recorder, self._descriptor, self._owner = recorder, descriptor, os.getpid()
        self.name = name

    def write(self, text: str) -> int:
        """Keep the text; in a child process, pass it on to where the parent looks for it."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if os.getpid() == self._owner:
            self._recorder.stream(self.name, text)
        else:
            os.write(self._descriptor, text.encode(errors="replace"))
        return len(text)

    def writable(self) -> bool:
        """Yes."""
        return True

    def fileno(self) -> int:
        """The descriptor that child processes inherit."""
        return self._descriptor


class _Descriptor:
    """Memory of a fixed size in the place of a file descriptor, read as it fills.

    All who write share its offset, which therefore tells how much there is. A write beyond the
    size fails, so that no flood fills the machine's memory.
    """

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self._file = os.memfd_create(name, os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)
        os.ftruncate(self._file, size)
        fcntl.fcntl(self._file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
        self._read = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def take_over(self, descriptor: int) -> None:
        os.dup2(self._file, descriptor)

    def arrived(self) -> str:
        written = os.lseek(self._file, 0, os.SEEK_CUR)
        if written <= self._read:
            return ""
        data = os.pread(self._file, written - self._read, self._read)
        self._read = written
        return self._decoder.decode(data)

    def rewind(self) -> None:
        os.lseek(self._file, 0, os.SEEK_SET)
        self._read = 0
