from datetime import UTC, date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import StatementError
from sqlmodel import Session, col, select

from models.branch import Branch
from models.database import Database
from models.follower import Follower
from models.member import Member
from models.migrate import is_current, migrate
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
