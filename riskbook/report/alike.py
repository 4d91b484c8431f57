"""Alike: the risks that several units tell in nearly the same words, for people to link, merge or raise as one."""

from riskbook.alike import Cluster
from riskbook.kinds import listed
from riskbook.model import Decision
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import NIL, Cell, Count, Para, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.rules.escalation import decided

NAME = "Alike"


def sheet(quarterly: Quarterly) -> Sheet:
    """List the groups of alike risks, told by most units first, with what they share and how alike they are."""
    level = quarterly.context.settings.escalation.unit
    columns = _columns(quarterly)
    return Sheet(
        name=NAME,
        title="Risks that several units tell",
        lead=f"{cells.number(len(quarterly.clusters), 'group')} of open risks that read alike. From "
        f"{level.alike_units} units up a group is proposed for escalation. None is merged without a decision.",
        blocks=(
            table("alike", columns, quarterly.clusters, empty="No two units tell the same risk."),
            Para(
                "Titles, events and causes are compared, whatever the category. Alike is the likeness, out of 100, of "
                f"the two that are least alike in a group; from {level.alike_similarity} up risks are listed here.",
                Tone.QUIET,
            ),
        ),
        widths=widths(columns),
    )


_MOST = 30
"""So many risks of a group are named."""


def _columns(quarterly: Quarterly) -> tuple[Column[Cluster], ...]:
    return (
        Column("Units", 60, lambda one: Count(len(one.units), Tone.STRONG), centred=True),
        Column("Risks", 420, _risks),
        Column("Owned by", 190, lambda one: _lines([cells.unit_name(e.unit, quarterly) for e in one.members])),
        Column("Categories", 140, lambda one: Text(listed(_categories(one), "and") or "None given")),
        Column("Words they share", 180, lambda one: Text(", ".join(one.shared)) if one.shared else NIL),
        Column("Alike", 60, lambda one: Count(one.similarity), centred=True),
        Column("Decided", 170, lambda one: _decided(one, quarterly)),
    )


def _risks(cluster: Cluster) -> Text:
    return _lines([f"{entry.ref} {cells.title(entry).words}" for entry in cluster.members])


def _lines(words: list[str]) -> Text:
    """A line for each; of very many the first, and how many more."""
    left = len(words) - _MOST
    return Text("\n".join([*words[:_MOST], *([f"And {left} more."] if left > 0 else [])]))


def _categories(cluster: Cluster) -> list[str]:
    return sorted({entry.now.category for entry in cluster.members} - {""})


def _decided(cluster: Cluster, quarterly: Quarterly) -> Cell:
    """What was decided of any of them: to merge it into another, or to raise it."""
    about = [one for entry in cluster.members for one in decided(quarterly.register, entry.ref)]
    told = [_words(one) for one in about if one.decision in ("Merge", "Escalate", "Manage at this level", "Hold")]
    return Text("\n".join(told)) if told else NIL


def _words(decision: Decision) -> str:
    into = f" into {decision.into}" if decision.into else ""
    return f"{decision.risk_ref}: {decision.decision}{into}, {decision.round}"
