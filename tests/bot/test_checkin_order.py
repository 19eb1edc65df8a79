"""Whatever order messages arrive in, and whichever clock stamped them: the same check-ins, the same streak."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlmodel import Session, select

from bot.app import rules_of
from bot.config import Config
from bot.handlers.checkin import check_in
from bot.texts import Texts
from bot.turn import Means, Turn
from bot.wechat.inbound import Inbound
from models.branch import plant
from models.checkin import CheckIn, Streak, make_up, on_day, recount
from models.database import Database
from models.follower import Follower
from models.habit import run_from
from models.member import Member
from models.person import persons
from scheduler.routes import Account

FIRST = datetime(2026, 7, 1, 4, tzinfo=UTC)
CONFIG, TEXTS = Config(), Texts.load("party")
MEANS = Means(CONFIG, TEXTS, b"", rules_of(CONFIG, TEXTS), Account.VERIFIED_SERVICE)

# A day, how many pages, and whether it is written on the day itself or made up.
happenings = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=8)


def written(connection: Connection, member_id: int, day: int, pages: int, *, made_up: bool) -> None:
    now = FIRST + timedelta(days=day)
    if made_up:
        row = {"member_id": member_id, "day": now.date(), "at": now, "note": "", "pages": pages, "chapters": 0}
        with Session(connection) as db:
            make_up(db, {**row, "words": 0})
            db.flush()
        return
    person = persons(connection, ["oA"], MEANS.hours.study_day(now))["oA"]
    words = {"note": f"读了{pages}页"}
    turn = Turn(Inbound("m:1", "oA", "gh_1", 1, "text", "", "", "", {}), person, now, MEANS, words=words)
    for apply, change in check_in(turn).changes:
        apply(connection, [change])


def history(connection: Connection, told: Sequence[tuple[int, int, bool]], order: Sequence[int]) -> object:
    """What is stored after these happenings in this order; nothing of it stays."""
    with connection.begin() as transaction:
        with Session(connection) as db:
            branch = plant(db, "晨光支部")
            member = Member(branch_id=branch.id or 0, name="林小满")
            db.add(member)
            db.flush()
            db.add(Follower(openid="oA", member_id=member.id, followed_at=FIRST, agreed_at=FIRST))
            db.flush()
            member_id = member.id or 0
        for place in order:
            day, pages, made_up = told[place]
            written(connection, member_id, day, pages, made_up=made_up)
        with Session(connection) as db:
            rows = sorted((row.day, row.pages) for row in db.exec(select(CheckIn)))
            streak = db.get(Streak, member_id)
            kept = streak and (streak.length, streak.last_day)
            run = run_from([day for day, _ in rows], [])
            assert kept == (run and (run.length, run.last_day))
            _taken_back(db, member_id, rows)
        transaction.rollback()
    return rows, kept


def _taken_back(db: Session, member_id: int, rows: Sequence[tuple[date, int]]) -> None:
    """An undo leaves what the other days say."""
    if rows:
        db.delete(on_day(db, member_id, rows[-1][0]))
        db.flush()
        recount(db, member_id)
        db.flush()
        run, streak = run_from([day for day, _ in rows[:-1]], []), db.get(Streak, member_id)
        assert (streak and (streak.length, streak.last_day)) == (run and (run.length, run.last_day))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_history(
    database: Database, told: list[tuple[int, int, bool]], chance: Random
) -> None:
    order = chance.sample(range(len(told)), len(told))
    with database.writing() as connection:
        by_day = sorted(order, key=lambda place: told[place][0])
        assert history(connection, told, order) == history(connection, told, by_day)
