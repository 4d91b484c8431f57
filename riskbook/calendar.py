"""The days of a year in, a calendar file that Outlook imports out: an entry for each, all day long, nobody busy."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from riskbook.year import Event

if TYPE_CHECKING:
    import icalendar


def calendar(events: Iterable[Event], name: str, version: str) -> bytes:
    """Write an iCalendar file (RFC 5545); the same events make the same bytes."""
    from icalendar import Calendar

    whole = Calendar()
    whole.add("prodid", f"-//riskbook//{version}//EN")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", name)
    for event in events:
        whole.add_component(_entry(event))
    return bytes(whole.to_ical())


def _entry(event: Event) -> "icalendar.Event":
    """An entry, under a name that it keeps when its day is moved, so that importing again moves it too."""
    from icalendar import Event as Entry

    entry = Entry()
    entry.add("uid", f"{sha256(event.what.encode()).hexdigest()[:16]}@riskbook")
    entry.add("dtstamp", datetime(event.day.year, 1, 1, tzinfo=UTC))
    entry.add("dtstart", event.day)
    entry.add("dtend", (event.until or event.day) + timedelta(days=1))
    entry.add("summary", event.what)
    if event.command:
        entry.add("description", f"Command: {event.command}")
    entry.add("transp", "TRANSPARENT")
    return entry
