"""The sample data shows every case a real roster has, and nobody in it can be taken for a real person."""

import csv
import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.texts import Texts

SAMPLES = Path(__file__).parents[2] / "samples"

Row = dict[str, str]


def read(name: str) -> list[Row]:
    with (SAMPLES / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def members() -> list[Row]:
    return read("members.csv")


@pytest.fixture(scope="module")
def topics() -> list[Row]:
    return read("topics.csv")


@pytest.fixture(scope="module")
def books() -> list[Row]:
    return read("books.csv")


def joined(row: Row) -> date | None:
    """The joining date, where the roster knows the day."""
    parts = [int(part) for part in re.findall(r"\d+", row.get("加入日期") or row.get("joined_on") or "")]
    return date(*parts) if len(parts) == 3 else None


def how_many(rows: list[Row], column: str) -> Counter[str]:
    return Counter(row[column] for row in rows)


def spoken_to_on_their_day(rows: list[Row]) -> list[Row]:
    """Those who get a greeting with years: full members with a day on record, who use WeChat."""
    return [
        row
        for row in rows
        if joined(row) and row["状态"] not in ("停用", "积极分子", "预备") and "不用微信" not in row["标签"]
    ]


# The branch


def test_the_branch_is_one_branch_in_six_groups(members: list[Row]) -> None:
    assert len(members) == 59
    assert len(how_many(members, "支部")) == 1
    groups = how_many(members, "小组")
    assert list(groups) == [f"第{number}小组" for number in "一二三四五六"]
    assert min(groups.values()) >= 9


def test_the_columns_are_those_the_import_takes(members: list[Row]) -> None:
    assert " ".join(members[0]) == "姓名 支部 小组 角色 状态 加入日期 转正日期 出生日期 历法 手机 标签"


def test_a_secretary_an_admin_and_a_leader_for_every_group(members: list[Row]) -> None:
    roles = how_many(members, "角色")
    assert (roles["书记"], roles["管理员"], roles["组长"]) == (1, 1, 6)
    assert len({row["小组"] for row in members if row["角色"] == "组长"}) == 6


def test_every_status_has_somebody_in_it(members: list[Row]) -> None:
    statuses = how_many(members, "状态")
    assert set(statuses) == {"正常", "预备", "积极分子", "离退休", "流动", "停用"}
    assert (statuses["积极分子"], statuses["流动"], statuses["停用"]) == (2, 1, 1)
    assert [row["标签"] for row in members].count("不用微信") == 2


def test_nobody_can_be_mistaken_for_a_real_person(members: list[Row]) -> None:
    names = [row["姓名"] for row in members + [{"姓名": row["name"]} for row in read("reading-club/members.csv")]]
    assert len(names) == len(set(names))
    assert all(name[0] in "晨灯帆溪禾桥页签" and len(name) == 3 for name in names)
    # No Chinese telephone number, mobile or not, begins with eight zeros.
    assert all(row["手机"] == "" or row["手机"].startswith("00000000") for row in members)


def test_joining_dates_reach_over_fifty_years_without_one_in_the_future(members: list[Row]) -> None:
    days = [day for row in members if (day := joined(row))]
    assert max(days).year - min(days).year >= 50
    assert min(days) > date(1949, 10, 1)
    assert max(days) < date(2026, 2, 1)


def test_one_joined_on_the_day_that_comes_every_four_years(members: list[Row]) -> None:
    assert [row["加入日期"][5:] for row in members].count("02-29") == 1


def test_some_dates_are_known_by_the_month_alone_one_not_at_all(members: list[Row]) -> None:
    month_only = [row for row in members if re.fullmatch(r"\d{4}\.\d{2}", row["加入日期"])]
    unknown = [row for row in members if not row["加入日期"] and row["状态"] != "积极分子"]
    assert (len(month_only), len(unknown)) == (4, 1)
    assert any("年" in row["加入日期"] for row in members)


def test_applicants_have_no_joining_date_and_the_probationary_no_full_date(members: list[Row]) -> None:
    assert all(not row["加入日期"] for row in members if row["状态"] == "积极分子")
    assert all(row["加入日期"] and not row["转正日期"] for row in members if row["状态"] == "预备")


def test_full_membership_comes_a_year_after_joining_where_it_is_known(members: list[Row]) -> None:
    known = [row for row in spoken_to_on_their_day(members) if row["转正日期"]]
    full = {row["姓名"]: joined({"加入日期": row["转正日期"]}) for row in known}
    waited = [after - day for row in known if (day := joined(row)) and (after := full[row["姓名"]])]
    assert all(timedelta(days=360) < wait < timedelta(days=370) for wait in waited)
    # With it the greeting names the 党龄, without it the years alone: the demo shows both.
    assert 20 < len(known) < len(spoken_to_on_their_day(members)) - 10


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_from_any_day_the_next_birthday_is_at_most_two_weeks_away(members: list[Row], year: int) -> None:
    days = [day for row in spoken_to_on_their_day(members) if (day := joined(row))]
    turns = sorted(
        date(in_year, day.month, min(day.day, 28) if day.month == 2 else day.day)
        for day in days
        for in_year in (year, year + 1)
    )
    assert max(later - earlier for earlier, later in pairwise(turns)) <= timedelta(days=14)


# The library


def test_thirty_topics_take_turns_in_six_categories(topics: list[Row]) -> None:
    assert " ".join(topics[0]) == "标题 摘要 链接 思考题 分类 标签 有效期 来源"
    assert set(how_many(topics, "分类").values()) == {5}
    assert len(topics) == 30


def test_no_topic_or_book_comes_twice(topics: list[Row], books: list[Row]) -> None:
    assert max(how_many(topics, "标题").values()) == 1
    assert max(how_many(topics, "思考题").values()) == 1
    assert max(how_many(books, "书名").values()) == 1


def test_every_topic_says_something_asks_something_and_names_its_source(topics: list[Row]) -> None:
    for row in topics:
        assert row["摘要"].endswith("。")
        assert row["思考题"].endswith("？")
        assert row["来源"]


def test_the_lessons_are_one_series_in_order_and_each_asks_what_it_answers() -> None:
    lessons = read("lessons.csv")
    assert [row["课次"] for row in lessons] == ["1", "2", "3", "4"]
    assert len({row["系列"] for row in lessons}) == 1
    assert all(row["读后一问"].endswith("？") and row["参考答案"].endswith("。") for row in lessons)


def test_links_lead_nowhere_real(topics: list[Row], books: list[Row]) -> None:
    assert all(not row["链接"] or "//example.org/" in row["链接"] for row in topics + books)


def test_twenty_books_each_with_its_author_and_a_reason(books: list[Row]) -> None:
    assert len(books) == 20
    assert " ".join(books[0]) == "书名 作者 推荐理由 链接"
    assert all(row["作者"] and row["推荐理由"].endswith("。") and "《" not in row["书名"] for row in books)


@pytest.mark.parametrize("pack", ["party", "reading-club"])
def test_what_is_pushed_is_read_at_a_glance(pack: str, topics: list[Row], books: list[Row]) -> None:
    texts = Texts.load(pack)
    pushed = [
        texts("topic.head_category", category=row["分类"], title=row["标题"])
        + texts("topic.summary", summary=row["摘要"])
        + texts("topic.question", question=row["思考题"])
        + texts("topic.invite")
        for row in topics
    ] + [
        texts("book.head", title=row["书名"], author=row["作者"]) + texts("book.reason", reason=row["推荐理由"])
        for row in books
    ]
    assert [text for text in pushed if len(text) > 120] == []


# The reading club


def test_the_reading_club_is_a_roster_of_its_own_under_english_headers() -> None:
    club = read("reading-club/members.csv")
    assert len(club) == 20
    assert " ".join(club[0]) == "name branch group role status joined_on tags"
    assert how_many(club, "role") == {"member": 16, "leader": 2, "secretary": 1, "admin": 1}
    assert sum(row["joined_on"].endswith("02-29") for row in club) == 1


@pytest.mark.parametrize("name", ["members.csv", "topics.csv", "lessons.csv", "books.csv", "reading-club/members.csv"])
def test_a_double_click_in_a_spreadsheet_shows_chinese(name: str) -> None:
    assert (SAMPLES / name).read_bytes().startswith(b"\xef\xbb\xbf")
