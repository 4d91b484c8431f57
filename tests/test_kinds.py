"""Kinds: every way of typing a value, what it is read as, and which rule notes or refuses it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from riskbook import settings as loading
from riskbook.forms import IMPACT, LIKELIHOOD, RESPONSES, fixed
from riskbook.kinds import (
    Choice,
    Combined,
    Day,
    Flag,
    Kept,
    Kind,
    Money,
    Number,
    Raw,
    Ref,
    Several,
    Step,
    Text,
    Unfit,
    listed,
    pounds,
    said,
    spelt,
)
from tests import effort

AGREED = loading.load(loading.framework(loading.DEFAULT))
LETTERED = loading.load(
    loading.framework(loading.DEFAULT)
    .replace('word = "Rare"', 'word = "Rare"\nletter = "A"')
    .replace('word = "Unlikely"', 'word = "Unlikely"\nletter = "B"')
)
CATEGORY = Choice("rb_category", lambda settings: settings.lists.categories)
RESPONSE = fixed("rb_response", *RESPONSES)
RATED = Combined(IMPACT, LIKELIHOOD)


def read(kind: Kind, raw: Raw, settings: loading.Settings = AGREED) -> tuple[Any, ...]:
    """The value and the codes that note it; or the code that refuses it alone."""
    try:
        reading = kind.read(raw, settings)
    except Unfit as unfit:
        return (unfit.rule.code,)
    return (reading.value, *(rule.code for rule, _ in reading.notes))


# Steps


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (4, (4,)),
        (4.0, (4,)),
        ("4", (4,)),
        (" 4 ", (4,)),
        ("4\u00a0", (4,)),
        ("4 Likely", (4,)),
        ("4  LIKELY", (4,)),
        ("5 almost certain", (5,)),
        ("4.0", (4, "C118")),
        ("4 - Likely", (4, "C118")),
        ("4–Likely", (4, "C118")),
        ("4: likely", (4, "C118")),
        ("4.", (4, "C118")),
        ("4)", (4, "C118")),
        ("(4)", ("C103",)),
        ("Likely", (4, "C118")),
        ("almost  certain", (5, "C118")),
        (3.33, ("C103",)),
        ("3.33", ("C103",)),
        (10.5, ("C103",)),
        (6, ("C103",)),
        (0, ("C103",)),
        (-4, ("C103",)),
        ("4.5", ("C103",)),
        ("4/5", ("C103",)),
        ("4-5", ("C103",)),
        ("3 or 4", ("C103",)),
        ("four", ("C103",)),
        ("?", ("C103",)),
        ("High", ("C103",)),
        ("4 Unlikely", ("C103",)),
        ("4 Major", ("C103",)),
        ("Major", ("C103",)),
        ("A", ("C103",)),
        (True, ("C103",)),
        (date(2026, 4, 5), ("C103",)),
        ("9" * 5000, ("C103",)),
    ],
)
def test_a_step_is_read_by_number_or_word(typed: Raw, expected: tuple[Any, ...]):
    """A word of the other axis, a number between two steps, or number and word that disagree, is refused."""
    assert read(LIKELIHOOD, typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("A", (1, "C118")), ("b", (2, "C118")), ("2 B", (2, "C118")), ("1 B", ("C103",)), ("C", ("C103",))],
)
def test_a_step_is_read_by_its_letter_where_the_scale_has_letters(typed: str, expected: tuple[Any, ...]):
    """Of its own axis only."""
    assert read(LIKELIHOOD, typed, LETTERED) == expected
    assert read(IMPACT, typed, LETTERED) == ("C103",)


def test_a_word_means_what_the_scale_in_force_says():
    """Likely is 4 of five and 3 of four; a number that only the other has is refused."""
    four = loading.load(loading.framework("east-devon-4x4"))
    assert (read(LIKELIHOOD, "Likely"), read(LIKELIHOOD, "Likely", four)) == ((4, "C118"), (3, "C118"))
    assert (read(LIKELIHOOD, "4 Likely", four), read(LIKELIHOOD, 5, four)) == (("C103",), ("C103",))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("4x4 = 16", (((4, 4), "16"), "C118")),
        ("4x3", (((4, 3), ""), "C118")),
        ("4 X 3=12", (((4, 3), "12"), "C118")),
        ("4 × 3", (((4, 3), ""), "C118")),
        ("4*3", (((4, 3), ""), "C118")),
        ("4x3 = 16", (((4, 3), "16"), "C118")),
        ("6x2", ("C103",)),
        ("2x6", ("C103",)),
        ("4x", ("C103",)),
        (16, ("C103",)),
        ("12 Amber", ("C103",)),
        (f"4x4 = {'9' * 5000}", ("C103",)),
    ],
)
def test_impact_and_likelihood_in_one_cell_are_read_impact_first(typed: Raw, expected: tuple[Any, ...]):
    """The score beside them is kept as it was typed, right or wrong."""
    assert read(RATED, typed) == expected


@pytest.mark.parametrize(
    ("stored", "expected"),
    [("4 Major", (4,)), ("4 Gross", (4,)), (4, (4,)), ("6 Utter", (6,)), ("Major", ("C103",)), (0, ("C103",))],
)
def test_the_register_keeps_a_step_by_its_number(stored: Raw, expected: tuple[Any, ...]):
    """Another scale may have given it, with words and steps of its own."""
    assert read(Kept(IMPACT), stored) == expected


# Days


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (date(2027, 3, 31), (date(2027, 3, 31),)),
        (datetime(2027, 3, 31), (date(2027, 3, 31),)),  # noqa: DTZ001
        (datetime(2027, 3, 31, 9, 30), (date(2027, 3, 31), "C118")),  # noqa: DTZ001
        ("31/03/2027", (date(2027, 3, 31),)),
        (" 31 / 3 / 2027 ", (date(2027, 3, 31),)),
        ("31.03.2027", (date(2027, 3, 31),)),
        ("31-03-2027", (date(2027, 3, 31),)),
        ("2027-03-31", (date(2027, 3, 31),)),
        ("2027-03-31 00:00:00", (date(2027, 3, 31),)),
        ("31 March 2027", (date(2027, 3, 31),)),
        ("31st march, 2027", (date(2027, 3, 31),)),
        ("31-Mar-2027", (date(2027, 3, 31),)),
        ("30 Sept. 2026", (date(2026, 9, 30),)),
        ("Wednesday 31 March 2027", (date(2027, 3, 31),)),
        ("Wed, 31 Mar 2027", (date(2027, 3, 31),)),
        ("31/03/27", (date(2027, 3, 31), "C118")),
        ("31 March 27", (date(2027, 3, 31), "C118")),
        ("03/04/2027", (date(2027, 4, 3), "C106")),
        ("3.4.27", (date(2027, 4, 3), "C106")),
        ("04/04/2027", (date(2027, 4, 4),)),
        (46_477, (date(2027, 3, 31), "C118")),
        (46_477.0, (date(2027, 3, 31), "C118")),
        (46_477.5, ("C104",)),
        (20_260_930, ("C104",)),
        (16, ("C104",)),
        ("March 2027", ("C105",)),
        ("Mar-2027", ("C105",)),
        ("March 27", ("C104",)),
        ("March 1027", ("C107",)),
        ("December 9999", ("C107",)),
        ("31/03/1927", ("C107",)),
        ("31/03/2127", ("C107",)),
        (date(1999, 12, 31), ("C107",)),
        (date(2101, 1, 1), ("C107",)),
        ("03/31/2027", ("C104",)),
        ("29/02/2027", ("C104",)),
        ("31/04/2027", ("C104",)),
        ("0000-01-01", ("C104",)),
        ("31/03-2027", ("C104",)),
        ("Monday 31 March 2027", ("C104",)),
        ("by 31 March 2027", ("C104",)),
        ("not 31 March 2027", ("C104",)),
        ("31 March", ("C104",)),
        ("31 Ma 2027", ("C104",)),
        ("Q3", ("C104",)),
        ("tbc", ("C104",)),
        ("ongoing", ("C104",)),
        ("46477", ("C104",)),
        (True, ("C104",)),
        ("9" * 5000, ("C104",)),
    ],
)
def test_a_day_is_read_day_before_month(typed: Raw, expected: tuple[Any, ...]):
    """A reading that is not the plain one is noted; a month alone is a question; prose is no day."""
    assert read(Day(), typed) == expected


def test_a_month_without_a_day_is_asked_with_its_last_day():
    """Of a leap year too."""
    with pytest.raises(Unfit) as caught:
        Day().read("February 2028", AGREED)
    assert caught.value.facts["example"] == said(date(2028, 2, 29))


# Money, flags, choices, refs, words


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (250_000, (250_000.0,)),
        (0, (0.0,)),
        (1234.56, (1234.56,)),
        ("250000", (250_000.0, "C118")),
        ("£250,000", (250_000.0, "C118")),
        ("£ 1,234.56", (1234.56, "C118")),
        ("250k", (250_000.0, "C118")),
        ("£6.8m", (6_800_000.0, "C118")),
        ("1.5 million", (1_500_000.0, "C118")),
        (-1, ("C108",)),
        ("-250", ("C108",)),
        ("£0.125", ("C108",)),
        ("0.123456k", ("C108",)),
        ("2,50,000", ("C108",)),
        ("250.000,00", ("C108",)),
        ("€250", ("C108",)),
        ("250k-500k", ("C108",)),
        ("about half a million", ("C108",)),
        (True, ("C108",)),
        (date(2026, 9, 30), ("C108",)),
        ("9" * 400, ("C108",)),
    ],
)
def test_money_is_one_amount_in_pounds(typed: Raw, expected: tuple[Any, ...]):
    """A range, another currency, or part of a penny is none."""
    assert read(Money(), typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Yes", (True,)),
        (" no ", (False,)),
        ("Y", (True, "C118")),
        ("n", (False, "C118")),
        (True, (True, "C118")),
        ("FALSE", (False, "C118")),
        (1, ("C102",)),
        ("Maybe", ("C102",)),
        ("x", ("C102",)),
    ],
)
def test_a_flag_is_yes_or_no(typed: Raw, expected: tuple[Any, ...]):
    """Nothing else is taken for either."""
    assert read(Flag(), typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Health and safety", ("Health and safety",)),
        ("  HEALTH  and\nSafety ", ("Health and safety",)),
        ("Health & safety", ("C102",)),
        ("Saftey", ("C102",)),
        (4, ("C102",)),
    ],
)
def test_a_choice_forgives_case_and_spacing(typed: Raw, expected: tuple[Any, ...]):
    """And takes nothing else for one."""
    assert read(CATEGORY, typed) == expected


def test_the_nearest_choice_is_suggested():
    """Where one is near enough, and never taken."""
    suggestions = {}
    for typed in ("Work force", "zzzz"):
        with pytest.raises(Unfit) as caught:
            CATEGORY.read(typed, AGREED)
        suggestions[typed] = caught.value.facts["suggestion"]
    assert "Workforce" in str(suggestions["Work force"])
    assert suggestions["zzzz"] == ""


@pytest.mark.parametrize(
    ("typed", "ref"),
    [
        ("SAF-012", "SAF-012"),
        ("saf - 012", "SAF-012"),
        ("SAF–012", "SAF-012"),
        ("NEW-1", "NEW-1"),
        ("FRD-A001", "FRD-A001"),
        ("DIR-03 Children wait too long", "DIR-03"),
        ("SAF-012a", "SAF-012A"),
        (12, "12"),
    ],
)
def test_a_ref_is_read_without_the_title_behind_it(typed: Raw, ref: str):
    """Case, space and dashes are forgiven; what is no ref is kept to be looked up, and not found."""
    assert read(Ref(), typed) == (ref,)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Night cover", ("Night cover",)),
        ("  Night\u00a0cover \r\n", ("Night cover",)),
        ("the child’s “plan”", ("the child’s “plan”",)),
        ("=1+1", ("=1+1",)),
        ("N/A", ("N/A",)),
        ("-", ("-",)),
        (12, ("12",)),
        (0.1, ("0.1",)),
        (True, ("TRUE",)),
        ("Night\x07 cover", ("Night cover", "C117")),
        (date(2026, 9, 30), ("30 September 2026", "C118")),
        ("x" * 81, ("x" * 81, "C109")),
        ("x" * 32_767, ("x" * 32_767, "C109")),
        ("x" * 32_768, ("C110",)),
    ],
)
def test_words_are_kept_as_they_are(typed: Raw, expected: tuple[Any, ...]):
    """What cannot be seen is dropped and counted; what is long is kept and asked about, up to what a cell can hold."""
    assert read(Text(80), typed) == expected


@pytest.mark.parametrize(("typed", "expected"), [(3, (3,)), ("3.0", (3,)), (3.5, ("C108",)), ("9" * 400, ("C108",))])
def test_a_count_is_a_whole_number(typed: Raw, expected: tuple[Any, ...]):
    """As riskbook keeps it on the register."""
    assert read(Number(), typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("DLT, SLT", (("DLT", "SLT"),)),
        ("dlt;slt\n", (("DLT", "SLT"),)),
        ("DLT", (("DLT",),)),
        ("DLT, Chair", ("C102",)),
    ],
)
def test_several_choices_may_stand_in_one_cell(typed: str, expected: tuple[Any, ...]):
    """With commas, semicolons or lines between."""
    assert read(Several(("DLT", "SLT")), typed) == expected


# What holds for all


KINDS = (
    *(Text(80), Text(), Ref(), CATEGORY, RESPONSE, IMPACT, LIKELIHOOD, RATED, Kept(IMPACT)),
    *(Day(), Money(), Flag(), Number(), Several()),
)
EVERY = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=40)
TYPED = st.one_of(
    WORDS,
    st.text(max_size=12),
    st.from_regex(r"\A[£(-]?[0-9]{1,9}([.,/x -][0-9]{1,5}){0,3} ?(k|m|Major|March 2027)?\Z"),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
    st.datetimes(),
)


@EVERY
@tries(max_examples=effort.examples(12), deadline=None)
@given(typed=TYPED)
def test_whatever_is_typed_is_read_or_refused(kind: Kind, typed: Raw):
    """Nothing that a cell can hold raises anything but Unfit, with facts for its rule's message and hint."""
    about = {"heading": "Heading", "typed": spelt(typed), "help": ""}
    try:
        notes = kind.read(typed, AGREED).notes
    except Unfit as unfit:
        notes = ((unfit.rule, unfit.facts),)
    for rule, facts in notes:
        assert (rule.message + rule.hint).format(**{**about, **facts})


@EVERY
@tries(max_examples=effort.examples(12), deadline=None)
@given(typed=TYPED)
def test_a_value_is_shown_as_what_is_read_as_it(kind: Kind, typed: Raw):
    """show, then read, gives the value back, whatever way it was typed."""
    try:
        value = kind.read(typed, AGREED).value
    except Unfit:
        return
    shown = kind.show(value, AGREED)
    if isinstance(kind, Combined):
        value = (value[0], "")
    if shown != "":
        assert kind.read(shown, AGREED).value == value


@given(st.sampled_from([IMPACT, LIKELIHOOD]), st.integers(1, 5))
def test_a_step_goes_there_and_back_without_a_note(kind: Step, value: int):
    """As the form shows it, and as the number alone."""
    assert read(kind, kind.show(value, AGREED)) == read(kind, value) == (value,)
    assert read(Kept(kind), Kept(kind).show(value, AGREED)) == (value,)


@given(DAYS)
def test_a_day_goes_there_and_back_without_a_note(day: date):
    """As a real date, and in words."""
    assert read(Day(), Day().show(day, AGREED)) == read(Day(), said(day)) == read(Day(), day.isoformat()) == (day,)


@given(DAYS)
def test_a_day_typed_in_any_way_is_that_day(day: date):
    """Slashes, points, short months, weekdays and serials."""
    serial = (day - date(1899, 12, 30)).days
    ways = (f"{day:%d/%m/%Y}", f"{day:%d.%m.%Y}", f"{day:%d %b %Y}", f"{day:%A %d %B %Y}", serial)
    assert {read(Day(), typed)[0] for typed in ways} == {day}
    assert timedelta(serial) + date(1899, 12, 30) == day


@given(st.floats(0, 1e12, allow_nan=False))
def test_money_goes_there_and_back_unrounded(amount: float):
    """Typed as a number, to the fifteen digits that Excel keeps."""
    assert read(Money(), Money().show(amount, AGREED)) == (float(f"{amount:.15g}"),)


@given(st.decimals(0, 10**9, places=2))
def test_money_in_words_is_read_to_the_penny(amount: Decimal):
    """With or without separators and the sign."""
    assert {read(Money(), typed)[0] for typed in (f"£{amount:,.2f}", str(amount))} == {float(amount)}


@given(st.decimals(0, 10**6, places=6))
def test_no_money_is_ever_rounded(amount: Decimal):
    """In thousands: exact to the penny, or refused."""
    expected = float(amount * 1000) if not amount * 100_000 % 1 else "C108"
    assert read(Money(), f"£{amount}k")[0] == expected


@given(st.floats(0, 10, exclude_min=True).filter(lambda number: not float(f"{number:.15g}").is_integer()))
def test_no_step_is_ever_rounded(number: float):
    """A number between two steps is refused, as a number and as words."""
    assert read(IMPACT, number) == read(IMPACT, spelt(number)) == ("C103",)


@given(st.sampled_from(AGREED.lists.categories))
def test_a_choice_goes_there_and_back(option: str):
    """In capitals too."""
    assert read(CATEGORY, CATEGORY.show(option, AGREED)) == read(CATEGORY, option.upper()) == (option,)


@given(st.booleans())
def test_a_flag_goes_there_and_back(value: bool):
    """As Yes or No."""
    assert read(Flag(), Flag().show(value, AGREED)) == (value,)


@EVERY
def test_every_kind_says_what_may_be_typed(kind: Kind):
    """To people in words, and to Excel, unless anything may."""
    assert kind.allowed(AGREED)
    restraint = kind.restraint(AGREED)
    assert restraint is None or {"validate"} < set(restraint)


def test_lists_are_joined_for_people():
    """No comma before the last."""
    assert [listed(("Treat", "Tolerate", "Transfer")), listed(["12", "15"], "and"), listed(("Treat",)), listed(())] == [
        "Treat, Tolerate or Transfer",
        "12 and 15",
        "Treat",
        "",
    ]


def test_amounts_are_said_for_people():
    """Pence only where there are any."""
    assert [pounds(6_800_000), pounds(1234.5)] == ["£6,800,000", "£1,234.50"]
