"""What tests share: settings of their own, a small directory, and a quarter to look from."""

import gc
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import hypothesis
import pytest

from riskbook import leaving
from riskbook.cli import folder
from riskbook.directory import Directory
from riskbook.findings import Finding
from riskbook.settings import Context, Settings
from tests import effort, examples, sample

hypothesis.settings.register_profile("everyday", max_examples=effort.examples(25))
hypothesis.settings.register_profile(
    "ci", max_examples=effort.examples(25), deadline=None, derandomize=True, print_blob=True
)
hypothesis.settings.load_profile("ci" if effort.CI else "everyday")


SLOW = (
    *("test_whole_year", "test_wheel", "test_stopped", "test_outgoing"),
    *("test_trace", "test_amend", "test_decide", "test_demo", "test_reporting", "test_inspecting", "test_bad_input"),
    *("test_healed", "test_sample", "test_packs", "test_complaints", "test_adopt", "test_memory", "test_formats"),
    *("test_foreign", "test_forty_ways", "test_live_agrees", "test_resaved", "test_report_agrees", "test_confirm"),
    *("test_properties", "test_form", "test_years", "test_cli", "test_intake", "test_kinds", "test_read"),
    *("test_store", "test_leaving", "test_writing", "test_mailing", "test_sharing", "test_propose", "test_floors"),
    *("test_interviews", "test_mapping", "test_verify", "test_seeded", "test_steps", "test_merge", "test_page"),
)
"""Files that take long; those that share the sample come with others in between, which need not wait for it."""


def pytest_configure(config: pytest.Config) -> None:
    """Let xdist hand files out in the order of the next function: it would begin with those of the most tests."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that all workers finish together."""
    items.sort(key=lambda item: SLOW.index(item.path.stem) if item.path.stem in SLOW else len(SLOW))


def pytest_collection_finish() -> None:
    """What was collected stays to the end: whatever looks for what can be let go need not look through it each time."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests recorded to be seen."""
    ended = [report for how in ("passed", "failed") for report in terminalreporter.getreports(how)]
    for name, figure in sorted(shown for report in ended for shown in report.user_properties):
        terminalreporter.write_line(f"{name}: {figure}")


@pytest.fixture(scope="session")
def settings() -> Settings:
    return examples.agreed()


@pytest.fixture(scope="session")
def directory() -> Directory:
    return examples.DIRECTORY


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample directorate, its quarter run; it is not to be written to."""
    return sample.made_once(tmp_path_factory, "demo", sample.demo) / "riskbook-demo"


@pytest.fixture(scope="session", autouse=True)
def looked_over_once() -> Iterator[None]:
    """A workbook of the same bytes and house is looked over once in a run: to look twice would say the same.

    What is written again by merge after merge, and mailed, is looked over each time: a third of what a mail takes.
    """
    known: dict[tuple[bytes, str, str], list[Finding]] = {}
    look = leaving.inspect

    def inspect(data: bytes, name: str, expected: leaving.Expected | None = None) -> list[Finding]:
        key = (sha256(data).digest(), name, repr(expected))
        if key not in known:
            known[key] = look(data, name, expected)
        return list(known[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaving, "inspect", inspect)
        yield


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    """A workbook that I&P keeps is read once while it is in use: to read the same bytes twice would say the same.

    Each command about a book reads its directory and the register of the quarter before.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folder, "read_workbook", lru_cache(maxsize=32)(folder.read_workbook))
        yield


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book with one return, merged; it is there to be copied."""
    return sample.made_once(tmp_path_factory, "small", sample.small) / "book"


@pytest.fixture
def register_alone() -> Iterator[None]:
    """A merge writes the register, and every day nothing beside it."""
    with sample.register_alone():
        yield


@pytest.fixture
def context() -> Context:
    """2026-27 Q2, as at 30 September 2026, with last quarter's register."""
    return examples.context({})
