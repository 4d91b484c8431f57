"""Updates: simple Markdown becomes headings, paragraphs and points, without its marks."""

from riskbook.updates import Part, Update, read


def test_paragraphs_points_and_headings_are_told_apart():
    """Lines that follow each other are one; comments are left out."""
    text = "# Our approach #\nThe **Cabinet** agreed\nto it.\n<!-- draft\n\nno -->\n- one\n  more\n2. two\n\nEnd."
    assert read(text) == (
        Update(Part.HEADING, "Our approach"),
        Update(Part.PARAGRAPH, "The Cabinet agreed to it."),
        Update(Part.POINT, "one more"),
        Update(Part.POINT, "two"),
        Update(Part.PARAGRAPH, "End."),
    )


def test_marks_go_and_words_stay():
    """A link keeps its address; a star or underscore inside a word is a letter."""
    (one,) = read("See *our* __new__ [plan](https://brackenshire.example/plan), `2 * 3 * 4` and risk_book_2 \\*.")
    assert one.words == "See our new plan (https://brackenshire.example/plan), 2 * 3 * 4 and risk_book_2 *."


def test_an_empty_file_says_nothing():
    """Nor does white space."""
    assert read("") == read(" \r\n\r\n \t\n") == ()
