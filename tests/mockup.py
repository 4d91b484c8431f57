"""A made-up quarter of a made-up council, as the pictures in the design show it: the document that the writers draw."""
# ruff: noqa: E501 (a row of a made-up table is easier to read in one line)

from datetime import date

from riskbook.matrix import Band, Level, Matrix, Score
from riskbook.report.blocks import (
    NIL,
    SCORES,
    Beside,
    Cell,
    Chart,
    ChartKind,
    Count,
    Day,
    Document,
    Field,
    Figure,
    Figures,
    Heading,
    HeatMap,
    Link,
    Missing,
    Moved,
    NewPage,
    Now,
    Opening,
    Paper,
    Para,
    Percent,
    Ref,
    Refs,
    Screen,
    Series,
    Sheet,
    Square,
    Stack,
    Table,
    Text,
    Then,
    ToFill,
    Tone,
    Trend,
)

RED = Band("Red", "R", "A3201D", "FFFFFF", 3)
AMBER = Band("Amber", "A", "F5B04C", "1B1F23", 2)
GREEN = Band("Green", "G", "CFE8D6", "1B1F23", 1)
BANDS = (GREEN, AMBER, RED)
QUIET, STRONG = Tone.QUIET, Tone.STRONG


def _band(number: int) -> Band:
    return RED if number >= 15 else AMBER if number >= 5 else GREEN


_IMPACT = tuple(Level(i, w) for i, w in enumerate(("Minimal", "Minor", "Moderate", "Major", "Critical"), 1))
_LIKELIHOOD = tuple(Level(i, w) for i, w in enumerate(("Rare", "Unlikely", "Possible", "Likely", "Almost certain"), 1))
_NUMBERS = tuple(tuple(i * j for j in range(1, 6)) for i in range(1, 6))
MATRIX = Matrix(
    "5 by 5",
    _IMPACT,
    _LIKELIHOOD,
    tuple(tuple(_band(n) for n in row) for row in _NUMBERS),
    _NUMBERS,
    BANDS,
)
ABOVE = frozenset(score for score in MATRIX.scores() if MATRIX.number(score) > 12)
SQUARES = (
    Square(Score(5, 2), 0, 1),
    Square(Score(5, 3), 2, 1, ("DIR-03", "FHS-004")),
    Square(Score(5, 4), 1, 1, ("DIR-01",)),
    Square(Score(4, 2), 1, 1, ("RES-004",)),
    Square(Score(4, 3), 7, 6, ("DIR-04", "DIR-06", "DIR-07", "FHS-002", "CIC-001", "SEN-005", "PRJ-101")),
    Square(Score(4, 4), 3, 5, ("DIR-05", "CIC-003", "SEN-002")),
    Square(Score(4, 5), 1, 0, ("DIR-02",)),
    Square(Score(3, 1), 1, 1, ("FHS-014",)),
    Square(Score(3, 2), 2, 2, ("DIR-09", "CIC-010")),
    Square(Score(3, 3), 8, 8, ("DIR-08", "FHS-009", "FHS-013", "CIC-006", "CIC-008", "SEN-007", "SEN-008", "PRJ-102")),
    Square(Score(3, 4), 5, 6, ("FHS-007", "CIC-004", "SEN-003", "SCH-001", "PAR-203")),
    Square(Score(2, 2), 7, 5, ("FHS-011", "CIC-009", "SCH-005", "SCH-006", "RES-002", "RES-006", "PRJ-105")),
    Square(Score(2, 3), 0, 1),
    Square(Score(2, 4), 2, 2, ("SCH-003", "PAR-201")),
    Square(Score(1, 3), 1, 1, ("RES-005",)),
)
ROUNDS = ("2025-26 Q1", "2025-26 Q2", "2025-26 Q3", "2025-26 March", "2026-27 Q1", "2026-27 Q2")


def centred(header: str, group: str = "") -> Field:
    """A field whose cells are centred."""
    return Field(header, group, centred=True)


def cells(*given: Cell) -> tuple[Cell, ...]:
    """A row."""
    return given


def now(number: int) -> Now:
    """A rating now."""
    return Now(_band(number), number)


def then(number: int) -> Then:
    """A rating then."""
    return Then(_band(number), number)


def document() -> Document:
    """The whole report."""
    return Document(
        title="Children’s Services risk report, 2026-27 Q2",
        subject="Risks as at 30 September 2026",
        organisation="Brackenshire County Council",
        footer="Children’s Services risk report · 2026-27 Q2 · as at 30 September 2026",
        created=date(2026, 10, 9),
        sheets=(
            summary(),
            decisions(),
            heat_map(),
            directorate(),
            movement(),
            actions(),
            by_service(),
            returns(),
            card(),
            register(),
            scores(),
        ),
    )


def summary() -> Sheet:
    """One page for people with five minutes."""
    wanted = (
        (
            "Escalate to the Corporate Risk Group: high needs spending (DIR-01), homes for children (DIR-02), EHC plans (DIR-05).",
            "Decisions",
        ),
        (
            "Bring two risks up to the directorate: night cover (FHS-004) and joint funding with health (PAR-203).",
            "Decisions",
        ),
        ("Hand falling rolls (DIR-09) back to Schools and Learning.", "Decisions"),
        ("Close the early years offer (PRJ-105) and prepaid cards (RES-005).", "Decisions"),
        ("Settle how the high needs deficit is held after the statutory override ends (DIR-01).", "Risk card DIR-01"),
        ("Say what follows for the Youth Justice Team and the Virtual School, which sent no return.", "Returns"),
    )
    decided = Table(
        "decisions_wanted",
        (centred("No."), Field("Decision"), Field("See")),
        tuple(
            (Count(n, STRONG), Text(words), Text(to.removesuffix(" DIR-01"), to=Link(to)))
            for n, (words, to) in enumerate(wanted, 1)
        ),
        empty="No decision is wanted.",
    )
    banded = Table(
        "bands",
        (Field("Rating"), centred("Q2"), centred("Q1"), centred("Change")),
        (
            (Now(RED), Count(7, STRONG), Count(7, QUIET), Text("0")),
            (Now(AMBER), Count(25, STRONG), Count(27, QUIET), Text("−2")),
            (Now(GREEN), Count(9, STRONG), Count(7, QUIET), Text("+2")),
            (Text("Not scored"), Count(1, STRONG), Count(0, QUIET), Text("+1")),
        ),
        empty="There are no risks.",
        total=(Text("All risks"), Count(42), Count(41), Text("+1")),
    )
    returned = _counts("returns_due", "Return", "Units", {"Due": 20, "On time": 16, "Late": 2, "Not received": 2})
    moves = {"▲ Up": 4, "▼ Down": 6, "► Same": 24, "● New": 4, "○ Not returned": 3, "○ Not scored": 1}
    moved = _counts("movements", "Since Q1", "Risks", {**moves, "■ Closed, merged": 3})
    series = (Series("Red", RED), Series("Amber", AMBER), Series("Green", GREEN), Series("Not scored"))
    chart = Chart(
        ChartKind.STACKED_COLUMN,
        "bands_by_round",
        "Round",
        series,
        "Stacked columns: risks in each band over six rounds. 2025-26 Q1: 5 Red of 36; 2026-27 Q2: 7 Red of 42.",
        (508, 270),
    )
    return Sheet(
        name="Summary",
        title="Children’s Services risk report, 2026-27 Q2",
        lead="Brackenshire County Council  ·  for the senior leadership team, 14 October 2026  ·  "
        "risks as at 30 September 2026",
        blocks=(
            Opening(
                "42 risks: 7 Red, 25 Amber, 9 Green and 1 not scored. Since Q1, 4 are up, 6 down, 24 the same and 4 "
                "new; 2 were closed and 1 merged into another; 3 were not returned and stand as last quarter. 12 "
                "actions are overdue. 18 of 20 units sent a return. None was reopened, none escalated or de-escalated "
                "since the last report."
            ),
            Beside(
                (
                    Stack(0, 3, (Heading("Decisions wanted"), decided)),
                    Stack(4, 6, (Heading("Risks in each band"), banded)),
                    Stack(11, 2, (Heading("Returns"), returned)),
                )
            ),
            Beside(
                (
                    Stack(0, 3, (Heading("Risks in each band, last six rounds"), chart)),
                    Stack(
                        4,
                        6,
                        (
                            Heading("Where the risks stand (risks in each cell)"),
                            HeatMap(MATRIX, SQUARES, ABOVE, small=True),
                            Para("Thick line: appetite, a score of 12. One risk is not scored.", QUIET),
                        ),
                    ),
                    Stack(11, 2, (Heading("Movement"), moved)),
                )
            ),
        ),
        widths=(34, 396, 84, 14, 104, 56, 56, 56, 56, 56, 14, 116, 52),
        use=Paper(one_page=True),
        below=(
            Heading("Sheets"),
            Table(
                "sheets",
                (centred("Sheet no."), Field("Sheet")),
                tuple((Count(n), Text(name, to=Link(name))) for n, name in enumerate(("Decisions", "Heat map"), 2)),
                empty="",
            ),
        ),
    )


def _counts(name: str, label: str, number: str, counts: dict[str, int]) -> Table:
    rows = tuple((Text(words), Count(count, STRONG)) for words, count in counts.items())
    return Table(name, (Field(label), centred(number)), rows, empty="")


def decisions() -> Sheet:
    """What the meeting decides."""
    proposals = (
        (
            "Escalate to corporate",
            "DIR-01",
            "High needs spending exceeds the grant",
            20,
            "Red for 6 rounds: 16, 16, 20, 20, 20, 20. Exposure £6.8m, above the line of £500,000. The owner says that the end of the statutory override is beyond the directorate’s control.",
        ),
        (
            "Escalate to corporate",
            "DIR-02",
            "Too few homes for children in our care",
            20,
            "Red, and its score rose from 16 to 20. Stands above the appetite for placements (12). Exposure £2.1m.",
        ),
        (
            "Escalate to corporate",
            "DIR-05",
            "EHC plans are late or of poor quality",
            16,
            "Red for 5 rounds: 16, 16, 16, 16, 16. Action A-031 is 92 days overdue.",
        ),
        (
            "Escalate to directorate",
            "FHS-004",
            "Night cover in the emergency duty team fails",
            15,
            "Rose from Amber 10 to Red 15. Impact is the highest there is, the category is safeguarding, and the controls are only Partly effective. No directorate risk covers it.",
        ),
        (
            "Escalate to directorate",
            "PAR-203",
            "Joint funding is not agreed with health",
            12,
            "The manager asks for it: health have not signed the 2026-27 agreement. Target 6 was due 30 June 2026, 92 days ago, and it stands at 12.",
        ),
        (
            "De-escalate to service",
            "DIR-09",
            "Falling rolls leave schools unviable",
            6,
            "The owner proposes it: the target of 6 is met, from 9 last quarter, and Schools and Learning are willing to hold it.",
        ),
        (
            "Close",
            "PRJ-105",
            "The early years offer launches late",
            4,
            "The project closed on 31 August 2026 and the board accepted its end report.",
        ),
        (
            "Close",
            "RES-005",
            "Prepaid cards are misused",
            3,
            "Green for 5 rounds: 3, 3, 3, 3, 3. Internal Audit gave substantial assurance in May 2026.",
        ),
    )
    answers: tuple[Cell, ...] = (
        ToFill(choices=("Agreed", "Not agreed", "Deferred")),
        ToFill(),
        ToFill(day=True),
        ToFill(),
    )
    rows = tuple(
        (Count(n), Text(what, STRONG), Ref(ref), Text(title), now(score), Text(why), *answers)
        for n, (what, ref, title, score, why) in enumerate(proposals, 1)
    )
    proposed, decided = "Proposed", "Decided at the meeting"
    fields = (
        centred("No.", proposed),
        Field("Proposal", proposed),
        centred("Ref", proposed),
        Field("Risk", proposed),
        centred("Rating Q2", proposed),
        Field("Reasons", proposed),
        Field("Decision", decided),
        Field("Decided by", decided),
        Field("Date", decided),
        Field("Note", decided),
    )
    return Sheet(
        name="Decisions",
        title="Decisions wanted",
        lead="8 proposals, worst first in each group. Rules propose; SLT decides. The tinted columns are for the "
        "meeting and are read back.",
        blocks=(
            Table("decisions", fields, rows, empty="No rule proposes anything."),
            Para("Carried upstairs, so not proposed again: CIC-003 by DIR-02, SEN-002 by DIR-05.", QUIET),
        ),
        widths=(40, 116, 70, 176, 94, 312, 116, 106, 94, 132),
    )


def heat_map() -> Sheet:
    """The matrix with what stands in it, and the same facts as a table."""
    unscored = Table(
        "not_scored",
        (centred("Rating Q1"), centred("Ref"), Field("Risk"), Field("Why")),
        (
            (
                now(9),
                Ref("SEN-006"),
                Text("Alternative provision is poorly checked"),
                Text("Impact was typed as “Lots” (sheet Risks, cell M14). Last quarter Amber 9."),
            ),
        ),
        empty="Every risk is scored.",
    )
    worst_first = sorted(SQUARES, key=lambda square: MATRIX.rank(square.score), reverse=True)
    facts = Table(
        "heat_map",
        (
            centred("Rating"),
            centred("Impact"),
            centred("Likelihood"),
            centred("Risks Q2"),
            centred("Risks Q1"),
            Field("Refs"),
        ),
        tuple(
            (
                now(MATRIX.number(square.score)),
                Text(str(MATRIX.impact[square.score.impact - 1])),
                Text(str(MATRIX.likelihood[square.score.likelihood - 1])),
                Count(square.now),
                Count(square.was or 0, QUIET),
                Refs(square.refs) if square.refs else NIL,
            )
            for square in worst_first
        ),
        empty="No risk is scored.",
    )
    return Sheet(
        name="Heat map",
        title="Where the risks stand",
        lead="41 of 42 risks: the number in bold now, (was) last quarter. Darker is worse; the letter is the band. "
        "The thick line is the appetite: a score of 12.",
        blocks=(
            HeatMap(MATRIX, SQUARES, ABOVE),
            Heading("Not scored, so not on the map"),
            unscored,
            NewPage(),
            Heading("The same facts as a table"),
            facts,
        ),
        widths=(128, 176, 176, 176, 176, 176),
        use=Paper(scale=94),
    )


def directorate() -> Sheet:
    """The risks that DLT owns."""
    q1, q2, progress = "Last quarter (Q1)", "This quarter (Q2)", "Progress"
    fields = (
        centred("Ref", "Risk"),
        Field("Risk", "Risk"),
        Field("Owner", "Risk"),
        centred("Q1 impact", q1),
        centred("Q1 likelihood", q1),
        centred("Q1 rating", q1),
        centred("Q2 impact", q2),
        centred("Q2 likelihood", q2),
        centred("Q2 rating", q2),
        Field("Movement", q2),
        centred("Target rating", "Target"),
        centred("Target date", "Target"),
        Field("What changed and was done", progress),
        Field("What is next", progress),
        centred("Trend", progress),
    )
    long = " ".join(
        f"On {day} May the panel of heads looked at case {day * 7} and agreed what to do." for day in range(1, 32)
    )
    told = (
        (
            "DIR-01",
            "High needs spending exceeds the grant",
            "AD Education and Inclusion",
            (5, 4),
            (5, 4),
            12,
            "Forecast overspend £6.8m, £0.4m more than in June: 61 more plans than forecast. Schools Forum agreed the banding review on 17 September. Eight places opened at the Alder Lane resource base.",
            "Banding to start with new plans from 1 January. Recovery plan to Cabinet on 18 November. SLT to settle how the deficit is held after the override ends.",
        ),
        (
            "DIR-02",
            "Too few homes for children in our care",
            "AD Children in Our Care",
            (4, 4),
            (4, 5),
            12,
            "Two providers gave notice in August, 11 beds lost; three children spent a night in an emergency placement. Nine foster households approved since April against a plan of 20.",
            "Meadow View home, four beds, now due 15 February 2027. Regional framework bids close on 30 October. New fostering fees to Cabinet in November.",
        ),
        (
            "DIR-05",
            "EHC plans are late or of poor quality",
            "AD Education and Inclusion",
            (4, 4),
            (4, 4),
            8,
            "51% of plans on time in the quarter (46% in June), against 60% promised. Three of eight psychologist posts are vacant. Quality audits: 12 of 30 plans good.",
            "Two locum psychologists start on 19 October. Plan-writing team moves to locality working on 1 November. Monthly audit of 30 plans goes on.",
        ),
        (
            "DIR-03",
            "A child known to us is seriously harmed",
            "AD Family Help and Safeguarding",
            (5, 3),
            (5, 3),
            10,
            "Impact stays at 5 whatever is done. 94% of strategy discussions within three days (91% in June). Practice audit: 38 of 45 cases good or better; the seven others were put right.",
            "Audit of neglect cases reports on 20 November. Daily check of unallocated work stays in place. Learning from the July rapid review goes to all teams by 31 October.",
        ),
        (
            "DIR-04",
            "Social work posts stand vacant",
            "AD Family Help and Safeguarding",
            (4, 4),
            (4, 3),
            9,
            "Vacancies 14% (19% in June). 21 newly qualified workers started on 7 September. Average caseload 17.4, no worker above 25. Likelihood lowered from 4 to 3.",
            "Assessed year support for all 21 starters. Retention payment reviewed in December. Agency posts to fall from 34 to 22 by March.",
        ),
        (
            "DIR-08",
            "Records are not kept up to date",
            "AD Resources",
            (3, 3),
            (3, 3),
            6,
            long,
            "=Not a formula, whatever Excel thinks.",
        ),
    )
    return Sheet(
        name="Directorate risks",
        title="Directorate risks",
        lead="The nine risks that DLT owns, worst first. Q1 is 30 June 2026, Q2 is 30 September 2026. Trend is the "
        "score over six rounds.",
        blocks=(Table("directorate_risks", fields, tuple(_told(*facts) for facts in told), empty="DLT owns no risk."),),
        widths=(52, 134, 92, 60, 70, 58, 60, 70, 58, 78, 58, 86, 176, 152, 52),
    )


def _told(
    ref: str, title: str, owner: str, was: tuple[int, int], is_: tuple[int, int], target: int, done: str, next_: str
) -> tuple[Cell, ...]:
    before, after = was[0] * was[1], is_[0] * is_[1]
    where = f"{before} to {after}, {_band(before).name} to {_band(after).name}"
    where = where if _band(before) != _band(after) else f"{before} to {after}, stays {_band(after).name}"
    same = Moved("► Same", tone=QUIET)
    return (
        Ref(ref, STRONG),
        Text(title, STRONG),
        Text(owner),
        Text(str(_IMPACT[was[0] - 1]), QUIET),
        Text(str(_LIKELIHOOD[was[1] - 1]), QUIET),
        then(before),
        Text(str(_IMPACT[is_[0] - 1])),
        Text(str(_LIKELIHOOD[is_[1] - 1])),
        now(after),
        same if before == after else Moved("▲ Up" if after > before else "▼ Down", where, STRONG),
        then(target),
        Day(date(2027, 3, 31)),
        Text(done),
        Text(next_),
        Trend(ref, 25),
    )


def movement() -> Sheet:
    """What went up and down."""
    told = (
        (
            "▲ Up",
            "DIR-02",
            "Too few homes for children in our care",
            "Directorate",
            16,
            20,
            "Likelihood 4 to 5. Two providers gave notice in August and 11 beds were lost.",
            5,
        ),
        (
            "▲ Up",
            "SEN-002",
            "Too few educational psychologists",
            "SEND and Inclusion",
            12,
            16,
            "Likelihood 3 to 4. Three of eight posts vacant; two leave in October.",
            1,
        ),
        (
            "▲ Up",
            "FHS-004",
            "Night cover in the emergency duty team fails",
            "Family Help and Safeguarding",
            10,
            15,
            "Likelihood 2 to 3. Four nights in August had one worker for the county.",
            1,
        ),
        (
            "▼ Down",
            "DIR-04",
            "Social work posts stand vacant",
            "Directorate",
            16,
            12,
            "Likelihood 4 to 3. 21 newly qualified workers started; vacancies 19% to 14%.",
            0,
        ),
        (
            "▼ Down",
            "SCH-005",
            "Home-educated children are not seen",
            "Schools and Learning",
            6,
            4,
            "Impact 3 to 2. All 212 families have been written to and 180 visited.",
            0,
        ),
        (
            "● New",
            "FHS-013",
            "Families step down without a plan",
            "Family Help and Safeguarding",
            0,
            9,
            "Raised by the Head of Early Help after an audit of 40 step-downs: 13 had no plan.",
            0,
        ),
        (
            "■ Closed",
            "RES-003",
            "Laptops run short in the family hubs",
            "Commissioning and Resources",
            4,
            0,
            "Replacement programme finished 28 August 2026. Closed by the Head of Resources, 2 September 2026.",
            0,
        ),
    )
    rows = tuple(
        (
            Moved(moved, tone=STRONG),
            Ref(ref),
            Text(title),
            Text(service, QUIET),
            then(was) if was else Text("New", QUIET),
            now(is_) if is_ else Text("Closed", QUIET),
            Text(why),
            Count(red) if red else NIL,
        )
        for moved, ref, title, service, was, is_, why, red in told
    )
    fields = (
        Field("Movement"),
        centred("Ref"),
        Field("Risk"),
        Field("Service"),
        centred("Rating Q1"),
        centred("Rating Q2"),
        Field("What changed"),
        centred("Rounds at Red"),
    )
    return Sheet(
        name="Movement",
        title="What has moved since Q1",
        lead="41 risks at the start, 4 new, 2 closed, 1 merged: 42 now. 24 stayed the same.",
        blocks=(Table("movement", fields, rows, empty="Nothing has moved.", ruled_by="Movement"),),
        widths=(112, 70, 214, 168, 100, 100, 372, 84),
    )


def actions() -> Sheet:
    """What is overdue."""
    told = (
        (
            "A-018",
            "DIR-02",
            "Too few homes for children in our care",
            20,
            "Sign the block contract for six solo homes.",
            "Head of Commissioning",
            2,
            61,
            "Legal advice on the break clause is awaited; expected 16 October.",
        ),
        (
            "A-031",
            "DIR-05",
            "EHC plans are late or of poor quality",
            16,
            "Fill the three vacant psychologist posts.",
            "Head of SEND",
            1,
            92,
            "Advertised twice, one appointment. Locums start on 19 October.",
        ),
        (
            "A-052",
            "FHS-004",
            "Night cover in the emergency duty team fails",
            15,
            "Appoint two more night social workers.",
            "Head of Safeguarding",
            0,
            30,
            "One in post. Second interview on 8 October.",
        ),
        (
            "A-047",
            "PAR-203",
            "Joint funding is not agreed with health",
            12,
            "Take the funding split to the joint commissioning board.",
            "Partnership Manager",
            1,
            30,
            "Taken off two agendas by health. Asks for escalation.",
        ),
        (
            "A-013",
            "FHS-009",
            "Youth justice assessments are late",
            9,
            "Move late assessments to the weekly panel.",
            "Youth Justice Manager",
            0,
            61,
            "Return not received; note as at Q1: “starts in July”.",
        ),
    )
    rows = tuple(
        (
            Ref(ref),
            Ref(risk, to=Link("Directorate risks", risk)) if risk.startswith("DIR") else Ref(risk),
            Text(title),
            now(score),
            Text(what),
            Text(lead),
            Day(date(2026, 3, 31), QUIET),
            Day(date(2026, 7, 31)),
            Count(slips),
            Count(days, STRONG if days > 60 else Tone.PLAIN),
            Text(said),
        )
        for ref, risk, title, score, what, lead, slips, days, said in told
    )
    fields = (
        centred("Action"),
        centred("Risk ref"),
        Field("Risk"),
        centred("Rating Q2"),
        Field("What was to be done"),
        Field("Lead"),
        centred("First due"),
        centred("Due now"),
        centred("Times put back"),
        centred("Days overdue"),
        Field("Progress"),
    )
    return Sheet(
        name="Actions",
        title="Actions overdue",
        lead="12 actions are past their date on 30 September 2026: 5 by more than 30 days, 7 put back at least once.",
        blocks=(
            Table("actions_overdue", fields, rows, empty="No action is overdue."),
            Heading("Due next quarter"),
            Table("actions_due", fields, (), empty="No action is due next quarter."),
        ),
        widths=(60, 64, 172, 94, 226, 120, 90, 90, 62, 68, 206),
    )


def by_service() -> Sheet:
    """Counts and a bar for every service."""
    counts = {
        "Directorate": (4, 5, 0, 0, 9, 5, 2, 2, 0, 3),
        "Family Help and Safeguarding": (1, 4, 2, 0, 7, 1, 1, 1, 1, 2),
        "Children in Our Care": (1, 5, 1, 0, 7, 1, 0, 1, 1, 2),
        "SEND and Inclusion": (1, 4, 0, 1, 6, 0, 1, 0, 0, 2),
        "Schools and Learning": (0, 2, 2, 0, 4, 0, 0, 1, 0, 1),
        "Commissioning and Resources": (0, 1, 3, 0, 4, 0, 0, 1, 1, 0),
        "Projects": (0, 2, 1, 0, 3, 0, 0, 0, 1, 1),
        "Partnerships": (0, 2, 0, 0, 2, 0, 0, 0, 0, 1),
    }
    in_q2, since = "Rating in Q2", "Since Q1"
    fields = (
        Field("Service"),
        centred("Red", in_q2),
        centred("Amber", in_q2),
        centred("Green", in_q2),
        centred("Not scored", in_q2),
        centred("All risks", in_q2),
        centred("Red in Q1", since),
        centred("Up", since),
        centred("Down", since),
        centred("New", since),
        centred("Actions overdue", "Actions"),
    )
    rows = tuple(
        cells(Text(name), *(Count(n, STRONG if i in (0, 4) else Tone.PLAIN) for i, n in enumerate(numbers)))
        for name, numbers in counts.items()
    )
    total = cells(Text("All services"), *(Count(sum(column)) for column in zip(*counts.values(), strict=True)))
    series = (Series("Red", RED), Series("Amber", AMBER), Series("Green", GREEN), Series("Not scored"))
    return Sheet(
        name="By service",
        title="Risks by service",
        lead="Counts this quarter. Projects and partnerships are counted once, here, and not again under the service "
        "that hosts them.",
        blocks=(
            Table("by_service", fields, rows, empty="There are no risks.", total=total),
            Heading("Bands in each service"),
            Chart(
                ChartKind.STACKED_BAR,
                "by_service",
                "Service",
                series,
                "Stacked bars: bands in each service.",
                (1010, 330),
            ),
        ),
        widths=(236, 74, 74, 74, 74, 86, 86, 74, 74, 74, 96),
        use=Paper(one_page=True),
    )


def returns() -> Sheet:
    """Who returned, and how complete."""
    told = (
        ("Directorate", "", 9, (0, 0, 0, 0, 0, 1), 0.99, 0.97, "+2 points"),
        ("Family Help and Safeguarding", "", 5, (0, 0, 1, 0, 0, 1), 0.94, 0.90, "+4 points"),
        ("Youth Justice Team", "Not received", 2, (0, 2, 1, 0, 0, 1), 0.71, 0.88, "−17 points"),
        ("Family Hubs, North", "", 0, (0, 0, 0, 0, 0, 0), None, None, "–"),
        ("Leaving Care Team", "Late, 2 Oct", 1, (0, 0, 0, 0, 0, 0), 0.96, 0.96, "0"),
        ("Virtual School", "Not received", 1, (0, 1, 0, 0, 0, 1), 0.75, 0.90, "−15 points"),
    )
    rows = tuple(
        (
            Text(unit, STRONG if how == "Not received" else Tone.PLAIN),
            Missing(how) if how == "Not received" else Text(how or "On time"),
            Count(risks),
            *(Count(n, STRONG) for n in lacks),
            Percent(is_) if is_ is not None else Text("no risks", QUIET),
            Percent(was, QUIET) if was is not None else NIL,
            Text(change, QUIET if change in "0–" else Tone.PLAIN),
        )
        for unit, how, risks, lacks, is_, was, change in told
    )
    lacking, complete = "Risks with something missing or late", "Complete"
    fields = (
        Field("Unit", "Return"),
        Field("Returned", "Return"),
        centred("Risks", "Return"),
        *(
            centred(h, lacking)
            for h in ("Not scored", "Review overdue", "No action", "No target", "No owner", "Target passed")
        ),
        centred("Complete Q2", complete),
        centred("Complete Q1", complete),
        centred("Change", complete),
    )
    total = cells(
        Text("All units"),
        Text("18 of 20"),
        Count(42),
        *(Count(n) for n in (1, 4, 6, 3, 1, 8)),
        Percent(0.92),
        Percent(0.92),
        Text("0"),
    )
    return Sheet(
        name="Returns",
        title="Returns and data quality",
        lead="18 of 20 returns received, 2 late. Figures count risks; what is missing is in bold.",
        blocks=(Table("returns", fields, rows, empty="No unit was asked.", total=total),),
        widths=(216, 116, 66, 76, 84, 76, 76, 76, 84, 84, 84, 84),
    )


def card() -> Sheet:
    """One risk on one page."""
    rated = Table(
        "card_rated",
        (Field("Rating"), Field("Impact"), Field("Likelihood"), centred("Score"), centred("Band")),
        (
            (Text("Before controls"), Text("5 Critical"), Text("5 Almost certain"), Count(25), Now(RED)),
            (
                Text("This quarter", STRONG),
                Text("5 Critical", STRONG),
                Text("4 Likely", STRONG),
                Count(20, STRONG),
                Now(RED),
            ),
            (Text("Target, by 31 March 2027"), Text("4 Major"), Text("3 Possible"), Count(12), Now(AMBER)),
        ),
        empty="",
    )
    chart = Chart(
        ChartKind.COLUMN,
        "card_scores",
        "Round",
        (Series("Score"),),
        "Columns: score over six rounds, 16 to 20.",
        (640, 128),
    )
    return Sheet(
        name="Risk card DIR-01",
        title="DIR-01  High needs spending exceeds the grant",
        lead="Owner: AD Education and Inclusion  ·  Financial  ·  Response: Treat  ·  Reviewed 22 September 2026",
        blocks=(
            Heading("The risk"),
            Figures(
                (
                    Figure(
                        "Cause",
                        "Requests for assessment have risen by 38% in three years; too few local special places; grant grows by 3% a year and costs by 11%.",
                    ),
                    Figure(
                        "Event",
                        "There is a risk that spending on high needs goes on exceeding the grant after the statutory override ends.",
                        STRONG,
                    ),
                    Figure(
                        "Effect",
                        "A deficit of up to £31m falls on the Council’s reserves; savings elsewhere; places are decided by cost and children travel further.",
                    ),
                )
            ),
            Heading("How it is rated"),
            Beside(
                (
                    Stack(
                        1,
                        5,
                        (
                            rated,
                            Para("► Same as last quarter. Red for 6 rounds. Agreed by DLT on 6 October 2026.", QUIET),
                        ),
                    ),
                )
            ),
            Heading("Score over six rounds"),
            chart,
        ),
        widths=(62, 214, 104, 104, 104, 104),
        use=Paper(portrait=True, one_page=True),
    )


def register() -> Sheet:
    """A sheet to work in: wide, filtered, with long texts in full."""
    words = "There is a risk that plans are late because psychologists are few, and children wait. " * 8
    groups = ("Identify", "Evaluate", "Treat", "Monitor")
    fields = (centred("Ref"), Field("Risk"), *(Field(f"{group} {n}", group) for group in groups for n in range(1, 5)))
    rows = tuple(
        cells(
            Ref(f"SEN-{n:03}"), Text(f"Risk number {n}"), *(Text(words if i == n % 16 else f"{n}") for i in range(16))
        )
        for n in range(1, 13)
    )
    return Sheet(
        name="Register",
        title="Register",
        lead="Every risk. What you change here is kept.",
        blocks=(Table("register", fields, rows, empty="There are no risks."),),
        widths=(64, 180, *[200] * 16),
        use=Screen(frozen=2),
    )


def scores() -> Sheet:
    """What sparklines and charts draw on."""
    told = {
        "DIR-01": (16, 16, 20, 20, 20, 20),
        "DIR-02": (12, 16, 16, 16, 16, 20),
        "DIR-05": (12, 16, 16, 16, 16, 16),
        "DIR-03": (15, 15, 15, 15, 15, 15),
        "DIR-04": (20, 20, 16, 16, 16, 12),
    }
    bands = ((5, 23, 8, 0), (6, 24, 8, 0), (8, 24, 7, 0), (8, 23, 8, 0), (7, 27, 7, 0), (7, 25, 9, 1))
    return Sheet(
        name="Scores by round",
        title="Scores by round",
        lead="What the sparklines and charts draw on.",
        blocks=(
            Table(
                SCORES,
                (centred("Ref"), *(centred(name) for name in ROUNDS)),
                tuple(cells(Ref(ref), *(Count(n) for n in numbers)) for ref, numbers in told.items()),
                empty="No risk has a score.",
            ),
            Heading("Risks in each band"),
            Table(
                "bands_by_round",
                (Field("Round"), centred("Red"), centred("Amber"), centred("Green"), centred("Not scored")),
                tuple(cells(Text(name), *(Count(n) for n in four)) for name, four in zip(ROUNDS, bands, strict=True)),
                empty="",
            ),
            Heading("DIR-01"),
            Table(
                "card_scores",
                (Field("Round"), centred("Score")),
                tuple((Text(name), Count(n)) for name, n in zip(ROUNDS, told["DIR-01"], strict=True)),
                empty="",
            ),
        ),
        widths=(104, 104, 104, 104, 104, 104, 104),
    )
