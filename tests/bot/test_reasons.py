"""Each cause, as each kind of asker reads it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.reasons import Reasons
from bot.texts import Texts, packs
from models.broadcast import BroadcastKind
from scheduler import cause as causes
from scheduler.cause import Asker, Cause, told
from scheduler.explain import Explanation

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
MASK = "按本人设置或名册状态未发送。"
PLACES = (causes.ARRIVED, causes.BY_ITSELF, causes.NEXT_MESSAGE, causes.SOMEBODY, causes.ON_PURPOSE)

# Whatever would tell of a person's own choice, or of what happened to them.
PERSONAL = ("设置了", "取消关注", "没有关注", "不接收", "收不了", "停用", "打开", "定为不发")


def said(cause: Cause, asker: Asker, pack: str = "party", route: str = "custom") -> str:
    """What an asker reads when `explain` has found this cause."""
    found = Explanation(
        told(cause, asker),
        push_id=1,
        kind=BroadcastKind.TEXT,
        text="明天下午三点在三楼开会",
        at=NOW - timedelta(hours=3),
        seen_at=NOW - timedelta(hours=1),
        until=NOW + timedelta(days=3),
        wakes_at=NOW + timedelta(hours=9),
        route=route,
    )
    reasons = Reasons(Texts.load(pack), UTC, {"contact": "办公室", "organisation": "晨光支部"})
    return reasons("林小满", found, asker, NOW)


def test_every_cause_has_one_place() -> None:
    assert sorted(cause for place in PLACES for cause in place) == sorted(Cause)


@pytest.mark.parametrize("pack", packs())
@pytest.mark.parametrize("asker", Asker)
@pytest.mark.parametrize("cause", Cause)
def test_every_asker_gets_one_whole_answer(cause: Cause, asker: Asker, pack: str) -> None:
    sentence = said(cause, asker, pack)
    assert sentence.endswith("。")
    assert len(sentence) <= 120
    assert "{" not in sentence


@pytest.mark.parametrize("cause", Cause)
def test_a_leader_never_reads_who_muted_left_or_is_inactive(cause: Cause) -> None:
    sentence = said(cause, Asker.LEADER)
    assert [word for word in PERSONAL if word in sentence] == []


@pytest.mark.parametrize("asker", [Asker.LEADER, Asker.SECRETARY, Asker.ADMIN])
def test_what_is_hidden_can_not_be_told_from_what_the_roster_says(asker: Asker) -> None:
    hidden = {cause for cause in Cause if told(cause, asker) is Cause.NOT_BY_STATUS}
    left = {Cause.NOT_FOLLOWING, Cause.BLOCKED, Cause.FROZEN, Cause.STRUCK} if asker is Asker.LEADER else set()
    assert hidden == {Cause.NOT_BY_STATUS, Cause.MUTED, Cause.AWAY} | left
    assert {said(cause, asker) for cause in hidden} == {f"广播「明天下午三点在三楼开……」，今天 1:00：{MASK}"}


@pytest.mark.parametrize("asker", [Asker.SECRETARY, Asker.ADMIN])
def test_those_in_charge_read_who_left(asker: Asker) -> None:
    assert "取消关注" in said(Cause.NOT_FOLLOWING, asker)
    assert "打开了里面的链接" in said(Cause.OPENED, asker)


def test_when_something_was_opened_is_not_told_by_the_way() -> None:
    assert said(Cause.OPENED, Asker.LEADER).endswith("林小满已经收到：今天 1:00，由公众号主动发出。")
    assert "今天 3:00" in said(Cause.OPENED, Asker.ADMIN)
    # Where the line broke while it was sent, nobody knows how it came.
    assert said(Cause.OPENED, Asker.LEADER, route="").endswith("怎样送到的没有记下。")


@pytest.mark.parametrize("cause", Cause)
def test_members_are_never_told_of_themselves_by_name(cause: Cause) -> None:
    assert "林小满" not in said(cause, Asker.MEMBER)


def test_members_read_what_they_set_themselves_and_not_what_others_decide() -> None:
    assert "您设置了不收这一类" in said(Cause.MUTED, Asker.MEMBER)
    for cause in (Cause.GRACE, Cause.APPROVAL, Cause.RECALLED, Cause.STRUCK):
        assert told(cause, Asker.MEMBER) is Cause.NOTHING
    # What an admin has stopped isn't quoted to those who weren't to read it.
    assert said(Cause.PAUSED, Asker.MEMBER) == "公众号现在暂停发送，恢复之后会接着发来。"
