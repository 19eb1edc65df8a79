"""Which days are working days, closed or solemn, and where."""

from datetime import date
from typing import Any

import pytest

from models.branch import BranchKind, subtree
from models.calendar_day import CalendarDay, DayKind
from models.plan import Plan, PlanKind
from scheduler.calendar import OFFICIAL_YEARS, is_workday, statutory_days
from scheduler.days import (
    NOTICE_DAYS,
    OFFICIAL,
    Days,
    Reason,
    Skip,
    Solemn,
    closed_nodes,
    days_of,
    knows_year,
    solemn_days,
    span,
)
from tests.scheduler.stage import Stage

SATURDAY = date(2026, 10, 10)  # worked in exchange for the national days
CLEAR_AND_BRIGHT = date(2027, 4, 5)
# No notice is in the library for this year, whenever this test runs.
UNKNOWN = max(OFFICIAL_YEARS) + 3


def plan(**fields: Any) -> Plan:
    return Plan(**{"branch_id": 1, "kind": PlanKind.TOPIC, "rrule": "", "starts_on": date(2026, 1, 1), **fields})


def test_a_worked_saturday_counts_only_where_the_branch_says_so() -> None:
    assert OFFICIAL.skip(plan(workdays_only=True), SATURDAY) == Skip(Reason.MAKEUP)
    assert OFFICIAL.skip(plan(workdays_only=True, on_makeup_days=True), SATURDAY) is None
    assert OFFICIAL.skip(plan(), SATURDAY) is None


def test_each_day_off_has_its_reason() -> None:
    daily = plan(workdays_only=True)
    assert OFFICIAL.skip(daily, date(2026, 7, 4)) == Skip(Reason.WEEKEND)
    assert OFFICIAL.skip(daily, date(2026, 10, 1)) == Skip(Reason.HOLIDAY, "国庆节")
    assert OFFICIAL.skip(daily, date(2026, 7, 1)) is None


def test_a_year_without_a_notice_has_the_holidays_of_the_regulation_and_says_so() -> None:
    named = statutory_days(2027)
    assert {day for day, name in named.items() if name == "春节"} == set(span(date(2027, 2, 5), date(2027, 2, 8)))
    assert (named[date(2027, 6, 9)], named[date(2027, 9, 15)], named[CLEAR_AND_BRIGHT]) == ("端午", "中秋", "清明")
    assert len(statutory_days(UNKNOWN)) in (12, 13)
    monday = next(day for day in span(date(UNKNOWN, 5, 1), date(UNKNOWN, 5, 31)) if day.weekday() == 0 and day.day > 2)
    assert is_workday(monday) or monday in statutory_days(UNKNOWN)
    assert not is_workday(date(UNKNOWN, 10, 1))


def test_the_library_and_the_regulation_agree_where_both_are_known() -> None:
    for year in OFFICIAL_YEARS[-2:]:
        assert [day for day in statutory_days(year) if is_workday(day)] == []


def test_what_is_nearer_comes_first(stage: Stage) -> None:
    below = stage.group("第二支部", kind=BranchKind.BRANCH)
    day = date(2026, 7, 1)
    stage.add(
        CalendarDay(day=day, kind=DayKind.OFF, name="上级定的"),
        CalendarDay(day=day, kind=DayKind.WORK, branch_id=below),
        CalendarDay(day=SATURDAY, kind=DayKind.OFF, branch_id=below),
        CalendarDay(day=date(2026, 7, 2), kind=DayKind.CLOSURE, branch_id=below, name="搬家"),
    )
    with stage.database.reading() as db:
        above, here = (days_of(db.connection(), path) for path in ("/1/", "/1/2/"))
    assert above.rest(day) == Skip(Reason.HOLIDAY, "上级定的")
    assert here.rest(day) is None
    assert (above.rest(SATURDAY), here.rest(SATURDAY)) == (None, Skip(Reason.HOLIDAY))
    assert above.skip(plan(), date(2026, 7, 2)) is None
    assert here.skip(plan(), date(2026, 7, 2)) == Skip(Reason.CLOSURE, "搬家")
    assert here.skip(plan(kind=PlanKind.BIRTHDAY), date(2026, 7, 2)) is None
    assert here.skip(plan(kind=PlanKind.BIRTHDAY, workdays_only=True), date(2026, 7, 2)) is not None


def test_a_year_is_known_once_somebody_has_imported_it(stage: Stage) -> None:
    def known() -> bool:
        return stage.read(lambda db: knows_year(db.connection(), UNKNOWN))

    assert not known()
    stage.add(CalendarDay(day=date(UNKNOWN, 5, 9), kind=DayKind.OFF, branch_id=stage.root))
    days = [CalendarDay(day=date(UNKNOWN, 5, number), kind=DayKind.OFF) for number in range(1, NOTICE_DAYS + 1)]
    stage.add(*days[:-1])
    assert not known()
    stage.add(days[-1])
    assert known()


@pytest.mark.parametrize(
    ("day", "path", "name"),
    [
        (date(2026, 4, 5), "/1/", "清明"),
        (CLEAR_AND_BRIGHT, "/1/", "清明"),
        (date(2026, 12, 13), "/1/2/", ""),
        (date(2026, 5, 12), "/1/2/7/", "纪念"),
        (date(2026, 5, 12), "/1/", None),
        (date(2026, 4, 4), "/1/", None),
    ],
)
def test_solemn_days_of_every_year_and_added_ones(day: date, path: str, name: str | None) -> None:
    assert Solemn(("清明", "12-13"), ((date(2026, 5, 12), "纪念", "/1/2/"),)).name(day, path) == name


def test_the_next_free_day_is_after_all_solemn_ones_in_a_row() -> None:
    added = tuple((date(2026, 12, number), "", "/") for number in (14, 15))
    assert Solemn(("12-13",), added).free_from(date(2026, 12, 13), "/1/") == date(2026, 12, 16)
    assert Solemn(("12-13",)).free_from(date(2026, 12, 12), "/1/") == date(2026, 12, 12)


def test_days_are_read_for_those_whom_they_concern(stage: Stage) -> None:
    group = stage.group("第一小组")
    day = date(2026, 7, 1)
    stage.add(
        CalendarDay(day=day, kind=DayKind.CLOSURE, branch_id=group),
        CalendarDay(day=day, kind=DayKind.SOLEMN, branch_id=group, name="纪念"),
    )
    with stage.database.reading() as db:
        nodes = subtree(db, "/1/")
        assert closed_nodes(db.connection(), nodes, day) == [group]
        assert closed_nodes(db.connection(), nodes, date(2026, 7, 2)) == []
        assert solemn_days(db.connection(), (), day).name(day, "/1/2/") == "纪念"
        assert days_of(db.connection(), "/1/") == Days()
