"""A letter and its attachments in; the letter as Markdown, or an e-mail with it as text and as a page, out."""

import hashlib
import re
from collections.abc import Callable, Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache
from importlib import resources

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from riskbook import page
from riskbook.letters import Letter, Reader
from riskbook.markdown import escaped

Templates = Mapping[str, str]
"""Templates that stand in place of the package's own, by name."""
NAMES = ("issue", "chase", "please-correct", "not-read", "interviews", "report")
ENDING = ".md.j2"


class TemplateFaultError(ValueError):
    """A template cannot be used: its name and what is wrong with it, in a sentence."""


def shipped(name: str) -> str:
    """The text of one of the package's own templates."""
    return (resources.files("riskbook") / "mail" / f"{name}{ENDING}").read_text(encoding="utf-8")


def markdown(letter: Letter, templates: Templates) -> bytes:
    """The letter as a Markdown file, in which what people typed is no markup.

    Raises:
        TemplateFaultError: its template cannot be used.
    """
    return _rendered(letter, templates, escaped).encode()


def subject(letter: Letter, templates: Templates) -> str:
    """What a letter is about, in a line.

    Raises:
        TemplateFaultError: its template cannot be used.
    """
    return _parted(_rendered(letter, templates, _as_it_is))[0]


def draft(letter: Letter, attachments: Mapping[str, bytes], templates: Templates, sender: str = "") -> bytes:
    """The letter as an .eml file that opens unsent, with workbooks attached; the same letter, the same bytes.

    Raises:
        TemplateFaultError: its template cannot be used.
    """
    about, words = _parted(_rendered(letter, templates, _as_it_is))
    _, marked = _parted(_rendered(letter, templates, escaped))
    message = EmailMessage(policy=SMTP)
    message["Subject"] = about
    headers = {"From": sender, "To": _to(letter.reader), "Cc": ", ".join(letter.reader.copies)}
    for header, value in headers.items():
        if value:
            message[header] = value
    message["X-Unsent"] = "1"
    message.set_content(words)
    message.add_alternative(page.letter(about, marked, letter.under), subtype="html")
    for name, data in attachments.items():
        message.add_attachment(data, maintype="application", subtype=_XLSX, filename=name)
    digest = hashlib.sha256(b"".join([about.encode(), marked.encode(), *attachments.values()])).hexdigest()[:24]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"riskbook-{number}-{digest}")
    return message.as_bytes()


_XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


_GAPS = re.compile(r"\n\s*\n")
"""Lines between paragraphs, more of them where a template left something out."""


def _to(reader: Reader) -> str:
    """The addresses of a reader; the name stands before the only one, where it is a person's."""
    if reader.person and len(reader.to) == 1:
        return str(Address(reader.person, addr_spec=reader.to[0]))
    return ", ".join(reader.to)


def _parted(rendered: str) -> tuple[str, str]:
    """What a letter is about, which its template begins with as a heading, and its words."""
    first, _, words = rendered.partition("\n")
    return first.removeprefix("# "), words.lstrip("\n")


def _rendered(letter: Letter, templates: Templates, spelling: Callable[[str], str]) -> str:
    """A letter in words: one line of what it is about, as a heading, then the rest; facts are spelt by ``spelling``."""
    name = letter.template
    try:
        text = _template(templates.get(name) or shipped(name)).render(_each(dict(letter.facts), spelling))
    except TemplateSyntaxError as error:
        raise TemplateFaultError(f"{name}{ENDING}, line {error.lineno}: {error.message}.") from error
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise TemplateFaultError(f"{name}{ENDING}: {error}.") from error
    first, _, words = text.strip().partition("\n")
    if not first.startswith("# "):
        raise TemplateFaultError(f"{name}{ENDING}: the first line should be “# ” and what the mail is about.")
    return "\n\n".join([" ".join(first.split()), *_GAPS.split(words.strip())]) + "\n"


@lru_cache(maxsize=16)
def _template(text: str) -> Template:
    """A template ready to be filled in; kept, because to compile one takes longer than to fill it in."""
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=False).from_string(text)


def _each(value: object, change: Callable[[str], str]) -> object:
    """Facts, however deep, with every text in them changed."""
    match value:
        case Mapping():
            return {key: _each(one, change) for key, one in value.items()}
        case list() | tuple():
            return [_each(one, change) for one in value]
        case int():
            return value
        case _:
            return change(str(value))


def _as_it_is(text: str) -> str:
    return text
