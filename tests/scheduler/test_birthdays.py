"""Political birthdays: the greeting, the oath, the secretary's list."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from models.birthday import BirthdayStrike
from models.branch import BranchKind
from models.calendar_day import CalendarDay, DayKind
from models.member import Precision, Status
from models.open_question import OpenQuestion
from models.plan import PlanKind
from models.role import Role, RoleKind
from scheduler import broadcasts
from scheduler.calendar import OFFICIAL_YEARS
from tests.scheduler.stage import BEIJING, EIGHT, Stage, at

EIGHT_OCLOCK = at(1, 8)
SOON = EIGHT_OCLOCK + timedelta(hours=30)
LISTS = "FREQ=MONTHLY;BYMONTHDAY=25;BYHOUR=9;BYMINUTE=0;BYSECOND=0"


def secretary(stage: Stage, until: datetime) -> int:
    member_id = stage.reachable("书记", until=until)
    stage.add(Role(member_id=member_id, branch_id=stage.root, kind=RoleKind.SECRETARY, since=date(2026, 1, 1)))
    return member_id


async def test_on_the_day_comes_the_greeting_with_the_years_and_then_the_oath_alone(stage: Stage) -> None:
    stage.plan(PlanKind.BIRTHDAY, EIGHT, EIGHT_OCLOCK)
    stage.reachable("小爱", until=SOON, joined_on=date(1991, 7, 1), full_on=date(1992, 7, 1))
    stage.reachable("小白", until=SOON, joined_on=date(2001, 7, 1))
    stage.reachable("别的日子", until=SOON, joined_on=date(2001, 7, 2))
    await stage.run(EIGHT_OCLOCK)
    got = {(push.name, push.kind): push.own for push in stage.postman.sent}
    assert got == {
        ("小爱", "birthday"): {"years": 35, "standing": 34},
        ("小爱", "oath"): {},
        ("小白", "birthday"): {"years": 25},
        ("小白", "oath"): {},
    }
    of_one = [push.kind for push in stage.postman.sent if push.name == "小爱"]
    assert of_one == ["birthday", "oath"]


async def test_a_pack_without_an_oath_sends_none(stage: Stage) -> None:
    stage.rules = replace(stage.rules, oath=False)
    stage.plan(PlanKind.BIRTHDAY, EIGHT, EIGHT_OCLOCK)
    stage.reachable("小爱", until=SOON, joined_on=date(1991, 7, 1))
    await stage.run(EIGHT_OCLOCK)
    assert [push.kind for push in stage.postman.sent] == ["birthday"]


async def test_who_is_greeted_and_who_is_not(stage: Stage) -> None:
    stage.plan(PlanKind.BIRTHDAY, EIGHT, EIGHT_OCLOCK)
    day = date(2020, 7, 1)
    stage.member("预备", joined_on=date(2025, 7, 1), status=Status.PROBATIONARY)
    stage.member("退休", joined_on=day, status=Status.RETIRED)
    stage.member("流动", joined_on=day, status=Status.MOBILE)
    stage.member("积极分子", joined_on=day, status=Status.APPLICANT)
    stage.member("停用", joined_on=day, status=Status.INACTIVE)
    stage.member("今年刚来", joined_on=date(2026, 7, 1))
    stage.member("只知月份", joined_on=day, joined_precision=Precision.MONTH)
    stage.member("不知道")
    stage.member("不用微信", joined_on=day, without_wechat=True)
    struck = stage.member("不发的", joined_on=day)
    stage.add(BirthdayStrike(member_id=struck, day=date(2026, 7, 1)))
    await stage.tick(EIGHT_OCLOCK)
    greeting, _ = stage.all_broadcasts()
    assert greeting.id is not None
    assert set(stage.statuses(greeting.id)) == {"预备", "退休", "流动"}
    own = [push.facts for push in stage.pushes(broadcast_id=greeting.id)]
    assert (own.count({"years": 6}), own.count({"probationary": True})) == (2, 1)


async def test_29_february_is_greeted_on_the_28th_in_common_years(stage: Stage) -> None:
    plan = stage.plan(PlanKind.BIRTHDAY, EIGHT, at(27, 8, month=2), starts_on=date(2026, 1, 1))
    stage.member("闰日", joined_on=date(2004, 2, 29))
    stage.member("月底", joined_on=date(2004, 2, 28))
    greeted = []
    for year in (2026, 2028):
        for day in (27, 28, 29) if year == 2028 else (27, 28):
            now = datetime(year, 2, day, 8, tzinfo=BEIJING)
            await stage.tick(now)
            new = [b for b in stage.all_broadcasts() if b.kind == "birthday" and b.plan_id == plan]
            greeted.append((year, day, sorted(stage.statuses(new[-1].id)) if new and new[-1].starts_at == now else []))
    assert greeted == [
        (2026, 27, []),
        (2026, 28, ["月底", "闰日"]),
        (2028, 27, []),
        (2028, 28, ["月底"]),
        (2028, 29, ["闰日"]),
    ]


async def test_a_greeting_that_was_missed_waits_a_week_and_knows_that_it_is_late(stage: Stage) -> None:
    stage.plan(PlanKind.BIRTHDAY, EIGHT, EIGHT_OCLOCK)
    stage.reachable("小爱", until=at(12, 8), joined_on=date(1991, 7, 1))
    stage.reachable("小白", until=at(12, 8), joined_on=date(1991, 7, 4))
    stage.reachable("太久了", until=at(12, 8), joined_on=date(1991, 6, 1))
    assert await stage.run(at(4, 9)) == ["小白", "小白"]
    assert stage.statuses() == {"小爱": "held late", "小白": "accepted"}


async def test_the_question_for_a_few_words_is_open_until_the_day_is_over(stage: Stage) -> None:
    stage.plan(PlanKind.BIRTHDAY, EIGHT, EIGHT_OCLOCK)
    one = stage.reachable("小爱", until=SOON, joined_on=date(1991, 7, 1))
    await stage.run(EIGHT_OCLOCK)
    question = stage.read(lambda db: db.get_one(OpenQuestion, f"o{one}"))
    assert (question.kind, question.expires_at) == ("birthday", at(2, 0))


async def test_a_question_that_is_open_already_is_not_pushed_aside(stage: Stage) -> None:
    stage.plan(PlanKind.BIRTHDAY, EIGHT, EIGHT_OCLOCK)
    one = stage.reachable("小爱", until=SOON, joined_on=date(1991, 7, 1))
    stage.write(
        lambda db: db.add(
            OpenQuestion(openid=f"o{one}", kind="broadcast", expires_at=EIGHT_OCLOCK + timedelta(hours=1))
        )
    )
    await stage.run(EIGHT_OCLOCK)
    assert stage.read(lambda db: db.get_one(OpenQuestion, f"o{one}")).kind == "broadcast"


async def test_a_plan_can_wait_for_the_secretarys_word(stage: Stage) -> None:
    stage.plan(PlanKind.BIRTHDAY, EIGHT, EIGHT_OCLOCK, needs_approval=True)
    stage.reachable("小爱", until=SOON, joined_on=date(1991, 7, 1))
    secretary(stage, until=SOON)
    assert await stage.run(EIGHT_OCLOCK) == ["书记"]
    (asked,) = stage.postman.sent
    assert (asked.kind, asked.facts) == ("birthday_list", {"ask": True, "names": ["小爱"]})
    opened = stage.write(lambda db: [(b.kind, count) for b, count in broadcasts.approve(db, "/", EIGHT_OCLOCK)])
    assert opened == [("birthday", 1), ("oath", 1)]
    assert await stage.run(at(1, 9)) == ["小爱", "小爱"]


async def test_on_the_25th_the_secretary_gets_next_months_list(stage: Stage) -> None:
    stage.plan(PlanKind.BIRTHDAY, EIGHT, at(25, 8))
    stage.plan(PlanKind.BIRTHDAY_LIST, LISTS, at(25, 9))
    secretary(stage, until=at(26, 9))
    stage.reachable("小爱", until=at(26, 9), joined_on=date(1991, 8, 15))
    stage.member("小白", joined_on=date(1999, 8, 3))
    stage.member("阿月", joined_on=date(1980, 8, 1), joined_precision=Precision.MONTH)
    stage.member("预备", joined_on=date(2025, 8, 9), status=Status.PROBATIONARY, without_wechat=True)
    stage.member("七月", joined_on=date(1980, 7, 25))
    assert await stage.run(at(25, 9)) == ["书记"]
    assert stage.postman.sent[0].facts == {
        "month": 8,
        "rows": [
            {"name": "小白", "day": "2026-08-03", "years": 27, "arrival": "unbound"},
            {"name": "预备", "day": "2026-08-09", "arrival": "phone"},
            {"name": "小爱", "day": "2026-08-15", "years": 35, "arrival": "next"},
            {"name": "阿月", "years": 46, "arrival": "unbound"},
        ],
    }


async def test_the_branchs_own_plan_greets_its_people_and_nobody_twice(stage: Stage) -> None:
    below = stage.group("第二支部", kind=BranchKind.BRANCH)
    stage.plan(PlanKind.BIRTHDAY, EIGHT, EIGHT_OCLOCK)
    stage.plan(PlanKind.BIRTHDAY, EIGHT, EIGHT_OCLOCK, branch=below)
    stage.reachable("小爱", below, until=SOON, joined_on=date(1991, 7, 1))
    await stage.run(EIGHT_OCLOCK)
    assert [push.kind for push in stage.postman.sent] == ["birthday", "oath"]
    assert stage.postman.sent[0].branch == "第二支部"


async def test_when_a_list_is_over_its_names_are_forgotten(stage: Stage) -> None:
    stage.plan(PlanKind.BIRTHDAY_LIST, LISTS, at(25, 9))
    secretary(stage, until=at(26, 9))
    stage.member("小爱", joined_on=date(1991, 8, 15))
    await stage.run(at(25, 9))
    assert "小爱" in str(stage.all_broadcasts()[0].facts)
    await stage.tick(at(2, 9, month=8))
    (over,) = stage.all_broadcasts()
    assert (over.state, over.facts) == ("settled", {})


async def test_a_plan_that_keeps_to_working_days_greets_on_the_next_one(stage: Stage) -> None:
    stage.plan(PlanKind.BIRTHDAY, EIGHT, at(3, 8), workdays_only=True)
    for name, day in (("周五", 3), ("周六", 4), ("周日", 5), ("周一", 6)):
        stage.reachable(name, until=at(9, 8), joined_on=date(1991, 7, day))
    assert await stage.run(at(3, 8)) == ["周五", "周五"]
    assert await stage.run(at(5, 8)) == []
    assert sorted(await stage.run(at(6, 8))) == ["周一", "周一", "周六", "周六", "周日", "周日"]
    own = {push.name: push.own for push in stage.postman.sent if push.kind == "birthday"}
    assert own["周六"] == {"years": 35, "day": "2026-07-04"}
    assert own["周一"] == {"years": 35}
    assert len(stage.all_broadcasts()) == 4


async def test_a_week_ahead_the_secretary_is_told_once_of_all_on_that_day(stage: Stage) -> None:
    stage.plan(PlanKind.BIRTHDAY, EIGHT, EIGHT_OCLOCK)
    secretary(stage, until=SOON)
    stage.reachable("小爱", until=SOON, joined_on=date(1996, 7, 8))
    stage.member("小白", joined_on=date(1999, 7, 8))
    stage.member("不要的", joined_on=date(1999, 7, 8), ungreeted=True)
    stage.member("别的日子", joined_on=date(1999, 7, 9))
    assert await stage.run(EIGHT_OCLOCK) == ["书记"]
    assert stage.postman.sent[0].facts == {
        "ahead": [
            {"name": "小爱", "day": "2026-07-08", "years": 30, "arrival": "next"},
            {"name": "小白", "day": "2026-07-08", "years": 27, "arrival": "unbound"},
        ]
    }
    assert await stage.run(at(1, 9)) == []


async def test_whoever_wants_no_congratulations_is_on_no_list(stage: Stage) -> None:
    stage.plan(PlanKind.BIRTHDAY, EIGHT, at(25, 8))
    stage.plan(PlanKind.BIRTHDAY_LIST, LISTS, at(25, 9))
    secretary(stage, until=at(26, 9))
    stage.reachable("小爱", until=at(26, 9), joined_on=date(1991, 7, 25), ungreeted=True)
    stage.member("小白", joined_on=date(1991, 8, 15), ungreeted=True)
    assert await stage.run(at(25, 9)) == []


async def test_the_list_says_when_next_years_holidays_are_missing(stage: Stage) -> None:
    unknown = max(OFFICIAL_YEARS) + 1
    moment = datetime(unknown - 1, 11, 25, 9, tzinfo=BEIJING)
    stage.plan(PlanKind.BIRTHDAY_LIST, LISTS, moment)
    secretary(stage, until=moment + timedelta(days=1))
    assert await stage.run(moment) == ["书记"]
    assert stage.postman.sent[0].facts == {"unknown_year": unknown}
    stage.add(*(CalendarDay(day=date(unknown, 10, day), kind=DayKind.OFF) for day in range(1, 8)))
    later = moment + timedelta(days=30)
    stage.wrote(1, until=later + timedelta(days=1))
    assert await stage.run(later) == []
