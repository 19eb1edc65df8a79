"""Importing a roster: who is who, what changes, and that nobody is ever brought back by a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from bot.files.dates import Bounds
from bot.files.roster import RosterPlan, plan_roster
from bot.files.roster_apply import Circumstances, apply_roster
from bot.files.rows import read_members
from bot.files.sheet import read_sheet
from bot.texts import Texts
from models.audit import Audit
from models.branch import Branch, BranchKind
from models.broadcast import Broadcast, BroadcastKind
from models.checkin import CheckIn
from models.consent import Consent
from models.database import Database
from models.follower import Follower
from models.kept_sum import KeptSum
from models.member import Member, Precision, Status
from models.plan import Basis, Plan, PlanKind
from models.push import Push, PushStatus
from models.role import RoleKind, roles_of
from models.transfer import Transfer
from scheduler.calendar import Hours
from scheduler.rules import Rules

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
TODAY = date(2026, 7, 1)
AT = Circumstances(NOW, Rules(Hours(ZoneInfo("Asia/Shanghai"))), keeps_record=True)
TEXTS = Texts.load("party")


@dataclass
class Roster:
    """Imports tables written as text, and tells what is stored afterwards."""

    database: Database

    def imports(self, table: str) -> list[str]:
        """What was wrong or worth saying; the good rows are written."""
        reading = read_members(read_sheet(table.encode()), Bounds(TODAY, 1921))
        with Session(self.database.engine) as db, db.begin():
            plan = plan_roster(db, reading.rows, TODAY, lock=True)
            apply_roster(db, plan, AT, lambda _done: None)
            return [remark.said(TEXTS) for remark in (*reading.faults, *plan.faults, *plan.remarks)]

    def plans(self, table: str) -> RosterPlan:
        """What an import would do."""
        with self.database.reading() as db:
            return plan_roster(db, read_members(read_sheet(table.encode()), Bounds(TODAY, 1921)).rows, TODAY)

    def asks(self, question: "Callable[[Session], list[str]]") -> list[str]:
        """A question to what is stored."""
        with self.database.reading() as db:
            return question(db)

    def people(self, status: Status = Status.ACTIVE) -> list[str]:
        """Name and place of everybody with a status."""
        query = select(Member.name, Branch.name).join(Branch, col(Branch.id) == Member.branch_id)
        return self.asks(
            lambda db: [" ".join(row) for row in db.exec(query.where(Member.status == status).order_by(col(Member.id)))]
        )

    def member(self, name: str) -> Member:
        """The one member of that name."""
        with self.database.reading() as db:
            return db.exec(select(Member).where(Member.name == name)).one()

    def roles(self, name: str) -> list[tuple[RoleKind, str]]:
        """What a member may do today, and where."""
        member = self.member(name)
        with self.database.reading() as db:
            names = {node.path: node.name for node in db.exec(select(Branch))}
            return sorted((kind, names[path]) for kind, path in roles_of(db, member.id or 0, TODAY))


@pytest.fixture
def roster(database: Database) -> Roster:
    return Roster(database)


FIRST = """姓名,支部,小组,角色,状态,入党时间,手机,标签
晨知远,一支部,一组,书记,正常,1997-02-16,00000000001,
晨启明,一支部,一组,组长,,2010.05,,
林小满,一支部,二组,党员,预备,2025-12-01,,书法 不用微信
周一鸣,一支部,,,停用,,,
"""


def test_a_first_roster_plants_the_tree_with_its_people_and_roles(roster: Roster) -> None:
    assert roster.imports(FIRST) == []
    assert roster.people() == ["晨知远 一组", "晨启明 一组"]
    assert roster.people(Status.PROBATIONARY) == ["林小满 二组"]
    assert roster.people(Status.INACTIVE) == ["周一鸣 一支部"]
    assert roster.roles("晨知远") == [(RoleKind.SECRETARY, "一支部")]
    assert roster.roles("晨启明") == [(RoleKind.LEADER, "一组")]
    assert (roster.member("晨启明").joined_on, roster.member("晨启明").joined_precision) == (
        date(2010, 5, 1),
        Precision.MONTH,
    )
    assert (roster.member("林小满").tags, roster.member("林小满").without_wechat) == ("书法", True)
    kinds = select(Branch).order_by(col(Branch.path))
    assert roster.asks(lambda db: [f"{node.name} {node.kind}" for node in db.exec(kinds)]) == [
        "一支部 branch",
        "一组 group",
        "二组 group",
    ]


def test_the_same_file_again_changes_nothing(roster: Roster) -> None:
    roster.imports(FIRST)
    again = roster.plans(FIRST)
    assert [step.is_idle for step in again.steps] == [True] * 4
    assert roster.imports(FIRST) == []
    assert len(roster.people()) == 2


def test_what_the_file_leaves_open_stays_and_what_it_says_is_stored(roster: Roster) -> None:
    roster.imports(FIRST)
    assert roster.imports("姓名,支部,小组,状态,入党时间,手机\n晨知远,一支部,二组,离退休,,无\n") == []
    member = roster.member("晨知远")
    assert (member.status, member.joined_on, member.mobile) == (Status.RETIRED, date(1997, 2, 16), "")
    assert roster.people(Status.RETIRED) == ["晨知远 二组"]
    # The role column isn't there, so that nothing is said about roles.
    assert roster.roles("晨知远") == [(RoleKind.SECRETARY, "一支部")]


def test_an_import_never_brings_anybody_back(roster: Roster) -> None:
    roster.imports(FIRST)
    said = roster.imports("姓名,支部,状态,手机,角色\n周一鸣,一支部,正常,13900000000,组长\n")
    assert said == ["第 2 行：周一鸣已停用，导入不改变；要恢复的话，请管理员回复 启用 周一鸣。"]
    assert roster.people(Status.INACTIVE) == ["周一鸣 一支部"]
    assert roster.member("周一鸣").mobile == ""
    assert roster.roles("周一鸣") == []


def owe_topic(db: Session, member_id: int, *states: PushStatus) -> None:
    for status in states:
        broadcast = Broadcast(
            kind=BroadcastKind.TOPIC, branch_id=1, created_at=NOW, starts_at=NOW, ring_until=NOW, show_until=NOW
        )
        db.add(broadcast)
        db.flush()
        assert broadcast.id is not None
        db.add(Push(broadcast_id=broadcast.id, member_id=member_id, status=status, run_at=NOW))


def test_leaving_cancels_what_is_owed_and_ends_every_role(roster: Roster) -> None:
    roster.imports(FIRST)
    leader = roster.member("晨启明").id or 0
    with Session(roster.database.engine) as db, db.begin():
        owe_topic(db, leader, PushStatus.DUE, PushStatus.HELD, PushStatus.ACCEPTED)
    assert roster.imports("姓名,支部,状态\n晨启明,一支部,停用\n") == []
    assert roster.people(Status.INACTIVE) == ["晨启明 一组", "周一鸣 一支部"]
    assert roster.roles("晨启明") == []
    statuses = select(Push.status).order_by(col(Push.id))
    stored = roster.asks(lambda db: [str(status) for status in db.exec(statuses)])
    assert stored == ["cancelled", "cancelled", "accepted"]
    with roster.database.reading() as db:
        audit = db.exec(select(Audit).order_by(col(Audit.id).desc())).first()
    assert audit is not None
    assert (audit.action, audit.facts) == ("import_members", {"new": 0, "changed": 0, "left": [leader]})


def test_the_last_admin_stays_until_there_is_another(roster: Roster) -> None:
    roster.imports(FIRST)
    for row in ("晨知远,一支部,停用,", "晨知远,一支部,,党员"):
        said = roster.imports(f"姓名,支部,状态,角色\n{row}\n")
        assert said == ["第 2 行：晨知远是最后一位管理员，请先指定别的管理员。"]
    # In one file the old secretary goes and a new one comes, in whatever order they stand.
    assert roster.imports("姓名,支部,状态,角色\n晨知远,一支部,停用,\n晨启明,一支部,,书记\n") == []
    assert roster.roles("晨启明") == [(RoleKind.SECRETARY, "一支部")]
    assert roster.people() == ["晨启明 一组"]


def test_a_new_role_replaces_the_old_one_in_that_branch(roster: Roster) -> None:
    roster.imports(FIRST)
    assert roster.imports("姓名,支部,小组,角色\n晨启明,一支部,二组,组长\n林小满,一支部,,管理员\n") == []
    assert roster.roles("晨启明") == [(RoleKind.LEADER, "二组")]
    assert roster.roles("林小满") == [(RoleKind.ADMIN, "一支部")]
    assert roster.imports("姓名,支部,角色\n晨启明,一支部,党员\n") == []
    assert roster.roles("晨启明") == []


def test_two_people_of_one_name_are_told_apart_by_mobile_or_birthday(roster: Roster) -> None:
    two = "姓名,支部,手机,出生日期\n林小满,一支部,13900000001,1970-01-01\n林小满,一支部,13900000002,1985-01-01\n"
    assert roster.imports(two) == []
    assert len(roster.people()) == 2
    assert roster.imports("姓名,支部\n林小满,一支部\n") == [
        "第 2 行：名册上有同名的林小满，分不清是哪一位，请写上手机或出生日期，与名册上的一致。"
    ]
    assert roster.imports("姓名,支部,出生日期,状态\n林小满,一支部,1985-01-01,离退休\n") == []
    assert roster.imports("姓名,支部,手机,状态\n林小满,一支部,13900000001,流动\n") == []
    query = select(Member).order_by(col(Member.id))
    assert roster.asks(lambda db: [f"{one.born_on} {one.status}" for one in db.exec(query)]) == [
        "1970-01-01 mobile",
        "1985-01-01 retired",
    ]


def test_a_row_that_may_be_somebody_else_is_asked_about(roster: Roster) -> None:
    roster.imports("姓名,支部,出生日期\n林小满,一支部,1970-01-01\n")
    said = roster.imports("姓名,支部,出生日期\n林小满,一支部,1985-01-01\n")
    assert said[0].startswith("第 2 行：名册上的林小满出生日期不同。")
    # With both in the file it is clear that they are two.
    both = "姓名,支部,出生日期\n林小满,一支部,1985-01-01\n林小满,一支部,1970-01-01\n"
    assert roster.imports(both) == []
    assert len(roster.people()) == 2


def test_rows_that_may_be_one_person_twice_are_not_taken(roster: Roster) -> None:
    said = roster.imports("姓名,支部,手机\n林小满,一支部,\n林小满,一支部,13900000001\n周一鸣,一支部,\n")
    assert [line.split("同名")[0] for line in said] == ["第 2 行：林小满与第 3 行", "第 3 行：林小满与第 2 行"]
    assert roster.people() == ["周一鸣 一支部"]


def test_somebody_who_moved_is_not_doubled(roster: Roster) -> None:
    roster.imports("姓名,支部,手机\n林小满,一支部,13900000001\n")
    moved = "姓名,支部,手机,状态\n林小满,二支部,13900000001,\n"
    assert roster.imports(moved) == ["第 2 行：林小满已在「一支部」，手机相同。如果是转过来的，请先在那边停用。"]
    assert roster.imports(f"{moved}林小满,一支部,13900000001,停用\n") == []
    assert roster.people() == ["林小满 二支部"]


def test_a_branch_is_named_by_its_whole_way_or_by_its_end(roster: Roster) -> None:
    roster.imports("姓名,支部,小组\n甲,机关党委/一支部,一组\n乙,机关党委/二支部,\n丙,一支部,\n")
    assert roster.people() == ["甲 一组", "乙 二支部", "丙 一支部"]
    plan = roster.plans("姓名,支部\n丁,二支部\n戊,离退休党委/一支部\n己,一支部\n")
    assert plan.new_branches == [("离退休党委",), ("离退休党委", "一支部")]
    assert [fault.said(TEXTS) for fault in plan.faults] == [
        "第 4 行：有几个「一支部」：机关党委/一支部、离退休党委/一支部。请把上级也写上。"
    ]


def test_a_group_is_no_branch_and_a_branch_no_group(roster: Roster) -> None:
    roster.imports("姓名,支部,小组\n甲,机关党委/一支部,一组\n")
    assert roster.imports("姓名,支部,小组\n乙,机关党委/一支部/一组,\n丙,机关党委,一支部\n") == [
        "第 2 行：「一组」是一个小组，不是支部，请写在小组一列。",
        "第 3 行：「一支部」是一个下级支部，不是小组，请写在支部一列。",
    ]


def test_the_top_of_a_tree_gets_its_plans_once(roster: Roster) -> None:
    for _ in range(2):
        roster.imports("姓名,支部\n甲,机关党委/一支部\n乙,机关党委/二支部\n")
    with roster.database.reading() as db:
        plans = {plan.kind: plan for plan in db.exec(select(Plan))}
        assert plans.pop(PlanKind.NUDGE).basis is Basis.ASKED
        top = db.exec(select(Branch).where(Branch.name == "机关党委", Branch.kind == BranchKind.BRANCH)).one()
        assert len(db.exec(select(Plan)).all()) == len(plans) + 1 == 6
    assert {plan.branch_id for plan in plans.values()} == {top.id}
    # From Wednesday noon: tomorrow's topic, the Friday's book, tomorrow's birthdays and probations, the list of
    # the 25th.
    assert {kind: plan.next_at and plan.next_at.isoformat()[5:16] for kind, plan in plans.items()} == {
        PlanKind.TOPIC: "07-01T23:40",
        PlanKind.BOOK: "07-03T04:00",
        PlanKind.BIRTHDAY: "07-02T00:00",
        PlanKind.BIRTHDAY_LIST: "07-25T00:00",
        PlanKind.PROBATION: "07-02T00:00",
    }
    assert plans[PlanKind.TOPIC].workdays_only


def test_a_phone_from_another_system_is_bound_at_once_and_asked_to_agree(roster: Roster) -> None:
    assert roster.imports("姓名,支部,openid\n林小满,一支部,oMoved_1\n周一鸣,一支部,\n") == []
    with roster.database.reading() as db:
        follower = db.get_one(Follower, "oMoved_1")
        assert (follower.member_id, follower.agreed_at) == (roster.member("林小满").id, None)
        assert db.exec(select(Consent)).all() == []
    assert roster.imports("姓名,支部,openid\n林小满,一支部,oMoved_1\n") == []
    assert roster.imports("姓名,支部,openid\n林小满,一支部,oOther_2\n周一鸣,一支部,oMoved_1\n") == [
        "第 2 行：林小满已经绑定了另一个微信；要换的话，请小组长发绑定码。",
        "第 3 行：这个 openid 已经绑定了别的人。",
    ]
    twice = "姓名,支部,openid\n周一鸣,一支部,oOther_2\n郑晚晴,一支部,oOther_2\n"
    assert roster.imports(twice) == ["第 3 行：这个 openid 在第 2 行已经有了。"]


def test_who_agreed_before_being_on_the_roster_needs_not_agree_again(roster: Roster) -> None:
    with Session(roster.database.engine) as db, db.begin():
        db.add(Follower(openid="oEager_1", followed_at=NOW, agreed_at=NOW, consent_version="1"))
    assert roster.imports("姓名,支部,openid\n林小满,一支部,oEager_1\n") == []
    with roster.database.reading() as db:
        proof = db.exec(select(Consent)).one()
    assert (proof.member_id, proof.version, proof.keeps_record) == (roster.member("林小满").id, "1", True)


def test_a_row_of_the_new_branch_receives_who_was_sent_there(roster: Roster) -> None:
    roster.imports(FIRST)
    roster.imports("姓名,支部\n别处的人,二支部\n")
    moving = "姓名,支部,小组,手机\n晨启明,二支部,三组,\n"
    mover = roster.member("晨启明")
    with Session(roster.database.engine) as db, db.begin():
        to = db.exec(select(Branch.id).where(Branch.name == "二支部")).one() or 0
        db.add(Transfer(member_id=mover.id or 0, from_branch_id=mover.branch_id, to_branch_id=to, asked_at=NOW))
        db.add(CheckIn(member_id=mover.id or 0, day=TODAY, at=NOW))
    assert roster.imports(moving) == []
    moved = roster.member("晨启明")
    assert (moved.id, moved.arrived_on, moved.history_along) == (mover.id, TODAY, False)
    assert roster.roles("晨启明") == []
    with roster.database.reading() as db:
        assert db.get_one(Branch, moved.branch_id).name == "三组"
        assert db.exec(select(KeptSum)).one().checkins == 1
        assert [audit.subject_id for audit in db.exec(select(Audit).where(Audit.action == "arrive"))] == [mover.id]
    # From then on it is a row like any other.
    assert roster.imports(moving) == []
    # Whoever wasn't sent is somebody else of the same name.
    roster.imports("姓名,支部\n晨知远,二支部\n")
    assert len([person for person in roster.people() if person.startswith("晨知远")]) == 2
