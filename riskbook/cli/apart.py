"""A function and what it is given in; its answer, worked out in a process beside this one, out."""

import pickle
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Lent:
    """Something that the process has, by its number there, to be given as often as it is asked for."""

    number: int
    thing: Any


class Apart:
    """Works out one thing beside what goes on here, where that pays: starting a process takes most of a second.

    The process ends when this one does, in whatever way: only here is the line held from which it reads.
    """

    def __init__(self, pays: bool) -> None:
        self._started = started(_serve) if pays else None
        self._asked: SimpleQueue[bytes] = SimpleQueue()
        self._answers: list[Any] = []
        self._begun = self._lent = 0
        # In threads, because the process reads nothing until it has started, and waits with every answer until it is
        # taken in.
        self._told: SimpleQueue[bytes] = SimpleQueue()
        self._threads = [Thread(target=one, daemon=True) for one in (self._send, self._receive)]
        for one in self._threads if self._started else ():
            one.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._started:
            process, line = self._started
            process.kill()
            process.join()
            self._asked.put(b"")
            for one in self._threads:
                one.join()
            line.close()

    def lend(self, thing: object) -> Lent:
        """Send something that is given to many functions once."""
        self._ask(_keep, thing)
        self._lent += 1
        return Lent(self._lent - 1, thing)

    def begin(self, function: Callable[..., Answer], *given: object) -> Callable[[], Answer]:
        """Begin to work something out; what is returned waits for the answer, or raises what was raised: once.

        If the process dies, it is worked out here. What was lent to it is given as it is.
        """
        here = partial(function, *(one.thing if isinstance(one, Lent) else one for one in given))
        if self._started is None:
            return here
        number = self._begun
        self._ask(function, *(_Number(one.number) if isinstance(one, Lent) else one for one in given))
        self._begun += 1

        def answer() -> Answer:
            while len(self._answers) <= number:
                if not (answered := self._next()):
                    self._told.put(b"")
                    return here()
                self._answers.append(pickle.loads(answered))  # noqa: S301 - of the process that was started here.
            worked, told = self._answers[number]
            self._answers[number] = None
            if worked:
                return told  # type: ignore[no-any-return]
            raise told

        return answer

    def _ask(self, function: Callable[..., object], *given: object) -> None:
        """Have something sent. It is written down at once, because what is given may change while it is sent."""
        if self._started:
            self._asked.put(pickle.dumps((function, given), pickle.HIGHEST_PROTOCOL))

    def _send(self) -> None:
        """Send what is asked for; where there is nobody any more who could answer, the asking one finds out."""
        with suppress(OSError):
            while self._started and (asked := self._asked.get()):
                self._started[1].send_bytes(asked)
                del asked

    def _next(self) -> bytes:
        """The next answer; waited for a second at a time, because on Windows Ctrl+C is not heard within a wait."""
        while True:
            with suppress(Empty):
                return self._told.get(timeout=1)

    def _receive(self) -> None:
        """Take in answers as they come; nothing for the end of them."""
        with suppress(EOFError, OSError):
            while self._started:
                self._told.put(self._started[1].recv_bytes())
        self._told.put(b"")


def started(target: Callable[..., None], *given: object) -> "tuple[SpawnProcess, Connection]":
    """A process, begun as Windows can, that is given a line and what else its function takes; and the line to it."""
    import multiprocessing

    spawning = multiprocessing.get_context("spawn")
    line, theirs = spawning.Pipe()
    process = spawning.Process(target=target, args=(theirs, *given), daemon=True)
    process.start()
    theirs.close()
    return process, line


class _Number(int):
    """The number of something that was lent."""


def _serve(line: "Connection") -> None:
    """Work out what is asked for, until nobody asks any more. A stop by Ctrl+C is the asking process's matter."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lent: list[object] = []
    with suppress(EOFError, OSError):
        while True:
            function, given = line.recv()
            if function is _keep:
                lent.extend(given)
                continue
            try:
                line.send((True, function(*(lent[one] if isinstance(one, _Number) else one for one in given))))
            except Exception as trouble:
                line.send((False, trouble))


def _keep(thing: object) -> None:
    """Stands for being lent something."""
