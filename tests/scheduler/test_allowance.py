"""The limits of sends, shared by all processes and leased in blocks."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select
from sqlmodel import col

from models.database import Database
from models.halt import HaltKind
from models.tally import Tally
from scheduler.allowance import Allowance, Shortage
from tests.scheduler.stage import at

NINE = at(1, 9)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    # One transaction for all: what it costs to commit is no matter here.
    with database.engine.connect() as opened:
        yield opened


class Account:
    """Processes that share a database, each with an allowance of its own."""

    def __init__(self, connection: Connection, *, per_minute: int = 0, per_day: int = 0, processes: int = 1) -> None:
        self.connection = connection
        self.processes = [Allowance(per_minute, per_day) for _ in range(processes)]
        self.shortage: Shortage | None = None

    def take(self, wanted: int, seconds: int = 0, *, process: int = 0, route: str = "custom") -> int:
        now = NINE + timedelta(seconds=seconds)
        granted, self.shortage = self.processes[process].take(self.connection, route, wanted, now)
        return granted

    def used(self) -> dict[str, int]:
        rows = self.connection.execute(select(col(Tally.name), col(Tally.used)))
        return {row.name: row.used for row in rows}


def test_no_limit_costs_nothing(connection: Connection) -> None:
    account = Account(connection)
    assert account.take(1_000_000) == 1_000_000
    assert account.used() == {}


@pytest.mark.parametrize("processes", [1, 2, 5])
@pytest.mark.parametrize("limit", [1, 7, 120])
def test_however_many_take_turns_a_minute_grants_its_limit_and_no_more(
    connection: Connection, limit: int, processes: int
) -> None:
    account = Account(connection, per_minute=limit, processes=processes)
    for minute in range(2):
        taken = 0
        for turn in range(limit + 20):
            taken += account.take(1 + turn % 3, 60 * minute, process=turn % processes)
        # What a process has leased and not used is lost to the others, a fiftieth of the limit at most.
        assert limit - processes * (limit // 50) <= taken <= limit
        assert account.used()["minute"] == limit
    assert account.shortage == Shortage(HaltKind.SLOW, NINE + timedelta(minutes=2))


def test_a_day_is_beijings_and_each_route_has_its_own(connection: Connection) -> None:
    account = Account(connection, per_day=10)
    assert account.take(8) == 8
    assert account.take(8) == 2
    assert account.shortage == Shortage(HaltKind.QUOTA, at(2, 0))
    assert account.take(8, route="template") == 8
    assert account.take(1, 15 * 3600 - 1) == 0
    assert account.take(1, 15 * 3600) == 1


def test_most_sends_take_from_what_is_leased(connection: Connection) -> None:
    account = Account(connection, per_day=500_000)
    account.take(20)
    assert account.used() == {"custom/day": 2000}
    for _ in range(99):
        account.take(20)
    assert account.used() == {"custom/day": 2000}


def test_of_two_limits_the_tighter_one_counts_and_the_other_loses_nothing(connection: Connection) -> None:
    account = Account(connection, per_minute=5, per_day=12)
    assert [account.take(9, 60 * minute) for minute in range(4)] == [5, 5, 2, 0]
    assert account.shortage == Shortage(HaltKind.QUOTA, at(2, 0))


def test_what_was_not_used_is_given_back(connection: Connection) -> None:
    account = Account(connection, per_minute=5)
    assert account.take(5) == 5
    account.processes[0].give_back("custom", 2, NINE)
    assert account.take(5) == 2


def test_a_process_whose_clock_is_behind_counts_with_the_others(connection: Connection) -> None:
    account = Account(connection, per_minute=5, processes=2)
    assert account.take(3, 60) == 3
    assert account.take(5, 0, process=1) == 2
