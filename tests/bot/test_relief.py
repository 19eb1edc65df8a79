"""减负: what there is no setting for, and that docs/relief.md names a setting and a test that exist for every rule."""

import re
from pathlib import Path

import pytest

from bot import config as configuration
from bot.config import Config, ConfigError, load
from bot.files import columns
from bot.files.columns import BOOKS, DAYS, MEMBERS, QUESTIONS, TOPICS, find_columns
from bot.files.faults import FileError
from bot.files.sheet import read_sheet
from bot.phrases import COMMANDS
from bot.refused import RULES, broken_by
from bot.texts import Texts
from models.tables import metadata
from tests.test_docs import rows

ROOT = Path(__file__).parents[2]
TEXTS = Texts.load("party")
PAGE = ROOT / "docs" / "relief.md"

# What the profile promises besides what doesn't exist at all.
PROMISES = {
    *("组长只看到人数", "一周一次邀请，看不到是谁", "姓名只写同意署名的", "三十天没有消息，只告诉书记"),
    *("关闭要有文号", "关闭要两位管理员", "关闭了，每位成员看得到"),
}

# One attempt at each: a key of the configuration, and a header of a list.
KEYS = {
    "不记在线时长": ("study_minutes", "online_time", "duration"),
    "不要求拍照、语音": ("photo_required", "require_voice", "mandatory_photo"),
    "不统计点赞": ("likes", "count_likes"),
    "不排名": ("ranking", "show_rank", "leaderboard"),
    "不通报绑定率、使用率": ("binding_rate", "usage_rates"),
    "打卡不设期限": ("deadline", "checkin_deadline"),
    "不导入别处的积分": ("points", "import_points", "score"),
}
HEADERS = {
    "不记在线时长": ("在线时长", "学习时间", "累计学时"),
    "不要求拍照、语音": ("必传照片", "语音必填"),
    "不统计点赞": ("点赞数",),
    "不排名": ("支部排名", "名次"),
    "不通报绑定率、使用率": ("绑定率", "使用率"),
    "打卡不设期限": ("打卡截止时间", "打卡期限"),
    "不导入别处的积分": ("学习积分", "强国积分", "学分"),
}


def pairs(tried: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(rule, name) for rule, names in tried.items() for name in names]


def test_every_rule_is_tried() -> None:
    assert KEYS.keys() == HEADERS.keys() == RULES.keys()


def test_there_is_no_such_setting_command_or_column() -> None:
    settings = [f"{section}.{key}" for section, key in configuration._FIELDS]
    stored = [f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.columns]
    imported = [
        name
        for kind in (MEMBERS, TOPICS, BOOKS, QUESTIONS, DAYS)
        for column in kind
        for name in (column.name, *column.titles)
    ]
    said = [command.pattern.pattern for command in COMMANDS]
    there = [*settings, *stored, *imported, *said]
    assert len(there) > 300
    assert {name: rule for name in there if (rule := broken_by(name))} == {}


@pytest.mark.parametrize(("rule", "key"), pairs(KEYS))
def test_who_tries_to_set_it_is_told_the_rule(rule: str, key: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"[checkin]\n{key} = 30\n", encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load(file, {})
    said = f"里的 checkin.{key} 没有这样的设置：减负模式{rule}，见 docs/relief.md。"
    assert str(refused.value).endswith(said)
    file.write_text("", encoding="utf-8")
    name = f"CHENZHONG_CHECKIN__{key.upper()}"
    with pytest.raises(ConfigError) as refused:
        load(file, {name: "30"})
    assert str(refused.value) == f"环境变量 {name} 没有这样的设置：减负模式{rule}，见 docs/relief.md。"


@pytest.mark.parametrize("kind", [MEMBERS, DAYS], ids=["members", "days"])
@pytest.mark.parametrize(("rule", "header"), pairs(HEADERS))
def test_who_imports_it_is_told_the_rule(rule: str, header: str, kind: tuple[columns.Column, ...]) -> None:
    needed = [column.titles[0] for column in kind if column.needed]
    sheet = read_sheet(",".join([*needed, header]).encode())
    with pytest.raises(FileError) as refused:
        find_columns(sheet, kind)
    assert refused.value.said(TEXTS) == f"「{header}」一列不收：减负模式{rule}。请删去这一列再导入。"


@pytest.mark.parametrize(
    "header", ["备注", "时间", "工作时间", "出生时间", "分组", "照片", "有效期限", "分值", "视频时长"]
)
def test_what_is_only_unknown_is_left_out_as_before(header: str) -> None:
    assert broken_by(header) is None


def table() -> list[tuple[str, str, list[str]]]:
    return [(rule, setting, re.findall(r"`(tests/[^`]+)`", tests)) for rule, setting, tests in rows(PAGE)]


def test_every_rule_has_its_row() -> None:
    assert [rule for rule, *_ in table()] == [*RULES, *(rule for rule, *_ in table() if rule in PROMISES)]
    assert {rule for rule, *_ in table()} == RULES.keys() | PROMISES


@pytest.mark.parametrize(("rule", "setting", "tests"), table())
def test_the_settings_and_the_tests_of_a_row_exist(rule: str, setting: str, tests: list[str]) -> None:
    known = {f"{section}.{key}" for section, model in Config() for key in type(model).model_fields}
    named = re.findall(r"`([^`]+)`", setting)
    assert named or setting.startswith("没有")
    assert set(named) <= known
    assert tests, rule
    for one in tests:
        file, _, name = one.partition("::")
        source = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^(?:async )?def {name}\(", source, re.MULTILINE), one
