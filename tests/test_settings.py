"""Settings: riskbook.toml is read whole, or refused in one sentence that names what is wrong."""

import pickle
import re
import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from riskbook import settings
from riskbook.directory import Directory
from riskbook.matrix import Score
from riskbook.settings import Context, Settings, load
from riskbook.toml import SettingsError

APPETITE = """
[appetite]
default = 12
tolerance = 16
categories = { "Information" = 10 }
"""
DEFAULT = re.sub(r"(?m)^\[appetite\]\n(?:\w.*\n)+", APPETITE, settings.framework(settings.DEFAULT))
"""The default settings, with appetites that these tests are written for."""
WEIGHTED = settings.framework("weighted-4x4")
EVERY = pytest.mark.parametrize("name", settings.frameworks())


def changed(*changes: tuple[str, str], text: str = DEFAULT) -> str:
    """The default settings with some text in the place of other."""
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return text


def without(section: str) -> str:
    """The default settings without a section."""
    return re.sub(rf"(?ms)^\[{section}\]\n.*?(?=^\[|\Z)", "", DEFAULT)


def refused(text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(text)
    return str(caught.value)


ROW = '    "G G G G A",   # impact 1'
RARE = 'word = "Rare"\n'
Q1 = 'name = "Q1"\nbegins = [4, 1]\nas_at = [6, 30]\n'

REFUSALS = {
    "not TOML": (changed(("[council]", "[council")), ("riskbook.toml", "line")),
    "a key twice": (changed(('contact = "', 'name = "Twice"\ncontact = "')), ("riskbook.toml", "line")),
    "a section is missing": (without("proposals"), ("[proposals]",)),
    "an unknown section": (DEFAULT + "\n[extras]\n", ("extras",)),
    "an unknown key": (changed(("top = ", "topp = ")), ("lines.topp", "top")),
    "an unknown key of a step": (changed((RARE, RARE + "colour = 'red'\n")), ("matrix.likelihood.colour",)),
    "a key is missing": (changed(('bottom = "Green"', "")), ("lines", "bottom")),
    "a number for words": (changed(('top = "Red"', "top = 3")), ("lines.top", "3")),
    "words for a number": (changed(("tolerance = 16", 'tolerance = "16"')), ("appetite.tolerance", "16")),
    "a fraction for a whole number": (changed(("tolerance = 16", "tolerance = 16.5")), ("appetite.tolerance", "16.5")),
    "yes for a number": (changed(("tolerance = 16", "tolerance = true")), ("appetite.tolerance",)),
    "words for a list": (changed(('vacant_words = ["vacant"', 'vacant_words = "vacant" #')), ("lists.vacant_words",)),
    "a value for a table": (changed(("[council]", 'council = "Us"\n[other]')), ("other",)),
    "a list for a table": (changed(("categories = {", "categories = [] # {")), ("appetite.categories",)),
    "a month without a day": (changed((Q1, Q1.replace("[6, 30]", "[6]"))), ("timetable.round.as_at", "2", "1")),
    "a cell without a band": (changed((ROW, '    "G G G G",   # impact 1')), ("cells", "impact 1", "likelihood 5")),
    "a cell with an unknown band": (changed((ROW, ROW.replace("A", "P"))), ("cells", "impact 1", "likelihood 5", "P")),
    "a row of cells is missing": (changed((ROW, "")), ("cells", "impact 1", "likelihood 1")),
    "a row of cells too many": (changed((ROW, f"{ROW}\n{ROW}")), ("matrix.cells",)),
    "a cell too many": (changed((ROW, ROW.replace("A", "A A"))), ("matrix.cells",)),
    "the band falls with likelihood": (changed(("A A R R R", "A A R R A")), ("impact 5", "likelihood 5", "band")),
    "the band falls with impact": (changed(("A A R R R", "G A R R R"), ("G A A R R", "A A A R R")), ("band",)),
    "the number falls": (changed(("weight = 4", "weight = 1"), text=WEIGHTED), ("impact 3", "number")),
    "too few steps": (
        changed(
            ("[[matrix.bands]]", "[[matrix.bands]]"),
            text=re.sub(
                r'(?ms)^\[\[matrix.likelihood\]\]\nword = "(?:Rare|Unlikely|Possible)"\n.*?(?=^\[)', "", DEFAULT
            ),
        ),
        ("matrix.likelihood", "2"),
    ),
    "too many steps": (
        changed(("# Bands, least first", '[[matrix.likelihood]]\nword = "Sure"\n\n' * 2 + "#")),
        (
            "matrix.likelihood",
            "7",
        ),
    ),
    "two steps with one word": (changed((RARE, 'word = "possible"\n')), ("matrix.likelihood", "word")),
    "two steps with one letter": (
        changed((RARE, f'{RARE}letter = "A"\n'), ('word = "Likely"\n', 'word = "Likely"\nletter = "a"\n')),
        ("matrix.likelihood", "letter"),
    ),
    "two bands with one letter": (changed(('letter = "A"', 'letter = "G"')), ("matrix.bands", "letter")),
    "two bands with one name": (changed(('name = "Amber"', 'name = "Green"')), ("matrix.bands", "name")),
    "a colour that is none": (changed(('fill = "F5B04C"', 'fill = "orange"')), ("matrix.bands", "Amber", "orange")),
    "scores of an unknown sort": (changed(('scores = "product"', 'scores = "sum"')), ("matrix.scores", "sum")),
    "a table of scores with a gap": (
        changed(('scores = "product"', 'scores = "table"\ntable = [[1, 2], [3]]')),
        ("matrix.table",),
    ),
    "a line that is no band": (changed(('top = "Red"', 'top = "Purple"')), ("lines", "Purple", "Green, Amber, Red")),
    "lines in the wrong order": (changed(('bottom = "Green"', 'bottom = "Red"')), ("lines", "bottom")),
    "an appetite that no cell gives": (changed(("default = 12", "default = 14")), ("appetite", "14", "12 and 15")),
    "a tolerance that no cell gives": (changed(("tolerance = 16", "tolerance = 18")), ("tolerance", "16 and 20")),
    "an appetite of a category that no cell gives": (
        changed(('"Information" = 10', '"Information" = 11')),
        ("appetite", "Information", "10 and 12"),
    ),
    "tolerance below appetite": (changed(("tolerance = 16", "tolerance = 10")), ("appetite", "tolerance")),
    "tolerance below the appetite of a category": (
        changed(('"Information" = 10', '"Information" = 20')),
        ("appetite", "tolerance"),
    ),
    "an appetite for an unknown category": (changed(('"Information" = 10', '"Cyber" = 10')), ("Cyber", "categories")),
    "an escalation for an unknown category": (
        changed(('categories = ["Safeguarding", "Legal"]', 'categories = ["Safegarding"]')),
        ("Safegarding", "lists.categories"),
    ),
    "a share that never can be": (changed(("column_share = 0.8", "column_share = 80")), ("rules.column_share", "80")),
    "a likeness that never can be": (
        changed(("alike_similarity = 80", "alike_similarity = 101")),
        ("escalation.unit.alike_similarity", "101"),
    ),
    "a month that there is not": (changed((Q1, Q1.replace("[6, 30]", "[13, 30]"))), ("timetable", "Q1", "as_at", "13")),
    "a day that there is not": (changed((Q1, Q1.replace("[4, 1]", "[4, 0]"))), ("timetable", "Q1", "begins", "0")),
    "a day of proposals that there is not": (
        changed(("ends = [2, 31]", "ends = [2, 32]")),
        ("proposals", "ends", "32"),
    ),
    "a round in two words": (changed(('name = "Q1"', 'name = "First quarter"')), ("timetable", "First quarter")),
    "two rounds with one name": (changed(('name = "Q1"', 'name = "q2"')), ("timetable.round", "name")),
    "rounds out of order": (changed(("as_at = [9, 30]", "as_at = [1, 31]")), ("timetable", "Q3", "as_at")),
    "a round that asks nobody": (changed(('asks = "all units"', 'asks = "nobody"')), ("timetable", "Q1", "nobody")),
    "no round": (re.sub(r"(?ms)^\[\[timetable.round\]\]\n.*?(?=^\[|^#)", "", DEFAULT), ("timetable",)),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_wrong_settings_are_refused_in_one_sentence(what: str):
    """It names riskbook.toml, the key or cell, and what stands there; and it is a sentence, not a traceback."""
    text, named = REFUSALS[what]
    sentence = refused(text)
    assert [word for word in ("riskbook.toml", *named) if word not in sentence] == []
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(re.findall(r"[.!?](?=\s|$)", sentence)) == 1


@EVERY
def test_every_shipped_framework_loads(name: str):
    """With a name for people, and lines that are bands of its own."""
    loaded = load(settings.framework(name))
    assert loaded.matrix.name
    assert {loaded.lines.full_from, loaded.lines.top, loaded.lines.bottom} <= set(loaded.matrix.bands)
    assert (loaded.lines.bottom, loaded.lines.top) == (loaded.matrix.bands[0], loaded.matrix.bands[-1])


@EVERY
def test_every_shipped_step_says_what_it_means(name: str):
    """In every domain that any of its axis's steps has."""
    matrix = load(settings.framework(name)).matrix
    for axis in (matrix.impact, matrix.likelihood):
        assert len({tuple(domain for domain, _ in level.meaning) for level in axis}) == 1
        assert all(level.word and level.meaning for level in axis)


@EVERY
def test_a_framework_says_what_must_be_confirmed(name: str):
    """Nothing shipped is the council's own."""
    assert "confirm" in settings.framework(name).lower()


def test_the_default_comes_first():
    """And there are six."""
    assert settings.frameworks()[0] == settings.DEFAULT
    assert set(settings.frameworks()) == {
        "default-5x5",
        "east-devon-4x4",
        "fenland-2020",
        "nhs-5x5",
        "tri-borough-2017",
        "weighted-4x4",
    }


@pytest.mark.parametrize(
    ("name", "bands"),
    [
        ("default-5x5", {"Green": (1, 4), "Amber": (5, 12), "Red": (15, 25)}),
        ("tri-borough-2017", {"Green": (1, 10), "Amber": (12, 15), "Red": (16, 25)}),
        ("east-devon-4x4", {"Low": (1, 4), "Medium": (6, 9), "High": (12, 16)}),
        ("nhs-5x5", {"Low": (1, 3), "Moderate": (4, 6), "High": (8, 12), "Extreme": (15, 25)}),
        ("weighted-4x4", {"Green": (1, 4), "Amber": (6, 12), "Red": (16, 32)}),
    ],
)
def test_the_published_bands_are_the_cells_that_are_drawn(name: str, bands: dict[str, tuple[int, int]]):
    """The least and the highest number of each band."""
    matrix = load(settings.framework(name)).matrix
    numbers = {
        band.name: sorted(matrix.number(score) for score in matrix.scores() if matrix.band(score) is band)
        for band in matrix.bands
    }
    assert {band: (found[0], found[-1]) for band, found in numbers.items()} == bands


def test_a_table_of_scores_is_drawn_like_the_cells():
    """Highest impact first; the numbers need be no product."""
    table = "[[5, 11, 16, 21, 25], [4, 10, 15, 20, 24], [3, 9, 14, 19, 23], [2, 8, 13, 18, 22], [1, 6, 7, 12, 17]]"
    text = changed(
        ('scores = "product"', f'scores = "table"\ntable = {table}'),
        ("default = 12", "default = 14"),
    )
    matrix = load(text).matrix
    numbers = [matrix.number(Score(*cell)) for cell in ((5, 1), (1, 5), (3, 3))]
    assert numbers == [5, 17, 14]


def test_weights_belong_to_their_steps():
    """A likelihood without weights counts from 1."""
    assert load(WEIGHTED).matrix.numbers == ((1, 2, 3, 4), (2, 4, 6, 8), (4, 8, 12, 16), (8, 16, 24, 32))


def test_a_step_may_have_a_letter():
    """Where a scheme names its steps by letters; none has to."""
    levels = load(changed((RARE, f'{RARE}letter = "A"\n'))).matrix.likelihood
    assert [level.letter for level in levels] == ["A", "", "", "", ""]


@pytest.mark.parametrize("steps", [3, 6])
def test_an_axis_has_three_to_six_steps(steps: int):
    """Here both, with one number for each cell."""
    axis = "".join(f'[[matrix.{a}]]\nword = "Step {n}"\n' for a in ("impact", "likelihood") for n in range(steps))
    bands = DEFAULT[DEFAULT.index("# Bands, least first") :]
    cells = ["G" + " A" * (steps - 2) + " R"] * steps
    text = f'[matrix]\nname = "Plain"\nscores = "product"\ncells = {cells}\n{axis}\n{bands}'
    text = changed(("default = 12", "default = 3"), ("tolerance = 16", "tolerance = 9"), text=text)
    text = re.sub(r"categories = \{.*\}", "categories = {}", text)
    assert len(list(load(text).matrix.scores())) == steps**2


def test_full_from_and_appetite_are_asked_of_a_score():
    """Amber up; above 12, and above 10 where the category is Information."""
    loaded = load(DEFAULT)
    assert [loaded.asked_in_full(Score(*cell)) for cell in ((1, 4), (1, 5), (5, 5))] == [False, True, True]
    assert [loaded.above_appetite("Legal", Score(*cell)) for cell in ((4, 3), (3, 5))] == [False, True]
    assert [loaded.above_appetite("Information", Score(*cell)) for cell in ((5, 2), (4, 3))] == [False, True]


def test_every_threshold_is_explained_where_it_stands():
    """Each value of common.toml has a comment beside it or over it, or the heading of its section has one."""
    lines = (Path(settings.__file__).parent / "frameworks" / "common.toml").read_text(encoding="utf-8").splitlines()
    explained, bare = set(), []
    section = ""
    for before, line in pairwise(["", *lines]):
        commented = "#" in line or before.startswith("#")
        if heading := re.match(r"\[+([\w.]+)", line):
            section = heading[1]
            explained |= {section} if commented or section.rpartition(".")[0] in explained else set()
        elif re.match(r"\w+ = ", line) and not commented and section not in explained:
            bare.append(line)
    assert "timetable" in explained
    assert bare == []


def test_every_key_of_a_framework_is_used():
    """What the file says, the settings hold: as many keys as fields."""
    table = tomllib.loads(DEFAULT)
    loaded = load(DEFAULT)
    assert set(table) == set(Settings.__dataclass_fields__)
    for section in ("council", "lines", "appetite", "lists", "proposals", "rules", "escalation"):
        assert set(table[section]) == set(getattr(loaded, section).__dataclass_fields__)


def test_what_a_rule_may_know_can_be_sent_to_another_process():
    """So any map can take returns in, a process pool's too."""
    loaded = load(DEFAULT)
    context = Context(loaded, Directory(), loaded.timetable.round("2026-27 Q2"), date(2026, 9, 30))
    assert pickle.loads(pickle.dumps(context)) == context
