"""People's words in; the phrases that stand in them, and days promised that have passed, out."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from riskbook.text import folded


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Letters and digits in words with one space between, case and punctuation forgiven: what phrases are sought in."""
    return " ".join(re.findall(r"\w+", folded(text)))


def stands_in(phrase: str, text: str) -> bool:
    """Whether a phrase stands in a text as whole words."""
    return bool(plain(phrase)) and f" {plain(phrase)} " in f" {plain(text)} "


def first_of(phrases: Iterable[str], text: str) -> str:
    """The first of some phrases that stands in a text, or nothing."""
    return next((phrase for phrase in phrases if stands_in(phrase, text)), "")


def promise(text: str, begins: date, on: date, future: Iterable[str]) -> date | None:
    """The first day in a text that has passed by ``on`` and is written as a promise.

    A promise is a word of the future in the same sentence, or "by" before the day where nothing tells of the past. A
    day without a year counts within the quarter that began on ``begins``.
    """
    for sentence in re.split(r"(?<=[.!?;])\s+|\n", text):
        for found in _DAY.finditer(sentence):
            day = _day(found, begins, on)
            if day and day <= on and _is_promised(sentence[: found.start()], sentence, future):
                return day
    return None


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = re.compile(
    r"(?<![\w/.])(?:(?P<d>\d{1,2})(?P<mark>[/.])(?P<m>\d{1,2})(?P=mark)(?P<y>\d{4})(?![\w/]|\.\d)"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{'|'.join(_MONTHS)})[a-z]*\b\.?(?:,?\s+(?P<year>\d{{4}})\b)?)"
)
_AGO = re.compile(r"\b(since|from|of|after|dated|than|until)\s+(\w+day,?\s+)?(the\s+)?$", re.IGNORECASE)
_BY = re.compile(r"\bby\s+(\w+day,?\s+)?(the\s+)?$", re.IGNORECASE)
_PAST = re.compile(r"\b(was|were|had|has|have|been|did|\w+ed)\b", re.IGNORECASE)
_DUE = ("due", "expected", "to be")


def _is_promised(before: str, sentence: str, future: Iterable[str]) -> bool:
    if _AGO.search(before):
        return False
    ahead = "|".join(re.escape(word) for word in (*future, *_DUE))
    if re.search(rf"(?<!was )(?<!were )(?<!been )(?<!\w)({ahead})(?!\w)", folded(sentence)):
        return True
    return bool(_BY.search(before)) and not _PAST.search(before)


def _day(found: re.Match[str], begins: date, on: date) -> date | None:
    """The day that was found; None for one that there is not, or without a year and outside the quarter."""
    if found["d"]:
        return _checked(int(found["y"]), int(found["m"]), int(found["d"]))
    month = _MONTHS.index(found["month"]) + 1
    if found["year"]:
        return _checked(int(found["year"]), month, int(found["day"]))
    days = (_checked(year, month, int(found["day"])) for year in {begins.year, on.year})
    return next((day for day in days if day and begins <= day <= on), None)


def _checked(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
