"""What stands in a round's folder in; the steps of the round, what is done of each, and the command for it, out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from riskbook.kinds import said
from riskbook.report.cells import number
from riskbook.rounds import Round
from riskbook.settings import Settings
from riskbook.year import working_days


@dataclass(frozen=True, slots=True)
class There:
    """What a round has come to: how many units are asked and of how many the form is issued, and so on.

    ``mailed`` counts the mails that were sent, by kind; ``returned`` the files that came, ``unmerged`` those of them
    that no merge has seen; ``back`` the returns that are answered; ``packs`` those for interviews; ``edition`` is the
    newest report's, 0 where there is none; ``written`` names other work that is done: "DLT paper", "P+"; ``drafted``
    the kinds of mail whose drafts stand as they are wanted now, and wait to be sent.
    """

    asked: int
    issued: int = 0
    mailed: Mapping[str, int] = field(default_factory=dict)
    returned: int = 0
    unmerged: int = 0
    merged: bool = False
    back: int = 0
    packs: int = 0
    edition: int = 0
    written: frozenset[str] = frozenset()
    drafted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the round: what stands of it, and the command that does it or goes on with it.

    ``waits`` says that the command has done its part: drafts stand, and a person sends them.
    """

    name: str
    done: bool
    words: str
    command: str
    waits: bool = False


def steps(there: There, round_: Round, settings: Settings, on: date) -> tuple[Step, ...]:
    """The steps in the order in which a round goes; ``on`` is today."""
    return (*_asking(there, round_, settings, on), *_telling(there), *_of_the_year(there, round_, settings, on))


def following(found: tuple[Step, ...]) -> Step | None:
    """The step to take next: the first that is neither done nor waits for its drafts to be sent."""
    return next((step for step in found if not step.done and not step.waits), None)


def _asking(there: There, round_: Round, settings: Settings, on: date) -> Iterator[Step]:
    """From the forms to the register."""
    forms = f"{there.issued} of {number(there.asked, 'form')} written"
    yield Step("Forms", there.issued >= there.asked, forms, "riskbook issue")
    sent, came = there.mailed.get("issue", 0), bool(there.returned)
    mails = number(sent, "mail") + " sent" if sent else "not by riskbook" if came else "none sent"
    yield _mailed(Step("Send out", bool(sent) or came, mails, "riskbook mail issue"), "issue", there)
    due = settings.timetable.due_date(round_)
    files = f"{number(there.returned, 'file')} came; {_due(due, on)}"
    waiting = on <= due and there.returned < there.asked
    command = "riskbook status" if on < due else "riskbook status, riskbook mail chase"
    yield Step("Returns", came and not waiting, files, command)
    since = f"; {number(there.unmerged, 'file')} came since" if there.unmerged else ""
    words = f"register and report are written{since}" if there.merged else "not yet"
    yield Step("Merge", there.merged and not there.unmerged, words, "riskbook merge")
    sent = there.mailed.get("corrections", 0)
    words = f"{number(there.back, 'return')} to be put right or answered"
    words += f"; {number(sent, 'mail')} sent" if sent else ""
    done = there.merged and (bool(sent) or not there.back)
    words = words if there.merged else "after the merge"
    yield _mailed(Step("Corrections", done, words, "riskbook mail corrections"), "corrections", there)


def _telling(there: There) -> Iterator[Step]:
    """From the register to those who read it."""
    packs = f"{number(there.packs, 'pack')} written" if there.packs else "not yet"
    yield Step("Interviews", bool(there.packs), packs, "riskbook interviews")
    paper = "DLT paper" in there.written
    yield Step("DLT paper", paper, "written" if paper else "not yet", "riskbook report --for dlt")
    decided = there.edition > 1
    words = f"edition {there.edition} is written" if decided else "none taken yet"
    yield Step("Decisions", decided, words, "riskbook decide FILE")
    sent = there.mailed.get("report", 0)
    words = f"{number(sent, 'mail')} sent" if sent else "not sent"
    yield _mailed(Step("Report", bool(sent), words, "riskbook mail report"), "report", there)
    for name, key in (("P+", "pplus"), ("Corporate register", "corporate")):
        done = name in there.written
        yield Step(name, done, "exported" if done else "not yet", f"riskbook export {key}")


def _mailed(step: Step, kind: str, there: There) -> Step:
    """A step of mails, and where it is not done that its drafts wait."""
    if step.done or kind not in there.drafted:
        return step
    return replace(step, words=f"{step.words}; drafts wait in the folder outbox", waits=True)


def _of_the_year(there: There, round_: Round, settings: Settings, on: date) -> Iterator[Step]:
    """What the last rounds of a year have besides: the risks of the next are proposed after it, and confirmed."""
    timetable = settings.timetable
    following_ = timetable.after(round_)
    if following_.year == round_.year and timetable.after(following_).year > round_.year:
        done = "Proposed" in there.written
        yield Step("Next year's risks", done, "proposed" if done else "not yet", "riskbook propose")
    if following_.year > round_.year:
        done = "Confirmed" in there.written
        yield Step("Next year's risks", done, "confirmed" if done else "not yet", "riskbook confirm FILE")


def _due(due: date, on: date) -> str:
    """When returns are due, and how far off that is."""
    left = working_days(on, due)
    if on == due:
        return f"due today, {said(due)}"
    if on < due:
        return f"due {said(due)}, in {number(left, 'working day')}"
    return f"due {said(due)}, {number(-left, 'working day')} ago"
