"""Rules P: what looks like personal data in a free text. A person says whether it may stand; nothing is mailed before.

A check answers with what it found, as it stands in the text. ``bad`` and ``good`` are texts.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from riskbook.findings import Rule, Severity, rule
from riskbook.text import tidy


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is known of a directorate: mail domains that are nobody's secret, and the names that I&P watch for."""

    domains: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """What looks like personal data: the rule that it falls under, and the words as they stand."""

    code: str
    words: str

    @property
    def masked(self) -> str:
        """As much of it as finds it again and tells nobody: the first and the last letter of each word.

        A child told by a letter is told no better by the words.
        """
        return self.words if self.code == "P108" else re.sub(r"\w+", lambda found: _masked(found[0]), self.words)


HINT = (
    "Take it out: a risk is about a service, and no child, parent or colleague need be named in it. If it has to "
    "stand, say why; it is mailed to nobody until Information and Performance have cleared it by name."
)
_WHY = "What a manager types here is printed in the workbooks of SLT, DLT and boards, and mailed."


def _looks_like(code: str, title: str, what: str, bad: str, good: str, why: str = _WHY) -> Callable[[Any], Rule]:
    """Declare a rule P: a query in a text, with one message and hint for all."""
    return rule(
        code=code,
        title=title,
        severity=Severity.QUERY,
        message="“{masked}” looks like " + what + ".",
        hint=HINT,
        why=why,
        bad={"commentary": bad},
        good={"commentary": good},
    )


@lru_cache(maxsize=1 << 15)
def hits(text: str, allowed: Allowed) -> tuple[Hit, ...]:
    """Everything in a text that looks like personal data, each once, in the order of the rules.

    Kept, because the workbooks of a round have nearly all their texts in common.
    """
    if not (allowed.names or _MAY_BE.search(text)):
        return ()
    found = (Hit(one.code, words) for one in RULES for words in (one.check or _none)(text, allowed))
    return tuple(dict.fromkeys(found))


def mark(text: str) -> str:
    """The digest of a text, in 12 characters: what is cleared in it stays cleared while the text is the same."""
    return hashlib.sha256(tidy(text).encode("utf-8", "surrogatepass")).hexdigest()[:12]


_MAY_BE = re.compile(
    r"\d{2}|@|\d[A-Za-z]{2}\b|[A-Z]['’]s|, \(?\d|\(\d|[Aa]ged? \d|"
    r"\b(?:YP|[Pp]erson|[Cc]hild|[Pp]upil|[Ss]tudent|[Ll]earner|[Bb]aby|"
    r"[Ff]amily|[Bb]oy|[Gg]irl|[Tt]win|[Ss]ibling|[Mm]other|[Ff]ather|[Pp]arent|[Cc]arer|[Ss]ubject|[Aa]dult) [A-Z]\b"
)
"""What a text has in which anything at all could be found: most have none of it, and are not looked through."""


def _none(text: str, allowed: Allowed) -> Iterator[str]:
    del text, allowed
    yield from ()


def _masked(word: str) -> str:
    if len(word) < 3:
        return re.sub(r"\d", "•", word)
    return f"{word[0]}{'•' * (len(word) - 2)}{word[-1]}"


@_looks_like(
    "P101",
    "An NHS number",
    "an NHS number",
    "The placement for 943 476 5919 ends in May.",
    "The contract 943 476 5918 ends in May.",
    "Ten digits whose last is right by the NHS's own sum are seldom anything else, and mean one person for life.",
)
def nhs_number(text: str, allowed: Allowed) -> Iterator[str]:
    for found in _TEN.finditer(text):
        digits = [int(digit) for digit in found[0] if digit.isdigit()]
        check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
        if digits[0] >= 3 and check % 11 == digits[9] and check != 10 and len(set(digits)) > 1:
            yield found[0]


@_looks_like(
    "P102",
    "A unique pupil number",
    "a unique pupil number (UPN)",
    "D820432116001 has been out of school since June.",
    "Invoice D82043211600 has been open since June.",
)
def pupil_number(text: str, allowed: Allowed) -> Iterator[str]:
    for found in _PUPIL.finditer(text):
        number = found[0].upper()
        values = [int(one) if one.isdigit() else _OF_PUPILS.index(one) for one in number[1:] if one in _DIGITS_TOO]
        if len(values) == 12:
            total = sum(value * weight for value, weight in zip(values, range(2, 14), strict=True))
            if _OF_PUPILS[total % 23] == number[0]:
                yield found[0]


@_looks_like(
    "P103",
    "A National Insurance number",
    "a National Insurance number",
    "Overpaid to JG 12 34 56 C in May.",
    "Overpaid on order JG 12 34 56 in May.",
)
def insurance_number(text: str, allowed: Allowed) -> Iterator[str]:
    for found in _INSURANCE.finditer(text):
        if found[0][:2].upper() not in _NO_PREFIX:
            yield found[0]


@_looks_like(
    "P104",
    "A date of birth",
    "a date of birth",
    "The child, born 3/4/2012, has no school place.",
    "The team, formed 3/4/2012, has no manager.",
)
def date_of_birth(text: str, allowed: Allowed) -> Iterator[str]:
    yield from (found[0] for found in _BORN.finditer(text))


@_looks_like(
    "P105",
    "An e-mail address",
    "an e-mail address",
    "Ask j.bell@example.org for the list.",
    "Ask the Data team for the list.",
    "An address names a person and invites mail. Domains that may stand are listed in riskbook.toml, [privacy].",
)
def mail_address(text: str, allowed: Allowed) -> Iterator[str]:
    for found in _MAIL.finditer(text):
        domain = found[1].lower()
        if not any(domain == one or domain.endswith(f".{one}") for one in allowed.domains):
            yield found[0]


@_looks_like(
    "P106",
    "A telephone number",
    "a telephone number",
    "Ring the mother on 07700 900123 first.",
    "The helpline 0300 123 1234 is not answered at night.",
    "A number that begins with 01, 02 or 07 rings at somebody's desk or in somebody's pocket.",
)
def telephone(text: str, allowed: Allowed) -> Iterator[str]:
    for found in _TELEPHONE.finditer(text):
        if len(re.sub(r"\D", "", re.sub(r"^\(?\+44\s?(\(0\))?|^0044", "0", found[0]))) == _UK_DIGITS:
            yield found[0].strip()


@_looks_like(
    "P107",
    "A full postcode",
    "a full postcode",
    "The home at LA9 4RQ has lost its manager.",
    "The home in LA9 has lost its manager.",
    "A full postcode is some fifteen homes; with an age it is a child.",
)
def postcode(text: str, allowed: Allowed) -> Iterator[str]:
    for found in _POSTCODE.finditer(text):
        if found["area"].upper() in _AREAS and (found[0].isupper() or not found["inward"].endswith(_ORDINALS)):
            yield found[0]


@_looks_like(
    "P108",
    "A child or family told by a letter",
    "somebody told by a letter",
    "Child A's mother has complained to the Ombudsman.",
    "A child's mother has complained to the Ombudsman.",
    "Who knows the case knows who A is; what is true of one child is no risk of a service.",
)
def lettered(text: str, allowed: Allowed) -> Iterator[str]:
    yield from (found[0] for found in _LETTERED.finditer(text))
    yield from (found[0] for found in _RELATED.finditer(text))


@_looks_like(
    "P109",
    "Initials or a name with an age",
    "somebody told by initials or a name, with an age",
    "The placement of JB, 14, broke down in May.",
    "The placement of 14 children broke down in May.",
)
def with_age(text: str, allowed: Allowed) -> Iterator[str]:
    for found in _INITIALS.finditer(text):
        if found["who"].replace(".", "").replace(" ", "") not in _NO_INITIALS and int(found["age"]) <= _GROWN:
            yield found[0]
    for found in _AGED.finditer(text):
        if found["who"].lower() not in _NOBODY:
            yield found[0]


@_looks_like(
    "P110",
    "A name that I&P watch for",
    "a name on the list that I&P keep",
    "Jordan Example has complained again.",
    "A parent has complained again.",
    "The list in the book (names.txt) has the names that must not leave: of children in the news, or of a court case.",
)
def listed_name(text: str, allowed: Allowed) -> Iterator[str]:
    if allowed.names:
        yield from (found[0] for found in _pattern(allowed.names).finditer(" ".join(text.split())))


RULES = (
    nhs_number,
    pupil_number,
    insurance_number,
    date_of_birth,
    mail_address,
    telephone,
    postcode,
    lettered,
    with_age,
    listed_name,
)


def names_in(text: str) -> tuple[str, ...]:
    """The names in the text of names.txt: one a line; # begins a remark."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if len(line) > 1))


@lru_cache(maxsize=8)
def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Finds any of the names as whole words: "Bell, Jo" for "Jo Bell" too. One word alone must have its capitals."""
    told = []
    for name in names:
        words = [re.escape(word) for word in name.replace(",", " ").split()]
        if len(words) == 1:
            told.append(words[0])
        else:
            first, last = r"\s+".join(words[:-1]), words[-1]
            told.append(rf"(?i:{first}\s+{last}|{last},?\s+{first})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(told)})(?!\w)")


_TEN = re.compile(r"(?<![\w£$€.,/-])(?<!\d )\d{3}([ -]?)\d{3}\1\d{4}(?![\w%/]|[.,-]\d| \d)")
_PUPIL = re.compile(r"(?<![\w-])[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z](?![\w-])", re.IGNORECASE)
_OF_PUPILS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_DIGITS_TOO = f"{_OF_PUPILS}0123456789"
_INSURANCE = re.compile(
    r"(?<![\w-])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![\w-])", re.IGNORECASE
)
_NO_PREFIX = ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_DAY = (
    rf"(?:\d{{1,2}}\s?[/.-]\s?\d{{1,2}}\s?[/.-]\s?(?:\d{{4}}|\d{{2}})|\d{{4}}-\d{{2}}-\d{{2}}|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+\d{{2,4}}|{_MONTH}\s+\d{{4}})"
)
_BORN = re.compile(
    rf"\b(?:born|b\.|d\.?\s?o\.?\s?b\.?|date\s+of\s+birth|birth\s?date|birthday)\s*(?:is|was|on|in|:|=|-|–|,)?\s*\(?\s*"
    rf"{_DAY}",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+'&-]+@((?:[\w-]+\.)+[a-z]{2,})\b", re.IGNORECASE)
_TELEPHONE = re.compile(
    r"(?<![\w£$€.,/+-])(?<!\d )"
    r"(?:(?:\+44|0044)\s?(?:\(0\)\s?)?[127]\d{1,4}|\(?0[127]\d{1,4}\)?|\(0[127]\d{1,4}\))"
    r"(?:[ -]?\d){5,8}(?!\w|[.,/-]\d| \d)"
)
_UK_DIGITS = 11
_POSTCODE = re.compile(
    r"(?<![\w-])(?P<area>[A-Z]{1,2})(?:\d[A-Z\d]?) ?(?P<inward>\d[ABD-HJLNP-UW-Z]{2})(?![\w-])", re.IGNORECASE
)
_ORDINALS = ("st", "nd", "rd", "th")
_AREAS_SAID = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX "
    "FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N "
    "NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF "
    "TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE"
)
_AREAS = frozenset(_AREAS_SAID.split())
_WHO = (
    r"(?:[Cc]hild|[Pp]upil|[Ss]tudent|[Ll]earner|[Bb]aby|[Yy]oung [Pp]erson|YP|[Ff]amily|[Bb]oy|[Gg]irl|[Tt]win|"
    r"[Ss]ibling|[Mm]other|[Ff]ather|[Pp]arent|[Cc]arer|[Ss]ubject|[Aa]dult)"
)
_KIN = (
    r"(?:mother|father|mum|dad|parents?|sister|brother|siblings?|grandmother|grandfather|grandparents?|aunt|uncle|carers?|"
    r"foster carers?|stepfather|stepmother|family|school|placement|EHCP|EHC plan|social worker|home|case)"
)
_LETTERED = re.compile(
    rf"\b{_WHO} (?:[A-HJ-Z]|I(?=['’]s\b))(?!\w|[-–]\w|['’](?!s\b)| ?[Ll]evels?\b| ?[Ss]tars?\b| is for)"
)
_RELATED = re.compile(rf"(?<![\w&.'’-])[A-Z]{{1,2}}['’]s {_KIN}\b")
_INITIALS = re.compile(
    r"(?<![\w&.'’-])(?P<who>[A-Z]\.?[A-Z]\.?|[A-Z]\. [A-Z]\.|[A-Z]\.[A-Z]\.[A-Z]\.|[A-Z]{3}(?=,? \(?aged ))"
    r"(?:, | \(|,? \(?aged )(?P<age>\d{1,2})"
    r"(?= ?(?:years?|yrs?|y/?o|months?)\b|[,;:)!?]| ?$|\.(?!\d)|\n)(?!,\d)"
)
_GROWN = 25
_NO_INITIALS_SAID = (
    "AD AI AP AR BI BT CE CP CR CS CT DB DD DM DP DR DT EH EP ER EU EY FC FE FH FT GP HE HO HP HR HT ID IG II "
    "IP IR IS IT IV KS LA LD LP LS MD MH MP NI NO OF OK OT PA PC PE PI PM PO PR PS QA RE SC SE SI SL SN SO ST "
    "SW TA TB TL TM TV UC UK US VA VI VS WG WT XI YP FTE SEN EHC EHA CIN CLA DFE LAC NHS ICB SLT DLT"
)
_NO_INITIALS = frozenset(_NO_INITIALS_SAID.split())
"""What two or three capitals before a number stand for more often than for somebody."""
_AGED = re.compile(r"\b(?P<who>[A-Z][a-z]+)(?: [A-Z][a-z]+)?,? \(?aged? (?:only )?\d{1,2}\b(?! ?(?:to|and|or|-|–|\+))")
_NOBODY_SAID = (
    "children child pupils pupil people person persons students student learners learner adults adult boys "
    "girls boy girl those everyone anyone all some many most young youth teenagers babies infants residents "
    "families siblings twins others and or for of the a care leavers leaver services provision places "
    "placements support was is are were when who not if he she they we i it in at to from by with two three "
    "four five six seven eight nine ten both each every"
)
_NOBODY = frozenset(_NOBODY_SAID.split())
