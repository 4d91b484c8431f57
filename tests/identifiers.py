"""Identifiers made up by chance, of every kind that rules P seek, as people write them, and sentences to plant them in.

No number here is anybody's: telephone numbers are of the blocks that Ofcom keeps for drama, addresses of example
domains, and the rest is drawn; what has a digit for checking has the right one, by the sum as its owner publishes it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

NAMES = ("Jordan Example", "Zaid", "Róisín O'Shea", "Anne-Marie Lund", "Kai van der Berg")
"""The list that I&P keep, in these tests."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A text in which an identifier stands: the rule that must find it, and the identifier as it was drawn."""

    code: str
    words: str
    text: str


def planted(code: str, number: int, seed: int = 7) -> list[Planted]:
    """So many texts of one kind, each identifier in a sentence, some as Word or a phone would paste them."""
    chance = random.Random(f"{seed} {code}")
    found = []
    for _ in range(number):
        words = KINDS[code](chance)
        pasted = chance.choice(PASTED)(words)
        found.append(Planted(code, words, chance.choice(SENTENCES).format(pasted)))
    return found


def nhs_number(chance: random.Random) -> str:
    """Ten digits, the last by the NHS's own sum (modulus 11)."""
    while True:
        nine = [chance.choice((3, 4, 6, 7, 9)), *(chance.randrange(10) for _ in range(8))]
        last = -sum(digit * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
        if last != 10 and len(set(nine)) > 1:
            break
    digits = "".join(map(str, [*nine, last]))
    parted = (digits[:3], digits[3:6], digits[6:])
    written = chance.choice((" ".join(parted), " ".join(parted), digits, "-".join(parted), ".".join(parted)))
    return chance.choice(("", "", "NHS ", "NHS no. ", "NHS No:", "NHS number ")) + written


def pupil_number(chance: random.Random) -> str:
    """A letter for checking, then twelve digits; the last of a temporary number is a letter (DfE, UPN guide)."""
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
    body = f"{chance.randrange(800, 940):03}{chance.randrange(10**8):08}"
    last = chance.choice("0123456789" * 3 + letters)
    worth = [int(digit) for digit in body] + [int(last) if last.isdigit() else letters.index(last)]
    first = letters[sum(value * weight for weight, value in enumerate(worth, 2)) % 23]
    parted = f"{first} {body[:3]} {body[3:7]} {body[7:9]} {body[9:]}{last}"
    number = chance.choice((*(f"{first}{body}{last}",) * 5, parted))
    return chance.choice(("", "UPN ", "UPN: ", "upn ")) + chance.choice((number, number, number.lower()))


def insurance_number(chance: random.Random) -> str:
    """Two letters, six digits and a letter, of the prefixes that are given out (HMRC, NIM39110)."""
    while True:
        prefix = chance.choice("ABCEGHJKLMNOPRSTWXYZ") + chance.choice("ABCEGHJKLMNPRSTWXYZ")
        if prefix not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ") and prefix[0] != "O":
            break
    one, two, three = (f"{chance.randrange(100):02}" for _ in range(3))
    last = chance.choice("ABCD")
    number = chance.choice(
        (
            *(f"{prefix}{one}{two}{three}{last}", f"{prefix} {one} {two} {three} {last}"),
            *(f"{prefix} {one}{two}{three} {last}", f"{prefix}{one}{two}{three} {last}"),
            *(f"{prefix}-{one}-{two}-{three}-{last}", f"{prefix} {one} {two} {three}{last}"),
        )
    )
    return chance.choice(("", "NI ", "NINO: ")) + chance.choice((number, number, number.lower()))


def date_of_birth(chance: random.Random) -> str:
    """A day with the words that make it a birthday, before it or after it."""
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(2006, 2024)
    name = MONTHS[month - 1]
    nth = f"{day}{'st' if day in (1, 21) else 'nd' if day in (2, 22) else 'rd' if day in (3, 23) else 'th'}"
    written = chance.choice(
        (
            *(f"{day}/{month}/{year}", f"{day:02}/{month:02}/{year}", f"{day:02}.{month:02}.{year % 100:02}"),
            *(f"{day:02}-{month:02}-{year}", f"{year}-{month:02}-{day:02}", f"{day} {name} {year}"),
            *(f"{nth} {name} {year}", f"{nth} of {name} {year}", f"{day} {name[:3]} {year}"),
            *(
                f"{day}-{name[:3]}-{year}",
                f"{name} {day}, {year}",
                f"{name} {year}",
                f"{day} {name[:3]} '{year % 100:02}",
            ),
            *(f"{day:02} / {month:02} / {year}", f"Tuesday {day} {name} {year}", f"{day}{name[:3]}{year}"),
        )
    )
    before = ("born ", "born on ", "born: ", "DOB ", "DOB: ", "DOB:", "D.O.B. ", "d.o.b. ", "dob ", "DoB - ", "Dob= ")
    before += ("date of birth ", "Date of Birth: ", "date of birth is ", "b. ", "D/O/B ", "birth date ", "DOB (")
    after = (" (DOB)", " (dob)", " (date of birth)")
    return f"{chance.choice(before)}{written}" if chance.random() < 0.85 else f"{written}{chance.choice(after)}"


def mail_address(chance: random.Random) -> str:
    """A person's address, of a provider or of an organisation that is not the council."""
    first, last = chance.choice(GIVEN).lower(), chance.choice(FAMILY).lower()
    local = chance.choice(
        (f"{first}.{last}", f"{first[0]}{last}", f"{first}_{last}{chance.randint(1, 99)}", f"{first}+risk", f"{last}'s")
    )
    domain = chance.choice(("example.org", "mail.example.com", "school.example.sch.uk", "nhs.example.net"))
    address = f"{local.replace(' ', '')}@{domain}"
    return chance.choice((address, address, address.upper(), f"mailto:{address}", f"<{address}>"))


def telephone(chance: random.Random) -> str:
    """A mobile, or a desk, of the blocks that Ofcom keeps free."""
    last = f"{chance.randrange(1000):03}"
    mobile, city, town, london = f"07700900{last}", f"01134960{last}", f"01632960{last}", f"02079460{last}"
    parted = {
        mobile: ((5, 11), (5, 8, 11), (3, 7, 11), (11,)),
        city: ((4, 7, 11), (4, 11), (5, 11), (11,)),
        town: ((5, 11), (5, 8, 11), (11,)),
        london: ((3, 7, 11), (4, 7, 11), (4, 11), (11,)),
    }
    whole = chance.choice([*parted])
    ends = chance.choice(parted[whole])
    pieces = [whole[start:end] for start, end in zip((0, *ends), ends, strict=False)]
    gap = chance.choice((" ", " ", " ", "-", "."))
    way = chance.randrange(6)
    if way == 0:
        pieces[0] = chance.choice(("+44 ", "+44", "0044 ", "+44 (0)", "+44(0) ", "(+44) ", "0044")) + pieces[0][1:]
    elif way == 1 and len(pieces) > 1:
        return f"({pieces[0]}) {' '.join(pieces[1:])}"
    return chance.choice(("", "", "tel ", "Tel: ", "tel:", "mob ", "m:")) + gap.join(pieces)


def postcode(chance: random.Random) -> str:
    """One of each shape that Royal Mail gives out."""
    area = chance.choice(("LA", "PR", "BB", "CA", "M", "L", "B", "S", "BD", "OL", "SW", "W", "EC", "N", "WN", "CF"))
    district = {"EC": "1A", "SW": chance.choice(("1A", "19")), "W": chance.choice(("1A", "12"))}.get(
        area, str(chance.randint(1, 29))
    )
    inward = f"{chance.randrange(10)}{''.join(chance.choice('ABDEFGHJLNPQRSTUWXYZ') for _ in range(2))}"
    while inward.lower().endswith(("st", "nd", "rd", "th")):
        inward = f"{inward[0]}{''.join(chance.choice('ABDEFGHJLNPQRSTUWXYZ') for _ in range(2))}"
    written = f"{area}{district}{chance.choice((' ', ' ', ' ', '', '  '))}{inward}"
    return chance.choice((written, written, written, written.lower()))


def lettered(chance: random.Random) -> str:
    """Somebody told by a letter, or by whose mother they are."""
    letter = chance.choice("ABCDEFGHJKLMNOPQRSTUVWXYZ")
    who = ("Child", "child", "CHILD", "Pupil", "pupil", "Student", "Young Person", "young person", "YP", "Family")
    who += ("family", "Mother", "Father", "Baby", "sibling", "Boy", "girl", "Parent", "Carer", "Learner", "Sibling")
    kin = ("mother", "mum", "dad", "father", "placement", "EHCP", "foster carer", "social worker", "school", "siblings")
    return chance.choice(
        (
            *(f"{chance.choice(who)} {letter}", f"{chance.choice(who)} {letter}'s case"),
            *(f"{chance.choice(who)} {letter}’s {chance.choice(kin)}", f"{letter}'s {chance.choice(kin)}"),
            f"{chance.choice(who)} “{letter}”",
        )
    )


def with_age(chance: random.Random) -> str:
    """Initials or a first name, with an age before or after them."""
    initials = chance.choice(("JB", "KT", "MW", "RL", "AB", "JK", "BF", "CW", "EJ", "TH"))
    dotted = f"{initials[0]}.{initials[1]}."
    who = chance.choice((initials, initials, dotted))
    name, age = chance.choice(GIVEN), chance.randint(1, 18)
    return chance.choice(
        (
            *(f"{who}, {age}", f"{who} ({age})", f"{who} aged {age}", f"{who}, aged {age}", f"{who} (aged {age})"),
            *(f"{who} ({age} years)", f"{who}, {age} years old", f"{who} ({age}yrs)", f"{who} (age {age})"),
            *(f"{age}-year-old {who}", f"{age} year old {who}", f"{who}, a {age}-year-old", f"{who} ({age} years old)"),
            *(f"{name}, aged {age}", f"{name} aged {age}", f"{name} (aged {age})", f"{name}, age {age}"),
            *(f"{name}, {age} years old", f"{age}-year-old {name}", f"{name} {chance.choice(FAMILY)}, aged {age}"),
            *(
                f"{name} ({age} years old)",
                f"{name}, who is {age}",
                f"{who}, who is {age}",
                f"{who} is {age} years old",
            ),
        )
    )


def listed_name(chance: random.Random) -> str:
    """A name of the list: in any case, the last word first, somebody's, with other apostrophes and hyphens."""
    name = chance.choice(NAMES)
    *first, last = name.split()
    if not first:
        return chance.choice((name, f"{name}'s", f"{name}’s mother", name.upper()))
    ways = (name, name, name.upper(), name.lower(), f"{last}, {' '.join(first)}", f"{last} {' '.join(first)}")
    ways += (f"{last.upper()}, {' '.join(first)}", f"{name}'s", f"{name}’s", name.replace("'", "’"))
    ways += (name.replace(" ", "  "), name.replace(" ", "\n"), f"{first[0]} K. {last}" if len(first) == 1 else name)
    return chance.choice(ways)


KINDS: dict[str, Callable[[random.Random], str]] = {
    "P101": nhs_number,
    "P102": pupil_number,
    "P103": insurance_number,
    "P104": date_of_birth,
    "P105": mail_address,
    "P106": telephone,
    "P107": postcode,
    "P108": lettered,
    "P109": with_age,
    "P110": listed_name,
}

SENTENCES = (
    *("{}", "{} has been waiting since June.", "{}, as the panel knows, waits.", "{}: nobody has answered."),
    *("The panel heard of {} in May.", "The panel heard in May of {}", "The panel heard in May of {}.", "Is it {}?"),
    *("One case ({}) went to court.", "One case [{}] went to court.", "The file of {}; then nothing.", "See {}!"),
    *("Who to ask: {}", "Who to ask:{}", "The words were “{}”.", "The words were '{}'.", 'They said "{}" twice.'),
    *("Staff left in May.\n{}\nNobody came.", "- {}\n- Nobody", "• {}", "*{}*", "Late again – {} – in May."),
    *("Late again—{}—in May.", "Column\t{}\tColumn", "The duty team wrote to {} and to the court in the week after."),
    *("Placements fell by 14% in Q2, {} among them.", "FRD-001 is about {}.", "…{}…", "The case of {}/others."),
)
"""Where an identifier stands: alone, first, last, in the middle, in brackets, after a colon, on a line of its own."""

PASTED: tuple[Callable[[str], str], ...] = (
    *(lambda words: words,) * 8,
    lambda words: words.replace(" ", "\u00a0"),
    lambda words: words.replace(" ", "\u202f"),
    lambda words: words.replace("-", "\u2011"),
    lambda words: words.replace("-", "\u2013"),
    lambda words: words.replace("-", "\u2010"),
    lambda words: words.translate(_WIDE),
    lambda words: f"\u200b{words}\u200b",
    lambda words: f"{words[:-2]}\u200b{words[-2:]}",
    lambda words: f"{words[:-2]}\u00ad{words[-2:]}",
    lambda words: f"\ufeff{words}",
    lambda words: f"\u200e{words}\u200f",
)
"""What becomes of it on its way: nothing, as a rule; spaces and hyphens that hold, wide digits, what is not seen."""

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November")
MONTHS += ("December",)
GIVEN = ("Jade", "Kai", "Amira", "Tomasz", "Ellie", "Noah", "Zara", "Callum", "Freya", "Idris")
FAMILY = ("Bell", "Lund", "Ash", "Okoro", "Muir", "Penn", "Larch", "Thorne")
_WIDE = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789@"}
