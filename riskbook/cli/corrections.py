"""Intakes in; what goes back to managers out: for each return a healthy copy, a letter and a draft e-mail."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath

from riskbook import excel, letters
from riskbook.findings import Severity
from riskbook.intake import Intake
from riskbook.report import form as forms
from riskbook.settings import Context

_ENDING = "please-correct"


def made(folder: Path, intakes: Iterable[Intake], context: Context) -> dict[Path, bytes]:
    """What is to be sent back, by path, for every file with something to put right or to answer.

    A unit may have sent several. A file that could not be taken in has a letter and a draft, and no copy.
    """
    files: dict[Path, bytes] = {}
    for one in intakes:
        if any(finding.severity is not Severity.NOTE for finding in one.findings):
            name = _free(_named(one, context), folder, files)
            files |= {folder / file: data for file, data in _answer(one, name, context).items()}
    return files


def copies(files: Iterable[Path]) -> int:
    """How many returns are answered."""
    return sum(path.suffix == ".eml" for path in files)


def earlier(folder: Path, context: Context) -> Iterator[Path]:
    """What an earlier merge of the round put there to be sent back."""
    return folder.glob(f"*-{context.round.folder}-{_ENDING}*")


def _answer(one: Intake, name: str, context: Context) -> Mapping[str, bytes]:
    """The files of one answer, by name: the copy, the letter, and the draft that has the copy with it."""
    unit = context.directory.unit(one.returned.unit) if one.returned else None
    if unit is None:
        letter, copy = letters.not_read(context, one), {}
    else:
        form = forms.corrected(context, unit, one)
        copy = {f"{name}.xlsx": excel.form(context, form)}
        letter = letters.correcting(context, form, one.book, f"{name}.xlsx")
    return {**copy, f"{name}.md": letters.markdown(letter), f"{name}.eml": letters.draft(letter, copy)}


def _named(one: Intake, context: Context) -> str:
    """Called for the unit, or where that is not known for the file."""
    about = one.returned.unit if one.returned else PurePath(one.book).stem
    return f"{'-'.join(re.findall(r'[a-z0-9]+', about.lower()))[:60] or 'file'}-{context.round.folder}-{_ENDING}"


def _free(name: str, folder: Path, taken: Mapping[Path, bytes]) -> str:
    numbered = (name if number == 1 else f"{name}-{number}" for number in range(1, len(taken) + 2))
    return next(free for free in numbered if folder / f"{free}.md" not in taken)
