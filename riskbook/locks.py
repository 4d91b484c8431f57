"""The bytes of a locked workbook, and the passwords that may open it, in; the workbook without its lock out."""

import io

import msoffcrypto
from msoffcrypto import exceptions
from msoffcrypto.format.base import BaseOfficeFile

from riskbook.safe import Kind, Reason, Unreadable, inspect


def unlock(data: bytes, passwords: tuple[str, ...] = ()) -> bytes:
    """Take the lock off a workbook, with Excel's own password first; one without a lock is given back as it is.

    Raises:
        Unreadable: no password opens it, or none can.
        Exception: it is damaged, and msoffcrypto came upon something unexpected, whatever that was.
    """
    locked = _opened(data)
    if locked is None:
        return data
    for password in dict.fromkeys((_EXCEL_S_OWN, *filter(None, passwords))):
        if _fits(locked, password):
            return _decrypted(locked)
    how = "no password that was given opens it" if passwords else "no password was given"
    raise Unreadable(Reason.ENCRYPTED, f"it is locked with a password, and {how}")


def _opened(data: bytes) -> BaseOfficeFile | None:
    """The locked workbook; None where there is no lock, or an .xls so old that msoffcrypto does not know it."""
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
    except exceptions.FileFormatError as fault:
        if inspect(data) is Kind.XLS:
            return None
        raise _sealed() from fault
    except exceptions.DecryptionError as fault:
        raise _sealed() from fault
    return office if office.is_encrypted() else None


def _fits(locked: BaseOfficeFile, password: str) -> bool:
    """Whether a password is the right one; only today's kinds have to be told to make sure of that."""
    try:
        if locked.format == "ooxml":
            locked.load_key(password, verify_password=True)
        else:
            locked.load_key(password)
    except exceptions.InvalidKeyError:
        return False
    except exceptions.DecryptionError as fault:
        raise _sealed() from fault
    return True


def _decrypted(locked: BaseOfficeFile) -> bytes:
    out = io.BytesIO()
    try:
        locked.decrypt(out)
    except exceptions.InvalidKeyError as fault:
        raise Unreadable(Reason.DAMAGED, "its lock opens, but what is under it is damaged") from fault
    except exceptions.DecryptionError as fault:
        raise _sealed() from fault
    return out.getvalue()


def _sealed() -> Unreadable:
    return Unreadable(Reason.SEALED, "it is locked in a way that only Excel opens, such as a sensitivity label")


_EXCEL_S_OWN = "VelvetSweatshop"
"""The password that Excel tries before it asks anybody (MS-OFFCRYPTO 2.4.2.3)."""
