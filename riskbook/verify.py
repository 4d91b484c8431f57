"""A file as it is made now and as it stands, in; whether it is what it was, or where the two differ, out."""

import io
import zipfile
from collections.abc import Iterator

from riskbook.places import Place
from riskbook.read import Book, Unreadable, read
from riskbook.tables import shown
from riskbook.text import short

MOST = 3
"""So many cells are named of a workbook that differs."""


def difference(made: bytes, there: bytes, name: str) -> str:
    """Where a file that stands somewhere is not what is made now, in a sentence; nothing where it is.

    A workbook is what it was when every part in its package is, however it is compressed.
    """
    if made == there:
        return ""
    if not name.endswith(".xlsx"):
        return "It has other words now."
    try:
        if _parts(made) == _parts(there):
            return ""
        cells = list(_cells(read(made, name), read(there, name)))
    except (Unreadable, zipfile.BadZipFile):
        return "It cannot be opened any more."
    if not cells:
        return "Every cell is the same; something else in it is not, as when another program saves it."
    more = f" And {len(cells) - MOST} more cells." if len(cells) > MOST else ""
    return f"{' '.join(cells[:MOST])}{more}"


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {part: package.read(part) for part in package.namelist()}


def _cells(made: Book, there: Book) -> Iterator[str]:
    """Each cell in which two workbooks differ, in a sentence."""
    names = dict.fromkeys((*(name for name, _ in made.sheets), *(name for name, _ in there.sheets)))
    for name in names:
        now, then = (book.grid(name) for book in (made, there))
        if now is None or then is None:
            yield f"The sheet {name} {'is not there' if then is None else 'is new'}."
            continue
        cells = [{(cell.row, cell.column): shown(cell) for cell in grid.cells} for grid in (now, then)]
        for spot in sorted(cells[0].keys() | cells[1].keys()):
            was, stands = (one.get(spot, "") for one in cells)
            if was != stands:
                yield f"{Place('', name, *spot)} says “{short(stands)}”; what was sent says “{short(was)}”."
