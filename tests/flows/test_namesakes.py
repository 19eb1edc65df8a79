"""Two people of one name: whoever names them is asked which one, and hears of nobody outside their own part."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot import dispatch
from bot.handlers import which
from bot.phrases import COMMANDS
from models.audit import Audit
from models.branch import plant
from models.member import Member, Status
from models.plan import Plan, PlanKind
from models.role import Role, RoleKind, end_roles
from models.transfer import Transfer
from tests.flows.conftest import Story

HEAD = "有 2 位张伟，是哪一位？回复编号；都不是，回复 取消。"
ROWS = ["1 第一小组", "2 第二小组"]

# Every command that names a person: what is said, and what is written down of the second one.
NAMING = (
    ("查 张伟", ""),
    ("张伟 怎么样", ""),
    ("为什么 张伟 没收到", ""),
    ("绑定码 张伟", "bind_code"),
    ("不发 张伟", "strike"),
    ("停用 张伟|1", "deactivate"),
    ("启用 张伟", "reactivate"),
    ("退休 张伟|1", "retire"),
    ("转出 张伟 到 第二支部|1", "transfer"),
    ("取消转出 张伟", "transfer_off"),
    ("接收 张伟", "arrive"),
    ("交接 张伟|1", "hand_over"),
)


async def twins(story: Story, **fields: Any) -> tuple[int, int]:
    """Two of a name in the two groups, a third one in another branch; and a leader of the second group."""
    await story.role(await story.person("组长乙"), RoleKind.LEADER, "第二小组")
    for name in ("组长乙", "书记甲"):
        await story.joins(name)
    first = await story.person("张伟", branch_id=story.groups["第一小组"], **fields)
    second = await story.person("张伟", **fields)
    await story.joins("张伟")

    def elsewhere(db: Session) -> None:
        other = plant(db, "第二支部")
        db.add(Member(branch_id=other.id or 0, name="张伟"))
        home = story.groups["晨光支部"]
        db.add(Plan(branch_id=home, kind=PlanKind.BIRTHDAY, rrule="FREQ=DAILY;BYHOUR=8", starts_on=date(2026, 1, 1)))

    await story.product.writer.run(elsewhere)
    return first, second


async def prepared(story: Story, said: str, ids: tuple[int, int]) -> None:
    """What must have happened before: nobody reactivates who is active, nor receives who isn't coming."""

    def prepare(db: Session) -> None:
        for number in ids:
            member = db.get_one(Member, number)
            if said.startswith("启用"):
                member.status = Status.INACTIVE
            if said.startswith(("取消转出", "接收")):
                home = member.branch_id if said.startswith("接收") else story.groups["晨光支部"]
                to = story.groups["晨光支部"] if said.startswith("接收") else 4
                move = Transfer(
                    member_id=number, from_branch_id=home, to_branch_id=to, asked_at=story.product.clock.now()
                )
                db.add(move)

    await story.product.writer.run(prepare)


@pytest.mark.parametrize(("said", "action"), NAMING)
async def test_the_number_says_who_was_meant(story: Story, said: str, action: str) -> None:
    said, _, confirms = said.partition("|")
    ids = await twins(story, joined_on=date(2000, 7, 9))
    await prepared(story, said, ids)
    assert (await story.says("书记甲", said)).splitlines() == [HEAD, *ROWS]
    answer = await story.says("书记甲", "2")
    assert "张伟" in answer, answer
    if confirms:
        await story.says("书记甲", confirms)
    with story.product.database.reading() as db:
        done = db.exec(select(Audit.action, Audit.subject_id).order_by(col(Audit.id))).all()
    assert [one for one in done if one[0] == action] == ([(action, ids[1])] if action else [])
    assert not [one for one in done if one[1] == ids[0]]


def test_every_command_that_names_a_person_is_tried() -> None:
    tried = {dispatch.meaning(said.partition("|")[0]).command for said, _ in NAMING}
    named = {one for one in COMMANDS if "name" in one.pattern.groupindex}
    alone = {dispatch.meaning("庄重日 8月4日 纪念").command, dispatch.meaning("转出 张伟").command}
    assert named - tried == alone
    assert {one.handle for one in tried} - {dispatch.meaning("张伟 怎么样").command.handle} == {
        handle for handle, _ in which.COMMANDS.values()
    }


async def test_a_leader_has_only_one_of_them(story: Story) -> None:
    await twins(story)
    for said in ("查 张伟", "为什么 张伟 没收到", "绑定码 张伟"):
        answer = await story.says("组长乙", said)
        assert "第一小组" not in answer
        assert "编号" not in answer


async def test_who_is_chosen_has_to_be_there_still(story: Story) -> None:
    _, second = await twins(story)
    await story.says("书记甲", "查 张伟")

    def moves(db: Session) -> None:
        db.get_one(Member, second).branch_id = 4

    await story.product.writer.run(moves)
    assert await story.says("书记甲", "2") == "名册上没有张伟，请核对姓名。"


async def test_who_lost_the_post_chooses_nobody(story: Story) -> None:
    await twins(story)
    await story.says("书记甲", "停用 张伟")
    other = await story.person("新书记")
    await story.role(other, RoleKind.ADMIN, "晨光支部")

    def lose(db: Session) -> None:
        end_roles(db, db.exec(select(Role.member_id).where(Role.kind == RoleKind.SECRETARY)).one(), date(2026, 7, 1))

    await story.product.writer.run(lose)
    assert "停用" not in await story.says("书记甲", "2")


async def test_half_a_command_and_two_of_the_name(story: Story) -> None:
    _, second = await twins(story)
    await story.says("书记甲", "转出")
    assert "哪里" in await story.says("书记甲", "张伟")
    assert (await story.says("书记甲", "第二支部")).splitlines() == [HEAD, *ROWS]
    assert "张伟" in await story.says("书记甲", "第二个")
    await story.says("书记甲", "1")
    with story.product.database.reading() as db:
        assert db.exec(select(Transfer.member_id)).all() == [second]


async def test_in_one_group_the_roster_tells_them_apart(story: Story) -> None:
    await story.joins("书记甲")
    await story.person("张伟", mobile="13900000001")
    await story.person("张伟", born_on=date(1985, 3, 1))
    rows = ["1 第二小组，手机尾号 0001", "2 第二小组，1985 年生"]
    assert (await story.says("书记甲", "停用 张伟")).splitlines() == [HEAD, *rows]
    assert await story.says("书记甲", "取消") == "好的，已取消。"


async def test_those_who_come_are_told_apart_by_where_they_come_from(story: Story) -> None:
    await story.joins("书记甲")

    def coming(db: Session) -> None:
        for name in ("第二支部", "第三支部"):
            branch = plant(db, name)
            member = Member(branch_id=branch.id or 0, name="张伟", mobile="13900000001")
            db.add(member)
            db.flush()
            home = story.groups["晨光支部"]
            at = story.product.clock.now()
            db.add(Transfer(member_id=member.id or 0, from_branch_id=branch.id or 0, to_branch_id=home, asked_at=at))

    await story.product.writer.run(coming)
    assert (await story.says("书记甲", "接收 张伟")).splitlines() == [HEAD, "1 第二支部", "2 第三支部"]
    assert (await story.says("书记甲", "1")).startswith("张伟已转到晨光支部。")
    with story.product.database.reading() as db:
        arrived = db.exec(select(Transfer.from_branch_id).where(col(Transfer.arrived_at).is_not(None))).all()
    assert arrived == [4]
