"""Rules P: what looks like personal data in a free text. A person says whether it may stand; nothing is mailed before.

A check is given a text as it is read, and answers with what it found. ``bad`` and ``good`` are texts.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from riskbook.findings import Rule, Severity, rule
from riskbook.text import folded, plain, tidy, unaccented


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is known of a directorate: mail domains that are nobody's secret, and the names that I&P watch for."""

    domains: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """What looks like personal data: the rule that it falls under, and the words as they are read."""

    code: str
    words: str

    @property
    def masked(self) -> str:
        """As much of it as finds it again and tells nobody: the first and the last letter of each word.

        A child told by a letter is told no better by the words.
        """
        return self.words if self.code == "P108" else re.sub(r"\w+", lambda found: _masked(found[0]), self.words)

    @property
    def hidden(self) -> str:
        """What stands in its place where it must not: masked, or no letter of it where that would tell it still."""
        return re.sub(r"\w", MASK, self.words) if self.masked == self.words else self.masked


MASK = "•"
"""What stands for a letter or digit that is not told."""
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
    text = plain(text)
    asked = RULES if _MAY_BE.search(text) else (listed_name,)
    found = (Hit(one.code, words) for one in asked for words in (one.check or _none)(text, allowed))
    return tuple(dict.fromkeys(found))


def hidden(text: str, allowed: Allowed, but: Collection[Hit] = ()) -> str:
    """A text with everything masked in it that looks like personal data, but what may stand."""
    while found := next((hit for hit in hits(text, allowed) if hit not in but), None):
        bare = " ".join(unaccented(plain(text)).split())
        text = next(read for read in (text, plain(text), bare) if found.words in read)
        text = text.replace(found.words, found.hidden)
    return text


def says(text: str, other: str) -> bool:
    """Whether two texts are one; what is masked in either stands for any letter."""
    one, two = folded(text), folded(other)
    if one == two or MASK not in one + two:
        return one == two
    return len(one) == len(two) and all(MASK in pair or pair[0] == pair[1] for pair in zip(one, two, strict=True))


def mark(text: str) -> str:
    """The digest of a text, in 12 characters: what is cleared in it stays cleared while the text is the same."""
    return hashlib.sha256(tidy(text).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _none(text: str, allowed: Allowed) -> Iterator[str]:
    del text, allowed
    yield from ()


def _masked(word: str) -> str:
    if len(word) < 3:
        return re.sub(r"\d", MASK, word)
    return f"{word[0]}{MASK * (len(word) - 2)}{word[-1]}"


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
        number = found[0].upper().replace(" ", "")
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
    for pattern in (_BORN, _IS_BIRTHDAY):
        yield from (found[0] for found in pattern.finditer(text))


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
        digits = re.sub(r"^(?:00)?44(?:0(?=\d{10}))?", "0", re.sub(r"\D", "", found[0]))
        if len(digits) == _UK_DIGITS:
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
    for found in _LETTERED.finditer(text):
        if found["letter"] not in _NO_INITIALS:
            yield found[0]
    yield from (found[0] for found in _RELATED.finditer(text))


@_looks_like(
    "P109",
    "Initials or a name with an age",
    "somebody told by initials or a name, with an age",
    "The placement of JB, 14, broke down in May.",
    "The placement of 14 children broke down in May.",
)
def with_age(text: str, allowed: Allowed) -> Iterator[str]:
    for pattern in _OF_AGE:
        for found in pattern.finditer(text):
            if int(found["age"]) <= _GROWN and not _is_nobody(found["who"]):
                yield found[0]


def _is_nobody(who: str) -> bool:
    """Whether two capitals, or words with a capital, stand for something else than somebody."""
    return who.replace(".", "").replace(" ", "") in _NO_INITIALS or bool(_NOBODY & {*who.lower().split()})


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
        line = " ".join(unaccented(text).split())
        yield from (found[0] for found in _pattern(allowed.names).finditer(line))


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
    """Finds any of the names as whole words: "Bell, Jo" and "Jo K. Bell" for "Jo Bell" too.

    One word alone must have its capital, or be all in capitals.
    """
    told = []
    for name in names:
        words = [re.escape(word).replace(r"\-", "[ -]") for word in unaccented(plain(name)).replace(",", " ").split()]
        if len(words) == 1:
            told.append(rf"{words[0]}|(?i:{words[0]})(?<![a-z])")
        else:
            first, last = " ".join(words[:-1]), words[-1]
            told.append(rf"(?i:{first} (?:\w\.? )?{last}|{last},? {first})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(told)})(?!\w)")


_TEN = re.compile(r"(?<![\w£$€])(?<!\w[/-])(?<!\d[.,])(?<!\d )\d{3}((?: ?[-.] ?| )?)\d{3}\1\d{4}(?![\w%]|[.,/-]\d| \d)")
_PUPIL = re.compile(r"(?<![\w-])[A-HJ-NP-RT-Z] ?\d{3} ?\d{4} ?\d{2} ?\d{2}[0-9A-HJ-NP-RT-Z](?![\w-])", re.IGNORECASE)
_OF_PUPILS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_DIGITS_TOO = f"{_OF_PUPILS}0123456789"
_INSURANCE = re.compile(
    r"(?<![\w-])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D](?![\w-])", re.IGNORECASE
)
_NO_PREFIX = ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}"
_DAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?:the\s+)?"
    r"(?:\d{1,2}(?:\s?[/.-]\s?|\s)\d{1,2}(?:\s?[/.-]\s?|\s)(?:\d{4}|\d{2})|\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|\d{8}|\d{6}|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?[\s-]*(?:of\s+)?{_MONTH}[,.]?[\s-]*'?(?:\d{{4}}|\d{{2}})|"
    rf"{_MONTH}\s+(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s+)?\d{{4}})(?!\d)"
)
_BIRTH = r"(?:d\.?\s?/?o\.?\s?/?b\b\.?|date\s+of\s+birth|birth\s?date|birthday)"
_BORN = re.compile(
    rf"\b(?:born|b\.|{_BIRTH}|dob(?=\d))(?:\s*(?:is|was|on|in|[:=,(–—-])){{0,3}}\s*{_DAY}", re.IGNORECASE
)
_IS_BIRTHDAY = re.compile(rf"\b{_DAY}\s*\({_BIRTH}", re.IGNORECASE)
_MAIL = re.compile(r"(?<![\w.+'&-])[\w.+'&-]+(?:@| ?[(\[]at[)\]] ?)((?:[\w-]+\.)+[a-z]{2,})\b", re.IGNORECASE)
_TELEPHONE = re.compile(
    r"(?<![\w£$€+])(?<!\d[.-])(?<!\d )"
    r"(?:\(?(?:\+|00)44\)?[ .-]?(?:\(0\)[ .-]?)?[127]\d{1,4}|\(?0[127]\d{1,4}\)?)"
    r"(?:[ .-]{0,3}\d){5,8}(?!\w|[.-]\d| \d)"
)
_UK_DIGITS = 11
_POSTCODE = re.compile(
    r"(?<![\w-])(?P<area>[A-Z]{1,2})\d[A-Z\d]? ?(?P<inward>\d[ABD-HJLNP-UW-Z]{2})(?![\w-])", re.IGNORECASE
)
_ORDINALS = ("st", "nd", "rd", "th")
_AREAS_SAID = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX "
    "FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N "
    "NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF "
    "TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE"
)
_AREAS = frozenset(_AREAS_SAID.split())
_PEOPLE = (
    "child pupil student learner baby person family boy girl twin sibling mother father parent carer subject adult"
)
_WHO = "(?:YP|{})".format(
    "|".join(f"[{who[0].upper()}{who[0]}](?:{who[1:]}|{who[1:].upper()})" for who in _PEOPLE.split())
)
_KIN = (
    r"(?:mother|father|mum|dad|parents?|sister|brother|siblings?|grandmother|grandfather|grandparents?|aunt|uncle|carers?|"
    r"foster carers?|stepfather|stepmother|family|school|placement|EHCP|EHC plan|social worker|home|case)"
)
_LETTERED = re.compile(
    rf"\b(?![A-Z]+ A [A-Z]{{2}}){_WHO} (?P<quoted>[“\"'])?(?P<letter>[A-HJ-Z]|I(?='s\b)|(?<![A-Z] )[A-Z]\.?[A-Z]\b\.?)"
    r"(?(quoted)[”\"']|(?!\w|[-–]\w|'(?!s\b)\w| ?[Ll]evels?\b| ?[Ss]tars?\b| is for))"
)
_APART = r"(?<![\w&.-])(?<!\w')"
"""No part of a longer word, of initials or of an abbreviation."""
_RELATED = re.compile(rf"{_APART}[A-Z]{{1,2}}'s {_KIN}\b")
_LETTERS = r"(?:[A-Z]\.?[A-Z]\b\.?|[A-Z]\. [A-Z]\.|[A-Z]\.[A-Z]\.[A-Z]\.)"
_NAME = r"[A-ZÀ-Ý][a-zß-ÿ]+(?:[ -][A-ZÀ-Ý][a-zß-ÿ]+)?"
_SOMEBODY = rf"{_APART}(?P<who>{_LETTERS}|{_NAME})"
_AGE, _YEARS = r"(?P<age>\d{1,2})", r"(?:years?|yrs?|y/?o|months?)"
_OR_SO = r" ?(?:to|and|or|-|–) ?\d|\+| (?:and|or) (?:over|under|above|below|older|younger)"
_NO_THING = r"(?='s\b|'?(?!['\w -])| (?:is|was|has|had|will|who|and|in|from|at)\b|$)"
"""After a name, not after what a ten-year-old System is called."""
_OF_AGE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_APART}(?P<who>{_LETTERS})(?:, | \()(?:[MF], ?)?{_AGE}"
        rf"(?= ?{_YEARS}\b|[,;:)\]!?'\"”*…—\n\t]|/[a-z]| – | (?:is|was|has|had|will)\b| ?$|\.(?!\d))(?!,\d)",
        rf"{_APART}(?P<who>{_LETTERS}|[A-Z]{{3}}|{_NAME}),? \(?aged? (?:only |just )?{_AGE}\b(?!{_OR_SO})",
        rf"{_SOMEBODY},? who(?:'s| is| was) (?:only |just |now )?{_AGE}\b(?! ?[%-])",
        rf"{_SOMEBODY}(?:, | \(){_AGE} ?{_YEARS} old\b",
        rf"{_APART}(?P<who>{_LETTERS})(?: is| was|,? an?) {_AGE}[ -]{_YEARS}\b",
        rf"\b{_AGE}[ -]?(?:year|yr|month)s?[ -]old,? (?P<who>{_LETTERS}|{_NAME}{_NO_THING})",
    )
)
_MAY_BE = re.compile(
    r"\d{2}|@|[(\[]at[)\]]|\d[A-Za-z]{2}\b|[A-Z]'s|, \(?\d|\(\d|aged? \d|\d[ -]?(?:year|yr|y/?o|month)|"
    rf"who(?:'| i| wa)s \d|\b{_WHO} [“\"']?(?:[A-Z]\.?)?[A-Z]\b"
)
"""What a text has in which anything but a name could be found: most have none of it, and are not looked through."""
_GROWN = 25
_NO_INITIALS_SAID = (
    "AD AI AP AR BI BT CE CP CR CS CT DB DD DM DP DR DT EH EP ER EU EY FC FE FH FT GP HE HO HP HR HT ID IG II "
    "IP IR IS IT IV KS LA LD LP LS MD MH MP NI NO OF OK OT PA PC PE PI PM PO PR PS QA RE SC SE SI SL SN SO ST "
    "SW TA TB TL TM TV UC UK US VA VI VS WG WT XI YP FTE SEN EHC EHA CIN CLA DFE LAC NHS ICB SLT DLT"
)
_NO_INITIALS = frozenset(_NO_INITIALS_SAID.split())
"""What two or three capitals before a number stand for more often than for somebody."""
_NOBODY_SAID = (
    "children child pupils pupil people person persons students student learners learner adults adult boys "
    "girls boy girl those everyone anyone all some many most young youth teenagers babies infants residents "
    "families siblings twins others and or for of the a care leavers leaver services provision places "
    "placements support was is are were when who not if he she they we i it in at to from by with two three "
    "four five six seven eight nine ten both each every"
)
_NOBODY = frozenset(_NOBODY_SAID.split())
