"""The stage on which the scheduler's stories play, on both databases."""

from collections.abc import Iterator

import pytest

from models.database import Database
from tests.scheduler.stage import Stage


@pytest.fixture
def stage(database: Database) -> Iterator[Stage]:
    """An organisation with one branch and nobody in it."""
    opened = Stage(database)
    yield opened
    opened.close()
