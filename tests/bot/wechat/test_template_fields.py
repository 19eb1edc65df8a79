"""The lint of template fields, beside the rules of the emulated platform, which share no line with it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.emulator import template_values
from bot.wechat.template_fields import _TYPES, Finding, fields, lint

CONTENT = "学习：{{thing1.DATA}}\n时间：{{time2.DATA}}\n状态：{{phrase3.DATA}}"
GOOD = {"thing1": "第三章", "time2": "2026-10-12 20:00", "phrase3": "已打卡"}

# Field, value, and what the lint says: the limits of the platform's table, from both sides.
VALUES = [
    ("thing1", "一" * 20, None),
    ("thing1", "一" * 21, "refused"),
    ("thing1", "第一行\n第二行", "refused"),
    ("thing1", "第三章\U0001f600", "emoji"),
    ("thing1", "", "missing"),
    ("thing1", "  ", "missing"),
    ("number1", "30", None),
    ("number1", "3.5", None),
    ("number1", "三十", "refused"),
    ("letter1", "ABC", None),
    ("letter1", "A1", "refused"),
    ("symbol1", "+!", None),
    ("symbol1", "++++++", "refused"),
    ("character_string1", "No.2026-001", None),
    ("character_string1", "编号 1", "refused"),
    ("time1", "2026-10-12 20:00", None),
    ("time1", "2026年10月12日 20:00", None),
    ("time1", "2026年7月1日", None),
    ("time1", "19:00~20:30", None),
    ("time1", "2026-10-12 20:00~2026-10-12 21:00", "cut"),
    ("time1", "明天晚上", "refused"),
    ("time1", "25:00", "refused"),
    ("date1", "2026年7月1日", None),
    ("date1", "七月一日", "refused"),
    ("amount1", "￥100", None),
    ("amount1", "100元", None),
    ("amount1", "一百元", "refused"),
    ("phone_number1", "010-12345678", None),
    ("phone_number1", "电话 1", "refused"),
    ("car_number1", "京A12345", None),
    ("car_number1", "京京京", "refused"),
    ("name1", "林小满", None),
    ("name1", "一" * 11, "refused"),
    ("name1", "Lin Xiaoman", None),
    ("name1", "林3", "refused"),
    ("phrase1", "已打卡", None),
    ("phrase1", "已经打过卡", None),
    ("phrase1", "已经打过卡了", "refused"),
    ("phrase1", "ok", "refused"),
    ("const1", "正常", None),
    ("enum1", "正常", None),
    # A field without a type, as old templates and test accounts have them.
    ("keyword1", "一" * 20, None),
    ("keyword1", "一" * 21, "cut"),
    ("keyword1", "一\n二", "line_break"),
    ("keyword1", "", "missing"),
    ("first", "您好", "hidden"),
    ("remark", "", "hidden"),
]


def test_good_values_have_no_fault() -> None:
    assert lint(CONTENT, GOOD) == []
    assert fields(CONTENT) == ("thing1", "time2", "phrase3")


@pytest.mark.parametrize(("key", "value", "code"), VALUES)
def test_each_type_of_field_has_its_limits(key: str, value: str, code: str | None) -> None:
    found = lint(f"一行：{{{{{key}.DATA}}}}", {key: value})
    assert [one.code for one in found] == ([code] if code else [])
    refused_by_platform = key not in ("first", "remark", "keyword1") and not template_values.fits(key, value)
    if refused_by_platform:
        assert found[0].is_refused


def test_what_no_field_takes_and_what_a_field_lacks_are_both_told() -> None:
    found = lint(CONTENT, {"thing1": "第三章", "time2": "20:00", "phrase": "已打卡"})
    assert found == [Finding("phrase3", "missing", "phrase"), Finding("phrase", "unknown")]
    assert [one.is_refused for one in found] == [True, False]


def test_every_type_of_the_platform_is_known() -> None:
    assert set(_TYPES) == set(template_values.RULES)


@pytest.mark.parametrize("kind", _TYPES)
@given(data=st.data())
def test_what_passes_is_taken_by_the_platform(kind: str, data: st.DataObject) -> None:
    key = f"{kind}1"
    value = data.draw(st.from_regex(re.compile(_TYPES[kind]), fullmatch=True) | st.text(max_size=25))
    content = f"一行：{{{{{key}.DATA}}}}"
    found = lint(content, {key: value})
    if not any(one.is_refused for one in found):
        assert template_values.fits(key, value)
    if not found:
        assert template_values.shown(content, {key: value}, free=False)[0].value == " ".join(value.split())
