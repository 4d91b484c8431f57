"""The bytes of a workbook of any kind in, locked ones with the passwords that may open them; a Book out.

Our own kinds (.xlsx, .xlsm) our own reader reads, every other comes through the library that knows it. Libraries may
raise anything, hang or end the process for bytes that are damaged: the command line reads in a process that may die.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from riskbook import calamine, xls
from riskbook.locks import unlock
from riskbook.read import Book
from riskbook.read import read as read_ours
from riskbook.safe import LIMITS, Kind, Limits, inspect


def read(
    data: bytes,
    name: str,
    wanted: Callable[[str], bool] = lambda _: True,
    passwords: tuple[str, ...] = (),
    limits: Limits = LIMITS,
) -> Book:
    """Read a workbook; of its sheets, the ones whose names are wanted. Its digest is of the bytes as they came.

    Raises:
        Unreadable: it is no workbook, damaged, larger than the limits, or no password opens it.
        BaseException: a library came upon something unexpected.
    """
    unlocked = unlock(data, passwords) if inspect(data, limits) in _LOCKABLE else data
    reader = _LIBRARIES.get(inspect(unlocked, limits), read_ours)
    return replace(reader(unlocked, name, wanted, limits), sha256=hashlib.sha256(data).hexdigest())


_LOCKABLE = (Kind.ENCRYPTED, Kind.XLS)
_LIBRARIES: dict[Kind, Callable[[bytes, str, Callable[[str], bool], Limits], Book]] = {
    Kind.XLS: xls.read,
    Kind.XLSB: calamine.read,
    Kind.ODS: calamine.read,
}
