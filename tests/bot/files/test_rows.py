"""What a roster's or a library's rows say, and how a bad one is told."""

from datetime import date
from typing import Any

import pytest

from bot.files.dates import Bounds
from bot.files.faults import FileError
from bot.files.rows import Reading, read_books, read_members, read_topics
from bot.files.sheet import Row, Sheet
from bot.texts import Texts
from models.member import Calendar, Precision, Status
from models.role import RoleKind

TODAY = Bounds(date(2026, 7, 1), 1921)
TEXTS = Texts.load("party")


def table(*lines: str) -> Sheet:
    """Cells parted by bars, rows numbered from 1."""
    rows = (Row(number, tuple(cell.strip() for cell in line.split("|"))) for number, line in enumerate(lines, 1))
    return Sheet(tuple(row for row in rows if any(row.cells)))


def members(*lines: str) -> Reading:
    return read_members(table(*lines), TODAY)


def one(header: str, row: str) -> Any:
    """What a single good row says beside name and branch."""
    reading = members(f"姓名|支部|{header}", f"林小满|一支部|{row}")
    assert reading.faults == []
    return {name: value for name, value in reading.rows[0].facts.items() if name not in ("name", "branch")}


def faults(reading: Reading) -> list[str]:
    return [fault.said(TEXTS) for fault in reading.faults]


ENGLISH = "name|branch|group|role|status|joined_on|full_on|born_on|calendar|mobile|tags|openid"
CHINESE = "姓名|支部|小组|角色|状态|入党时间|转正日期|出生日期|历法|手机|标签|openid"


@pytest.mark.parametrize("header", [ENGLISH, CHINESE, ENGLISH.upper(), CHINESE.replace("姓名", "姓 名 *")])
def test_headers_are_known_in_either_language(header: str) -> None:
    row = "林小满|机关党委/一支部|二组|组长|预备|1996-07-01|1997.07|1970/2/3|农历|139-0000-0000|书法 不用微信|oAbc_123"
    reading = members(header, row)
    assert (reading.faults, reading.remarks) == ([], ())
    assert reading.rows[0].facts == {
        "name": "林小满",
        "branch": ("机关党委", "一支部"),
        "group": "二组",
        "role": RoleKind.LEADER,
        "status": Status.PROBATIONARY,
        "joined_on": date(1996, 7, 1),
        "joined_precision": Precision.DAY,
        "full_on": date(1997, 7, 1),
        "full_precision": Precision.MONTH,
        "born_on": date(1970, 3, 10),
        "calendar": Calendar.LUNAR,
        "mobile": "13900000000",
        "tags": "书法",
        "without_wechat": True,
        "openid": "oAbc_123",
    }


def test_a_title_above_the_header_is_passed_over() -> None:
    reading = members("某某支部名册", "", "制表：办公室", "姓名|支部", "林小满|一支部")
    assert [(said.number, said.facts["name"]) for said in reading.rows] == [(5, "林小满")]


def test_only_name_and_branch_are_needed() -> None:
    with pytest.raises(FileError) as refused:
        members("姓名|小组", "林小满|二组")
    assert refused.value.said(TEXTS) == "没有找到表头：缺 支部 一列。第一行应是各列的名称。"
    reading = members("姓名|支部", "林小满|", "|一支部")
    assert faults(reading) == ["第 2 行：「支部」不能空着。", "第 3 行：「姓名」不能空着。"]


def test_an_empty_cell_says_nothing_and_a_dash_says_nothing_is_there() -> None:
    assert one("状态|手机|标签|入党时间", "|||") == {}
    said = one("手机|标签|入党时间|小组", "无|-|—|无")
    assert said == {
        "mobile": "",
        "tags": "",
        "without_wechat": False,
        "joined_on": None,
        "joined_precision": Precision.DAY,
        "group": "",
    }


STATUSES = {"正常": "active", "预备": "probationary", "积极分子": "applicant", "离退休": "retired", "流动": "mobile"}


@pytest.mark.parametrize(("word", "status"), STATUSES.items())
def test_statuses_in_either_language(word: str, status: str) -> None:
    assert one("状态", word) == one("状态", status) == {"status": Status(status)}


@pytest.mark.parametrize("word", ["党员", "成员", "member"])
def test_a_member_is_no_role(word: str) -> None:
    assert one("角色", word) == {"role": None}


@pytest.mark.parametrize(
    ("written", "name"),
    [("林　小满", "林小满"), ("买买提•艾力", "买买提·艾力"), ("Anna  Lin", "Anna Lin"), ("林\u200b小满", "林小满")],
)
def test_a_name_is_one_name_however_it_was_spaced(written: str, name: str) -> None:
    assert members("姓名|支部", f"{written}|一支部").rows[0].facts["name"] == name


def test_each_bad_cell_of_a_row_is_named_and_good_rows_stay() -> None:
    reading = members(
        "姓名|支部|状态|入党时间|手机|小组",
        "林小满|一支部|在职|1996-02-30|abc|二组",
        "周一鸣|一支部|正常|1996-02-29||二组",
        f"{'长' * 41}|一支部/||1910-01-01||",
        "郑晚晴|一支部||2027-01-01||",
    )
    assert [said.number for said in reading.rows] == [3]
    assert faults(reading) == [
        "第 2 行：「状态」里的「在职」不认识，可以写：正常、预备、积极分子、离退休、流动、停用。",
        "第 2 行：「入党时间」里的「1996-02-30」没有这一天。",
        "第 2 行：「手机」里的「abc」不是电话号码。",
        "第 4 行：「姓名」超过 40 个字。",
        "第 4 行：「支部」里的「一支部/」不完整，上下级之间用一个斜线隔开，例如：机关党委/第一支部。",
        "第 4 行：「入党时间」里的 1910-01-01 早于 1921 年。",
        "第 5 行：「入党时间」里的 2027-01-01 还没有到。",
    ]


def test_a_life_comes_in_its_order() -> None:
    header = "姓名|支部|出生日期|入党时间|转正日期"
    reading = members(
        header, "甲|一|1990-01-01|1989-01-01|", "乙|一||1996-07-01|1996-06-30", "丙|一||1996-07-15|1996.07"
    )
    assert faults(reading) == ["第 2 行：加入日期不晚于出生日期。", "第 3 行：转正日期早于加入日期。"]


def test_more_cells_than_headers_are_no_accident() -> None:
    reading = members("姓名|支部", "林小满|一支部|多出来的")
    assert faults(reading) == ["第 2 行：比表头多出几格，可能是文字里的逗号没有加引号。"]


def test_unknown_columns_are_named_and_near_misses_asked_about() -> None:
    reading = members("姓名|支部|民族|转正时间", "林小满|一支部|汉|1996-07-01")
    assert [remark.said(TEXTS) for remark in reading.remarks] == [
        "「民族」一列不认识，没有导入。",
        "「转正时间」一列不认识，没有导入；是不是想写「转正日期」？",
    ]
    assert "full_on" not in reading.rows[0].facts


def test_a_column_that_comes_twice_is_refused() -> None:
    with pytest.raises(FileError, match="column_twice"):
        members("姓名|支部|加入日期|入党时间", "林小满|一支部||")


def test_identity_cards_are_refused_by_header_or_by_what_a_cell_holds_and_never_repeated() -> None:
    with pytest.raises(FileError) as refused:
        members("姓名|支部|身份证号", "林小满|一支部|")
    assert "「身份证号」一列看来是身份证号码。晨钟用不着" in refused.value.said(TEXTS)
    # The tags are a known column, and the number belongs to no region.
    with pytest.raises(FileError) as refused:
        members("姓名|支部|标签", "林小满|一支部|", "周一鸣|一支部|900000197001011239")
    said = refused.value.said(TEXTS)
    assert said.startswith("第 3 行「标签」里有身份证号码。")
    assert "1970" not in said


def test_a_spreadsheet_that_made_up_the_day_is_asked_about() -> None:
    rows = [f"第{place}人|一支部|19{60 + place}-0{place}-01" for place in range(1, 9)]
    reading = members("姓名|支部|入党时间", *rows)
    assert [remark.key for remark in reading.remarks] == ["all_firsts"]
    assert members("姓名|支部|入党时间", *rows, "又一人|一支部|1996-07-02").remarks == ()


def test_topics_and_books() -> None:
    topics = read_topics(table("标题|摘要|有效期|链接", "《怎样读书》|两句话。|2027.02|https://example.org/a"), TODAY)
    assert topics.rows[0].facts == {
        "title": "怎样读书",
        "summary": "两句话。",
        "valid_until": date(2027, 2, 28),
        "link": "https://example.org/a",
    }
    books = read_books(table("title|author|reason|link", "乡土中国|费孝通|讲得清楚。|"), TODAY)
    assert books.rows[0].facts == {"title": "乡土中国", "author": "费孝通", "reason": "讲得清楚。"}


def test_bad_rows_of_a_library() -> None:
    topics = read_topics(
        table("标题|摘要|链接", "甲||javascript:x", "乙||", "《乙》||", f"丙|{'长' * 600}|", f"{'长' * 121}||"), TODAY
    )
    assert faults(topics) == [
        "第 2 行：「链接」里的「javascript:x」不是网址，应以 http:// 或 https:// 开头。",
        "第 4 行：《乙》与第 3 行重复。",
        "第 5 行：各项合起来太长，一条消息放不下，请缩短到约 533 个字。",
        "第 6 行：「标题」超过 120 个字。",
    ]
