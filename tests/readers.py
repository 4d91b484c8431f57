"""Readers for the worker that do what bad files make libraries do, by the name of the file."""

import os
import time
from collections.abc import Callable

from riskbook.read import Book, read
from riskbook.safe import Reason, Unreadable
from tests.makers import workbook


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
    return read(workbook(), name, wanted)
