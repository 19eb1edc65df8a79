"""`erase`: table by table, nothing of a person stays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKeyConstraint

from models.audit import Audit
from models.bind_code import BindCode
from models.birthday import BirthdayStrike, BirthdayWords
from models.broadcast import Broadcast, BroadcastKind
from models.checkin import CheckIn, Streak
from models.consent import Consent
from models.console import ConsoleLink, ConsoleSession
from models.departure import Departure
from models.erasing import TRACES
from models.follower import Follower
from models.grant import Grant
from models.inbound import InboundKey
from models.keepsake import Keepsake, KeepsakeKind
from models.leave import Leave
from models.lesson import Lesson
from models.library import Topic
from models.mass import MassCopy, MassSend
from models.member import Member
from models.note import Comment, Note, Thanks
from models.nudge import Nudge
from models.open_question import OpenQuestion
from models.pause import Pause
from models.preference import Preference
from models.push import Push
from models.quiz import QuizKind, QuizMemory, QuizQuestion
from models.reading import Reading, ReadingState
from models.recall import Recall
from models.receipt import Receipt
from models.remainder import Remainder
from models.reminder import Reminder
from models.role import Participation, Role, RoleKind
from models.tables import PERSONAL, metadata
from models.ticket import Ticket
from models.transfer import Transfer

from .conftest import Terminal

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
TODAY = date(2026, 7, 1)
MIAN, OPENID = 3, "oXiaoman"


def broadcast(**fields: Any) -> Broadcast:
    times = dict.fromkeys(("created_at", "starts_at", "ring_until", "show_until"), NOW)
    return Broadcast(branch_id=1, **{**times, **fields})


def a_whole_life(terminal: Terminal) -> None:
    """Something of 林小满 in every table there is."""
    listed = {"month": 7, "rows": [{"name": "林小满", "years": 1}, {"name": "晨知远", "years": 29}]}
    terminal.add(
        Follower(openid=OPENID, member_id=MIAN, followed_at=NOW),
        broadcast(kind=BroadcastKind.TEXT, author_id=MIAN),
        broadcast(kind=BroadcastKind.ANSWER, facts={"text": "本月打卡 3 天"}),
        broadcast(kind=BroadcastKind.BIRTHDAY_LIST, facts=listed),
        QuizQuestion(title="一半是多少？", kind=QuizKind.BLANK, answer="五成"),
    )
    terminal.add(MassSend(broadcast_id=1, part=1, ordered_by=MIAN, ordered_at=NOW, key="cz-1", starts_at=NOW))
    terminal.add(Push(broadcast_id=1, member_id=MIAN, run_at=NOW), Topic(title="第一讲", series="八讲"))
    terminal.add(Note(member_id=MIAN, at=NOW, text="有恒"), Note(member_id=2, at=NOW, text="慢读"))
    terminal.add(
        *(Thanks(note_id=number, member_id=member, at=NOW) for number, member in ((1, 2), (2, MIAN))),
        *(Comment(note_id=number, member_id=MIAN, branch_id=1, at=NOW, text="好") for number in (1, 2)),
        Comment(note_id=1, member_id=2, branch_id=1, at=NOW, text="林小满说得好"),
    )
    terminal.add(
        OpenQuestion(openid=OPENID, kind="words", expires_at=NOW + timedelta(hours=1)),
        Remainder(openid=OPENID, text="其余", at=NOW),
        Grant(openid=OPENID, template_id="TPL", left=1),
        Receipt(msg_id="1", openid=OPENID, about="TPL", at=NOW),
        InboundKey(key="m:1", openid=OPENID, at=NOW, reply="好的"),
        BindCode(member_id=MIAN, digest="0" * 64, expires_at=NOW),
        ConsoleLink(digest="1" * 64, member_id=MIAN, issued_at=NOW),
        ConsoleSession(digest="2" * 64, member_id=MIAN, opened_at=NOW, seen_at=NOW),
        Consent(member_id=MIAN, version="1", keeps_record=True, agreed_at=NOW),
        CheckIn(member_id=MIAN, day=TODAY, at=NOW),
        Streak(member_id=MIAN, length=1, last_day=TODAY),
        Push(broadcast_id=2, member_id=MIAN, run_at=NOW),
        MassCopy(mass_id=1, push_id=1, member_id=MIAN, openid=OPENID),
        Leave(member_id=MIAN, first_day=TODAY, last_day=TODAY),
        Keepsake(id="k", member_id=MIAN, day=TODAY, kind=KeepsakeKind.IMAGE, at=NOW, media_until=NOW),
        Preference(member_id=MIAN, seldom=True),
        Lesson(member_id=MIAN, topic_id=1, opened_at=NOW),
        Recall(member_id=MIAN, topic_id=1, asked_at=NOW),
        Reading(member_id=MIAN, title="乡土中国", state=ReadingState.DONE, review="好书", changed_at=NOW),
        QuizMemory(member_id=MIAN, question_id=1, due_on=TODAY, answered_on=TODAY, wrong=True),
        Reminder(member_id=MIAN, text="读书", starts_on=TODAY, next_at=NOW),
        Nudge(member_id=MIAN, day=TODAY, week=TODAY, slot=1, broadcast_id=1),
        BirthdayWords(member_id=MIAN, at=NOW, words="谢谢"),
        BirthdayStrike(member_id=MIAN, day=TODAY, by_member_id=1),
        BirthdayStrike(member_id=2, day=TODAY, by_member_id=MIAN),
        Departure(openid_digest="1" * 64, member_id=MIAN, left_at=NOW),
        Participation(member_id=MIAN, branch_id=2, since=TODAY),
        Ticket(nonce="0" * 32, member_id=MIAN, issued_at=NOW),
        Transfer(member_id=MIAN, from_branch_id=1, to_branch_id=2, by_member_id=1, asked_at=NOW),
        Transfer(member_id=2, from_branch_id=1, to_branch_id=2, by_member_id=MIAN, asked_at=NOW),
        Role(member_id=MIAN, branch_id=3, kind=RoleKind.LEADER, since=TODAY),
        Audit(at=NOW, member_id=MIAN, action="pause"),
        Audit(at=NOW, member_id=1, action="bind_code", subject_id=MIAN),
        Pause(branch_id=3, at=NOW, by_member_id=MIAN),
    )


def test_nothing_of_a_person_stays(terminal: Terminal) -> None:
    terminal.imports()
    a_whole_life(terminal)
    for part in PERSONAL:
        assert mine(terminal, part.table, part.names), f"the story leaves out {part.table.__name__}"
    said = terminal.types("erase", "林小满", "--yes")
    assert said.status == 0
    assert set(said.lines) == {
        *(
            "微信标识与绑定：1 条",
            "正在等回答的问题：1 条",
            "没显示完的文字：1 条",
            "消息编号与回答：1 条",
            "绑定码：1 条",
            "允许过的订阅通知：1 条",
            "等着对号的回执：1 条",
        ),
        *("同意书：1 条", "打卡：1 条", "连续天数：1 条", "推送记录：2 条"),
        *("系列学习的进度：1 条", "读后问过的题：1 条", "书架：1 条"),
        *("请假的日子：1 条", "图片和语音：1 条"),
        *("群发记录：1 条", "感言：1 条", "不发祝贺的日子：1 条"),
        *(
            "写的心得：1 条",
            "对心得的道谢：1 条",
            "对心得的评论：2 条",
            "离开的记号：1 条",
            "本人的设置：1 条",
            "提醒过的日子：1 条",
            "答过的题：1 条",
            "自己定的提醒：1 条",
            "在别处参加活动：1 条",
            "角色：1 条",
            "要过的下载链接：1 条",
            "要过的后台登录链接：1 条",
            "后台登录：1 条",
            "转接：1 条",
            "名册：1 条",
        ),
        "林小满的数据已全部删除。",
    }
    for part in PERSONAL:
        assert mine(terminal, part.table, part.names) == []
    assert "林小满" not in terminal.stored(Member, lambda member: member.name)
    # What they did for others stays, without their name; what was written to them alone goes.
    assert terminal.stored(Pause, lambda pause: pause.by_member_id) == [None]
    assert terminal.stored(Broadcast, lambda row: (row.kind, row.author_id, row.facts.get("rows"))) == [
        (BroadcastKind.TEXT, None, None),
        (BroadcastKind.BIRTHDAY_LIST, None, [{"name": "晨知远", "years": 29}]),
    ]
    # What others said of a note goes with it.
    assert terminal.stored(Note, lambda row: row.text) == ["慢读"]
    assert terminal.stored(Thanks, str) == terminal.stored(Comment, str) == []
    assert "林小满" not in str(terminal.stored(Audit, lambda line: line.facts))


def mine(terminal: Terminal, table: type[Any], column: str) -> list[Any]:
    return [value for value in terminal.stored(table, lambda row: getattr(row, column)) if value in (MIAN, OPENID)]


def test_every_column_that_points_at_a_member_is_looked_after() -> None:
    handled = {(part.table.__tablename__, part.names) for part in PERSONAL}
    handled |= {(table.__tablename__, column) for table, column in TRACES}
    pointing = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint) and constraint.referred_table.name == "member"
        for column in constraint.columns
    }
    assert pointing - handled == set()


def test_it_asks_first_and_the_last_admin_stays(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    asked = on_sqlite.types("erase", "林小满", answers="n\n")
    assert (asked.status, "不能恢复" in asked.out) == (1, True)
    said = on_sqlite.types("erase", "晨知远", "--yes")
    assert (said.status, said.lines) == (2, ["晨知远是最后一位管理员，请先指定别的管理员。"])
    assert len(on_sqlite.stored(Member, str)) == 5


def test_of_two_people_of_one_name_the_right_one_goes(on_sqlite: Terminal) -> None:
    on_sqlite.imports(
        "姓名,支部,小组,手机\n林小满,晨光支部,第一小组,13900000001\n林小满,晨光支部,第二小组,13900000002\n"
    )
    said = on_sqlite.types("erase", "林小满", "--yes")
    assert (said.status, said.lines) == (2, ["名册上有几位林小满，请写成其中一种：林小满 第一小组、林小满 第二小组。"])
    assert on_sqlite.types("erase", "林小满 第二小组", "--yes").status == 0
    assert on_sqlite.stored(Member, lambda member: member.mobile) == ["13900000001"]
    assert on_sqlite.types("erase", "无此人", "--yes").lines == ["名册上没有无此人，请核对姓名。"]
