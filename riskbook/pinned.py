"""The relationships of a package in; what its workbook has besides cells, and where it reaches out to, out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from riskbook.package import Relation, relations, serving
from riskbook.safe import Package, Unreadable


@dataclass(frozen=True, slots=True)
class Pinned:
    """What a workbook has besides its cells.

    ``links`` are the workbooks, or the servers with their topics (DDE), that formulas reach out to; ``connections``:
    it fetches data; ``outward`` is where links in cells lead to; ``comments`` are the cells that have one, by their
    sheet; ``carried`` is what there is besides, as people call it.
    """

    links: tuple[str, ...] = ()
    connections: bool = False
    macros: bool = False
    outward: tuple[str, ...] = ()
    comments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    carried: tuple[str, ...] = ()


def pinned(
    package: Package,
    links: Mapping[str, Relation],
    worksheets: Iterable[tuple[str, str]],
    reached: Callable[[str], Iterable[str]],
    commented: Callable[[str], Iterable[str]],
) -> Pinned:
    """Tell it of a workbook by its relationships, ``links``, and those of its worksheets, given as (name, part).

    ``reached`` reads where the part of an external link leads to, ``commented`` the cells of a part of comments.
    """
    around = {name: _around(package, part) for name, part in worksheets}
    every = [*links.values(), *(link for near in around.values() for link in near.values())]
    comments = {
        name: tuple(cell for part in serving(near, "comments") if part in package for cell in commented(part))
        for name, near in around.items()
    }
    return Pinned(
        links=tuple(target for part in serving(links, "externallink") for target in reached(part)),
        connections=bool(serving(links, "connections")),
        macros=bool(serving(links, "vbaproject", "xlmacrosheet", "xlintlmacrosheet")),
        outward=tuple(dict.fromkeys(one.target for one in every if _leads_out(one))),
        comments={name: cells for name, cells in comments.items() if cells},
        carried=tuple(dict.fromkeys(_CARRIED[one.purpose] for one in every if one.purpose in _CARRIED)),
    )


def _around(package: Package, part: str) -> Mapping[str, Relation]:
    """What a sheet leads to; nothing where that is damaged, because its cells can be read without it."""
    try:
        return relations(package, part)
    except Unreadable:
        return {}


def _leads_out(link: Relation) -> bool:
    """Whether a cell's link leads out of the workbook; some programs write links within it as if they did."""
    return link.outside and link.purpose == "hyperlink" and link.target[:1] not in ("", "#")


EMBEDDED, CONTROL, PIVOT = "an embedded file", "a control", "a pivot table"
_CARRIED = {
    **dict.fromkeys(("oleobject", "package"), EMBEDDED),
    **dict.fromkeys(("control", "ctrlprop", "activexcontrolbinary"), CONTROL),
    **dict.fromkeys(("pivottable", "pivotcachedefinition"), PIVOT),
}
"""What a workbook may carry, by the purpose of the relationship that leads to it."""
