"""「操作记录」: the last acts in an admin's part of the tree, in words; every act leaves a row, and has its words."""

import re
from datetime import date
from pathlib import Path

from sqlmodel import Session, col, func, select

import bot
from bot.phrases import COMMANDS
from bot.phrases.command import Command
from bot.texts import Texts
from bot.turn import Who
from models.audit import Audit
from models.branch import Branch, plant
from models.broadcast import Broadcast
from models.note import Note
from models.plan import Plan, PlanKind
from models.role import RoleKind

from .conftest import Story

DAILY = "FREQ=DAILY;BYHOUR=12;BYMINUTE=0;BYSECOND=0"

# What leaders and admins say that changes nothing for anybody: it shows, or asks the writer something.
READING = {
    *(
        "missing.ask",
        "study.text_to_forward",
        "sums.of_scope",
        "group_numbers.show",
        "quiz_sums.last_week",
        "why.why_not",
    ),
    *("unreachable.who_is_unreachable", "acknowledge.who_is_silent", "acknowledge.who_answered"),
    *("relief_switch.agree", "birthday.month_list", "plans.coming", "plans.solemn_list", "plan_pausing.show"),
    *("broadcast_course.show_progress", "acts.latest", "status.look_up"),
    *("broadcast.compose", "broadcast.compose_card", "broadcast.compose_picture", "mass.propose"),
}

# What changes something: its handler, and the file in which its act is written down.
WRITING = {
    "wall.take_off": "take_off_note",
    "bind.issue_code": "bind_code",
    "birthday.strike": "strike",
    "birthday.approve": "approve",
    **dict.fromkeys(("birthday.ask_first", "birthday.send_unasked"), "plan"),
    **dict.fromkeys(("birthday.to_workdays", "birthday.on_the_day"), "plan"),
    **dict.fromkeys(("plans.makeup_on", "plans.makeup_off"), "plan"),
    "plans.add_solemn": "solemn_day",
    "plans.remove_solemn": "solemn_day_removed",
    "plan_pausing.pause": "plan_pause",
    "plan_pausing.go_on": "plan_resume",
    "broadcast.try_first": "trial",
    "confirming.by_number": "broadcast",
    "broadcast_approval.approve": "approve",
    "broadcast_approval.refuse": "refuse",
    "broadcast_course.take_back": "recall",
    "broadcast_course.hold": "hold",
    "broadcast_course.let_go": "let_go",
    "broadcast_course.pause_all": "pause",
    "broadcast_course.resume_all": "resume",
    "roster.deactivate": "deactivate",
    "roster.retire": "retire",
    "roster.reactivate": "reactivate",
    "posts.hand_over": "hand_over",
    "moves.send": "transfer",
    "moves.call_off": "transfer_off",
    "moves.receive": "arrive",
    "library.withdraw": "withdraw",
    "library.restore": "restore",
    "library_adding.add_topic": "add_topic",
    "library_adding.add_book": "add_book",
    "care.may_need_care": "care",
    "console_link.link": "console_link",
    # A number confirms what was proposed.
    "invitation.propose": "invite",
    "relief_switch.ask": "relief_ask",
    "relief_switch.switch_on": "relief_on",
}

# Each once, in an order in which it does something; after | the answer. # is the number of the latest broadcast.
STORY = (
    ("书记甲", "加学习 一篇 https://example.org/1", "add_topic"),
    ("书记甲", "加荐书 《一本》 某人", "add_book"),
    ("书记甲", "下架 一本|1", "withdraw"),
    ("书记甲", "上架 一本", "restore"),
    ("书记甲", "庄重日 8月4日 纪念", "solemn_day"),
    ("书记甲", "取消庄重日 8月4日", "solemn_day_removed"),
    ("书记甲", "祝贺先问", "plan"),
    ("书记甲", "祝贺直接发", "plan"),
    ("书记甲", "祝贺顺延", "plan"),
    ("书记甲", "祝贺当天发", "plan"),
    ("书记甲", "补班日发", "plan"),
    ("书记甲", "补班日不发", "plan"),
    ("书记甲", "暂停计划 荐书", "plan_pause"),
    ("书记甲", "恢复计划 荐书", "plan_resume"),
    ("书记甲", "不发 林小满", "strike"),
    ("书记甲", "绑定码 没绑的", "bind_code"),
    ("书记甲", "撤下心得 1 不合适", "take_off_note"),
    ("书记甲", "试发 明天开会", "trial"),
    ("书记甲", "广播 明天开会|确认 0", "broadcast"),
    ("书记甲", "暂停 #", "hold"),
    ("书记甲", "恢复 #", "let_go"),
    ("书记甲", "撤回", "recall"),
    ("书记甲", "全部暂停", "pause"),
    ("书记甲", "恢复", "resume"),
    ("书记甲", "停用 没绑的|1", "deactivate"),
    ("书记甲", "启用 没绑的", "reactivate"),
    ("书记甲", "退休 没绑的|1", "retire"),
    ("书记甲", "转出 没绑的 到 第二支部|1", "transfer"),
    ("书记甲", "取消转出 没绑的", "transfer_off"),
    ("书记甲", "转出 没绑的 到 第二支部|1", "transfer"),
    ("书记乙", "接收 没绑的", "arrive"),
    ("书记甲", "关心", "care"),
    ("书记甲", "交接 林小满|1", "hand_over"),
)

# Proved where their own stories need more: a second admin, a greeting that waits, an account that may send to all,
# an operator who wants less relief, a group of some size.
ELSEWHERE = {"console_link", "approve", "refuse", "relief_ask", "relief_on", "invite"}


def handler(command: Command) -> str:
    handle = command.handle or command.decide
    assert handle is not None
    return f"{handle.__module__.rpartition('.')[2]}.{handle.__name__}"


def test_every_command_either_only_reads_or_leaves_a_row() -> None:
    said = {handler(one) for one in COMMANDS if one.who >= Who.LEADER}
    assert said == READING | WRITING.keys()
    assert {action for *_, action in STORY} | ELSEWHERE == set(WRITING.values())


def test_every_act_has_its_words() -> None:
    folder = Path(bot.__file__).parent
    source = "".join(file.read_text(encoding="utf-8") for file in folder.rglob("*.py"))
    actions = set(re.findall(r'\bnote\(\s*db,\s*"(\w+)"', source)) - {"erase", "erase_own"}
    words = {key.removeprefix("acts.did_") for key in Texts.load("party").keys if key.startswith("acts.did_")}
    assert actions - words == set()
    assert set(WRITING.values()) - words == set()


async def settled(story: Story) -> None:
    """A second branch, plans, a shared note, and somebody with a birthday that is near."""
    await story.person("林小满", joined_on=date(2000, 7, 9), full_on=date(2001, 7, 9))
    await story.person("没绑的")

    def grow(db: Session) -> int:
        other = plant(db, "第二支部")
        for kind in (PlanKind.BOOK, PlanKind.BIRTHDAY, PlanKind.TOPIC):
            db.add(Plan(branch_id=1, kind=kind, rrule=DAILY, starts_on=date(2026, 6, 1)))
        now = story.product.clock.now()
        db.add(Note(member_id=2, at=now, text="一条心得", shared_in=1, shared_at=now))
        return other.id or 0

    story.groups["第二支部"] = await story.product.writer.run(grow)
    second = await story.person("书记乙", branch_id=story.groups["第二支部"])
    await story.role(second, RoleKind.SECRETARY, "第二支部")
    whole = await story.product.writer.run(_root_over)
    story.groups["总部"] = whole
    await story.role(1, RoleKind.ADMIN, "总部")
    for name in ("书记甲", "书记乙", "林小满"):
        await story.joins(name)


def _root_over(db: Session) -> int:
    """Puts one node above both branches."""
    top = plant(db, "总部")
    for branch in db.exec(select(Branch).where(Branch.id != top.id)).all():
        branch.path = f"{top.path.rstrip('/')}{branch.path}"
        branch.parent_id = branch.parent_id or top.id
    return top.id or 0


async def test_every_act_leaves_its_row_and_is_listed(story: Story) -> None:
    await settled(story)
    for who, said, action in STORY:
        before = acts(story)
        answer = ""
        for one in said.split("|"):
            number = re.search(r"确认 (\d+)", answer)
            text = f"确认 {number[1]}" if one == "确认 0" and number else one
            answer = await story.says(who, text.replace("#", str(newest(story))))
        assert acts(story)[len(before) :] == [action], (said, answer)
    listed = (await story.says("书记甲", "操作记录")).splitlines()
    assert len(listed) == 11
    assert listed[1].endswith("书记甲：把支部书记交给林小满")
    assert listed[2].endswith("书记甲：看可能需要关心的人")
    assert listed[3].endswith("书记乙：接收没绑的")
    # Of another branch only what happened in it.
    listed = (await story.says("书记乙", "最近的操作")).splitlines()
    assert len(listed) >= 2
    assert all("没绑的" in line for line in listed[1:])
    assert "林小满" not in "".join(listed)


def acts(story: Story) -> list[str]:
    with story.product.database.reading() as db:
        return list(db.exec(select(Audit.action).order_by(col(Audit.id))))


def newest(story: Story) -> int:
    with story.product.database.reading() as db:
        return db.exec(select(func.max(Broadcast.id))).one() or 0
