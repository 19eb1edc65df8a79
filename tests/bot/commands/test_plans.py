"""`chenzhong plans`: what happens when, and changing it."""

import pytest

from models.library import Topic
from models.plan import Plan

from .conftest import Terminal

ROSTER = "姓名,支部\n林小满,晨光支部\n"


@pytest.fixture
def planned(terminal: Terminal) -> Terminal:
    """A branch with the plans that it begins with."""
    terminal.imports(ROSTER)
    return terminal


def test_without_a_roster_there_are_no_plans(on_sqlite: Terminal) -> None:
    on_sqlite.add(Topic(title="甲"))
    assert on_sqlite.types("plans").lines == ["还没有计划；导入名册时会自动安排好。"]


def test_plans_are_listed_with_their_rule_and_their_next_firing(planned: Terminal) -> None:
    lines = planned.types("plans").lines
    assert len(lines) == 6
    assert lines[0].startswith("1 晨光支部 学习内容：FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0（只在工作日，下次 ")
    assert "荐书" in lines[1]


def test_the_next_ten_firings_are_shown_with_what_is_left_out(planned: Terminal) -> None:
    lines = planned.types("plans", "next", "1").lines
    assert sum("不发" not in line for line in lines[1:]) == 10
    assert any(line.endswith("不发：周末") for line in lines)
    assert planned.types("plans", "next", "9").lines == ["没有编号为 9 的计划。运行 chenzhong plans 看有哪些。"]


@pytest.mark.parametrize(
    ("when", "rule", "workdays"),
    [
        ("每周三 20:00", "FREQ=WEEKLY;BYDAY=WE;BYHOUR=20;BYMINUTE=0;BYSECOND=0", True),
        ("每天 7:40", "FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0", False),
        ("30 8 * * 1-5", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=8;BYMINUTE=30;BYSECOND=0", True),
        (
            "农历腊月三十 9:00",
            "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=30;SKIP=BACKWARD;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
            True,
        ),
        ("FREQ=MONTHLY;BYDAY=2TU;BYHOUR=9", "FREQ=MONTHLY;BYDAY=2TU;BYHOUR=9", True),
    ],
)
def test_a_plan_gets_another_rhythm(planned: Terminal, when: str, rule: str, workdays: bool) -> None:
    assert planned.types("plans", "set", "1", "--when", when).lines[-1] == "已改好。"
    (plan,) = (row for row in planned.stored(Plan, lambda plan: plan) if row.id == 1)
    assert (plan.rrule, plan.workdays_only) == (rule, workdays)
    assert plan.next_at is not None


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("有空的时候", "看不懂"),
        ("FREQ=SECONDLY", "看不懂"),
        ("FREQ=DAILY;UNTIL=20200101T000000;BYHOUR=9", "以后一次也不会发"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=9", "以后一次也不会发"),
    ],
)
def test_a_rhythm_that_cannot_work_is_refused_and_nothing_changes(planned: Terminal, when: str, reason: str) -> None:
    before = planned.stored(Plan, lambda plan: plan.rrule)
    said = planned.types("plans", "set", "1", "--when", when)
    assert said.status == 2
    assert reason in said.lines[0]
    assert planned.stored(Plan, lambda plan: plan.rrule) == before


def test_a_rhythm_at_night_is_refused(on_sqlite: Terminal) -> None:
    on_sqlite.imports(ROSTER)
    on_sqlite.configures('quiet_from = "00:00"', 'quiet_from = "21:00"')
    on_sqlite.configures('quiet_until = "00:00"', 'quiet_until = "07:30"')
    said = on_sqlite.types("plans", "set", "1", "--when", "每天 23:00")
    assert (said.status, said.lines) == (2, ["「每天 23:00」落在夜间不打扰的时段里，到点也不会发。"])


def test_a_plan_is_paused_and_goes_on_and_says_so(planned: Terminal) -> None:
    assert "已暂停" in planned.types("plans", "set", "1", "--pause").lines[0]
    assert "已暂停" not in planned.types("plans", "set", "1", "--resume", "--makeup").lines[0]
    assert "调休上班的周末也算" in planned.types("plans").lines[0]
    assert planned.types("plans", "set", "1").status == 2
    assert planned.types("plans", "set", "1", "--any-day").status == 0
    assert planned.stored(Plan, lambda plan: plan.workdays_only)[0] is False
