"""The organisation's days: importing, correcting and exporting them; lunar births; the doctor's line."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import delete

from bot.demo.samples import SAMPLES
from models.calendar_day import CalendarDay
from models.member import Member

from .clinic import Clinic
from .conftest import Terminal

DAYS = """日期,类型,名称,支部
2027-02-05,放假,春节,
2027-02-20,上班,,
2027年8月2日,停发,休整,晨光支部
2027-05-12,solemn,纪念,
"""
MEMBERS = "姓名,支部,小组,加入日期,出生日期,历法\n"


def shown(row: CalendarDay) -> tuple[str, str, str, bool]:
    return (row.day.isoformat(), str(row.kind), row.name, row.branch_id is None)


def test_days_are_imported_corrected_taken_out_and_exported_again(terminal: Terminal) -> None:
    terminal.imports(MEMBERS + "林小满,晨光支部,,,,\n")
    assert terminal.imports(DAYS, kind="days").lines[-1] == "已导入：新增 4，更新 0，停用 0，不变 0。"
    assert terminal.stored(CalendarDay, shown) == [
        ("2027-02-05", "off", "春节", True),
        ("2027-02-20", "work", "", True),
        ("2027-08-02", "closure", "休整", False),
        ("2027-05-12", "solemn", "纪念", True),
    ]
    exported = terminal.types("export", "days", "--out", "-").out
    assert terminal.imports(exported, kind="days").lines[-1] == "已导入：新增 0，更新 0，停用 0，不变 4。"
    changed = "日期,类型,名称\n2027-02-05,上班,不放了\n2027-05-12,取消,\n"
    assert terminal.imports(changed, kind="days").lines[-1] == "已导入：新增 0，更新 2，停用 0，不变 0。"
    assert {row[:3] for row in terminal.stored(CalendarDay, shown)} == {
        ("2027-02-05", "work", "不放了"),
        ("2027-02-20", "work", ""),
        ("2027-08-02", "closure", "休整"),
    }


def test_what_is_wrong_in_a_calendar_is_said_row_by_row_and_nothing_is_stored(terminal: Terminal) -> None:
    said = terminal.imports(
        "日期,类型,支部\n2027-13-01,放假,\n2027-02,放假,\n2027-02-05,过节,\n2027-02-06,放假,没有的支部\n"
        "2027-02-07,放假,\n2027-02-07,上班,\n",
        kind="days",
    )
    assert said.status == 1
    assert said.lines[:5] == [
        "第 2 行：「日期」里的「2027-13-01」没有这一天。",
        "第 3 行：「日期」里的「2027-02」要写到日。",
        "第 4 行：「类型」里的「过节」不认识，可以写：放假、上班、停发、庄重、取消。",
        "第 5 行：「支部」里的「没有的支部」，名册上没有这个支部。",
        "第 7 行：2027-02-07 在第 6 行已经写过。",
    ]
    assert terminal.stored(CalendarDay, shown) == []


def test_the_sample_is_a_calendar(on_sqlite: Terminal) -> None:
    assert on_sqlite.types("import", "days", str(SAMPLES / "days.csv")).status == 0


BIRTHS = (
    MEMBERS + "甲,晨光支部,,,1985-07-01,公历\n乙,晨光支部,,,1985-02-30,农历\n丙,晨光支部,,,1984年闰十月初一,\n"
    "丁,晨光支部,,,1985年腊月三十,\n戊,晨光支部,,,1985-07-01,农历\n己,晨光支部,,,1985年七月一日,\n"
)


def test_births_of_the_lunar_calendar_are_understood_and_exported_as_they_were_meant(terminal: Terminal) -> None:
    assert terminal.imports(BIRTHS).status == 0
    assert terminal.stored(Member, lambda member: (member.name, member.born_on, str(member.calendar))) == [
        ("甲", date(1985, 7, 1), "solar"),
        ("乙", date(1985, 4, 19), "lunar"),
        ("丙", date(1984, 11, 23), "lunar"),
        ("丁", date(1986, 2, 8), "lunar"),
        ("戊", date(1985, 8, 16), "lunar"),
        ("己", date(1985, 7, 1), "solar"),
    ]
    exported = terminal.types("export", "members", "--out", "-").out
    assert "1984年闰10月1日" in exported
    assert terminal.imports(exported).lines[-1] == "已导入：新增 0，更新 0，停用 0，不变 6。"


@pytest.mark.parametrize(
    ("born", "calendar", "reason"),
    [
        ("1985-02-30", "", "「出生日期」里的「1985年2月30日」没有这一天。"),
        ("1986-12-30", "农历", "「出生日期」里的「1986年12月30日」，农历没有这一天。"),
        ("1985年闰4月1日", "", "「出生日期」里的「1985年闰4月1日」，农历没有这一天。"),
        ("1985-07", "农历", "「出生日期」里的「1985-07」要写到日。"),
        ("2099-01-01", "农历", "「出生日期」里的 2099-01-21 还没有到。"),
    ],
)
def test_a_birth_that_there_cannot_have_been_is_refused(
    on_sqlite: Terminal, born: str, calendar: str, reason: str
) -> None:
    said = on_sqlite.imports(f"{MEMBERS}林小满,晨光支部,,,{born},{calendar}\n")
    assert (said.status, said.lines[0]) == (1, f"第 2 行：{reason}")


def test_the_doctor_says_when_the_holidays_of_a_year_are_missing(clinic: Clinic) -> None:
    assert clinic.codes()["days"] == "days_known"
    with clinic.terminal.database() as database, database.engine.begin() as connection:
        connection.execute(delete(CalendarDay))
    # Once the library itself knows next year, this test has to look further.
    if datetime.now(UTC).date() >= date(2026, 12, 1):
        assert clinic.codes()["days"] == "days_unknown"
