"""What tests share: settings of their own, a small directory, and a quarter to look from."""

import hypothesis
import pytest

from riskbook.directory import Directory
from riskbook.settings import Context, Settings
from tests import effort, examples

hypothesis.settings.register_profile("everyday", max_examples=effort.examples(25))
hypothesis.settings.register_profile(
    "ci", max_examples=effort.examples(25), deadline=None, derandomize=True, print_blob=True
)
hypothesis.settings.load_profile("ci" if effort.CI else "everyday")


@pytest.fixture(scope="session")
def settings() -> Settings:
    return examples.agreed()


@pytest.fixture(scope="session")
def directory() -> Directory:
    return examples.DIRECTORY


@pytest.fixture
def context() -> Context:
    """2026-27 Q2, as at 30 September 2026, with last quarter's register."""
    return examples.context({})
