"""A function and what it is given in; its answer, worked out in a process beside this one, out."""

import signal
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

Answer = TypeVar("Answer")


class Apart:
    """Works out one thing beside what goes on here, where that pays: starting a process takes most of a second.

    The process ends when this one does, in whatever way: only here is the line held from which it reads.
    """

    def __init__(self, pays: bool) -> None:
        self._started = started(_serve) if pays else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._started:
            process, line = self._started
            line.close()
            process.kill()
            process.join()

    def begin(self, function: Callable[..., Answer], *given: object) -> Callable[[], Answer]:
        """Begin to work something out; what is returned waits for the answer, or raises what was raised.

        If the process dies, it is worked out here.
        """
        if self._started is None:
            return lambda: function(*given)
        _, line = self._started
        # In a thread, because the process reads nothing until it has started.
        sending = Thread(target=_send, args=(line, (function, given)), daemon=True)
        sending.start()

        def answer() -> Answer:
            sending.join()
            try:
                worked, told = line.recv()
            except (EOFError, OSError):
                return function(*given)
            if worked:
                return told  # type: ignore[no-any-return]
            raise told

        return answer


def started(target: Callable[..., None], *given: object) -> "tuple[SpawnProcess, Connection]":
    """A process, begun as Windows can, that is given a line and what else its function takes; and the line to it."""
    import multiprocessing

    spawning = multiprocessing.get_context("spawn")
    line, theirs = spawning.Pipe()
    process = spawning.Process(target=target, args=(theirs, *given), daemon=True)
    process.start()
    theirs.close()
    return process, line


def _send(line: "Connection", asked: Any) -> None:
    with suppress(OSError):
        line.send(asked)


def _serve(line: "Connection") -> None:
    """Work out what is asked for, until nobody asks any more. A stop by Ctrl+C is the asking process's matter."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError):
        while True:
            function, given = line.recv()
            try:
                line.send((True, function(*given)))
            except Exception as trouble:
                line.send((False, trouble))
