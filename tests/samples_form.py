"""A small unit, its directory and last round's register, made by hand: what the tests of the form are made from."""

from datetime import date

from riskbook.directory import Directory, Person, Unit
from riskbook.matrix import Score
from riskbook.model import Action, Entry, Movement, Past, Register, Risk, Source
from riskbook.movement import scale
from riskbook.settings import Context, Settings, framework, load

UNIT = Unit("SAF", "Harbour Assessment", "Team", "FHS", "Team Manager, Harbour Assessment")
DIRECTORATE = Unit("DIR", "Children's Services", "Directorate", manager="Director")
DIRECTORY = Directory(
    (UNIT, DIRECTORATE),
    (
        Person("Jane Smith", "Assistant Director, Help and Protection", roles=("Assistant Director",)),
        Person("Tom Jones", "Head of Partnerships and Quality"),
    ),
)


def settings(name: str = "default-5x5") -> Settings:
    """The settings of a shipped framework."""
    return load(framework(name))


def context(name: str = "default-5x5") -> Context:
    """The second quarter of 2026-27, with the register of the first before it."""
    known = settings(name)
    round_ = known.timetable.round("2026-27 Q2")
    return Context(known, DIRECTORY, round_, round_.as_at, register(known))


def register(known: Settings) -> Register:
    """Six risks of the unit and two of the directorate, with their actions; steps are cut to those that there are."""
    entries = (*(_entry("SAF", "Team", known, **risk) for risk in _RISKS), *_directorate(known))
    return Register("2026-27 Q1", scale(known), entries, tuple(Action(Source(), **action) for action in _ACTIONS))


def _directorate(known: Settings) -> tuple[Entry, ...]:
    told = {"owner": "Jane Smith", "target_impact": 4, "target_likelihood": 2, "target_date": date(2027, 3, 31)}
    return (
        _entry(
            "DIR", "Directorate", known, ref="DIR-01", title="Children harmed while known to us", steps="53", **told
        ),
        _entry(
            "DIR", "Directorate", known, ref="DIR-02", title="Recruiting and keeping social workers", steps="44", **told
        ),
    )


def _entry(unit: str, level: str, known: Settings, steps: str, **fields: object) -> Entry:
    top = Score(len(known.matrix.impact), len(known.matrix.likelihood))
    cut = {
        key: min(value, top.impact if key.endswith("impact") else top.likelihood)
        for key, value in fields.items()
        if isinstance(value, int) and key.endswith(("impact", "likelihood"))
    }
    rating = Score(min(int(steps[0]), top.impact), min(int(steps[1]), top.likelihood))
    now = Risk(Source(), impact=rating.impact, likelihood=rating.likelihood, **{**fields, **cut})  # type: ignore[arg-type]
    band = known.matrix.band(rating)
    past = Past(now.ref, "2026-27 Q1", "submitted", *rating_of(rating), known.matrix.number(rating), band.name)
    return Entry(unit, level, now, rating, rating, Movement.SAME, (past,))


def rating_of(score: Score) -> tuple[int, int]:
    """Impact and likelihood."""
    return score.impact, score.likelihood


_RISKS: tuple[dict[str, object], ...] = (
    {
        "ref": "SAF-003",
        "title": "Too many agency social workers in the assessment team",
        "event": "children see several social workers before their assessment is finished",
        "category": "Workforce",
        "owner": "Team Manager, Harbour Assessment",
        "raised": date(2025, 5, 14),
        "cause": "four permanent posts empty since spring 2025 and few experienced applicants",
        "effect": "weaker relationships, repeated assessments and higher cost for each case",
        "controls": "Retention payment agreed to March 2027. Caseloads reviewed every Monday. "
        "Two newly qualified workers with protected caseloads.",
        "control_effectiveness": "Partly",
        "inherent_impact": 4,
        "inherent_likelihood": 5,
        "steps": "43",
        "response": "Treat",
        "target_impact": 3,
        "target_likelihood": 2,
        "target_date": date(2027, 3, 31),
        "commentary": "Interviews held in June. Two offers made, subject to checks.",
        "status": "Open",
        "parent": "DIR-02",
    },
    {
        "ref": "SAF-007",
        "title": "Return home interviews offered late",
        "event": "children who go missing are not offered an interview within 72 hours",
        "category": "Safeguarding",
        "raised": date(2025, 10, 2),
        "cause": "referrals come by e-mail from three police areas and nobody reads the inbox at weekends",
        "effect": "missed signs of exploitation and statutory guidance not met",
        "controls": "The duty worker reads the inbox twice each weekday. Ten cases audited every month.",
        "control_effectiveness": "Partly",
        "inherent_impact": 4,
        "inherent_likelihood": 4,
        "steps": "43",
        "response": "Treat",
        "target_impact": 4,
        "target_likelihood": 2,
        "commentary": "A weekend rota was drafted.",
        "status": "Open",
    },
    {
        "ref": "SAF-011",
        "title": "Case records not up to date when a family moves team",
        "event": "the receiving team acts on an old plan",
        "category": "Information",
        "owner": "Practice Lead, Harbour Assessment",
        "raised": date(2026, 1, 19),
        "cause": "case summaries are written at the end of the week, and some moves are made within a day",
        "effect": "visits missed in the first fortnight, and complaints from families",
        "controls": "Transfer checklist signed by both managers. Summary at most 20 days old before a move is agreed.",
        "control_effectiveness": "Partly",
        "inherent_impact": 3,
        "inherent_likelihood": 4,
        "steps": "33",
        "response": "Treat",
        "target_impact": 4,
        "target_likelihood": 4,
        "target_date": date(2026, 12, 18),
        "status": "Open",
    },
    {
        "ref": "SAF-012",
        "title": "Delay in starting care proceedings",
        "event": "children wait longer than they should for a decision about where they will live",
        "category": "Legal",
        "owner": "Service Manager, Safeguarding",
        "raised": date(2025, 7, 8),
        "cause": "two of the five childcare solicitor posts are empty and court time is short",
        "effect": "harm from drift, and criticism from the court and inspectors",
        "controls": "Weekly legal gateway meeting. Cases over 12 weeks in pre-proceedings go to the Service Manager.",
        "control_effectiveness": "Weak",
        "inherent_impact": 5,
        "inherent_likelihood": 5,
        "steps": "53",
        "response": "Treat",
        "target_impact": 4,
        "target_likelihood": 2,
        "target_date": date(2027, 1, 29),
        "commentary": "One locum started in May.",
        "status": "Open",
        "parent": "DIR-01",
    },
    {
        "ref": "SAF-014",
        "title": "Paper files lost in the office move",
        "event": "a closed paper file is lost when we leave Mill Lane",
        "category": "Information",
        "owner": "Business Support Lead",
        "raised": date(2026, 4, 21),
        "controls": "Every box is listed and sealed, and two people sign for it.",
        "steps": "22",
        "response": "Tolerate",
        "status": "Open",
    },
    {
        "ref": "SAF-016",
        "title": "No interpreter at short notice",
        "event": "a first visit goes ahead without an interpreter",
        "category": "Commissioning",
        "owner": "Team Manager, Harbour Assessment",
        "raised": date(2026, 5, 11),
        "controls": "Telephone interpreting is open all day, every day. Six languages are spoken in the team.",
        "steps": "31",
        "response": "Tolerate",
        "status": "Open",
    },
)

_ACTIONS: tuple[dict[str, object], ...] = (
    {
        "ref": "SAF-A018",
        "risk_ref": "SAF-003",
        "what": "Advertise the last two permanent posts with the retention payment",
        "lead": "Team Manager, Harbour Assessment",
        "due": date(2026, 10, 16),
        "status": "On track",
        "progress": "Advert agreed; it goes out on 5 October.",
    },
    {
        "ref": "SAF-A022",
        "risk_ref": "SAF-007",
        "what": "Agree a weekend rota for the inbox with the out-of-hours team",
        "lead": "Duty Manager",
        "due": date(2026, 8, 31),
        "first_due": date(2026, 6, 30),
        "status": "Delayed",
        "progress": "Rota drafted. The out-of-hours team needs one more post.",
    },
    {
        "ref": "SAF-A025",
        "risk_ref": "SAF-011",
        "what": "Make the checklist a step in the case system",
        "lead": "Systems Lead",
        "due": date(2026, 12, 4),
        "status": "On track",
        "progress": "In the October release.",
    },
    {
        "ref": "SAF-A026",
        "risk_ref": "SAF-012",
        "what": "Bring in two locum childcare solicitors",
        "lead": "Head of Legal Services",
        "due": date(2026, 10, 30),
        "first_due": date(2026, 9, 30),
        "status": "Delayed",
        "progress": "One has been found and starts on 12 October.",
    },
    {
        "ref": "SAF-A028",
        "risk_ref": "SAF-014",
        "what": "List and seal every box at Mill Lane",
        "lead": "Business Support Lead",
        "due": date(2026, 9, 11),
        "status": "Complete",
        "done": date(2026, 6, 9),
        "progress": "412 boxes listed; none missing.",
    },
    {
        "ref": "SAF-A001",
        "risk_ref": "SAF-014",
        "what": "Find a store for closed files",
        "lead": "Business Support Lead",
        "due": date(2026, 2, 11),
        "status": "Complete",
        "done": date(2026, 2, 9),
    },
)
