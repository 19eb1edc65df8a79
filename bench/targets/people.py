"""Databases of any size, in SQL: rows are copies of one that the models made, with only what differs written anew."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text
from sqlmodel import Session, SQLModel, col, select

from bench import account
from bot.renewal import edition
from bot.texts import Texts
from models.branch import Branch, plant
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.database import Database
from models.follower import Follower
from models.member import Member
from models.migrate import migrate
from models.push import Push, PushStatus
from models.window import MESSAGE, Window
from scheduler.audience import within

# Ten in the morning of a Wednesday: nothing of this is held back by a night.
MORNING = datetime(2026, 7, 1, 2, tzinfo=UTC)

# They have seen the consent as it is worded now.
EDITION = edition(Texts.load("party"))

_OPENID = f"'{account.openid(0)[:6]}' || printf('%022d', {{n}})"


def gather(file: Path, members: int) -> None:
    """A branch with so many members, bound, agreed and inside their windows since a moment ago."""
    database = Database(f"sqlite:///{file}")
    migrate(database)
    with database.writing() as connection, connection.begin():
        with Session(connection) as db:
            branch = plant(db, "第一党支部")
            db.flush()
            db.add(Member(id=1, branch_id=branch.id or 0, name="成员0"))
            db.flush()
            window = Window().opened(MESSAGE, MORNING)
            db.add(
                Follower(
                    openid=account.openid(0),
                    member_id=1,
                    followed_at=MORNING,
                    agreed_at=MORNING,
                    consent_version="1",
                    edition=EDITION,
                    bound_at=MORNING,
                    window_left=window.left,
                    window_until=window.until,
                )
            )
            db.flush()
        copy(connection, Member, "id = 1", members - 1, id="1 + {n}", name="'成员' || {n}")
        copy(connection, Follower, "member_id = 1", members - 1, openid=_OPENID, member_id="1 + {n}")
    database.close()


def copy(connection: Connection, table: type[SQLModel], which: str, count: int, **differing: str) -> None:
    """Copies the row `which` so many times; `{n}` in an expression is the number of the copy, from 1."""
    name = str(table.__tablename__)
    columns = [column.name for column in table.__table__.columns]  # type: ignore[attr-defined]
    values = [
        differing[column].format(n="numbers.n") if column in differing else f"{name}.{column}" for column in columns
    ]
    connection.execute(
        text(
            f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
            f" INSERT INTO {name} ({', '.join(columns)}) SELECT {', '.join(values)} FROM numbers, {name}"
            f" WHERE {name}.{which} AND {count} > 0"
        )
    )


def announce(connection: Connection, members: int, state: BroadcastState = BroadcastState.OPEN) -> int:
    """A broadcast to everybody, of which nothing is planned yet; its id."""
    with Session(connection) as db:
        branch = db.exec(select(Branch).where(col(Branch.parent_id).is_(None))).one()
        assert branch.id is not None
        broadcast = Broadcast(
            kind=BroadcastKind.TEXT,
            facts={"text": account.TEXT.partition("\n")[0]},
            branch_id=branch.id,
            audience=within(branch.path),
            state=state,
            created_at=MORNING,
            starts_at=MORNING,
            ring_until=MORNING + timedelta(days=3),
            show_until=MORNING + timedelta(days=3),
            planned_to=0,
        )
        db.add(broadcast)
        db.flush()
        assert broadcast.id is not None
        return broadcast.id


def finish(file: Path, pushes: int, each: int) -> None:
    """Adds so many finished pushes, of earlier broadcasts to the first `each` members, and `each` that are due."""
    database = Database(f"sqlite:///{file}")
    with _unhurried(file), database.writing() as connection, connection.begin():
        first = announce(connection, each, BroadcastState.SETTLED)
        broadcasts = max(pushes // each, 1)
        copy(connection, Broadcast, f"id = {first}", broadcasts - 1, id=f"{first} + {{n}}")
        push = Push(id=1, broadcast_id=first, member_id=1, status=PushStatus.ACCEPTED, route="custom", run_at=MORNING)
        push.sent_at = MORNING
        with Session(connection) as db:
            db.add(push)
            db.flush()
        places = {"broadcast_id": f"{first} + {{n}} / {each}", "member_id": f"1 + {{n}} % {each}"}
        indexes = _without_indexes(connection)
        copy(connection, Push, "id = 1", broadcasts * each - 1, id="1 + {n}", **places)
        due = announce(connection, each)
        connection.execute(text(f"UPDATE broadcast SET planned_to = NULL WHERE id = {due}"))
        last = broadcasts * each
        state = {"status": "'due'", "route": "''", "sent_at": "NULL"}
        places = {"broadcast_id": str(due), "member_id": "{n}"}
        copy(connection, Push, "id = 1", each, id=f"{last} + {{n}}", **state, **places)
        for index in indexes:
            connection.execute(text(index))
    database.close()


def _without_indexes(connection: Connection) -> list[str]:
    """Takes the indexes off the pushes; the statements that make them again."""
    found = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'push' AND sql IS NOT NULL")
    ).all()
    for name, _ in found:
        connection.execute(text(f"DROP INDEX {name}"))
    return [sql for _, sql in found]


@contextmanager
def _unhurried(file: Path) -> Iterator[None]:
    """Puts the log that a large transaction leaves behind into the file, so that nobody measures it."""
    yield
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
