"""A heading of somebody else's register in; what of ours it means out, as far as words alone can say."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from riskbook.forms import ACTIONS, RISKS, Column
from riskbook.kinds import Step
from riskbook.text import folded, words_only

LONGEST = 80
"""A text longer than this is no heading."""
MOST_WORDS = 8
"""A text of more words is a sentence, not the names of its parts."""


@dataclass(frozen=True, slots=True)
class Rating:
    """A heading that speaks of a rating: before controls, now or the target; ``what`` is an axis, "both" or "score"."""

    stage: str
    what: str

    def keys(self, axes: tuple[str, ...]) -> tuple[str, ...]:
        """The columns of ours that it means, in the order of ``axes``."""
        prefix = {"inherent": "inherent_", "target": "target_"}.get(self.stage, "")
        return tuple(f"{prefix}{axis}" for axis in axes)


def known(parts: tuple[str, ...]) -> str:
    """What a heading answers to in either table; nothing where it is not known."""
    return _known(parts) if sum(map(len, parts)) <= LONGEST else ""


Said = TypeVar("Said")


def first(meant: Callable[[str], Said], parts: tuple[str, ...]) -> Said:
    """What a heading means with all that stands over it, or with less of that, or by itself."""
    return next((said for start in range(len(parts)) if (said := meant(" ".join(parts[start:])))), meant(parts[-1]))


@lru_cache(maxsize=4096)
def _known(parts: tuple[str, ...]) -> str:
    rated = first(rating, parts)
    name = first(risk, parts) or first(action, parts) or first(action_in_row, parts) or " ".join(first(says, parts))
    return f"{rated.stage} {rated.what}" if rated else name


@lru_cache(maxsize=4096)
def risk(heading: str) -> str:
    """The column of Risks that a heading means: "risk" where it may be the title or the event."""
    return _RISKS.get(words_only(heading), "")


@lru_cache(maxsize=4096)
def action(heading: str) -> str:
    """The column of Actions that a heading of a table of actions means."""
    return _ACTIONS.get(words_only(heading), "")


@lru_cache(maxsize=4096)
def action_in_row(heading: str) -> str:
    """What of an action a heading means in a table of risks."""
    return _IN_ROW.get(words_only(heading), "")


@lru_cache(maxsize=4096)
def rating(heading: str) -> Rating | None:
    """The rating that a heading means; None where it says something else too, or two things at once."""
    words = set(re.findall(r"[a-z]+", folded(heading)))
    stages = {stage for stage, these in _STAGES.items() if words & these}
    stages |= {stage for phrase, stage in _PHRASES.items() if phrase in folded(heading)}
    axes = {axis for axis, these in _AXES.items() if words & these}
    others = words - set().union(*_STAGES.values(), *_AXES.values()) - _SCORE - _BESIDE
    if others or len(stages) > 1 or not (axes or words & _SCORE):
        return None
    return Rating(next(iter(stages), ""), "both" if len(axes) == 2 else next(iter(axes), "score"))


def order(heading: str) -> tuple[str, ...]:
    """The axes in the order in which a heading names them."""
    found = re.findall(r"[a-z]+", folded(heading))
    return tuple(dict.fromkeys(axis for word in found for axis, these in _AXES.items() if word in these))


def says(heading: str) -> tuple[str, ...]:
    """Which of cause, event and effect a heading names, in its order; a ref and title where it names those."""
    words = re.findall(r"[a-z]+", folded(heading))
    if len(words) > MOST_WORDS:
        return ()
    found = tuple(dict.fromkeys(key for word in words for key, these in _PARTS.items() if word in these))
    if len(found) == len(_PARTS):
        return found
    return ("ref", "title") if set(words) & _REFS and set(words) & _TITLES and set(words) <= _REFS | _TITLES else ()


_MORE: Mapping[str, tuple[str, ...]] = {
    "ref": ("Ref no", "Reference number", "Reference no", "Risk number", "Number", "Item", "Item no", "Unique ref"),
    "title": ("Risk heading", "Name of risk", "Headline", "Risk headline", "Risk summary", "Name"),
    "event": (
        *(
            "What could happen",
            "What might happen",
            "What could go wrong",
            "The risk",
            "Risk statement",
            "Risk details",
        ),
        *(
            "Details of risk",
            "Description of the risk",
            "Threat",
            "Uncertain event",
            "Risk and effects",
            "Risk & effect",
        ),
        *("Risk event description", "Risk in full", "Cause event and effect", "Cause, event, consequence"),
    ),
    "cause": ("Root cause", "Root causes", "Trigger", "Triggers", "Risk cause", "Risk causes", "Vulnerability"),
    "effect": (
        *("Potential consequences", "Possible consequences", "Potential effects", "Risk effect", "Risk consequences"),
        *("Result", "Outcome", "Potential impact", "Impact if it happens", "What would follow"),
    ),
    "category": ("Theme", "Risk theme", "Risk area", "Area of risk"),
    "owner": ("Owned by", "Accountable officer", "Responsible person", "Named owner", "Who owns it", "Officer"),
    "controls": (
        *(
            "Control measures",
            "Existing control measures",
            "Mitigating controls",
            "Existing mitigation",
            "Key controls",
        ),
        *("Current mitigation", "Mitigations in place", "Internal controls", "Controls already in place", "Safeguards"),
        *("What we do now", "Current control measures"),
    ),
    "response": ("Risk treatment", "Treatment option", "Response type", "Risk strategy", "Four Ts", "4Ts"),
    "status": ("Open or closed", "Open closed", "Live or closed", "State", "Current status"),
    "raised": ("Date added", "Date opened", "Date entered", "Creation date", "Date logged", "Date created", "Opened"),
    "reviewed": ("Date last reviewed", "Date of last review", "Reviewed on", "Last reviewed on", "Last review date"),
    "commentary": ("Progress notes", "Notes", "Latest update", "Narrative", "Progress update", "Quarterly update"),
    "target_date": ("Date to reach target", "Target to be reached by"),
    "objective": ("Plan priority", "Priority", "Aim", "Strategic objective", "Objective affected"),
    "exposure": ("Financial exposure £", "Cost £"),
}
_NOT_HERE = {"risk", "reviewdate", "cost", "bywhen", "consequence", "consequences", "impact"}
"""Headings that mean one thing on a form of ours and may mean another elsewhere, and some that are looked at apart."""
_MORE_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "risk_ref": ("Relates to risk", "Links to risk", "Risk number", "Risk no", "Linked risk", "Which risk"),
    "what": ("What will be done", "Action required", "Actions required", "Further actions", "Description of action"),
    "lead": ("Action by", "By whom", "Who", "Who by", "Assigned to", "Action officer", "Responsible officer"),
    "due": ("Deadline", "When", "By when", "Timescale", "Date due", "Action due", "Target completion date"),
    "status": ("State", "Current status"),
    "done": ("Completed on", "Completion date", "Actual completion date"),
    "progress": ("Progress to date", "Latest position", "Notes", "Progress notes"),
}
_ROW: Mapping[str, tuple[str, ...]] = {
    "what": (
        *("Action", "Actions", "Further action", "Further actions", "Planned action", "Planned actions", "Next steps"),
        *("Action required", "Actions required", "Further action required", "Further actions required", "Action plan"),
        *(
            "Actions planned",
            "Actions being taken",
            "Further controls",
            "Further controls required",
            "Treatment actions",
        ),
        *("Additional controls", "Additional controls required", "Planned mitigation", "Further mitigation"),
    ),
    "lead": ("Action lead", "Action owner", "Action by", "Action officer", "Actions lead", "Actions owner", "By whom"),
    "due": (
        *("Due", "Due date", "Action due", "Action due date", "Action date", "Actions due", "Deadline", "By when"),
        *("Date due", "Timescale", "Timescales", "Action target date", "Actions target date", "Actions due date"),
    ),
    "status": ("Action status", "Actions status", "Action state"),
    "done": ("Date completed", "Completed on", "Action completed"),
    "progress": ("Action progress", "Progress on actions", "Actions progress"),
}
_STAGES: Mapping[str, set[str]] = {
    "inherent": {"inherent", "gross", "original", "unmitigated", "uncontrolled", "raw", "pure", "before"},
    "now": {"current", "residual", "net", "now", "managed", "mitigated", "after", "today"},
    "target": {"target", "future", "desired"},
}
_PHRASES = {"no controls": "inherent", "without controls": "inherent", "with controls": "now", "no action": "inherent"}
_AXES: Mapping[str, set[str]] = {
    "impact": {"impact", "severity", "consequence", "consequences", "i", "sev"},
    "likelihood": {"likelihood", "probability", "l", "p", "frequency", "prob"},
}
_SCORE = {"score", "scores", "rating", "rated", "total", "rag", "grade"}
_BESIDE = {
    *("risk", "level", "of", "the", "and", "x", "with", "without", "no", "if", "controls", "control", "existing", "in"),
    *("place", "assessment", "evaluation", "matrix", "to", "action", "mitigation", "measures", "value"),
}
_PARTS: Mapping[str, set[str]] = {
    "cause": {"cause", "causes"},
    "event": {"event", "risk"},
    "effect": {"effect", "effects", "consequence", "consequences", "impact"},
}
_REFS, _TITLES = {"ref", "reference", "no", "number", "id"}, {"title", "name", "risk", "and", "heading", "of"}


def _names(columns: tuple[Column, ...], more: Mapping[str, tuple[str, ...]], left: set[str]) -> dict[str, str]:
    """Our columns by what they are called, as headings are compared; ratings are read by their words."""
    names = {
        words_only(name): column.key
        for column in columns
        if not isinstance(column.kind, Step) and (column.key in more or not column.ours) and column.key != "rated"
        for name in (*column.aliases, column.header, column.key)
    }
    names = {name: key for name, key in names.items() if name not in left}
    return names | {words_only(name): key for key, these in more.items() for name in these}


_RISKS = _names(RISKS, _MORE, _NOT_HERE) | {"risk": "risk"}
_ACTIONS = _names(ACTIONS, _MORE_ACTIONS, {"risk", "date", "no", "id", "ref"}) | {
    "ref": "ref",
    "id": "ref",
    "no": "ref",
}
_IN_ROW = {words_only(name): key for key, these in _ROW.items() for name in these}
