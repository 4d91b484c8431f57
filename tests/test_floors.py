"""Floors: a module imports from its own floor and from floors below, and only the command line touches the world."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import riskbook

HOUSE = Path(riskbook.__file__).parent
FLOORS = (
    ("places", "findings", "matrix", "rounds", "text"),
    ("toml", "directory", "settings", "model"),
    ("rules",),
    ("kinds", "forms", "ledger"),
    (
        *("safe", "days", "package", "pinned", "plain", "grid", "read", "tables", "marks"),
        *("placing", "ingest", "check", "intake"),
        *("borrowed", "binary", "document", "calamine", "xls", "locks", "foreign", "commas"),
        *("sentences", "adopt", "choose", "refs", "movement", "rescale", "amend", "compare", "merge", "store", "alike"),
        *("beside", "effects", "entries", "judge", "decide", "propose", "confirm", "clearing", "leaving"),
        *("exports", "reconcile"),
        *(
            "escalate",
            "quarterly",
            "quality",
            "tally",
            "narrative",
            "origins",
            "trace",
            "approach",
            "updates",
            "wording",
            "standing",
            "verify",
            "year",
        ),
    ),
    ("report", "steps"),
    ("calendar", "drafts", "excel", "extract", "letters", "markdown", "page"),
    ("cli",),
)
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}
MODULES = sorted(HOUSE.rglob("*.py"))
BELOW = [path for path in MODULES if path.relative_to(HOUSE).parts[0] != "cli"]


def home(path: Path) -> str:
    """The module or package at the top of the house that a file belongs to; nothing for riskbook itself."""
    name = path.relative_to(HOUSE).parts[0].removesuffix(".py")
    return "" if name == "__init__" else name


def titled(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything that a file imports or speaks of; the rest of its tree is let go."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return tuple(
        one for one in ast.walk(tree) if isinstance(one, ast.Import | ast.ImportFrom | ast.Attribute | ast.Call)
    )


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """What a file imports, wherever in it, as dotted names with the line."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports by dots"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def spoken(path: Path) -> Iterator[tuple[str, int]]:
    """Dotted names that a file speaks of, with the line ("date.today"); what it calls with brackets ("print()")."""
    for node in nodes(path):
        if isinstance(node, ast.Attribute):
            yield dotted(node), node.lineno
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield f"{node.func.id}()", node.lineno


def dotted(node: ast.expr) -> str:
    """A name with what is asked of it; of anything but a name, nothing before the dot."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def test_every_module_stands_on_a_floor():
    """A new one is put on its floor here, and one that has gone is taken off."""
    assert {home(path) for path in MODULES} - {""} == set(FLOOR)


@pytest.mark.parametrize("path", MODULES, ids=titled)
def test_imports_point_down(path: Path):
    """To the same floor or one below."""
    own = FLOOR.get(home(path), 0)
    upward = [
        f"line {line}: {name}"
        for name, line in imports(path)
        if name.split(".")[0] == "riskbook" and FLOOR.get(name.split(".")[1], 0) > own
    ]
    assert upward == []


WORLDLY = {"click", "rich", "logging", "multiprocessing", "subprocess", "tempfile", "time"}
WORLDLY_WORDS = (
    *(".datetime.now", ".datetime.utcnow", ".datetime.today", ".date.today", ".print()", ".input()", ".open()"),
    *(".os.environ", ".os.environb", ".os.getenv"),
    *(".sys.stdin", ".sys.stdout", ".sys.stderr", ".sys.argv", ".sys.exit"),
)


@pytest.mark.parametrize("path", BELOW, ids=titled)
def test_only_the_command_line_touches_the_world(path: Path):
    """No terminal, clock, environment, process or file below it, and nothing printed."""
    found = [f"line {line}: {name}" for name, line in imports(path) if name.split(".")[0] in WORLDLY]
    found += [f"line {line}: {name}" for name, line in spoken(path) if f".{name}".endswith(WORLDLY_WORDS)]
    assert found == []


def test_pandas_only_counts():
    """A joined frame forgets which cell a value came from, so no risk travels in one."""
    users = {home(path) for path in MODULES for name, _ in imports(path) if name.split(".")[0] == "pandas"}
    assert users <= {"tally"}
