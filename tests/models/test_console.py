"""Links into the console are good once and for a short while; sessions end by themselves."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, select

from models import console
from models.branch import plant
from models.console import ConsoleLink, ConsoleSession
from models.database import Database
from models.leaving import deactivate
from models.member import Member

NOW = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)


def somebody(db: Session) -> Member:
    member = Member(branch_id=plant(db, "晨光支部").id or 0, name="书记甲")
    db.add(member)
    db.flush()
    return member


def test_a_link_lets_in_once_and_only_the_latest(database: Database) -> None:
    with database.writing() as connection, Session(connection) as db:
        number = somebody(db).id or 0
        older = console.issue_link(db, number, NOW)
        link = console.issue_link(db, number, NOW)
        assert console.link_of(db, older, NOW) is None
        # To look at a link uses nothing up.
        assert [console.link_of(db, link, NOW) for _ in range(3)] == [number] * 3
        assert console.use_link(db, link, NOW + console.LINK_LIFETIME) is None
        assert console.use_link(db, link, NOW) == number
        assert console.use_link(db, link, NOW) is None
        db.expire_all()
        assert console.link_of(db, link, NOW) is None
        assert console.use_link(db, "\udcff不认识", NOW) is None
        assert link not in str(db.exec(select(ConsoleLink)).one())


def test_a_session_ends_when_it_is_idle_old_or_closed(database: Database) -> None:
    with database.writing() as connection, Session(connection) as db:
        number = somebody(db).id or 0
        secret, other = (console.open_session(db, number, NOW) for _ in range(2))
        found = console.session_of(db, secret, NOW)
        assert found is not None
        assert found.member_id == number
        assert secret != found.digest
        assert console.session_of(db, secret, NOW + console.IDLE) is None
        late = NOW + console.SESSION_LIFETIME - timedelta(minutes=1)
        console.note_use(db, found.digest, late)
        assert console.session_of(db, secret, late)
        assert console.session_of(db, secret, NOW + console.SESSION_LIFETIME) is None
        console.close_session(db, secret)
        assert console.session_of(db, secret, late) is None
        assert console.session_of(db, other, NOW)


def test_whoever_is_deactivated_is_shut_out(database: Database) -> None:
    with database.writing() as connection, Session(connection) as db:
        member = somebody(db)
        console.issue_link(db, member.id or 0, NOW)
        console.open_session(db, member.id or 0, NOW)
        deactivate(db, member, date(2026, 7, 1))
        assert [*db.exec(select(ConsoleLink)), *db.exec(select(ConsoleSession))] == []
