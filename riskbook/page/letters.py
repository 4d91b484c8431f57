"""A letter in Markdown in, a page in the look of the Summary out."""

import re
from dataclasses import replace

from markdown_it import MarkdownIt

from riskbook.excel import looks
from riskbook.page.frame import framed, placed
from riskbook.page.markup import css

_WORDS = css(replace(looks.PARA, across=""))
_STYLES = {
    "paragraph_open": f"margin:0 0 12px 0;{_WORDS}",
    "ordered_list_open": f"margin:0 0 12px 0;padding:0 0 0 28px;{_WORDS}",
    "bullet_list_open": f"margin:0 0 12px 0;padding:0 0 0 28px;{_WORDS}",
    "list_item_open": f"margin:0 0 6px 0;{_WORDS}",
    "heading_open": f"margin:8px 0 6px 0;{css(replace(looks.HEADING, across=''))}",
    "link_open": f"color:#{looks.ACCENT}",
}
"""A style for each element: Outlook inherits hardly any."""


def letter(subject: str, words: str, under: str = "") -> str:
    """Write a letter as a page: its words are Markdown, with no HTML in them; ``under`` is HTML and stands below."""
    reader = MarkdownIt("commonmark", {"html": False, "breaks": False})
    tokens = reader.parse(words)
    for token in (inner for outer in tokens for inner in (outer, *(outer.children or ()))):
        if token.type in _STYLES:
            token.attrSet("style", _STYLES[token.type])
    written = reader.renderer.render(tokens, reader.options, {})
    return framed(subject, "en-GB", placed(written), placed(under, over=12) if under else "")


def inside(page: str) -> str:
    """What stands in the body of a page of ours, to be set into another."""
    found = re.search(r"<body[^>]*>(.*)</body>", page, re.DOTALL)
    return found[1] if found else ""
