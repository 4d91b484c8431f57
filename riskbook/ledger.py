"""The register's sheets: the columns of each, made from the form's where the form asks."""

from dataclasses import replace

from riskbook.forms import ACTIONS, DECISIONS, IMPACT, LIKELIHOOD, RISKS, Asked, Column, fixed
from riskbook.kinds import Day, Kept, Kind, Number, Ref, Several, Step, Text
from riskbook.model import Movement

DIGEST = 68
"""The width of a whole SHA-256 on one line."""
_TEXT = Text(kept=True)


def _plain(column: Column) -> Column:
    """A column as it stands in the store: asked of nobody, under one name, its steps of the scale in force then."""
    kind = Kept(column.kind) if isinstance(column.kind, Step) else column.kind
    kind = _TEXT if isinstance(kind, Text) else kind
    return replace(column, kind=kind, aliases=(), asked=Asked.WISH)


def _column(key: str, header: str, width: float = 12, kind: Kind = _TEXT) -> Column:
    return Column(key, header, kind, width=width)


def _among(columns: tuple[Column, ...], *keys: str) -> tuple[Column, ...]:
    return tuple(_plain(column) for key in keys for column in columns if column.key == key)


def _typed(columns: tuple[Column, ...], *without: str) -> tuple[Column, ...]:
    return tuple(_plain(c) for c in columns if c.on_form and not c.ours and c.key not in without)


_REF = _column("ref", "Ref", 10, Ref())
_ROUND = _column("round", "Round", 13)
_SOURCE = (
    _column("book", "Source file", 30),
    _column("sha256", "Source digest", DIGEST),
    _column("sheet", "Source sheet", 14),
    _column("row", "Source row", 9, Number()),
)
_FIRST = ("title", "event", "category", "owner", "impact", "likelihood")

REGISTER = (
    _REF,
    _column("unit", "Unit", 8),
    _column("level", "Level", 12),
    *_among(RISKS, "title", "event", "category", "owner"),
    _column("was_impact", "Last quarter impact", 14, Kept(IMPACT)),
    _column("was_likelihood", "Last quarter likelihood", 14, Kept(LIKELIHOOD)),
    _column("was_rating", "Last quarter rating", 15),
    *_among(RISKS, "impact", "likelihood"),
    _column("agreed_impact", "Agreed impact", 14, Kept(IMPACT)),
    _column("agreed_likelihood", "Agreed likelihood", 14, Kept(LIKELIHOOD)),
    _column("rating", "Rating now", 15),
    _column("movement", "Movement", 14, fixed("", *map(str, Movement))),
    _column("into", "Merged into", 11),
    _column("took_in", "Merged from", 14, Several()),
    _column("closed_by", "Closed by", 30),
    _column("closed_on", "Closed on", 12, Day()),
    *_typed(RISKS, *_FIRST),
    _column("first_target", "First target date", 12, Day()),
    _column("target_slips", "Times target put back", 9, Number()),
    _column("same_words", "Rounds with these words", 9, Number()),
    _column("compared_impact", "Impact compared with", 14, Kept(IMPACT)),
    _column("compared_likelihood", "Likelihood compared with", 14, Kept(LIKELIHOOD)),
    *_SOURCE,
)

ACTION_LIST = (
    _REF,
    *_typed(ACTIONS),
    *_among(ACTIONS, "first_due"),
    _column("slips", "Times put back", 9, Number()),
    *_SOURCE,
)

HISTORY = (
    _REF,
    _ROUND,
    _column("kind", "Submitted or agreed", 14),
    _column("impact", "Impact", 14, Kept(IMPACT)),
    _column("likelihood", "Likelihood", 14, Kept(LIKELIHOOD)),
    _column("number", "Score", 9, Number()),
    _column("band", "Rating", 10),
    _column("movement", "Movement", 14),
)

RESCALED = (
    _REF,
    _column("unit", "Unit", 8),
    *_among(RISKS, "title"),
    _column("old_round", "Rated in", 13),
    _column("old_rating", "Rating on the old scale", 15),
    _column("old_steps", "Impact × likelihood then", 14),
    _column("rating", "Rating on the new scale", 15),
    replace(_column("steps", "Impact × likelihood on it", 14), aliases=("Impact × likelihood now",)),
    _column("becomes", "What becomes of it", 30),
)

DECIDED = (
    *(_plain(column) for column in DECISIONS),
    _ROUND,
    _column("codes", "Codes", 20, Several()),
    _column("rank", "Rank then", 9, Number()),
    _column("content", "Content then", 14),
    *_SOURCE,
    _column("rated_at", "Agreed rating stands in", 24),
)

CHANGES = (
    _REF,
    _column("field", "Field", 24),
    _column("was", "Was", 44),
    _column("now", "Is", 44),
    _column("where", "Where from", 36),
    _column("by", "Who changed it", 14),
    _column("told", "A return now says", 44),
)

RETURNS = (
    _column("unit", "Unit", 8),
    _column("book", "File", 40),
    _column("sha256", "Digest", DIGEST),
    _column("state", "State", 16),
    _column("note", "Note", 44),
    _column("issue", "Issue number", 9, Number()),
    _column("form", "Form version", 9, Number()),
    _column("filled_by", "Filled in by", 30),
    _column("filled_on", "Date filled in", 12, Day()),
    _column("found", "Rows found", 9, Number()),
    _column("merged", "Merged", 9, Number()),
    _column("held", "Held", 9, Number()),
    _column("blank", "Blank", 9, Number()),
    _column("errors", "Errors", 9, Number()),
    _column("queries", "Queries", 9, Number()),
    _column("stage", "Project stage", 14),
    _column("ends", "Project ends on", 12, Day()),
    _column("board", "Board", 30),
    _column("lead_officer", "Lead officer", 26),
)

HELD = (
    _column("unit", "Unit", 8),
    _column("ref", "Ref", 10),
    _column("heading", "Column", 24),
    _column("typed", "As typed", 60),
    _column("reason", "Why it is held", 44),
    _column("code", "Code", 8),
    *_SOURCE,
    _column("cell", "Cell", 8),
)

REFS = (
    _REF,
    _column("unit", "Unit", 8),
    _ROUND,
    _column("new", "Given to row", 11),
    _column("title", "Title then", 40),
    _column("cause", "Caused by then", 40),
    _column("event", "Event then", 40),
    _column("effect", "Resulting in then", 40),
)

ALIASES = (
    _column("old", "Old ref", 12),
    _column("ref", "Ref that stands", 12, Ref()),
    _column("round", "Since", 13),
    _column("why", "Why", 60),
)

ANSWERS = (
    _REF,
    _column("code", "Code", 8),
    _column("digest", "Digest", 14),
    _column("text", "Answer", 60),
    _ROUND,
)

CLEARED = (
    _REF,
    _column("code", "Code", 8),
    _column("digest", "Digest", 14),
    _column("by", "Cleared by", 30),
    _column("on", "On", 12, Day()),
    _column("reason", "Why", 60),
)

EXPORTS = (
    _REF,
    _column("system", "System", 14),
    _column("number", "Export number", 9, Number()),
    _ROUND,
    _column("what", "What", 10),
    _column("field", "Field", 24),
    _column("was", "Was", 44),
    _column("now", "Is", 44),
)

SOURCES = (
    _column("book", "Source file", 40),
    _column("sha256", "Digest", DIGEST),
    _column("sheet", "Source sheet", 14),
    _column("columns", "Columns", 80),
)

OTHER = (_REF, _column("heading", "Column", 30), _column("text", "What stands there", 60))

SETTINGS = (_column("name", "Setting", 60), _column("value", "Value", 100))

ABOUT = (_column("name", "What", 30), _column("value", "Value", 80))
