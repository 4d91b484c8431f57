"""Readers for the worker that do what bad files make libraries do, by the name of the file.

A process starts for each of them: what is imported here is as little as a worker imports.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from riskbook.read import Book, read
from riskbook.safe import Reason, Unreadable

SOUND = Path(__file__).parent.parent / "samples" / "directorate" / "2026-27-q2" / "returns" / "asm-2026-27-q2.xlsx"


class Panic(BaseException):
    """What calamine raises is no Exception either."""


def troubled(data: bytes, name: str, wanted: Callable[[str], bool], passwords: tuple[str, ...]) -> Book:
    """Die, hang, eat memory, panic or complain; a file of any other name is a sound return."""
    match name.partition(".")[0]:
        case "dies":
            os.abort()
        case "hangs":
            time.sleep(600)
        case "eats":
            hoard = [bytearray(2**20) for _ in range(100_000)]
            assert hoard
        case "panics":
            os.write(2, b"thread panicked at src/xls.rs:1\n")
            raise Panic
        case "stumbles":
            raise IndexError(name)
        case "locked" if "sesame" not in passwords:
            raise Unreadable(Reason.ENCRYPTED, "it is locked")
        case "sealed":
            raise Unreadable(Reason.SEALED, "it is sealed")
    return read(SOUND.read_bytes(), name, wanted)
