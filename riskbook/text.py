"""Text from people, tidied where only its look changes; and the forgiving comparison of words."""

import re
import unicodedata
from functools import lru_cache

CELL = 32_767
"""Characters that a cell can hold, as Excel counts them."""

_CUT = " … (cut here; the file itself has the rest)"
_SPACES, _NOTHING = "\u00a0\u2007\u202f", "\u200b\u200c\u200d\u2060\ufeff"
_ODD = re.compile(f"[{_SPACES}{_NOTHING}]")
_PLAIN = str.maketrans(_SPACES, " " * len(_SPACES), _NOTHING)
_QUOTES = str.maketrans("‘’‛“”„–—‑−", "'''\"\"\"----")
_UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
_BLANKS = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_HIDDEN, _GAPS = re.compile(f"[{_UNSEEN}]"), re.compile(" {2,}")
_JOINING = re.compile(r"(?<=\w)–(?=\w)")
_SIGNS = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {
    ord(sign): ord(plain) for plain, signs in {"-": "‐‑‒−", "'": "‘’‛′", " ": _BLANKS}.items() for sign in signs
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")


def tidy(text: str) -> str:
    """Outer space, no-break and zero-width space and Windows line ends; the words are never changed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return (text.translate(_PLAIN) if not text.isascii() and _ODD.search(text) else text).strip()


def printable(text: str) -> tuple[str, int]:
    """A text without the characters that cannot be seen, and how many those were."""
    return (text, 0) if text.isprintable() else _CONTROL.subn("", text)


def folded(text: str) -> str:
    """What is compared: case, spacing, quotes and dashes forgiven."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", tidy(text)).translate(_QUOTES)
    return " ".join(plain.casefold().split())


def plain(text: str) -> str:
    """What is read: spaces, hyphens and apostrophes of every kind are plain, wide digits too, and none is unseen.

    A dash between letters or digits is a hyphen. Line breaks and tabs stay, because what they part is two things.
    """
    if not text.isascii():
        seen = _HIDDEN.sub("", text).translate(_SIGNS)
        text = _JOINING.sub("-", unicodedata.normalize("NFC", seen))
    return _GAPS.sub(" ", text) if "  " in text else text


def unaccented(text: str) -> str:
    """A text with its letters bare: Róisín is Roisin."""
    if text.isascii():
        return text
    return "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))


def length(text: str) -> int:
    """How many characters a text has as Excel counts them, in UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitting(text: str) -> str:
    """As much of a text as a cell of a register can hold; what is left out is in the file itself, which is kept."""
    if length(text) <= CELL:
        return text
    room = 2 * (CELL - len(_CUT))
    return text.encode("utf-16-le", "surrogatepass")[:room].decode("utf-16-le", "ignore").rstrip() + _CUT


def is_whole(text: str) -> bool:
    """Whether a text fits a cell, and is not the beginning of one that did not."""
    return length(text) <= CELL and not text.endswith(_CUT)


def short(text: str, most: int = 60) -> str:
    """The beginning of a text on one line, to name it by."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


@lru_cache(maxsize=4096)
def words_only(text: str) -> str:
    """What headings are compared by: letters and digits, case, spacing and punctuation forgiven."""
    return "".join(re.findall(r"[a-z0-9]+", folded(text)))


def addresses(text: str) -> tuple[str, ...]:
    """The e-mail addresses in a cell, whatever stands between them; none that a mail server might not take."""
    return tuple(word for word in _WORDS.split(text) if is_address(word))


def mistyped(text: str) -> tuple[str, ...]:
    """What looks like an e-mail address in a cell and is none, such as one without its full domain."""
    return tuple(word for word in _WORDS.split(text) if "@" in word and not is_address(word))


def is_address(word: str) -> bool:
    """Whether a word is an e-mail address as every mail server takes it (RFC 5321, without quotes)."""
    return bool(_ADDRESS.fullmatch(word))


_WORDS = re.compile(r"[\s,;<>]+")
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
)
