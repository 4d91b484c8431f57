"""What they feed: the directorate risks above a pack's risks, by ref and title alone."""

from dataclasses import dataclass

from riskbook.quarterly import Named, Quarterly
from riskbook.report import cells
from riskbook.report.blocks import Ref, Refs, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths

NAME = "What they feed"


@dataclass(frozen=True, slots=True)
class Above:
    """A directorate risk that is not in the report, and the refs of the risks in it that feed it."""

    above: Named
    refs: tuple[str, ...]


def sheet(quarterly: Quarterly) -> Sheet:
    """List the directorate risks, with the risks here that feed each."""
    found = above(quarterly)
    columns: tuple[Column[Above], ...] = (
        Column("Ref", 90, lambda one: Ref(one.above.ref), centred=True),
        Column("Directorate risk", 560, lambda one: title(one.above)),
        Column("Fed by", 560, lambda one: Refs(one.refs)),
    )
    return Sheet(
        name=NAME,
        title="Directorate risks that these risks feed",
        lead=f"{cells.number(len(found), 'directorate risk')}, each owned by an Assistant Director; by ref and title.",
        blocks=(table("feeds", columns, found, empty="None of these risks is linked to a directorate risk."),),
        widths=widths(columns),
    )


def above(quarterly: Quarterly) -> tuple[Above, ...]:
    """The directorate risks outside that risks inside feed."""
    known = quarterly.register.by_ref
    found: dict[Named, list[str]] = {}
    for one in quarterly.feeds:
        if one.above.ref not in known:
            found.setdefault(one.above, []).append(one.below.ref)
    order = sorted(found, key=lambda one: one.ref)
    return tuple(Above(one, tuple(found[one])) for one in order)


def title(one: Named) -> Text:
    """Its title; that it is withheld where the risk is exempt."""
    return Text(one.title) if one.title else Text("Reported separately", Tone.QUIET)
