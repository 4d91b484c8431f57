"""Intakes in; what goes back to managers out: for each return a healthy copy, a letter and a draft e-mail."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from riskbook import drafts, excel, letters
from riskbook.cli.files import Refusal
from riskbook.directory import Unit
from riskbook.drafts import TemplateFaultError, Templates
from riskbook.intake import Intake
from riskbook.letters import Answered, Letter
from riskbook.report import form as forms
from riskbook.report.masked import masked
from riskbook.settings import Context

_ENDING = "please-correct"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to one file: under what name, whose it is, and the copy to correct, where it could be read."""

    name: str
    intake: Intake
    unit: Unit | None = None
    copied: Answered | None = None
    copy: bytes = b""

    @property
    def attachments(self) -> Mapping[str, bytes]:
        """What goes with the answer."""
        return {self.copied.attached: self.copy} if self.copied else {}

    def letter(self, context: Context) -> Letter:
        """What is written with it."""
        if self.unit is None or self.copied is None:
            return letters.not_read(self.intake, context)
        return letters.correcting(letters.readers([self.unit], context)[0], [self.copied], context)


def answers(intakes: Iterable[Intake], context: Context) -> tuple[Answer, ...]:
    """An answer for every file with something to put right or to answer.

    A unit may have sent several. A file that could not be taken in has a letter and a draft, and no copy.
    """
    found: dict[str, Answer] = {}
    for one in intakes:
        if one.goes_back:
            name = _free(_named(one, context), found)
            found[name] = _answer(one, name, context)
    return tuple(found.values())


def made(folder: Path, intakes: Iterable[Intake], context: Context, templates: Templates) -> dict[Path, bytes]:
    """What is to be sent back, by path: the copy, the letter, and the draft that has the copy with it.

    Raises:
        Refusal: a template of the book's cannot be used.
    """
    files: dict[str, bytes] = {}
    for one in answers(intakes, context):
        letter = one.letter(context)
        files |= one.attachments
        try:
            files[f"{one.name}.md"] = drafts.markdown(letter, templates)
            files[f"{one.name}.eml"] = drafts.draft(letter, one.attachments, templates)
        except TemplateFaultError as fault:
            raise Refusal(f"mail/{fault}") from fault
    return {folder / name: data for name, data in files.items()}


def copies(files: Iterable[Path]) -> int:
    """How many returns are answered."""
    return sum(path.suffix == ".eml" for path in files)


def earlier(folder: Path, context: Context) -> Iterator[Path]:
    """What an earlier merge of the round put there to be sent back."""
    return folder.glob(f"*-{context.round.folder}-{_ENDING}*")


def _answer(one: Intake, name: str, context: Context) -> Answer:
    unit = context.directory.unit(one.returned.unit) if one.returned else None
    if unit is None:
        return Answer(name, one)
    form = masked(forms.corrected(context, unit, one), context)
    copied = Answered(form, one.book, f"{name}.xlsx")
    return Answer(name, one, unit, copied, excel.form(context, copied.form))


def _named(one: Intake, context: Context) -> str:
    """Called for the unit, or where that is not known for the file."""
    about = one.returned.unit if one.returned else PurePath(one.book).stem
    return f"{'-'.join(re.findall(r'[a-z0-9]+', about.lower()))[:60] or 'file'}-{context.round.folder}-{_ENDING}"


def _free(name: str, taken: Mapping[str, Answer]) -> str:
    numbered = (name if number == 1 else f"{name}-{number}" for number in range(1, len(taken) + 2))
    return next(free for free in numbered if free not in taken)
