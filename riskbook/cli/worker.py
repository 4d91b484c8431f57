"""A workbook of any kind in; a Book out. What libraries read is read in a process of its own, which may die of it."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from riskbook.cli.apart import started
from riskbook.read import Book
from riskbook.read import read as read_ours
from riskbook.safe import MIB, Kind, Reason, Unreadable, inspect

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

Wanted = Callable[[str], bool]
Reads = Callable[[bytes, str, Wanted, tuple[str, ...]], Book]

SECONDS = 60
MEMORY = 2048 * MIB
"""What one file may take. calamine allocates before it looks, and a damaged file may keep xlrd busy for ever."""


class Worker:
    """Reads workbooks: our own kinds here, others in a process that is started for the first of them and again after

    one that it died of. ``ask`` is told the name of a locked file and answers with its password, or with nothing.
    """

    def __init__(
        self,
        passwords: tuple[str, ...] = (),
        ask: Callable[[str], str] | None = None,
        reads: Reads | None = None,
        seconds: float = SECONDS,
        memory: int = MEMORY,
    ) -> None:
        self._passwords = passwords
        self._ask = ask
        self._reads = reads or _any_kind
        self._seconds = seconds
        self._memory = memory
        self._started: tuple[SpawnProcess, Connection] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def read(self, data: bytes, name: str, wanted: Wanted) -> Book:
        """Read a workbook; of its sheets, the ones whose names are wanted.

        Raises:
            Unreadable: it is no workbook, damaged, too large or locked, or the process that read it died. Nothing else.
        """
        if inspect(data) in _OURS:
            return read_ours(data, name, wanted)
        while True:
            try:
                return self._read_apart(data, name, wanted)
            except Unreadable as trouble:
                typed = self._ask(name) if self._ask and trouble.reason is Reason.ENCRYPTED else ""
                if not typed:
                    raise
                self._passwords = (*self._passwords, typed)

    def _read_apart(self, data: bytes, name: str, wanted: Wanted) -> Book:
        _, line = self._started = self._started or self._start()
        try:
            line.send((data, name, wanted, self._passwords))
            if not line.poll(self._seconds):
                self._stop()
                raise Unreadable(Reason.TOO_LARGE, f"reading it took more than {self._seconds:.0f} seconds")
            answer = line.recv()
        except (EOFError, OSError) as fault:
            self._stop()
            raise Unreadable(Reason.DAMAGED, "it broke off the program that reads such files") from fault
        if isinstance(answer, Unreadable):
            raise answer
        book: Book = answer
        return book

    def _start(self) -> "tuple[SpawnProcess, Connection]":
        """Start the process, and wait until it is ready: if it cannot start, no file is to blame."""
        process, line = started(_serve, self._reads, self._memory)
        line.recv()
        return process, line

    def _stop(self) -> None:
        if self._started:
            process, line = self._started
            line.close()
            process.kill()
            process.join()
            self._started = None


def _any_kind(data: bytes, name: str, wanted: Wanted, passwords: tuple[str, ...]) -> Book:
    """Read in the process itself; only there are the libraries imported."""
    from riskbook import foreign

    return foreign.read(data, name, wanted, passwords)


def _serve(line: "Connection", reads: Reads, memory: int) -> None:
    """Read whatever is asked for, until nobody asks any more."""
    _hush()
    _bound(memory)
    line.send(None)
    with suppress(EOFError):
        while True:
            line.send(_answer(reads, *line.recv()))


def _answer(reads: Reads, data: bytes, name: str, wanted: Wanted, passwords: tuple[str, ...]) -> Book | Unreadable:
    """The Book, or why there is none. A library may raise anything at all; calamine's panics are no Exceptions."""
    try:
        return reads(data, name, wanted, passwords)
    except Unreadable as trouble:
        return trouble
    except MemoryError:
        return Unreadable(Reason.TOO_LARGE, "reading it takes more memory than a return needs")
    except BaseException:
        return Unreadable(Reason.DAMAGED, "it is damaged, or not written as such files are")


def _hush() -> None:
    """Keep what libraries print, and the last words of a process that dies, off the terminal."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def _bound(memory: int) -> None:
    """Bound the memory where the platform can, and leave no core file: it would hold what was read."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


_OURS = (Kind.XLSX, Kind.XLSM, Kind.NOT_WORKBOOK)
