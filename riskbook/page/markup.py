"""Names, looks and words in, pieces of HTML out that Outlook, a phone and a screen reader all understand.

Outlook on Windows draws e-mail with Word: it knows tables, attributes and styles on the element itself, inherits
hardly any font into a cell, and gives a width in a style the last word over one in an attribute.
"""

import re
from html import escape

from riskbook.excel.looks import FONT, Edge, Look
from riskbook.text import printable

LAYOUT = {"role": "presentation", "cellpadding": "0", "cellspacing": "0", "border": "0"}
"""What a table has that only places things."""
TABLE = {"cellpadding": "0", "cellspacing": "0", "border": "0", "style": "border-collapse:collapse"}
"""What a table of facts has."""
_REF, _WHOLE = re.compile(r"\b[A-Z]{2,}-[A-Z]?\d+\b"), r'<span style="white-space:nowrap">\g<0></span>'
_FORMULA, _UNSEEN = re.compile(r"[=@]|[-+](?![\d.,]+%?$)"), "&#8203;"
_PIXELS = {1: 1, 2: 2, 5: 3}
"""How wide a border of each weight is."""
_SIZE, _LINE = 1.4, 1.4
"""Pixels of type for a point on paper, so that 10 points are 14 pixels; and lines as tall as so many times that."""


def tag(name: str, *inner: str, **attributes: str) -> str:
    """An element; attributes that are empty are left out."""
    given = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if value)
    return f"<{name}{given}>{''.join(inner)}</{name}>"


def words(text: str) -> str:
    """Words of people: no tag, no entity and no link of theirs; a line break is one, and no ref is broken.

    Programs that take a pasted page for a sheet make a formula of what begins like one, unless something that is not
    seen stands before it.
    """
    lines = (line.strip() for line in printable(text)[0].splitlines())
    return "<br>".join(_REF.sub(_WHOLE, f"{_UNSEEN if _FORMULA.match(line) else ''}{escape(line)}") for line in lines)


def one_line(text: str) -> str:
    """Words for a title or an attribute."""
    return " ".join(printable(text)[0].split())


def row(*cells: str) -> str:
    """A row of a table."""
    return tag("tr", *cells)


def cell(inner: str, look: Look, name: str = "td", padding: str = "5px 6px", **attributes: str) -> str:
    """A cell, its fill twice over because some programs heed the attribute only."""
    fill = f"#{look.fill}" if look.fill else ""
    style = f"{css(look)};padding:{padding}"
    down = "middle" if look.down == "vcenter" else look.down
    return tag(name, inner, **attributes, align=look.across, valign=down, bgcolor=fill, style=style)


def css(look: Look) -> str:
    """A look as styles: type, ink, fill and borders."""
    size = pixels(look)
    styles = {
        "font-family": f"{FONT},Helvetica,sans-serif",
        "font-size": f"{size}px",
        "line-height": f"{round(size * _LINE)}px",
        "font-weight": "bold" if look.bold else "normal",
        "color": f"#{look.ink}",
        "background-color": f"#{look.fill}" if look.fill else "",
        "text-align": look.across,
        **{f"border-{side}": _border(getattr(look, side)) for side in ("top", "right", "bottom", "left")},
    }
    return ";".join(f"{key}:{value}" for key, value in styles.items() if value)


def pixels(look: Look) -> int:
    """The size of a look's type on a screen."""
    return round(look.size * _SIZE)


def for_word(inner: str) -> str:
    """What Outlook on Windows alone reads."""
    return f"<!--[if mso]>{inner}<![endif]-->"


def _border(edge: Edge | None) -> str:
    return f"{_PIXELS[edge.weight]}px solid #{edge.colour}" if edge else ""
