"""A ref, or the Summary, in; where it comes from, to the cell, out: in words, as JSON or as a workbook."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from riskbook import excel, origins, quarterly
from riskbook import trace as tracing
from riskbook.cli import inspecting, kept, speak
from riskbook.cli.files import Refusal, write
from riskbook.cli.folder import OpenBook, find, open_workbook, register_of, register_path, rounds
from riskbook.cli.options import of_a_book
from riskbook.origins import Origin, Shelf
from riskbook.report import sources
from riskbook.report.cells import some
from riskbook.report.sources import Evidence, Figure
from riskbook.text import folded
from riskbook.trace import Line, Story


@click.command(name="trace")
@click.argument("what", metavar="REF|summary")
@click.option("--figure", metavar="WORDS", help="Of the Summary's figures, those with these words in their names.")
@click.option("--open", "is_open", is_flag=True, help="The Summary of the open edition, without exempt risks.")
@click.option("--workbook", type=click.Path(path_type=Path), metavar="FILE", help="Write the figures as a workbook.")
@of_a_book
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
def trace(
    what: str,
    figure: str | None,
    is_open: bool,
    workbook: Path | None,
    book: Path | None,
    round_: str | None,
    as_at: date | None,
    as_json: bool,
) -> None:
    """Tell a risk's or an action's whole story; or where every figure of the Summary comes from, to the cell.

    \b
    Example: riskbook trace FRD-001
             riskbook trace summary                     every figure, and the refs behind it
             riskbook trace summary --figure Red        with the cells of each
             riskbook trace summary --workbook sources.xlsx
    """
    opened = find(book, round_)
    if what.lower() != "summary":
        if figure or is_open or workbook:
            raise Refusal("--figure, --open and --workbook are for the figures of the Summary: riskbook trace summary.")
        _tell_story(what, opened, as_json)
        return
    outputs = [workbook] if workbook else []
    for path in outputs:
        _refuse_place(path, opened)
    found, composed = _figures(opened, as_at, is_open)
    if figure:
        found = _named(figure, found)
    for path in outputs:
        made = excel.report(sources.document(composed, found))
        inspecting.looked_over({path: made}, inspecting.of_book(composed.context))
        write(path, made)
    if as_json:
        counts = {"figures": len(found)}
        speak.as_json([], counts, outputs, figures=[_figure(one) for one in found])
        return
    speak.heading(composed.context)
    _say_figures(found, bool(figure))
    for path in outputs:
        click.echo(f"Sources of the Summary: {path}")


def shelf(opened: OpenBook) -> Shelf:
    """The registers of the book up to this round, and every copy that is kept in it.

    Raises:
        Refusal: a register cannot be read.
    """
    past = [one for one in rounds(opened.root, opened.settings) if one.as_at <= opened.round.as_at]
    paths = [path for one in past if (path := register_path(opened.root, one)).is_file()]
    with speak.progress(paths, "Reading registers") as bar:
        volumes = tuple(_volume(path, opened) for path in bar)
    copies = sorted(opened.root.glob("*/kept/*-*"))
    names = {path.name[: origins.SHORT]: path.relative_to(opened.root).as_posix() for path in copies}
    return Shelf(volumes, names, opened.settings)


def _volume(path: Path, opened: OpenBook) -> origins.Volume:
    book = open_workbook(path)
    return origins.volume(register_of(book, path, opened.settings), book, opened.settings)


def _tell_story(asked: str, opened: OpenBook, as_json: bool) -> None:
    registers = shelf(opened)
    if not registers.volumes:
        raise Refusal("there is no register in this book yet; `riskbook merge` writes one.")
    told = tracing.story(asked, registers)
    if told is None:
        near = tracing.nearest(asked, registers)
        nearest = f"the nearest ref is {near}" if near else "none has a risk on it"
        raise Refusal(f"no register of this book knows {asked}; {nearest}.")
    if as_json:
        counts = {"rounds": len(told.chapters), "lines": sum(len(one.lines) for one in told.chapters)}
        speak.as_json([], counts, [], story=_story(told))
    else:
        _say_story(told)


def _figures(opened: OpenBook, as_at: date | None, is_open: bool) -> tuple[tuple[Figure, ...], quarterly.Quarterly]:
    """The figures of an edition of the Summary.

    Raises:
        Refusal: there is no register, or it was changed by hand since riskbook wrote it.
    """
    whole = quarterly.compose(kept.as_written(opened), (), opened.context(as_at))
    edition = quarterly.published(whole) if is_open else whole
    return sources.figures(edition, shelf(opened), whole), edition


def _named(words: str, found: Iterable[Figure]) -> tuple[Figure, ...]:
    found = tuple(found)
    begin = re.compile(rf"\b{re.escape(folded(words))}")
    named = tuple(one for one in found if begin.search(folded(one.label)))
    if not named:
        raise Refusal(f"no figure of the Summary has “{words}” in its name; `riskbook trace summary` lists them.")
    return named


def _refuse_place(path: Path, opened: OpenBook) -> None:
    """Refuse a place where riskbook looks for what others sent, and one where something else stands."""
    folders = {opened.folder / name for name in ("returns", "kept", "issued", "corrections")}
    if path.suffix.lower() != ".xlsx" or folders & set(path.resolve().parents):
        raise Refusal(f"{path} is no place for it: name a new .xlsx, like sources.xlsx.")
    if path.exists() and not open_workbook(path).core.get("title", "").startswith(sources.NAME):
        raise Refusal(f"{path} is another workbook: name a new .xlsx, like sources.xlsx.")


def _say_figures(found: Sequence[Figure], whole: bool) -> None:
    """Each figure with its refs; or one by one, with the register's row and the cells of each ref."""
    if not whole:
        rows = [(one.label, one.number, ", ".join(one.stands), _refs(one)) for one in found]
        speak.table(("Figure", "Number", "Where it stands", "Behind it"), rows, "Figures of the Summary")
        click.echo('The cells behind one: riskbook trace summary --figure "WORDS". All of them: --workbook FILE')
        return
    for one in found:
        click.echo(f"{one.label}: {one.number}")
        behind = [_evidence(evidence, "") for evidence in one.behind]
        behind += [_evidence(evidence, "less ") for evidence in one.less]
        speak.table(("Ref", "What is said of it", "Register row", "Came from", "Kept as"), behind)


def _refs(figure: Figure) -> str:
    """As many refs as a line has room for; with --figure all of them stand, each on its own."""
    behind, less = (some([one.ref for one in evidence], speak.MOST_NAMED) for evidence in (figure.behind, figure.less))
    return behind + (f" less {less}" if less else "")


def _evidence(one: Evidence, sign: str) -> tuple[str, ...]:
    came = "; ".join(f"{cell.place} “{cell.value}”" for cell in one.cells)
    copies = "; ".join(dict.fromkeys(cell.kept or "not kept" for cell in one.cells))
    return f"{sign}{one.ref}", one.about, str(one.row.place), _line(came), copies


def _say_story(told: Story) -> None:
    """The story as a page: a paragraph a round, and at its end the files, numbered as the lines name them."""
    files: dict[tuple[str, str], int] = {}
    for origin in told.origins:
        files.setdefault((origin.place.book, origin.sha256), len(files) + 1)
    click.echo(click.style(f"{told.ref}  {_line(told.title)}".rstrip(), bold=True))
    for words in (told.stands, *told.ties):
        click.echo(words)
    for chapter in told.chapters:
        where = chapter.row.place if chapter.row else "the register of this round is not in the book"
        click.echo(f"\n{click.style(chapter.round, bold=True)}  ({where})")
        for line in chapter.lines:
            click.echo(f"  {line.what}: {_line(line.words)}{_marks(line, files)}")
    click.echo(f"\n{click.style('Files', bold=True)}")
    known = {(origin.place.book, origin.sha256): origin.kept for origin in told.origins}
    for (name, sha256), number in files.items():
        digest = f"digest {sha256}" if sha256 else "changed by hand"
        copy = known[name, sha256]
        click.echo(f"  [{number}] {name}, {digest}, {f'kept as {copy}' if copy else 'not kept'}")


def _marks(line: Line, files: dict[tuple[str, str], int]) -> str:
    """The cells of a line, each after the number of its file."""
    marks: dict[int, list[str]] = {}
    for origin in line.origins:
        where = "!".join(part for part in (origin.place.sheet, origin.place.cell) if part)
        marks.setdefault(files[origin.place.book, origin.sha256], []).append(where)
    return "".join(f"  [{number}] {', '.join(cells)}" for number, cells in marks.items())


def _line(words: str) -> str:
    return " ".join(words.split())


def _story(told: Story) -> dict[str, Any]:
    return {
        "ref": told.ref,
        "title": told.title,
        "stands": told.stands,
        "ties": told.ties,
        "rounds": [
            {
                "round": chapter.round,
                "register": _origin(chapter.row) if chapter.row else None,
                "lines": [_told(line) for line in chapter.lines],
            }
            for chapter in told.chapters
        ],
    }


def _told(line: Line) -> dict[str, Any]:
    told = {"what": line.what, "ref": line.ref, "words": line.words}
    told |= {"field": line.field, "was": line.was, "now": line.now}
    return {**told, "origins": [_origin(one) for one in line.origins]}


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "figure": one.label,
        "number": one.number,
        "stands": one.stands,
        "behind": [_behind(evidence) for evidence in one.behind],
        "less": [_behind(evidence) for evidence in one.less],
    }


def _behind(one: Evidence) -> dict[str, Any]:
    row, cells = _origin(one.row), [_origin(cell) for cell in one.cells]
    return {"ref": one.ref, "about": one.about, "register": row, "cells": cells}


def _origin(one: Origin) -> dict[str, Any]:
    return {
        "file": one.place.book,
        "sheet": one.place.sheet,
        "cell": one.place.cell,
        "row": one.place.row or None,
        "field": one.heading,
        "value": one.value,
        "sha256": one.sha256,
        "kept": one.kept,
    }
