"""Wording: what is new in a text is marked, word by word, and nothing in it is lost."""

from hypothesis import given
from hypothesis import strategies as st

from riskbook.wording import Run, compared, differs


def test_new_words_are_marked_and_words_taken_out_leave_no_mark():
    """The runs are the later text."""
    assert compared("A panel meets weekly.", "A panel of five meets.") == (
        Run("A panel", False),
        Run(" of five", True),
        Run(" meets.", False),
    )


def test_a_text_that_was_only_set_anew_has_no_new_words():
    """Another case or line break is no other word."""
    assert not differs("the panel  meets", "The panel\nmeets")
    assert compared("the panel  meets", "The panel\nmeets") == (Run("The panel\nmeets", False),)


@given(st.text(), st.text())
def test_the_runs_joined_are_the_text(was: str, now: str):
    """Whatever stands in it; and where nothing differs nothing is new."""
    runs = compared(was, now)
    assert "".join(run.words for run in runs) == now
    assert all(run.words for run in runs)
    assert not any(run.new for run in compared(now, now))
