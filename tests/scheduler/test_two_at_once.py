"""Two processes at once: of two second admins one agrees, of two leaders one invites. The database sees to it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bot.app import rules_of
from bot.config import Config
from bot.texts import Texts
from models import relief
from models.branch import plant
from models.database import Database
from models.member import Member
from models.relief import Relief
from scheduler import invitations

NOW = datetime(2026, 7, 1, 2, tzinfo=UTC)
RULES = rules_of(Config(), Texts.load("party"))


@pytest.fixture
def admins(database: Database) -> list[int]:
    """Three admins of one branch, of whom the first has asked."""
    with database.writing() as connection, connection.begin(), Session(connection) as db:
        branch = plant(db, "晨光支部")
        people = [Member(branch_id=branch.id or 0, name=name) for name in ("甲", "乙", "丙")]
        db.add_all(people)
        db.flush()
        numbers = [one.id or 0 for one in people]
        assert relief.ask(db.connection(), branch_id=branch.id or 0, document="3号", by=numbers[0], now=NOW)
        db.commit()
    return numbers


def at_once(database: Database, *each: Callable[[Session], bool]) -> list[bool]:
    """What each of these says in a transaction of its own, all begun at the same moment."""
    ready = Barrier(len(each))

    def run(one: Callable[[Session], bool]) -> bool:
        ready.wait()
        with database.writing() as connection, connection.begin(), Session(connection) as db:
            found = one(db)
            db.flush()
            return found

    with ThreadPoolExecutor(len(each)) as threads:
        return sorted(threads.map(run, each))


def test_of_two_second_admins_one_agrees(database: Database, admins: list[int]) -> None:
    def agrees(by: int) -> Callable[[Session], bool]:
        return lambda db: relief.agree(db.connection(), 1, by, NOW)

    assert at_once(database, agrees(admins[1]), agrees(admins[2])) == [False, True]


def test_of_two_who_ask_one_is_heard(database: Database, admins: list[int]) -> None:
    with database.writing() as connection, connection.begin():
        assert relief.end(connection, NOW)

    def asks(by: int) -> Callable[[Session], bool]:
        return lambda db: relief.ask(db.connection(), branch_id=1, document="4号", by=by, now=NOW)

    assert at_once(database, asks(admins[0]), asks(admins[1])) == [False, True]


def test_one_alone_is_never_two(database: Database, admins: list[int]) -> None:
    with database.writing() as connection, connection.begin():
        assert not relief.agree(connection, 1, admins[0], NOW)
    with database.writing() as connection, connection.begin(), Session(connection) as db:
        db.get_one(Relief, 1).agreed_by = admins[0]
        with pytest.raises(IntegrityError):
            db.flush()
        db.rollback()


def test_of_two_invitations_of_a_week_one_is_written(database: Database, admins: list[int]) -> None:
    def invites(by: int) -> Callable[[Session], bool]:
        return lambda db: invitations.send(db, RULES, 1, by, NOW) is not None

    assert at_once(database, invites(admins[0]), invites(admins[1])) == [False, True]
