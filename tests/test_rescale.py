"""A change of scale: what can stand stands, the rest is asked again, listed and agreed, and compared with nothing."""

from dataclasses import replace

import pytest

from riskbook import excel, narrative, report, rescale, store
from riskbook import settings as loading
from riskbook.model import Movement, Register, Source
from riskbook.quarterly import compose
from riskbook.read import read
from riskbook.report import cells, form
from riskbook.report.blocks import Now, Sheet, Table, Text, Tone
from riskbook.report.register import document
from riskbook.settings import Context
from tests.makers import LAST, following, merged, quarter, started, taken, workbook

ROWS = """
    ref     | title             | impact | likelihood
    FRD-001 | Calls are dropped | 4      | 4
    FRD-002 | Notices come late | 2      | 2
"""


def first_table(sheet: Sheet) -> Table:
    return next(block for block in sheet.blocks if isinstance(block, Table))


def changed() -> Context:
    """A quarter in which a matrix of four steps is new; last quarter's had five."""
    five = quarter(LAST)
    return replace(five, settings=loading.load(loading.framework("east-devon-4x4")))


def sent(context: Context, rows: str = ROWS, unit: str = "FRD") -> bytes:
    return workbook(rows, start=started(unit=unit, round=str(context.round), filled_on=context.on))


def listed(register: Register, context: Context) -> dict[str, tuple[str, str | None, bool]]:
    """Every risk of the table: its band then and now, and whether it moves."""
    found = rescale.rescaled(register, context)
    return {one.entry.ref: (one.was.band, one.now and one.now.band, one.moves) for one in found}


def test_every_open_risk_is_listed_with_both_bands():
    """Those that were scored anew with the new one; those that were not are in none."""
    context = changed()
    register, _ = merged(context, sent(context))
    new = {ref: context.settings.matrix.band(register.by_ref[ref].rating).name for ref in ("FRD-001", "FRD-002")}  # type: ignore[arg-type]
    assert listed(register, context) == {
        "ASM-001": ("Amber", None, True),
        "DIR-01": ("Red", None, True),
        "FRD-001": ("Amber", new["FRD-001"], new["FRD-001"] != "Amber"),
        "FRD-002": ("Green", new["FRD-002"], new["FRD-002"] != "Green"),
    }


def test_without_a_change_of_scale_nothing_is_listed():
    """Not on the register, and not in the report."""
    context = quarter(LAST)
    register, _ = merged(context, sent(context))
    assert rescale.rescaled(register, context) == ()
    assert rescale.NAME not in [stored.name for stored in store.tables(register, context, "0.1.0")]
    assert rescale.NAME not in [sheet.name for sheet in report.document(compose(register, (), context), "0.1.0").sheets]


def test_the_table_stands_on_the_register_and_in_the_report():
    """Only what moves or waits, the rest is counted; and the register reads back as what it was."""
    context = changed()
    register, _ = merged(context, sent(context))
    (stored,) = [stored for stored in store.tables(register, context, "0.1.0") if stored.name == rescale.NAME]
    moving = [ref for ref, (_, _, moves) in listed(register, context).items() if moves]
    assert [row["ref"] for row in stored.rows] == moving
    (sheet,) = [s for s in report.document(compose(register, (), context), "0.1.0").sheets if s.name == rescale.NAME]
    assert sheet.lead == stored.lead
    data = excel.report(*document(store.tables(register, context, "0.1.0"), context))
    back, findings = store.register(read(data, "register.xlsx"), context.settings)
    assert (back, findings) == (register, [])


def test_a_risk_that_is_scored_anew_later_is_rescaled_then():
    """And no sooner compared; it stays on the list until that."""
    context = changed()
    first, _ = merged(context, sent(context))
    later = following(first, context)
    silent, _ = merged(later, sent(later))
    assert set(listed(silent, later)) == {"ASM-001", "DIR-01"}
    rows = "ref | title | impact | likelihood\nASM-001 | Visits are late | 3 | 3"
    second, _ = merged(later, sent(later, rows, "ASM"))
    assert second.by_ref["ASM-001"].movement is Movement.RESCALED
    assert set(listed(second, later)) == {"ASM-001", "DIR-01"}
    last = replace(following(second, later), round=later.settings.timetable.round("2027-28 Q1"))
    third, _ = merged(last, sent(last, rows.replace("3 | 3", "4 | 4"), "ASM"))
    assert third.by_ref["ASM-001"].movement is Movement.UP
    assert set(listed(third, last)) == {"DIR-01"}


def test_steps_are_asked_again():
    """No step of the old scale stands in a form on the new one; last quarter's rating is told in words."""
    context = changed()
    unit = context.directory.unit("FRD")
    assert unit
    steps = ("impact", "likelihood", "target_impact", "target_likelihood", "inherent_impact", "inherent_likelihood")
    for row in form.prefilled(context, unit, 1).risks:
        assert not set(steps) & row.values.keys()
        assert row.values["previous"]


@pytest.mark.parametrize("rows", [ROWS, "ref | title | impact | likelihood\nFRD-001 | Calls are dropped | |"])
def test_a_risk_is_in_no_band_until_it_is_scored_on_the_new_scale(rows: str):
    """Its old rating stands in its history, as it was, and nowhere else."""
    context = changed()
    register, _ = merged(context, sent(context, rows))
    for entry in register.open:
        assert entry.was is None
        assert (entry.rating is None) is (entry.history[-1].band == "")
        assert entry.history[-2].band in ("Red", "Amber", "Green")


def recoloured(last: str = LAST) -> Context:
    """A quarter in which impact 4, likelihood 3 is Red; last quarter it was Amber, with the same steps."""
    old = quarter(last)
    matrix = old.settings.matrix
    red = matrix.bands[-1] if matrix.bands[-1].name == "Red" else matrix.bands[0]
    rows = [list(row) for row in matrix.cells]
    rows[3][2] = red
    new = replace(matrix, cells=tuple(map(tuple, rows)))
    return replace(old, settings=replace(old.settings, matrix=new))


def test_steps_of_the_old_scale_are_held_as_they_were_typed():
    """A risk that nobody told is in no band; nothing of it goes without a word, and the counts say what it awaits."""
    context = changed()
    assert context.before
    one = context.before.by_ref["ASM-001"]
    steps = {"impact": 3, "likelihood": 5, "target_impact": 2, "inherent_impact": 5}
    columns = {key: at for at, key in enumerate(steps, 3)}
    told = replace(one.now, **steps, source=Source("asm.xlsx", "ab" * 32, "Risks", 7, columns))  # type: ignore[arg-type]
    entries = tuple(replace(e, now=told) if e is one else e for e in context.before.entries)
    context = replace(context, before=replace(context.before, entries=entries))
    register, _ = merged(context, sent(context))
    assert [(h.ref, h.heading, h.typed, h.source.place(h.key).cell) for h in register.held] == [
        ("ASM-001", "Impact now", "3, old scale", "C7"),
        ("ASM-001", "Likelihood now", "5, old scale", "D7"),
        ("ASM-001", "Impact before controls", "5, old scale", "F7"),
        ("ASM-001", "Target impact", "2, old scale", "E7"),
    ]
    assert register.by_ref["ASM-001"].rating is None
    data = excel.report(*document(store.tables(register, context, "0.1.0"), context))
    assert store.register(read(data, "register.xlsx"), context.settings)[0] == register
    tally = compose(register, (), context).tally
    assert (tally.moved(Movement.NOT_RETURNED), tally.now.unscored, tally.waiting) == (2, 2, 2)
    assert "as before" not in narrative.headline(tally)


def test_a_form_of_the_old_scale_is_asked_about():
    """It carries the steps that it was issued with."""
    context = quarter(LAST)
    unit = context.directory.unit("FRD")
    assert unit
    issued = excel.form(context, form.prefilled(context, unit, 1))
    assert "T121" not in [one.code for one in taken(issued, context).findings]
    later = replace(context, settings=changed().settings)
    assert [one.field for one in taken(issued, later).findings if one.code == "T121"] == ["Impact now"]


def test_where_only_bands_move_no_risk_need_be_scored_anew():
    """Told or not, each stands in its cell of the matrix, in the band that this has now."""
    context = recoloured("FRD-001 4x3 was 4x3\nASM-001 4x3 was 4x3\nASM-002 2x2 was 2x2")
    register, _ = merged(context, sent(context, "ref | title | impact | likelihood\nFRD-001 | Calls | 4 | 3"))
    assert listed(register, context) == {
        "ASM-001": ("Amber", "Red", True),
        "ASM-002": ("Green", "Green", False),
        "FRD-001": ("Amber", "Red", True),
    }
    assert {entry.ref: entry.movement for entry in register.open} == {
        "ASM-001": Movement.NOT_RETURNED,
        "ASM-002": Movement.NOT_RETURNED,
        "FRD-001": Movement.RESCALED,
    }


def test_a_risk_that_was_scored_otherwise_is_not_listed_as_moved_by_the_scale():
    """The same steps on both matrices: what its owner changed since is no matter of the scale."""
    context = recoloured("FRD-001 4x3 was 4x3\nFRD-002 2x2 was 2x2\nFRD-003 4x3 was 4x3")
    rows = "ref | title | impact | likelihood\nFRD-001 | Calls | 2 | 2\nFRD-002 | Notices | 5 | 5\nFRD-003 | Files | |"
    register, _ = merged(context, sent(context, rows))
    assert listed(register, context) == {
        "FRD-001": ("Amber", "Red", True),
        "FRD-002": ("Green", "Green", False),
        "FRD-003": ("Amber", "Red", True),
    }
    (stored,) = [stored for stored in store.tables(register, context, "0.1.0") if stored.name == rescale.NAME]
    assert [(row["old_steps"], row["steps"], row["rating"]) for row in stored.rows] == [("4×3", "4×3", "12 Red")] * 2
    (sheet,) = [s for s in report.document(compose(register, (), context), "0.1.0").sheets if s.name == rescale.NAME]
    matrix = context.settings.matrix
    assert [row[4] for row in first_table(sheet).rows] == [Now(matrix.named("Red"), 12)] * 2


def test_where_only_bands_move_the_form_keeps_its_steps():
    """The rating of last quarter is in the words of its own scale."""
    context = recoloured()
    unit = context.directory.unit("FRD")
    assert unit
    first = form.prefilled(context, unit, 1).risks[0].values
    assert str(first["impact"]).startswith("4")
    assert str(first["likelihood"]).startswith("3")
    assert str(first["previous"]).startswith("12 Amber")


def test_last_quarters_rating_has_the_band_that_it_had_then():
    """A risk of a silent unit, too: its old rating is not shown in the new colour."""
    context = recoloured()
    register, _ = merged(context, sent(context))
    shown = cells.rating_then(register.by_ref["FRD-001"], context.settings)
    assert shown == Text("12 Amber, old scale", Tone.QUIET)


def test_a_scale_counts_only_once_somebody_agreed_to_it():
    """Who did is on the register, and stays there from round to round while the scale is the same."""
    context = recoloured()
    first, _ = merged(context, sent(context))
    assert rescale.unagreed(first, context) == "2026-27 Q1"
    agreed, _ = merged(context, sent(context), kept=replace(first, scale_agreed="DLT, 13 October 2026"))
    assert rescale.unagreed(agreed, context) == ""
    data = excel.report(*document(store.tables(agreed, context, "0.1.0"), context))
    back, _ = store.register(read(data, "register.xlsx"), context.settings)
    assert back == agreed
    later = following(agreed, context)
    second, _ = merged(later, sent(later))
    assert second.scale_agreed == "DLT, 13 October 2026"
    assert rescale.unagreed(second, later) == ""


def test_across_a_change_of_scale_the_summary_shows_no_change_and_denies_no_movement():
    """No column of last quarter's counts, and no "none is up" where nothing can be compared."""
    context = recoloured()
    register, _ = merged(context, sent(context))
    composed = compose(register, (), context)
    assert composed.tally.last is None
    summary = report.document(composed, "0.1.0").table("bands")
    assert len(summary.fields) == 2
    assert "none is up" not in narrative.headline(composed.tally).lower()
