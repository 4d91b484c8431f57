"""A command that writes in a book in; the same command, which is refused while another one is at work there, out."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from riskbook.cli import folder
from riskbook.cli.files import Refusal

LOCK = ".riskbook.lock"
Command = TypeVar("Command", bound=Callable[..., Any])


def alone(command: Command) -> Command:
    """Let a command have its book for itself, from before it reads the register until it has written.

    The lock is the operating system's own, on a file in the book: it ends with the command, however that ends, and
    holds for whoever has the same folder on a shared drive. Where nothing can be written there is nothing to mix. A
    round whose year is mistyped is refused.
    """

    @wraps(command)
    def locked(*words: Any, book: Path | None, **options: Any) -> Any:
        # A command that only looks starts sooner without.
        from filelock import FileLock, Timeout

        root = folder.root_of(book)
        lock = FileLock(root / LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise Refusal(
                f"another riskbook command is at work in {root}, here or on another computer. "
                "When it has ended, run this one again."
            ) from error
        except OSError:
            # What is written then is refused with its own place and reason.
            pass
        try:
            if options.get("round_"):
                folder.refuse_mistyped(root, options["round_"])
            return command(*words, book=book, **options)
        finally:
            lock.release()

    return locked  # type: ignore[return-value]
