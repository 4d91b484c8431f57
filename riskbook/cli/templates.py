"""A book's folder mail in; the words of mails that I&P have made their own out, by the name of the template."""

from collections.abc import Mapping
from pathlib import Path

from riskbook.cli.files import Refusal, read, write
from riskbook.drafts import ENDING, NAMES, shipped
from riskbook.kinds import listed


def own(root: Path) -> Mapping[str, str]:
    """The templates that stand in a book.

    Raises:
        Refusal: one is not UTF-8 text, or is called as no template is.
    """
    known = {f"{name}{ENDING}": name for name in NAMES}
    found: dict[str, str] = {}
    for path in sorted(_folder(root).glob("*")):
        if path.name not in known:
            raise Refusal(f"{path} is not the template of a mail; those are {listed(list(known), 'and')}.")
        try:
            found[known[path.name]] = read(path).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refusal(f"{path} is not UTF-8 text; save it as UTF-8.") from error
    return found


def lay_out(root: Path, name: str) -> Path:
    """Put one of the package's own templates into a book to be changed, where none stands there.

    Raises:
        Refusal: it cannot be written.
    """
    path = _folder(root) / f"{name}{ENDING}"
    if not path.exists():
        write(path, shipped(name).encode())
    return path


def _folder(root: Path) -> Path:
    return root / "mail"
