"""Rules G: the register as a whole, for I&P to look at.

In the examples ``now`` and ``before`` are what a register says of two rounds, in words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from riskbook.findings import Facts, Rule, Severity, rule
from riskbook.model import MERGED_INTO, Alias, Entry, Movement, Register
from riskbook.places import Place
from riskbook.rules import decisions, posts
from riskbook.rules.escalation import DIRECTORATE, cover, decided, top_run
from riskbook.settings import Context
from riskbook.text import folded

Found = Iterator[tuple[Place, str, Facts]]
"""What a check of the register yields: the place, the ref of a risk or code of a unit, the facts for the message."""


@rule(
    code="G101",
    title="A unit did not return",
    severity=Severity.QUERY,
    message="{name} sent no return that can be used for {round}; nothing new is known of its {count} open risks.",
    hint="Ring {manager}, or say in updates.md why there is none.",
    why="A register that is silent about a unit reads as if all were well there.",
    bad={"returns": "none from Front Door"},
    good={"returns": "one from Front Door"},
)
def not_returned(register: Register, context: Context) -> Found:
    told = {one.unit for one in register.returns if one.book}
    passed_on = {context.heir(unit) for unit in told} - told
    count = Counter(one.unit for one in register.open if one.unit not in passed_on or one.movement in _NOT_TOLD)
    for received in register.returns:
        unit = context.directory.unit(received.unit)
        if received.book or unit is None or not (context.round.asks_units or unit.level == DIRECTORATE):
            continue
        facts = {"name": unit.name, "round": register.round, "count": count[unit.code]}
        yield _sheet(context, "Returns"), unit.code, {**facts, "manager": unit.manager or "its manager"}


@rule(
    code="G102",
    title="The scale has changed",
    severity=Severity.NOTE,
    before=True,
    message="Ratings are on another scale than last quarter's: {now}; it was {was}. Movement is shown as Rescaled.",
    hint="Say on the report that the scale has changed, and from when.",
    why="A rating on one scale is neither above nor below one on another.",
    bad={"now": "5 by 5", "before": "4 by 4"},
    good={"now": "5 by 5", "before": "5 by 5"},
)
def scale_changed(register: Register, context: Context) -> Found:
    was = context.before.scale if context.before else register.scale
    if was != register.scale:
        yield _sheet(context, "About"), "", {"now": register.scale, "was": was}


@rule(
    code="G103",
    title="The directorate risk that it feeds is closed or closing",
    severity=Severity.QUERY,
    reads=("parent",),
    message="{ref} is open, but {parent}, the directorate risk that it feeds, is {became}.",
    hint="Link it to another directorate risk, or look again at whether {parent} is over.",
    why="Either the directorate has put away a risk that is still there, or the unit's link is out of date.",
    bad={"now": "FRD-001 open and feeding DIR-01, which is closed"},
    good={"now": "FRD-001 and DIR-01 open"},
)
def fed_risk_closed(register: Register, context: Context) -> Found:
    for entry, parent in _linked(register):
        became = "closed" if not parent.open else "proposed to close" if parent.now.status == "Propose to close" else ""
        if became:
            facts = {"ref": entry.ref, "parent": parent.ref, "became": became}
            yield entry.now.source.place("parent"), entry.ref, facts


@rule(
    code="G104",
    title="In the top band for two rounds, and nobody has decided",
    severity=Severity.QUERY,
    reads=("impact",),
    message="{ref} has been {band} for {count} rounds; no directorate risk carries it and no decision is recorded.",
    hint="Put it on the decision sheet, and record what is decided and why.",
    why="A risk at the top is either carried by the directorate or left where it is for a reason that can be read.",
    bad={"before": "FRD-001 Red", "now": "FRD-001 Red, no decision"},
    good={"before": "FRD-001 Red", "now": "FRD-001 Red, Manage at this level, by DLT on 13 October 2026"},
)
def top_without_decision(register: Register, context: Context) -> Found:
    for entry in register.open:
        count = len(top_run(entry, context))
        if entry.level == DIRECTORATE or count < 2 or cover(entry, register) or decided(register, entry.ref):
            continue
        facts = {"ref": entry.ref, "band": context.settings.lines.top.name, "count": count}
        yield entry.now.source.place("impact"), entry.ref, facts


@rule(
    code="G105",
    title="A unit that has ended has open risks",
    severity=Severity.QUERY,
    message="{name} ended on {until.day} {until:%B %Y} and has {count} open risks: {refs}.",
    hint="Close them with a reason, or move them to the unit that has them now; or correct Until in the directory.",
    why="When a project is over, nobody looks at its risks any more.",
    bad={"until": "31 August 2026", "now": "PRJ-001 open"},
    good={"until": "31 August 2027", "now": "PRJ-001 open"},
)
def ended_with_risks(register: Register, context: Context) -> Found:
    for unit in context.directory.units:
        if unit.until is None or unit.until >= context.on:
            continue
        if refs := [entry.ref for entry in register.open if entry.unit == unit.code]:
            facts = {"name": unit.name, "until": unit.until, "count": len(refs), "refs": ", ".join(refs)}
            yield _sheet(context, "Register"), unit.code, facts


@rule(
    code="G106",
    title="A unit has far more or fewer risks than usual",
    severity=Severity.QUERY,
    before=True,
    message="{name} has {now} open risks; last quarter it had {was}.",
    hint="Ask whether rows were lost, or a whole register was pasted in.",
    why="Risks seldom double or halve in a quarter; a filter and a paste do that in a second.",
    bad={"before": "Front Door 6", "now": "Front Door 14"},
    good={"before": "Front Door 6", "now": "Front Door 8"},
)
def unusual_size(register: Register, context: Context) -> Found:
    now = Counter(entry.unit for entry in register.open)
    was = Counter(context.heir(entry.unit) for entry in context.before.open) if context.before else Counter[str]()
    numbers = context.settings.rules
    for unit in context.directory.units:
        less, more = sorted((now[unit.code], was[unit.code]))
        far = more >= less * numbers.unit_size_factor and more - less >= numbers.unit_size_least_change
        if far and was[unit.code]:
            facts = {"name": unit.name, "now": now[unit.code], "was": was[unit.code]}
            yield _sheet(context, "Register"), unit.code, facts


@rule(
    code="G107",
    title="The directorate risk that it feeds is another Assistant Director's",
    severity=Severity.NOTE,
    reads=("parent",),
    message="{ref} feeds {parent}, which {owner} owns; its own service answers to {director}.",
    hint="Both should know of it; where the link is a slip, choose another directorate risk.",
    why="Two registers that name two owners for one risk leave it between them.",
    bad={"now": "FRD-001, of AD Family Help and Safeguarding, feeds a risk of AD Education and Inclusion"},
    good={"now": "FRD-001 feeds a risk of AD Family Help and Safeguarding"},
)
def another_directors_risk(register: Register, context: Context) -> Found:
    for entry, parent in _linked(register):
        owner = posts.person(parent.now.owner, context)
        director = posts.person(posts.director(entry.unit, context), context)
        if owner and director and owner != director:
            facts = {"ref": entry.ref, "parent": parent.ref, "owner": parent.now.owner}
            told = {**facts, "director": director.post or director.name}
            yield entry.now.source.place("parent"), entry.ref, told


@rule(
    code="G117",
    title="Rated far from the directorate risk that it feeds",
    severity=Severity.QUERY,
    reads=("parent",),
    message="{ref} is {now}, and {parent}, the directorate risk that it feeds, is {above}.",
    hint="Ask both owners whether they speak of one risk; rate one of them again, or link it to another.",
    why="Two copies of one risk that are rated far apart cannot both be right.",
    bad={"now": "FRD-001 Red, feeding DIR-01, which is Green"},
    good={"now": "FRD-001 Red, feeding DIR-01, which is Amber"},
)
def far_from_its_parent(register: Register, context: Context) -> Found:
    matrix, far = context.settings.matrix, context.settings.rules.linked_bands
    for entry, parent in _linked(register):
        if entry.rating is None or parent.rating is None or not parent.open:
            continue
        if abs(matrix.band(entry.rating).rank - matrix.band(parent.rating).rank) >= far:
            ratings = {"now": matrix.rating(entry.rating), "above": matrix.rating(parent.rating)}
            yield entry.now.source.place("parent"), entry.ref, {"ref": entry.ref, "parent": parent.ref, **ratings}


@rule(
    code="G123",
    title="An old ref leads to a risk that is not there",
    severity=Severity.QUERY,
    message="{old} is to stand for {ref}, and no risk or action has that ref. It is not used.",
    hint="Write the ref that stands now beside it on the sheet Aliases, and merge again.",
    why="A row that somebody sends under the old ref would be lost on the way.",
    bad={"aliases": "OPS/12 stands for FRD-999"},
    good={"aliases": "OPS/12 stands for FRD-001"},
)
def alias_to_nothing(register: Register, context: Context) -> Found:
    for row, alias in _aliases(register):
        if not register.knows(register.standing(alias.ref)):
            place = Place(context.round.register, "Aliases", row, _STANDS)
            yield place, alias.ref, {"old": alias.old, "ref": alias.ref or "nothing"}


@rule(
    code="G124",
    title="An old ref is the ref of an open risk",
    severity=Severity.QUERY,
    message="{old} is to stand for {ref}, but {old} is an open risk of its own. It is not used.",
    hint="Take the row out of the sheet Aliases; or have {old} merged into {ref} by a decision.",
    why="A risk that is open answers to its own ref, or two risks become one without anybody deciding it.",
    bad={"aliases": "FRD-002, which is open, stands for FRD-001"},
    good={"aliases": "OPS/12 stands for FRD-001"},
)
def alias_of_an_open_risk(register: Register, context: Context) -> Found:
    stand = {folded(entry.ref) for entry in register.open}
    for row, alias in _aliases(register):
        if folded(alias.old) in stand:
            place = Place(context.round.register, "Aliases", row, _OLD)
            yield place, alias.old, {"old": alias.old, "ref": alias.ref}


@rule(
    code="G126",
    title="Open actions of a risk that was closed",
    severity=Severity.QUERY,
    message="{ref} was closed in this round, and {actions} of it {are} open.",
    hint=decisions.CLOSED_WITH_ACTIONS.hint,
    why=decisions.CLOSED_WITH_ACTIONS.why,
    bad={"now": "FRD-001 closed, FRD-A001 Delayed"},
    good={"now": "FRD-001 closed, FRD-A001 Cancelled"},
)
def open_actions_of_closed(register: Register, context: Context) -> Found:
    for entry in register.entries:
        left = [action.ref for action in register.actions_of.get(entry.ref, ()) if action.open]
        if left and entry.movement is Movement.CLOSED:
            facts = {"ref": entry.ref, "actions": ", ".join(left), "are": "is" if len(left) == 1 else "are"}
            yield _sheet(context, "Actions"), entry.ref, facts


@rule(
    code="G127",
    title="Risks that a unit took over and did not return",
    severity=Severity.QUERY,
    before=True,
    message="{name} took over from {gone}, and its return is without {count} of the risks: {refs}.",
    hint="Ask {manager} for them, on a form that has them (riskbook issue), or for what became of them.",
    why="When one unit hands over to another, its risks fall between the two.",
    bad={"directory": "WYR until 15 September, successor SKE", "now": "WYR-001 not returned, SKE-001 returned"},
    good={"directory": "WYR until 15 September, successor SKE", "now": "WYR-001 and SKE-001 returned"},
)
def taken_over_and_silent(register: Register, context: Context) -> Found:
    told, left = {one.unit for one in register.returns if one.book}, defaultdict[tuple[str, str], list[str]](list)
    for entry in register.open:
        before = context.before.by_ref.get(entry.ref) if context.before else None
        moved = before is not None and before.unit != entry.unit == context.heir(before.unit)
        if before and moved and entry.unit in told and entry.movement is Movement.NOT_RETURNED:
            left[before.unit, entry.unit].append(entry.ref)
    for (gone, code), refs in left.items():
        unit = context.directory.unit(code)
        if unit:
            facts = {"name": unit.name, "gone": gone, "count": len(refs), "refs": ", ".join(refs)}
            yield _sheet(context, "Register"), code, {**facts, "manager": unit.manager or "its manager"}


NOTHING_BEFORE = Rule(
    code="G108",
    title="No earlier register to compare with",
    severity=Severity.NOTE,
    message="There is no register of last quarter, so {count} rules that compare with it were not asked.",
    hint="",
    why="What was not looked at must not seem to have passed.",
    bad={"before": "no register"},
    good={"before": "2026-27 Q1"},
)

STANDS = Rule(
    code="G109",
    title="Changed by hand, and a return says something else",
    severity=Severity.QUERY,
    message="{heading} was changed by hand in the register to “{now}”; a return now says “{told}”. The first stands.",
    hint="If the return is right, take the row out of the sheet Changes and merge again.",
    why="Two people have said different things, and nobody should find out by surprise which was taken.",
    bad={"register": "Owner: Head of Finance, by hand", "return": "Owner: Team Manager, Front Door"},
    good={"register": "Owner: Head of Finance, by hand", "return": "Owner: Head of Finance"},
)
OVERTAKEN = Rule(
    code="G110",
    title="Changed by hand, and overtaken by a return",
    severity=Severity.QUERY,
    message="{heading} was changed by hand in the register to “{now}”; the return now says “{told}”, which was taken.",
    hint="If the register was right, have the return corrected; riskbook.toml, [merging], says which of them counts.",
    why="Two people have said different things, and nobody should find out by surprise which was taken.",
    bad={"register": "Owner: Head of Finance, by hand", "return": "Owner: Team Manager, Front Door"},
    good={"register": "Owner: Head of Finance, by hand", "return": "Owner: Head of Finance"},
)
ROW_DELETED = Rule(
    code="G111",
    title="A row was deleted from the register",
    severity=Severity.QUERY,
    message="The row of {ref}, {title}, was deleted from the register by hand. It is back.",
    hint="A risk leaves the register by being closed, with a reason and a decision. To hear no more of it, "
    "take the row out of the sheet Changes.",
    why="What is deleted leaves no trace of who decided it, or why.",
    bad={"register": "without the row of FRD-001"},
    good={"register": "FRD-001, Closed, Mitigated"},
)
ADDED_AND_TAKEN_OUT = Rule(
    code="G128",
    title="A row was added by hand, and taken out by hand",
    severity=Severity.QUERY,
    message="{ref}, {title}, was added to the register by hand, and its row was deleted by hand. It is on it no more.",
    hint="If that was a slip, add the row again; it gets its unit's next ref, because {ref} is not given twice.",
    why="Nobody but whoever typed it knows that it was there.",
    bad={"register": "without the row of FRD-008, which was added by hand"},
    good={"register": "FRD-008, Closed, Recorded in error"},
)
NOT_TAKEN = Rule(
    code="G112",
    title="A cell that riskbook works out was changed by hand",
    severity=Severity.QUERY,
    message="{heading} was changed by hand from “{was}” to “{now}”. riskbook works it out, so that was not taken.",
    hint="Change what it is worked out from; an agreed rating is a decision and belongs on the sheet Decisions. "
    "The copy that was changed is kept.",
    why="A figure that is typed over no longer follows from the cells that it is made of.",
    bad={"register": "Rating now: 20 Red, typed over 12 Amber"},
    good={"register": "Likelihood now: 5, typed over 3"},
)
SHEET_NOT_TAKEN = Rule(
    code="G113",
    title="A sheet that riskbook writes was changed by hand",
    severity=Severity.QUERY,
    message="The sheet {sheet} was changed by hand. riskbook writes it, so that was not taken.",
    hint="Change the risk on the sheet Register, or record a decision. The copy that was changed is kept.",
    why="What the register remembers of earlier quarters is what was reported then.",
    bad={"register": "a score of 2025-26 changed on Score history"},
    good={"register": "Score history as riskbook wrote it"},
)
BESIDE = Rule(
    code="G125",
    title="Something was written beside the tables of the register",
    severity=Severity.QUERY,
    message="On the sheet {sheet} this is in no table of the register: {what}. The register is written without it.",
    hint="What is to stay belongs in a cell of a risk or action, or in a workbook of its own. The copy that has it is "
    "in the folder kept; its name begins with {copy}.",
    why="What somebody wrote down must not vanish without a word.",
    bad={"register": "a sheet “My notes”, a column beside the risks, a comment on a cell"},
    good={"register": "a note under What has changed this quarter"},
)
REF_TWICE = Rule(
    code="G114",
    title="One ref on two rows of the register",
    severity=Severity.ERROR,
    message="{ref} stands on rows {rows} of the register.",
    hint="Empty Ref on the row that is another risk, so that it gets a number of its own, or delete it.",
    why="A ref belongs to one risk for ever.",
    bad={"ref": ["FRD-001", "FRD-001"]},
    good={"ref": ["FRD-001", "FRD-002"]},
)
ADDED_NOWHERE = Rule(
    code="G115",
    title="A row was added to the register without its unit",
    severity=Severity.ERROR,
    message="The row was added by hand for “{unit}”, which is no unit in the directory.",
    hint="Give the unit's code under Unit, and merge again.",
    why="Nobody would know whose risk it is.",
    bad={"unit": ""},
    good={"unit": "FRD"},
)

NO_SUCH_UNIT = Rule(
    code="G116",
    title="A risk was moved by hand to no unit",
    severity=Severity.QUERY,
    message="{ref} was moved by hand from {was} to “{now}”, which is no unit of the directory; it stays where it was.",
    hint="Give the code of the unit that has it from now on, and merge again.",
    why="A risk that is nobody's is not managed.",
    bad={"register": "Unit: XX, typed over FRD"},
    good={"register": "Unit: ASM, typed over FRD"},
)

AMENDED_NOTHING = Rule(
    code="G118",
    title="Changed by hand, and not on the register any more",
    severity=Severity.QUERY,
    message="{headings} of {ref} was changed by hand, and {ref} is not on the register now: a later return left it "
    "out, or it is closed.",
    hint="Ask its unit where the row went. The change stays on the sheet Changes, and is made again when it is back.",
    why="What somebody corrected must not vanish because somebody else sent another file.",
    bad={"register": "Owner of FRD-003, by hand; the later return of Front Door is without FRD-003"},
    good={"register": "Owner of FRD-003, by hand; FRD-003 is in the later return"},
)

REF_TYPED_OVER = Rule(
    code="G119",
    title="A ref of the register was typed over",
    severity=Severity.QUERY,
    message="The ref of {ref} was typed over with {now}; it stands as {ref}.",
    hint="A ref is never changed. Another number that people know it by goes on the sheet Aliases.",
    why="A ref belongs to one risk for ever: its history, its actions and what was decided are found by it.",
    bad={"register": "FRD-999, typed over FRD-001"},
    good={"register": "FRD-001"},
)
REF_NEVER_GIVEN = Rule(
    code="G120",
    title="A row was added to the register under a ref that was never given",
    severity=Severity.ERROR,
    message="The row was added by hand as {ref}, a ref that was never given.",
    hint="Empty Ref, so that it gets its unit's next number, and merge again.",
    why="riskbook gives refs, so that none is given twice.",
    bad={"ref": "FRD-999"},
    good={"ref": ""},
)
CLOSED_BY_HAND = Rule(
    code="G121",
    title="Closed by hand, and closing waits for a decision",
    severity=Severity.QUERY,
    message="{ref} was closed by hand in the register; it was read as Propose to close and stays open until decided.",
    hint="Record the decision Close. From {line} up, for every directorate risk and for a new one, and where no reason "
    "is given, closing is proposed first.",
    why="A serious risk is not closed by one person alone.",
    bad={"register": "Status: Closed, by hand, of a Red risk"},
    good={"register": "Closed, by DLT on 13 October 2026"},
)
LEFT_EMPTY = Rule(
    code="G122",
    title="Added or emptied by hand, and something is missing",
    severity=Severity.QUERY,
    message="{ref} was {done} by hand and has no {missing}.",
    hint="Fill it in on the sheet Register, and merge again.",
    why="What is typed into the register is held to what a return is held to.",
    bad={"register": "a row added by hand without an owner"},
    good={"register": "a row added by hand with its owner and ratings"},
)

RULES = (
    not_returned,
    scale_changed,
    fed_risk_closed,
    top_without_decision,
    ended_with_risks,
    unusual_size,
    another_directors_risk,
    NOTHING_BEFORE,
    STANDS,
    OVERTAKEN,
    ROW_DELETED,
    ADDED_AND_TAKEN_OUT,
    NOT_TAKEN,
    SHEET_NOT_TAKEN,
    BESIDE,
    REF_TWICE,
    ADDED_NOWHERE,
    NO_SUCH_UNIT,
    AMENDED_NOTHING,
    REF_TYPED_OVER,
    REF_NEVER_GIVEN,
    CLOSED_BY_HAND,
    LEFT_EMPTY,
    far_from_its_parent,
    alias_to_nothing,
    alias_of_an_open_risk,
    open_actions_of_closed,
    taken_over_and_silent,
)

_FIRST_ROW, _OLD, _STANDS = 5, 1, 2
"""Where the sheet Aliases has its first row, the old ref and the one that stands for it."""


def _aliases(register: Register) -> Iterator[tuple[int, Alias]]:
    """The refs of old that people wrote down, each with its row on the sheet."""
    rows = enumerate(register.aliases, _FIRST_ROW)
    return ((row, alias) for row, alias in rows if alias.why != MERGED_INTO)


_NOT_TOLD = (Movement.NOT_RETURNED, Movement.CARRIED)


def _sheet(context: Context, name: str) -> Place:
    """A sheet of the register: what is about no cell in particular."""
    return Place(context.round.register, name)


def _linked(register: Register) -> Iterator[tuple[Entry, Entry]]:
    """Open risks of units that feed a directorate risk, with that one."""
    for entry in register.open:
        parent = register.by_ref.get(entry.now.parent)
        if parent and parent.level == DIRECTORATE and entry.level != DIRECTORATE:
            yield entry, parent
