"""Make the sample directorate again from its words: settings, directory, last register, forms, and returns as sent.

    python samples/make.py [FOLDER]

Everything is written by riskbook itself, then spoilt here and there as people do. LibreOffice saves one of the returns.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from riskbook import __version__, approach, excel, store
from riskbook.cli import issuing
from riskbook.cli.folder import DIRECTORY, SETTINGS, UPDATES, find, register_path
from riskbook.directory import Directory, Meeting, Person, Unit
from riskbook.forms import ACTIONS, RISKS, by_key, typed_keys
from riskbook.matrix import Score
from riskbook.model import Action, Entry, Known, Movement, Past, Received, Register, Risk, Source
from riskbook.movement import scale
from riskbook.report import directory as directory_report
from riskbook.report import form as forms
from riskbook.report import register as register_report
from riskbook.report.form import FIRST, Form, FormRow
from riskbook.settings import DEFAULT, Context, Settings, framework, load

HERE = Path(__file__).parent
ROUND, LAST = "2026-27 Q2", "2026-27 Q1"
SILENT = ("EPS", "WYR")
"""Two units that sent nothing."""


def lay_out(folder: Path, name: str = DEFAULT) -> None:
    """Write the whole book into a folder, on a shipped framework; steps that its scale lacks become its highest."""
    text = _settings_text(name)
    settings = load(text)
    directory = _directory()
    round_ = settings.timetable.round(ROUND)
    q1 = settings.timetable.round(LAST)
    words = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in (HERE / "words").glob("*.toml")}
    told = {unit.code: _fitted(words[unit.code]["risk"], settings) for unit in directory.units}
    about = {unit.code: _about(unit, words[unit.code]) for unit in directory.units}
    register = _register(told, about, directory, settings)
    _write(folder / SETTINGS, text.encode("utf-8"))
    _write(folder / DIRECTORY, excel.report(directory_report.document(directory, settings)))
    before = Context(settings, directory, q1, q1.as_at)
    tables = store.tables(register, before, __version__)
    _write(register_path(folder, q1), excel.report(*register_report.document(tables, before)))
    context = Context(settings, directory, round_, round_.as_at, register)
    issuing.write_forms(find(folder, ROUND), context, directory.units)
    _write(folder / round_.folder / UPDATES, (HERE / UPDATES).read_bytes())
    for unit in directory.units:
        if unit.code not in SILENT:
            filled = _filled(forms.prefilled(context, unit, 1), told[unit.code], unit, settings)
            _send(folder / round_.folder / "returns", unit, filled, context)


def _settings_text(name: str) -> str:
    return (
        framework(name)
        .replace('name = "Your County Council"', 'name = "Brackenshire County Council"')
        .replace("the Information and Performance team", "the Information and Performance team, extension 4120")
        .replace('sender = ""               ', 'sender = "risk@brackenshire.example"')
        .replace("domains = []              ", 'domains = ["brackenshire.example"]')
    )


def _directory() -> Directory:
    table = tomllib.loads((HERE / "directory.toml").read_text(encoding="utf-8"))
    people = (Person(**{**person, "roles": tuple(person.get("roles", ()))}) for person in table["person"])
    meetings = tuple(Meeting(**meeting) for meeting in table["meeting"])
    return Directory(tuple(Unit(**unit) for unit in table["unit"]), tuple(people), meetings)


def _fitted(risks: list[dict[str, Any]], settings: Settings) -> list[dict[str, Any]]:
    """The risks with steps of the scale in force."""
    most = len(settings.matrix.impact), len(settings.matrix.likelihood)

    def fit(pair: list[int]) -> list[int]:
        return [min(step, top) for step, top in zip(pair, most, strict=True)]

    for risk in risks:
        for key in ("inherent", "target"):
            if key in risk:
                risk[key] = fit(risk[key])
        risk["history"] = {round_: fit(pair) for round_, pair in risk.get("history", {}).items()}
        for key, top in zip(("impact", "likelihood"), most, strict=True):
            if key in risk["q2"]:
                risk["q2"][key] = min(risk["q2"][key], top)
    return risks


def _about(unit: Unit, words: Mapping[str, Any]) -> dict[str, Any]:
    """What a project or partnership says of itself."""
    return {**words["about"], "board": unit.board} if "about" in words else {}


def _register(
    told: Mapping[str, list[dict[str, Any]]],
    about: Mapping[str, dict[str, Any]],
    directory: Directory,
    settings: Settings,
) -> Register:
    """Last quarter's register, with the history that the words tell."""
    entries, actions, refs, returns = [], [], [], []
    for unit in directory.units:
        old = [risk for risk in told[unit.code] if not risk.get("new")]
        digest = hashlib.sha256(f"{unit.code} {LAST}".encode()).hexdigest()
        book = f"{unit.code.lower()}-2026-27-q1.xlsx"
        done = [action for risk in old for action in risk.get("action", ()) if not action.get("new")]
        for row, risk in enumerate(old, start=FIRST):
            entries.append(_entry(risk, unit, Source(book, digest, "Risks", row, _columns(RISKS)), settings))
            refs.append(Known(risk["ref"], unit.code, LAST, "", risk["title"]))
        for risk in old:
            for action in risk.get("action", ()):
                if not action.get("new"):
                    source = Source(book, digest, "Actions", FIRST + done.index(action), _columns(ACTIONS))
                    actions.append(_action(action, risk["ref"], source))
        counted = len(old) + len(done)
        state = Received(unit.code, book, digest, "Merged", found=counted + 20, merged=counted, blank=20)
        sent = replace(state, issue=1, form=2, filled_by=unit.manager, filled_on=date(2026, 7, 3), **about[unit.code])
        returns.append(sent)
    return Register(
        round=LAST,
        scale=scale(settings),
        entries=tuple(sorted(entries, key=lambda entry: entry.ref)),
        actions=tuple(sorted(actions, key=lambda action: (action.risk_ref, action.ref))),
        refs=tuple(sorted(refs, key=lambda known: known.ref)),
        returns=tuple(returns),
        settings=approach.remembered(_as_they_were(settings)),
    )


def _as_they_were(settings: Settings) -> Settings:
    """Last quarter's settings: an action could be 60 days overdue before its risk was proposed."""
    unit = replace(settings.escalation.unit, overdue_days=60)
    return replace(settings, escalation=replace(settings.escalation, unit=unit))


def _columns(columns: Iterable[Any]) -> dict[str, int]:
    return {column.key: n for n, column in enumerate((c for c in columns if c.on_form), start=1)}


def _risk_values(risk: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a risk as its words have it, without what the second quarter changes."""
    values = {key: risk[key] for key in typed_keys(RISKS) if key in risk}
    for name, keys in _PAIRS.items():
        if name in risk:
            values |= dict(zip(keys, risk[name], strict=True))
    return {"audience": "Open", "status": "Open", **values}


_PAIRS = {"inherent": ("inherent_impact", "inherent_likelihood"), "target": ("target_impact", "target_likelihood")}


def _entry(risk: Mapping[str, Any], unit: Unit, source: Source, settings: Settings) -> Entry:
    matrix = settings.matrix
    scores = {round_: Score(*pair) for round_, pair in risk["history"].items()}
    history = []
    was = None
    for round_, score in scores.items():
        movement = _movement(was, score, settings)
        rated = matrix.number(score), matrix.band(score).name
        history.append(Past(risk["ref"], round_, "submitted", score.impact, score.likelihood, *rated, movement.value))
        last, was = was, score
    now = scores[LAST]
    values = {**_risk_values(risk), "impact": now.impact, "likelihood": now.likelihood}
    values |= {"commentary": risk.get("said", ""), "reviewed": date(2026, 6, 25), "ref": risk["ref"]}
    exposure = values.get("exposure")
    told = Risk(source, **{**values, "exposure": None if exposure is None else float(exposure)})
    return Entry(unit.code, unit.level, told, now, last, movement, tuple(history))


def _movement(was: Score | None, now: Score, settings: Settings) -> Movement:
    if was is None:
        return Movement.NEW
    before, after = settings.matrix.rank(was), settings.matrix.rank(now)
    return Movement.SAME if before == after else Movement.UP if after > before else Movement.DOWN


def _action(action: Mapping[str, Any], risk_ref: str, source: Source) -> Action:
    first = action.get("first_due", action["due"])
    values = {key: action[key] for key in ("ref", "what", "lead", "due", "status", "progress") if key in action}
    return Action(source, risk_ref=risk_ref, first_due=first, slips=int(first < action["due"]), **values)


def _filled(blank: Form, told: list[dict[str, Any]], unit: Unit, settings: Settings) -> Form:
    """A form as its manager fills it in."""
    old = {risk["ref"]: risk for risk in told if not risk.get("new")}
    risks = [
        replace(row, values=_typed(row.values, old[str(row.values["ref"])]["q2"], settings)) for row in blank.risks
    ]
    names: dict[int, str] = {id(risk): ref for ref, risk in old.items()}
    for number, risk in enumerate((risk for risk in told if risk.get("new")), start=1):
        names[id(risk)] = f"NEW-{number}"
        values = _typed({"ref": f"NEW-{number}"}, {**_risk_values(risk), **risk["q2"]}, settings)
        risks.append(FormRow(values=values))
    known = {a["ref"]: a for risk in told for a in risk.get("action", ()) if not a.get("new")}
    actions = [
        replace(row, values={**row.values, **known[str(row.values["ref"])].get("q2", {})}) for row in blank.actions
    ]
    for risk in told:
        for action in risk.get("action", ()):
            if action.get("new"):
                values = {key: action[key] for key in typed_keys(ACTIONS) if key in action}
                values |= action.get("q2", {})
                actions.append(FormRow(values={"risk_ref": names[id(risk)], **values}))
    when = date(2026, 10, 1 + len(unit.name) % 8)
    part = {"filled_by": unit.manager, "filled_on": when, "reviewed_all": "Yes", **blank.part}
    return replace(blank, risks=tuple(risks), actions=tuple(actions), part=part)


def _typed(values: Mapping[str, Any], changes: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """A row with its changes, each shown as the form shows it."""
    known = by_key(RISKS)
    return {**values, **{key: known[key].kind.show(value, settings) for key, value in changes.items()}}


def _send(folder: Path, unit: Unit, form: Form, context: Context) -> None:
    """Put a unit's return where it came in, under the name that its manager gave it."""
    path = folder / NAMES.get(unit.code, f"{unit.code.lower()}-{context.round.folder}.xlsx")
    if unit.code in OLD_FORMS:
        _old_form(path, form, unit, context)
        return
    spoil = SPOILT.get(unit.code)
    _write(path, excel.form(context, spoil(form) if spoil else form))
    if unit.code == "LCV":
        again = replace(
            form,
            part={**form.part, "filled_on": date(2026, 10, 8)},
            risks=_with(form.risks, "LCV-002", owner="Team Manager, Leaving Care"),
        )
        _write(folder / "late" / "Leaving Care return (1).xlsx", excel.form(context, again))
    if unit.code == "TAR":
        _saved_by_libreoffice(path)


NAMES = {
    "FRD": "Front Door Q2 FINAL v2.xlsx",
    "LCV": "Leaving Care return.xlsx",
    "SEN": "SEND casework risks Oct 26.xlsx",
    "PRH": "projects/Rowan House risk form.xlsx",
    "PCS": "projects/pcs-2026-27-q2 (2).xlsx",
    "PSC": "partnerships/PSC risk register Q2.xlsx",
    "HAR": "Copy of har-2026-27-q2.xlsx",
}
OLD_FORMS = ("PSC", "HAR")


def _with(rows: tuple[FormRow, ...], ref: str, **values: Any) -> tuple[FormRow, ...]:
    """The rows, one of them with other values."""
    return tuple(replace(row, values={**row.values, **values}) if row.values.get("ref") == ref else row for row in rows)


def _word_in_a_score(form: Form) -> Form:
    return replace(form, risks=_with(form.risks, "SEN-003", impact="Lots"))


def _dates_as_text(form: Form) -> Form:
    risks = _with(form.risks, "VSC-001", reviewed="24.09.2026")
    risks = _with(risks, "VSC-002", reviewed="24 September 2026", target_date="March 2027")
    actions = _with(form.actions, "VSC-A001", due="end of the autumn term")
    return replace(form, risks=risks, actions=_with(actions, "VSC-A002", due="05/12/2026"))


def _pasted_row(form: Form) -> Form:
    """A row of another team's return, pasted under their own."""
    pasted = {
        "ref": "RES-003",
        "title": "Agency cover in the homes costs more than planned",
        "owner": "Head of Residential Homes",
    }
    pasted |= {"event": "agency cover in the homes costs more than the budget holds", "category": "Financial"}
    return replace(form, risks=(*form.risks, FormRow(values=pasted)))


def _own_column(form: Form) -> Form:
    """A team that keeps a column of its own."""
    own = {"CAR-001": "High", "CAR-002": "Medium", "CAR-003": "Low"}
    risks = (
        replace(row, other=(("Our priority", own[ref]),)) if (ref := str(row.values.get("ref"))) in own else row
        for row in form.risks
    )
    return replace(form, risks=tuple(risks))


SPOILT: Mapping[str, Callable[[Form], Form]] = {
    "SEN": _word_in_a_score,
    "VSC": _dates_as_text,
    "FOS": _pasted_row,
    "CAR": _own_column,
}

OLD_HEADINGS = {
    "ref": "Risk ID",
    "title": "Title",
    "event": "Risk description",
    "cause": "Cause",
    "effect": "Consequence",
    "category": "Risk category",
    "owner": "Risk owner",
    "raised": "Date identified",
    "controls": "Existing controls",
    "inherent_impact": "Gross impact",
    "inherent_likelihood": "Gross likelihood",
    "impact": "Residual impact",
    "likelihood": "Residual likelihood",
    "score": "Residual score",
    "response": "Treatment",
    "target_impact": "Target impact",
    "target_likelihood": "Target likelihood",
    "target_date": "Target date",
    "reviewed": "Date reviewed",
    "commentary": "Management comments",
    "status": "Risk status",
    "parent": "Parent risk",
    "close_reason": "Reason for closure",
}
OLD_ACTIONS = {
    "ref": "Action no",
    "risk_ref": "Risk ID",
    "what": "Planned action",
    "lead": "Action owner",
    "due": "By when",
    "status": "Action status",
    "done": "Completed",
    "progress": "Progress",
}


def _old_form(path: Path, form: Form, unit: Unit, context: Context) -> None:
    """The form of two years ago: other headings, fewer columns, no names or properties, a banner over the table."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Risk register"
    for line in (
        ("Children's Services risk register",),
        ("Unit code", unit.code),
        ("Quarter", str(context.round)),
        ("Form version", 1),
    ):
        sheet.append(line)
    sheet.append(("Filled in by", form.part["filled_by"]))
    sheet.append(("Date filled in", form.part["filled_on"]))
    sheet.append(())
    sheet.append(tuple(OLD_HEADINGS.values()))
    for row in form.risks:
        pair = [str(row.values.get(key, "0"))[:1] for key in ("impact", "likelihood")]
        sheet.append([int(pair[0]) * int(pair[1]) if key == "score" else row.values.get(key) for key in OLD_HEADINGS])
    actions = book.create_sheet("Action plan")
    actions.append(tuple(OLD_ACTIONS.values()))
    for row in form.actions:
        actions.append([row.values.get(key) for key in OLD_ACTIONS])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def _saved_by_libreoffice(path: Path) -> None:
    """Open and save a return in LibreOffice, where there is one."""
    soffice = shutil.which("soffice")
    if soffice is None:
        print(f"LibreOffice is not installed, so {path.name} stays as riskbook wrote it.", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as work:
        convert = ["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", f"{work}/out", str(path)]
        subprocess.run(
            [soffice, f"-env:UserInstallation=file://{work}/profile", *convert], check=True, capture_output=True
        )
        shutil.copy(Path(work, "out", path.name), path)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "directorate"
    shutil.rmtree(target, ignore_errors=True)
    lay_out(target)
