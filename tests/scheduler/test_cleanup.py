"""Forgetting what is no longer needed."""

from datetime import timedelta

import pytest
from sqlmodel import SQLModel, select

from models import erasure
from models.bind_code import BindCode
from models.departure import Departure
from models.erasure import Erasure
from models.inbound import InboundKey
from models.mass import MassCopy, MassReceipt, MassSend
from models.open_question import OpenQuestion
from models.push import Push
from models.remainder import Remainder
from scheduler.cleanup import BATCH, Cleaner, Retention
from tests.scheduler.stage import Stage, at

NOW = at(1, 9)


def left(stage: Stage, table: type[SQLModel]) -> int:
    return stage.read(lambda db: len(db.exec(select(table)).all()))


async def test_each_thing_goes_when_its_time_is_over(stage: Stage) -> None:
    one, two = stage.reachable("小爱", until=NOW), stage.reachable("小白", until=NOW)
    for member_id, age in ((one, timedelta(days=400)), (two, timedelta(0))):
        openid, then = f"o{member_id}", NOW - age
        stage.add(
            InboundKey(key=openid, openid=openid, at=then, reply=""),
            OpenQuestion(openid=openid, kind="bind", expires_at=then),
            Remainder(openid=openid, text="…", at=then),
            Departure(openid_digest=openid, member_id=member_id, left_at=then),
            BindCode(member_id=member_id, digest=openid, expires_at=then + timedelta(days=1)),
        )
    await Cleaner(stage.writer, Retention()).clean(NOW)
    assert [left(stage, table) for table in (InboundKey, OpenQuestion, Remainder, Departure, BindCode)] == [1] * 5


async def test_copies_of_mass_messages_and_strangers_receipts_go_after_two_months(stage: Stage) -> None:
    member = stage.reachable("小爱", until=NOW)
    broadcast = stage.broadcast("开会。", NOW)
    for part, then in enumerate((NOW - timedelta(days=63), NOW), 1):
        push = stage.add(Push(broadcast_id=broadcast, member_id=member, run_at=NOW)) if part == 1 else 1
        sent = MassSend(broadcast_id=broadcast, part=part, ordered_at=then, key=f"cz-{part}", starts_at=then)
        mass_id = stage.add(sent)
        stage.add(MassCopy(mass_id=mass_id, push_id=push, member_id=member, openid=f"o{member}"))
        stage.add(MassReceipt(msg_id=part, at=then, status="send success", total=1, filtered=1, sent=1, errors=0))
    await Cleaner(stage.writer, Retention()).clean(NOW)
    assert [left(stage, table) for table in (MassSend, MassCopy, MassReceipt)] == [2, 1, 1]


async def test_answers_go_after_minutes_and_keys_stay_for_days(stage: Stage) -> None:
    stage.add(
        *(InboundKey(key=f"旧{n}", openid="o", at=NOW - timedelta(minutes=30), reply="好") for n in range(BATCH + 10)),
        InboundKey(key="新", openid="o", at=NOW, reply="好"),
    )
    cleaner = Cleaner(stage.writer, Retention())
    await cleaner.clean(NOW)

    def answered() -> list[str]:
        query = select(InboundKey.key).where(InboundKey.reply == "好")
        return stage.read(lambda db: list(db.exec(query)))

    assert answered() == ["新"]
    assert left(stage, InboundKey) == BATCH + 11
    await cleaner.clean(NOW + timedelta(minutes=11))
    assert answered() == []


async def test_a_table_that_somebody_holds_is_left_for_later(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.database.LOCK_MS", 10)
    stage.add(Erasure(at=NOW, member_number=1, whole=True))
    cleaner = Cleaner(stage.writer, Retention(), stage.rules.hours)
    with stage.database.reading() as db:
        # A long look at the table; on SQLite it keeps the log from being emptied.
        db.exec(select(Erasure)).all()
        await cleaner.clean(NOW)
        assert stage.read(erasure.unscrubbed)
    await cleaner.clean(NOW)
    assert not stage.read(erasure.unscrubbed)


async def test_a_large_file_is_gone_through_at_night(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.cleanup.QUICK_BYTES", 0)
    stage.add(Erasure(at=NOW, member_number=1, whole=True))

    def waiting() -> bool:
        return stage.read(erasure.unscrubbed)

    cleaner = Cleaner(stage.writer, Retention(), stage.rules.hours)
    await cleaner.clean(NOW)
    assert waiting()
    await cleaner.clean(at(1, 23))
    assert not waiting()
    await cleaner.clean(NOW + timedelta(days=31))
    assert left(stage, Erasure) == 0
