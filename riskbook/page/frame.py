"""Rows in; a whole page out, as wide as an e-mail in Outlook and no wider than a phone."""

from html import escape

from riskbook.excel import looks
from riskbook.page.markup import LAYOUT, for_word, one_line, row, tag

WIDE = 660
"""Pixels across: what Outlook's reading pane shows beside its list of messages."""
SHUT = "</td></tr></table>"
_HEAD = (
    '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light only">'
    '<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">'
)


def framed(title: str, language: str, *rows: str) -> str:
    """A document with rows under each other; the same rows make the same page."""
    page = tag("table", *rows, **LAYOUT, align="center", width="100%", style=f"max-width:{WIDE}px")
    middle = tag(
        "td", for_word(opened(WIDE, WIDE, "center")), page, for_word(SHUT), align="center", style="padding:12px"
    )
    whole = tag("table", row(middle), **LAYOUT, width="100%", bgcolor=f"#{looks.WHITE}")
    body = tag("body", whole, bgcolor=f"#{looks.WHITE}", style=f"margin:0;padding:0;background-color:#{looks.WHITE}")
    head = tag("head", _HEAD, tag("title", escape(one_line(title))))
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang=language)}\n"


def placed(inner: str, over: int = 0, under: int = 10, across: str = "left") -> str:
    """A row of a page, with so many pixels free over and under it."""
    return row(tag("td", inner, align=across, valign="top", style=f"padding:{over}px 0 {under}px 0"))


def opened(width: int, first: int, across: str = "") -> str:
    """A table for Outlook on Windows, which knows no greatest width, opened as far as its first cell."""
    cell = tag("td", width=f"{first}", valign="top")
    return tag("table", row(cell), **LAYOUT, align=across, width=f"{width}").removesuffix(SHUT)
