"""The text of updates.md in; its headings, paragraphs and points, in words without marks, out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What a piece of the text is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Update:
    """A piece of what I&P writes for the round."""

    part: Part
    words: str


def read(text: str) -> tuple[Update, ...]:
    """Read simple Markdown: lines that follow each other are one paragraph, an empty line ends it.

    A heading begins with #, a point with -, * or a number; comments are left out. Marks for bold, italics, code and
    links go, their words stay; a link keeps its address in brackets.
    """
    lines = re.sub(r"<!--.*?-->", "", text.replace("\r\n", "\n").replace("\r", "\n"), flags=re.DOTALL).split("\n")
    return tuple(Update(part, _unmarked(words)) for part, words in _pieces(lines) if _unmarked(words))


def _pieces(lines: list[str]) -> Iterator[tuple[Part, str]]:
    part, words = Part.PARAGRAPH, ""
    for line in [*lines, ""]:
        told = line.strip()
        heading = re.match(r"#{1,6}\s+(.*?)\s*#*$", told)
        point = re.match(r"(?:[-*+]|\d+[.)])\s+(.*)", told)
        if heading or point or not told:
            yield part, words
            part, words = Part.PARAGRAPH, ""
        if heading:
            yield Part.HEADING, heading[1]
        elif point:
            part, words = Part.POINT, point[1]
        elif told:
            words = f"{words} {told}".strip()


def _unmarked(words: str) -> str:
    """Words without Markdown's marks. An underscore or a star inside a word is a letter like any other."""
    words = re.sub(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)", lambda link: f"{link[1]} ({link[2]})", words)
    words = re.sub(r"(?<![\w*])(\*{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w*])", r"\2", words)
    words = re.sub(r"(?<![\w_])(_{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w_])", r"\2", words)
    words = re.sub(r"`([^`]+)`", r"\1", words)
    return re.sub(r"\\([\\`*_{}\[\]()#+\-.!])", r"\1", words).strip()
