from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import Session, col, select

from models.audit import Audit
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind
from models.checkin import Streak
from models.database import Database
from models.follower import Follower
from models.leave import Leave
from models.member import Member
from models.migrate import _alembic, is_current, migrate
from models.plan import Basis, Plan, PlanKind
from models.tables import IMPERSONAL, PERSONAL, metadata


def test_the_migrations_end_at_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": metadata})
        assert compare_metadata(context, metadata) == []


def test_an_empty_database_is_not_current_until_it_is_migrated(database_url: str) -> None:
    database = Database(database_url)
    assert not is_current(database)
    migrate(database)
    assert is_current(database)
    database.close()


def test_migrating_again_keeps_what_is_stored(database: Database) -> None:
    at = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)
    with Session(database.engine) as db:
        branch = Branch(name="一支部", path="/1/")
        db.add(branch)
        db.flush()
        assert branch.id is not None
        member = Member(branch_id=branch.id, name="林小满", joined_on=date(1996, 2, 29))
        db.add(member)
        db.flush()
        db.add(Follower(openid="oA", member_id=member.id, followed_at=at))
        db.commit()
    migrate(database)
    with database.reading() as db:
        assert db.exec(select(col(Member.joined_on))).one() == date(1996, 2, 29)
        assert db.exec(select(Follower.followed_at)).one() == at


def test_every_table_is_either_listed_as_personal_or_not() -> None:
    listed = {row.table.__tablename__ for row in PERSONAL} | {table.__tablename__ for table in IMPERSONAL}
    assert listed == set(metadata.tables)
    assert all(row.names in metadata.tables[str(row.table.__tablename__)].columns for row in PERSONAL)


def test_a_naive_time_is_refused(database: Database) -> None:
    # Naive datetimes are this product's disease: the column type refuses them on both databases.
    with Session(database.engine) as db:
        db.add(Follower(openid="oA", followed_at=datetime(2026, 7, 1)))  # noqa: DTZ001
        with pytest.raises(StatementError):
            db.commit()


def test_every_word_of_an_enumeration_may_be_stored(database: Database) -> None:
    # What a migration adds to an enumeration it has to let the database accept, too.
    at = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)
    times: dict[str, Any] = dict.fromkeys(("created_at", "starts_at", "ring_until", "show_until"), at)
    with Session(database.engine) as db:
        db.add(Branch(id=1, name="一支部", path="/1/"))
        db.flush()
        db.add_all(Plan(branch_id=1, kind=kind, rrule="FREQ=DAILY", starts_on=at.date()) for kind in PlanKind)
        db.add_all(Broadcast(branch_id=1, kind=kind, **times) for kind in BroadcastKind)
        db.commit()
        with pytest.raises(IntegrityError):
            db.connection().execute(text("UPDATE broadcast SET kind = 'nonsense'"))


def test_a_branch_that_has_topics_gets_a_plan_of_nudges_with_the_upgrade(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.connect() as connection, connection.begin():
        command.upgrade(_alembic(connection), "0006")
        connection.execute(text("INSERT INTO branch (id, name, kind, path) VALUES (1, '一支部', 'branch', '/1/')"))
        connection.execute(
            text(
                "INSERT INTO plan (branch_id, kind, rrule, starts_on, workdays_only, basis, needs_approval, paused)"
                " VALUES (1, :kind, 'FREQ=DAILY', '2026-01-01', (1 = 1), 'consented', (1 = 0), (1 = 0))"
            ),
            [{"kind": "topic"}, {"kind": "birthday_list"}],
        )
    migrate(database)
    with database.reading() as db:
        found = {PlanKind(plan.kind): (plan.basis, plan.workdays_only) for plan in db.exec(select(Plan))}
    assert found[PlanKind.NUDGE] == (Basis.ASKED, False)
    assert found[PlanKind.BIRTHDAY_LIST][0] == Basis.SERVICE
    with database.engine.connect() as connection, connection.begin():
        command.downgrade(_alembic(connection), "0006")
        assert connection.execute(text("SELECT count(*) FROM plan")).scalar_one() == 2
    database.close()


def test_whom_an_act_was_done_to_moves_into_a_column_of_its_own(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.connect() as connection, connection.begin():
        command.upgrade(_alembic(connection), "0009")
        connection.execute(text("INSERT INTO branch (id, name, kind, path) VALUES (1, '一支部', 'branch', '/1/')"))
        columns = "id, branch_id, name, status, joined_precision, full_precision, calendar, mobile, tags"
        connection.execute(
            text(
                f"INSERT INTO member ({columns}, without_wechat, streak_hidden)"
                " VALUES (7, 1, '林小满', 'active', 'day', 'day', 'solar', '', '', (1 = 0), (1 = 0))"
            )
        )
        acts = [{"facts": '{"member": 7, "day": "2026-07-01"}'}, {"facts": '{"member": 8}'}, {"facts": "{}"}]
        connection.execute(
            text("INSERT INTO audit (at, action, facts) VALUES ('2026-07-01 00:00:00', 'strike', :facts)"), acts
        )
    migrate(database)
    with database.reading() as db:
        found = db.exec(select(Audit.subject_id, Audit.facts).order_by(col(Audit.id))).all()
    assert found == [(7, {"day": "2026-07-01"}), (None, {}), (None, {})]
    with database.engine.connect() as connection, connection.begin():
        command.downgrade(_alembic(connection), "0009")
    database.close()


def test_a_leave_that_runs_breaks_no_streak_after_the_upgrade(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.connect() as connection, connection.begin():
        command.upgrade(_alembic(connection), "0009")
        connection.execute(text("INSERT INTO branch (id, name, kind, path) VALUES (1, '一支部', 'branch', '/1/')"))
        member = (
            "INSERT INTO member (id, branch_id, name, status, joined_precision, full_precision, calendar, mobile, tags,"
            " without_wechat, streak_hidden, ungreeted)"
            " VALUES (:id, 1, :name, 'active', 'day', 'day', 'solar', '', '', (1 = 0), (1 = 0), (1 = 0))"
        )
        connection.execute(text(member), [{"id": 1, "name": "林小满"}, {"id": 2, "name": "晨有光"}])
        connection.execute(text("INSERT INTO streak (member_id, length, last_day) VALUES (1, 3, '2026-07-01')"))
        preference = (
            "INSERT INTO preference (member_id, seldom, away_until, topics, books)"
            " VALUES (:id, (1 = 0), '2999-01-01', (1 = 1), (1 = 1))"
        )
        connection.execute(text(preference), [{"id": 1}, {"id": 2}])
    migrate(database)
    with database.reading() as db:
        assert db.exec(select(col(Streak.away_until))).one() == date(2999, 1, 1)
        assert db.exec(select(col(Leave.first_day)).where(Leave.member_id == 1)).one() == date(2026, 7, 1)
        assert {leave.last_day for leave in db.exec(select(Leave))} == {date(2999, 1, 1)}
        assert len(db.exec(select(Leave)).all()) == 2
    database.close()
