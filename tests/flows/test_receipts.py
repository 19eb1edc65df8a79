"""「收到」: asked for, answered, counted."""

from datetime import timedelta

from sqlmodel import Session, col, select

from bot.commands.unknown import unknown_names
from bot.dispatch import FREE_TEXT, understand
from bot.wechat.inbound import Inbound
from models.member import Member
from models.push import Push, PushStatus
from models.role import RoleKind
from scheduler.cause import Cause
from tests.flows.conftest import Story

NEWS = "周五下班前交笔记。"
QUOTED = "广播「周五下班前交笔记。」"


async def branch(story: Story) -> None:
    """Two members and the secretary, all within reach; one who hasn't bound."""
    for name in ("林小满", "周一鸣", "未绑定"):
        await story.person(name)
    for name in ("林小满", "周一鸣", "书记甲"):
        await story.joins(name)
    await story.time("2026-07-01 09:00")


async def asks(story: Story, text: str = NEWS, minute: int = 1) -> None:
    await story.says("书记甲", f"广播 要回执 {text}")
    await story.says("书记甲", "确认 4")
    await story.time(f"2026-07-01 09:{minute:02}")


def acknowledged(story: Story) -> list[str]:
    with story.product.database.reading() as db:
        query = select(Member.name).join(Push, col(Push.member_id) == col(Member.id))
        return list(db.exec(query.where(col(Push.acknowledged_at).is_not(None)).order_by(col(Push.id))))


async def test_a_broadcast_asks_and_a_member_answers(story: Story) -> None:
    await branch(story)
    forecast = await story.says("书记甲", f"广播 要回执 {NEWS}")
    assert f"{NEWS}\n看到后回复 收到 即可。\n（晨光支部 书记甲）" in forecast
    await story.says("书记甲", "确认 4")
    await story.time("2026-07-01 09:01")
    await story.phone("林小满")
    await story.time("2026-07-01 09:02")
    assert await story.says("林小满", "收到") == f"好的，已记下您收到了{QUOTED}。"
    assert acknowledged(story) == ["林小满"]
    assert await story.says("林小满", "收到") == "好的。现在没有要您确认收到的消息。"
    head = f"{QUOTED}，今天 9:01：发给 4 人，1 人回复了 收到。"
    assert await story.says("书记甲", "谁收到了") == f"{head}\n已回复：林小满"
    assert await story.says("书记甲", "谁没回？") == (
        f"{head}\n已发到、还没有回复的 2 人：书记甲、周一鸣\n还没有送到的 1 人：未绑定"
    )
    assert (await story.says("书记甲", "为什么 林小满 没收到")).endswith("林小满已经收到：今天 9:02 回复了 收到。")


async def test_the_latest_that_was_shown_is_meant_and_the_first_answer_stands(story: Story) -> None:
    await branch(story)
    await asks(story)
    await asks(story, "第二件事也请知悉一下。", minute=5)
    answer = await story.says("林小满", "好的，收到了")
    assert answer == "好的，已记下您收到了广播「第二件事也请知悉一下……」。另有 1 条也可以回复 收到。"
    assert await story.says("林小满", "收到") == f"好的，已记下您收到了{QUOTED}。"
    assert len(acknowledged(story)) == 2


async def test_what_rides_along_is_shown_and_what_waits_is_not(story: Story) -> None:
    await branch(story)
    await story.time("2026-07-04 08:00")
    await story.says("书记甲", "打卡")
    await story.says("书记甲", f"广播 要回执 {NEWS}")
    await story.says("书记甲", "确认 4")
    await story.time("2026-07-04 08:05")
    # It waits for 林小满, whose 「收到」 can't be about what comes only with the answer to it.
    answer = await story.says("林小满", "收到")
    assert answer.startswith("好的。现在没有要您确认收到的消息。\n————\n周五下班前交笔记。\n看到后回复 收到 即可。")
    assert await story.says("林小满", "收到") == f"好的，已记下您收到了{QUOTED}。"


async def test_without_asking_nothing_is_noted_and_a_week_later_it_is_over(story: Story) -> None:
    await branch(story)
    await story.says("书记甲", f"广播 {NEWS}")
    await story.says("书记甲", "确认 4")
    await story.time("2026-07-01 09:01")
    assert await story.says("林小满", "收到") == "好的。现在没有要您确认收到的消息。"
    assert (await story.says("书记甲", "谁收到了")).startswith("七天里没有要回执的广播。")
    await asks(story, minute=10)
    story.emulator.clock.set(story.emulator.clock.now() + timedelta(days=7, minutes=1))
    assert "没有要您确认" in await story.says("周一鸣", "收到")
    assert (await story.says("书记甲", "谁没回")).startswith("七天里没有要回执的广播。")


async def test_names_stay_inside_the_part_of_whoever_asks(story: Story) -> None:
    await branch(story)
    head = await story.person("组管理", branch_id=story.groups["第一小组"])
    await story.role(head, RoleKind.ADMIN, "第一小组")
    await story.joins("组管理")
    await story.says("书记甲", f"广播 要回执 {NEWS}")
    await story.says("书记甲", "确认 5")
    await story.time("2026-07-01 09:01")
    await story.says("林小满", "收到")
    await story.says("组管理", "收到")
    said = await story.says("组管理", "谁收到了")
    assert said == f"{QUOTED}，今天 9:01：发给 1 人，1 人回复了 收到。\n已回复：组管理"
    assert (await story.says("组管理", "谁没回")).endswith("都回复了。")
    for refused in ("谁没回", "谁收到了"):
        assert "林小满" not in await story.says("林小满", refused)


async def test_an_answer_says_that_what_nobody_could_tell_of_has_arrived(story: Story) -> None:
    await branch(story)
    await asks(story)

    def lose(db: Session) -> None:
        for push in db.exec(select(Push)).all():
            if push.status == PushStatus.ACCEPTED:
                push.status, push.cause, push.route, push.sent_at = PushStatus.UNKNOWN, Cause.UNKNOWN, "", None

    await story.product.writer.run(lose)
    assert "说不准是否收到" in await story.says("书记甲", "为什么 林小满 没收到")
    assert await story.says("林小满", "收到") == f"好的，已记下您收到了{QUOTED}。"
    assert "回复了 收到" in await story.says("书记甲", "为什么 林小满 没收到")
    with story.product.database.reading() as db:
        # Only the others are left for whoever sends the unknown again.
        assert unknown_names(db, 1) == ["书记甲", "周一鸣"]


async def test_whoever_left_is_in_no_list(story: Story) -> None:
    await branch(story)
    await asks(story)
    await story.says("书记甲", "停用 周一鸣")
    await story.says("书记甲", "1")
    assert "周一鸣" not in await story.says("书记甲", "谁没回")


async def test_a_hundred_answers_at_once_are_all_noted(story: Story) -> None:
    await branch(story)
    await asks(story)
    for name in ("林小满", "周一鸣", "书记甲"):
        messages = {"openid": story.openid(name), "type": "text", "content": "收到", "times": 3, "concurrent": True}
        await story.post("messages", messages)
    assert len(acknowledged(story)) == 3


def test_only_a_receipt_is_taken_for_one() -> None:
    def meaning(text: str) -> object:
        return understand(Inbound("m:1", "o1", "gh_1", 0, "text", "", "", text, {})).command

    receipt = meaning("收到")
    for said in ("收到了", "已收到", "已经收到。", "好的，收到", "好收到", "收到，谢谢", "收到谢谢！"):
        assert meaning(said) is receipt
    for other in ("我没收到", "收到一封信", "谁收到了", "没有收到"):
        assert meaning(other) is not receipt
    assert meaning("收到一封信") is FREE_TEXT
