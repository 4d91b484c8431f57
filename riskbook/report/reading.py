"""How to read this: the scale, what each band asks, appetite, the rules in force, the files that were used."""

from collections.abc import Sequence

from riskbook.findings import Rule
from riskbook.kinds import listed, pounds, said
from riskbook.matrix import Band, Level
from riskbook.model import Received
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import NIL, Block, Cell, Heading, Missing, NewPage, Now, Paper, Para, Sheet, Text, Tone
from riskbook.report.columns import Column, table
from riskbook.rules.escalation import RULES
from riskbook.settings import Escalation, Settings

NAME = "How to read this"
DIGITS = 12
"""Of a file's digest, as the names of kept files have them."""


def sheet(quarterly: Quarterly, version: str) -> Sheet:
    """List what the words and colours mean, which rules are in force, and which files this was made from."""
    settings = quarterly.context.settings
    return Sheet(
        name=NAME,
        title="How to read this",
        lead=f"Impact comes before likelihood. The band belongs to the cell of the matrix: {settings.matrix.name}.",
        blocks=(
            *_scale(settings),
            *_made(quarterly, version),
            NewPage(),
            *_rules(settings),
            NewPage(),
            *_files(quarterly),
        ),
        widths=_GRID,
        use=Paper(scale=_SCALE),
    )


def page(quarterly: Quarterly, version: str) -> Sheet:
    """The first page of the same sheet: what the words and colours mean, for those who do not read the rules."""
    settings = quarterly.context.settings
    lead = f"Impact comes before likelihood. The band belongs to the cell of the matrix: {settings.matrix.name}."
    blocks = (*_scale(settings), *_made(quarterly, version))
    return Sheet(NAME, NAME, lead, blocks, _GRID, Paper(scale=_SCALE))


def _scale(settings: Settings) -> tuple[Block, ...]:
    return (
        *_bands(settings),
        *_steps("Impact", settings.matrix.impact),
        *_steps("Likelihood", settings.matrix.likelihood),
    )


def _made(quarterly: Quarterly, version: str) -> tuple[Block, ...]:
    context, contact = quarterly.context, quarterly.context.settings.council.contact
    return (
        Heading("How this was made"),
        Para(
            f"Made by riskbook {version} from the register of {context.round}, as at {said(context.on)}; questions "
            f"to {contact}. Rules propose and people decide. Nothing is hidden in this workbook: "
            "no sheet, row or column, and every figure can be counted again from the register."
        ),
    )


_GRID = (214, 258, 262, 152, 234, 120)
_SCALE = 80
_MOST_DOMAINS = len(_GRID) - 1


def _bands(settings: Settings) -> tuple[Block, ...]:
    """The bands, worst first, and the appetite."""
    matrix = settings.matrix

    def numbers(band: Band) -> str:
        return ", ".join(map(str, sorted({matrix.number(s) for s in matrix.scores() if matrix.band(s) == band})))

    columns: tuple[Column[Band], ...] = (
        Column("Band", 0, Now, centred=True),
        Column("What it asks", 0, lambda band: Text(band.response)),
        Column("Scores", 0, lambda band: Text(numbers(band))),
    )
    bands = tuple(reversed(matrix.bands))
    return (Heading("Bands"), table("bands_explained", columns, bands, empty=""), Para(_appetite(settings)))


def _appetite(settings: Settings) -> str:
    appetite, bottom = settings.appetite, settings.lines.full_from.name
    own = [f"{number} for {category}" for category, number in appetite.categories.items()]
    return (
        f"Appetite is the highest score that is wanted: {listed([str(appetite.default), *own], 'and')}. "
        f"Tolerance is the highest that is borne: {appetite.tolerance}. "
        f"From {bottom} up, every question on the form is asked."
    )


def _steps(axis: str, levels: Sequence[Level]) -> tuple[Block, ...]:
    """The steps of an axis, highest first, and what each means."""
    domains = list(dict.fromkeys(domain for level in levels for domain, _ in level.meaning))[:_MOST_DOMAINS]

    def meaning(domain: str) -> Column[Level]:
        return Column(domain, 0, lambda level: cells.words(dict(level.meaning).get(domain, "")))

    columns: list[Column[Level]] = [Column(axis, 0, lambda level: Text(str(level), Tone.STRONG))]
    columns += [meaning(domain) for domain in domains]
    return (Heading(f"Steps of {axis.lower()}"), table(f"steps_of_{axis.lower()}", columns, levels[::-1], empty=""))


def _rules(settings: Settings) -> tuple[Block, ...]:
    """The rules that propose a decision, with their numbers, and for whose risks each is on."""
    unit, directorate = settings.escalation.unit, settings.escalation.directorate
    on = [rule for rule in RULES if rule.code in {*unit.codes, *directorate.codes, *_ALWAYS}]

    def number(level: Escalation) -> Column[Rule]:
        name = "For a unit’s risk" if level is unit else "For a directorate risk"
        return Column(name, 0, lambda rule: _line(rule.code, level))

    columns: tuple[Column[Rule], ...] = (
        Column("A risk is proposed when", 0, lambda rule: Text(rule.title)),
        Column("Why", 0, lambda rule: Text(rule.why, Tone.QUIET)),
        number(unit),
        number(directorate),
        Column("Rule", 0, lambda rule: Text(rule.code)),
    )
    return (Heading("Rules in force"), table("rules_in_force", columns, on, empty="No rule is on."))


_ALWAYS = ("D105",)


def _line(code: str, level: Escalation) -> Cell:
    """Whether a rule is on for a level, and the number that it goes by."""
    if code not in (*level.codes, *_ALWAYS):
        return Text("Not asked", Tone.QUIET)
    words = {
        "E103": listed(level.highest_impact_categories, "or"),
        "E104": f"{level.alike_units} units",
        "E105": f"{level.rising_rounds} rounds",
        "E106": f"{level.top_rounds} rounds",
        "E108": f"More than {level.overdue_days} days",
        "E109": f"{pounds(level.exposure)} or more",
        "D101": f"{level.target_rounds} rounds",
        "D102": f"{level.below_rounds} rounds",
        "D104": f"{level.bottom_rounds} rounds",
    }
    return Text(words.get(code, "On"))


def _files(quarterly: Quarterly) -> tuple[Block, ...]:
    """Every workbook that came in, and how its rows were counted."""
    columns: tuple[Column[Received], ...] = (
        Column("Unit", 0, lambda one: Text(cells.unit_name(one.unit, quarterly) or "Not known")),
        Column("File", 0, lambda one: Text(one.book) if one.book else Missing("Not received")),
        Column("Came", 0, lambda one: Text(_came(one))),
        Column("Asked back", 0, lambda one: Text(_asked(one)) if one.book else NIL),
        Column("Rows", 0, lambda one: Text(_rows(one)) if one.found else NIL),
        Column("Digest", 0, lambda one: Text(one.sha256[:DIGITS], Tone.QUIET) if one.sha256 else NIL),
    )
    received = sorted(quarterly.register.returns, key=lambda one: (one.unit, one.book))
    return (Heading("Files used"), table("files_used", columns, received, empty="No file was used."))


def _came(one: Received) -> str:
    words = [one.state, cells.short(one.filled_on) if one.filled_on else "", one.note]
    return ", ".join(word for word in words if word)


def _rows(one: Received) -> str:
    return f"{one.found} = {one.merged} merged + {one.held} held + {one.blank} blank"


def _asked(one: Received) -> str:
    if not (one.errors or one.queries):
        return "Nothing"
    return f"{cells.number(one.errors, 'error')}, {one.queries} {'query' if one.queries == 1 else 'queries'}"
