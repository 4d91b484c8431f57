"""Text: tidied where only its look changes, compared forgivingly, never reworded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskbook.text import folded, plain, printable, tidy, unaccented, words_only


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("  Night cover \t", "Night cover"),
        ("Night\u00a0cover", "Night cover"),
        ("Night\u202fcover\u2007fails", "Night cover fails"),
        ("\ufeffNight\u200b cover\u2060", "Night cover"),
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("two  spaces stay", "two  spaces stay"),
        ("the child’s “plan” – now", "the child’s “plan” – now"),
        ("=1+1", "=1+1"),
        ("\u200b \u00a0", ""),
    ],
)
def test_only_the_look_is_tidied(typed: str, tidied: str):
    """Outer space, no-break and zero-width space, Windows line ends."""
    assert tidy(typed) == tidied


@given(st.text())
def test_tidying_changes_no_word(typed: str):
    """Whatever is neither space nor nothing stands as it stood; and a second time changes nothing."""
    invisible = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
    assert "".join(tidy(typed).split()) == "".join(typed.translate(invisible).split())
    assert tidy(tidy(typed)) == tidy(typed)


@pytest.mark.parametrize(
    ("typed", "kept", "dropped"),
    [
        ("bell\x07", "bell", 1),
        ("\x00\x1f\x7f\x9f", "", 4),
        ("half a pair \ud83d", "half a pair ", 1),
        ("tab\tand\nline", "tab\tand\nline", 0),
        ("£ é 😀 ½ \u0085", "£ é 😀 ½ \u0085", 0),
    ],
)
def test_characters_that_cannot_be_seen_are_dropped_and_counted(typed: str, kept: str, dropped: int):
    """Tab, line end and whatever XML can hold stay."""
    assert printable(typed) == (kept, dropped)


@given(st.text(st.characters()))
def test_what_is_printable_can_be_written(typed: str):
    """It encodes, it has lost what was counted, and there is nothing more to drop."""
    kept, dropped = printable(typed)
    assert len(kept.encode()) >= len(kept) == len(typed) - dropped
    assert printable(kept) == (kept, 0)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("943\u00a0476\u202f5919", "943 476 5919"),
        ("943  476\u20095919", "943 476 5919"),
        ("943\u2011476–5919", "943-476-5919"),
        ("９４３ ４７６＠５９１９", "943 476@5919"),
        ("9\u200b434\u00ad765\u200e919\ufeff", "9434765919"),
        ("J’s – not K‘s", "J's – not K's"),
        ("Ro\u0301isi\u0301n", "Róisín"),
        ("one\ttwo\nthree", "one\ttwo\nthree"),
    ],
)
def test_what_is_read_is_plain(typed: str, read: str):
    """As a person reads it, however it was pasted; and a second time changes nothing."""
    assert plain(typed) == read == plain(read)


def test_letters_are_bare_without_their_accents():
    """Whichever way they are spelt."""
    assert unaccented("Róisín") == unaccented("Ro\u0301isi\u0301n") == "Roisin"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Workforce", " WORKFORCE "),
        ("Propose to close", "propose  to\nclose"),
        ("Children's", "Children’s"),
        ("De-escalated", "De–escalated"),
        ("½", "1⁄2"),
        ("Straße", "STRASSE"),
    ],
)
def test_case_spacing_quotes_and_dashes_are_forgiven(one: str, other: str):
    """When words are compared."""
    assert folded(one) == folded(other)


@given(st.text(st.characters(max_codepoint=0x17F) | st.sampled_from("‘’“”–—−\u00a0\u200b½")))
def test_folding_again_changes_nothing(typed: str):
    """So either side of a comparison may have been folded before."""
    assert folded(folded(typed)) == folded(typed)
    assert words_only(words_only(typed)) == words_only(typed)


def test_headings_are_compared_by_letters_and_digits():
    """Punctuation and line ends are forgiven; other words are other headings."""
    assert words_only("Do the\ncontrols work?") == words_only("do_the controls-work") == "dothecontrolswork"
    assert words_only("Financial exposure (£)") == words_only("FINANCIAL EXPOSURE")
    assert words_only("Risk owner") != words_only("Risk owners")
    assert words_only("– ? –") == ""
