"""Number formats and serial numbers in; days out."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_BUILT_IN = frozenset(map(str, (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))))
_NOT_SHOWN = re.compile(r'"[^"]*"|\[[^]]*]|[\\_*].', re.DOTALL)
_PART_OF_A_DAY = re.compile("[ymdhs]", re.IGNORECASE)


def shows_days(number: str, code: str | None) -> bool:
    """A number format shows days: by its code, or where the workbook gives it none, by its built-in number."""
    if code is None:
        return number in _BUILT_IN
    return _PART_OF_A_DAY.search(_NOT_SHOWN.sub("", code)) is not None


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a workbook counts days: from 1 January 1900, with a 29 February that there never was, or from 1904."""

    from_1904: bool = False

    def day(self, serial: float) -> date | datetime | None:
        """The day of a serial number, with its time to the millisecond; None where it is none.

        A time never reaches the next day: a hair before midnight is the last millisecond.
        """
        whole = int(serial // 1)
        first = _FIRST_OF_1904 if self.from_1904 else _EVE_OF_1900 - (whole > _PHANTOM)
        if whole < 1 or first + whole > _LAST or (whole == _PHANTOM and not self.from_1904):
            return None
        day = date.fromordinal(first + whole)
        if serial == whole:
            return day
        moment = min(round((serial - whole) * _MILLISECONDS), _MILLISECONDS - 1)
        return datetime.combine(day, time()) + timedelta(milliseconds=moment)


CALENDAR = Calendar()


def day_of(text: str) -> date | datetime | None:
    """The day of an ISO 8601 date as cells hold it, as its clock shows it whatever the zone; None where it is none."""
    if not _ISO.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
    return moment if moment.time() != time() else moment.date()


_MILLISECONDS = 86_400_000
_PHANTOM = 60
_EVE_OF_1900 = date(1899, 12, 31).toordinal()
_FIRST_OF_1904 = date(1904, 1, 1).toordinal()
_LAST = date.max.toordinal()
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?", re.ASCII)
