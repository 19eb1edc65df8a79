"""What an operator writes is taken as meant, or refused in one sentence that names it."""

import re
import tomllib
from datetime import time
from pathlib import Path

import pytest

from bot.config import Config, ConfigError, load, variable_name

ROOT = Path(__file__).parents[2]


def read(tmp_path: Path, text: str = "", **environ: str) -> Config:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, environ)


def refusal(tmp_path: Path, text: str = "", **environ: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text, **environ)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.count("。") == 1
    assert sentence.endswith("。")
    return sentence


def keys(config: Config) -> set[str]:
    return {f"{section}.{key}" for section, values in config for key in type(values).model_fields}


# --- config.toml itself ---


def test_config_toml_names_every_key_and_nothing_else() -> None:
    written = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))
    # A template has no default that could stand there; how to write one does.
    optional = {key for key in keys(Config()) if key.partition(".")[0] in ("notices", "templates")}
    assert {f"{section}.{key}" for section, values in written.items() for key in values} == keys(Config()) - optional
    assert {key.partition(".")[2] for key in optional} == {"topic", "book", "birthday", "text"}


def test_config_toml_runs_as_it_is_and_shows_the_defaults() -> None:
    assert load(ROOT / "config.toml", {}) == Config()


def test_config_toml_explains_every_section_in_chinese() -> None:
    for block in (ROOT / "config.toml").read_text(encoding="utf-8").split("\n[")[1:]:
        comments = [line for line in block.splitlines() if line.startswith("#")]
        assert any("\u4e00" <= character <= "\u9fff" for line in comments for character in line), block


def test_every_key_can_be_set_by_the_file_of_the_defaults_and_by_its_variable(tmp_path: Path) -> None:
    defaults = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))
    environ = {
        variable_name(section, key): str(value).lower() if isinstance(value, bool) else str(value)
        for section, values in defaults.items()
        for key, value in values.items()
    }
    assert read(tmp_path, **environ) == Config()


# --- the environment ---


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        '[server]\nport = 9000\nhost = "0.0.0.0"\n[schedule]\ntopic_at = "09:05"',
        CHENZHONG_SERVER__PORT="9001",
        CHENZHONG_ORGANISATION__KEEPS_RECORD="false",
        PATH="/bin",
    )
    assert config.server.port == 9001
    assert config.server.host == "0.0.0.0"
    assert config.organisation.keeps_record is False
    assert config.schedule.topic_at == time(9, 5)


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "app_secret"
    secret.write_text("0123456789abcdef0123456789abcdef\n")
    config = read(tmp_path, CHENZHONG_WECHAT__APP_SECRET_FILE=str(secret))
    assert config.wechat.app_secret == "0123456789abcdef0123456789abcdef"


def test_what_is_no_secret_takes_no_file(tmp_path: Path) -> None:
    assert "CHENZHONG_SERVER__PORT_FILE" in refusal(tmp_path, CHENZHONG_SERVER__PORT_FILE="port")


def test_a_secret_in_two_places_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, CHENZHONG_WECHAT__TOKEN="abc", CHENZHONG_WECHAT__TOKEN_FILE="token")
    assert "CHENZHONG_WECHAT__TOKEN_FILE" in said
    assert "只能给一个" in said


def test_a_missing_secret_file_is_refused_by_name(tmp_path: Path) -> None:
    said = refusal(tmp_path, CHENZHONG_WECHAT__TOKEN_FILE=str(tmp_path / "nowhere"))
    assert "CHENZHONG_WECHAT__TOKEN_FILE" in said
    assert "nowhere" in said


def test_a_misspelt_variable_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    said = refusal(tmp_path, CHENZHONG_SERVER__PROT="9000")
    assert "CHENZHONG_SERVER__PROT" in said
    assert "CHENZHONG_SERVER__PORT" in said


def test_a_wrong_value_in_the_environment_is_blamed_on_the_variable(tmp_path: Path) -> None:
    said = refusal(tmp_path, CHENZHONG_SERVER__PORT="eighty")
    assert "环境变量 CHENZHONG_SERVER__PORT" in said
    assert "1 到 65535" in said


# --- refusals ---


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"找不到配置文件 .*nowhere\.toml"):
        load(tmp_path / "nowhere.toml", {})


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="读不了配置文件"):
        load(tmp_path, {})


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes('[organisation]\nname = "第一支部"'.encode("gbk"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load(file, {})


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xef\xbb\xbf[server]\nport = 9000")
    assert load(file, {}).server.port == 9000


def test_broken_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    assert "line 2" in refusal(tmp_path, "[server]\nhost = 0.0.0.0")


def test_an_unknown_key_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    said = refusal(tmp_path, '[schedule]\nquiet_form = "21:00"')
    assert "schedule.quiet_form" in said
    assert "是不是想写 quiet_from" in said


def test_an_unknown_section_is_refused_with_all_there_are(tmp_path: Path) -> None:
    said = refusal(tmp_path, "[zzz]\nport = 1")
    assert "zzz" in said
    assert "database" in said


def test_a_key_where_a_section_belongs_is_refused(tmp_path: Path) -> None:
    assert "[server]" in refusal(tmp_path, 'server = "127.0.0.1"')


@pytest.mark.parametrize(
    ("section", "line", "allowed"),
    [
        ("database", 'url = "mysql://root@db/x"', "postgresql://"),
        ("database", 'url = "sqlite://"', "sqlite:///"),
        ("database", 'url = "nonsense"', "sqlite:///"),
        ("engine", 'url = "redis://localhost"', "memory://"),
        ("server", "port = 0", "1 到 65535"),
        ("server", 'public_url = "study.example.cn"', "https://"),
        ("server", 'secret = "short"', "至少 32 个字符"),
        ("wechat", 'account = "enterprise"', "verified-service"),
        ("wechat", 'app_id = "wx123"', "18 个"),
        ("wechat", "token = 1234", "字母、数字"),
        ("wechat", 'encoding_aes_key = "abc"', "43 个"),
        ("wechat", 'mode = "secure"', "safe"),
        ("wechat", 'api_base = ""', "https://"),
        ("organisation", 'timezone = "Beijing"', "Asia/Shanghai"),
        ("organisation", 'terms = "church"', "party"),
        ("organisation", 'keeps_record = "maybe"', "true 或 false"),
        ("organisation", "day_turns_at = 7", "0 到 6"),
        ("schedule", 'quiet_from = "25:00"', "00:00 到 23:59"),
        ("schedule", "topic_at = 740", "00:00 到 23:59"),
        ("limits", "answer_seconds = 5", "4.9"),
        ("limits", "concurrency = 0", "1 到 200"),
        ("privacy", "rebind_days = -1", "0 到 365"),
        ("development", 'clock_url = "localhost:8100"', "http://"),
    ],
)
def test_an_impossible_value_is_refused_saying_what_is_allowed(
    tmp_path: Path, section: str, line: str, allowed: str
) -> None:
    said = refusal(tmp_path, f"[{section}]\n{line}")
    assert f"{section}.{line.split()[0]}" in said
    assert allowed in said


def test_a_time_that_would_never_ring_is_refused(tmp_path: Path) -> None:
    assert "schedule.topic_at" in refusal(tmp_path, '[schedule]\ntopic_at = "06:00"')
    assert "schedule.birthday_ring_until" in refusal(tmp_path, '[schedule]\nbirthday_ring_until = "07:50"')


@pytest.mark.parametrize("key", ["app_secret", "token", "encoding_aes_key"])
def test_a_secret_is_never_shown(tmp_path: Path, key: str) -> None:
    said = refusal(tmp_path, f'[wechat]\n{key} = "我的密码"')
    assert f"wechat.{key}" in said
    assert "我的密码" not in said


def test_printing_a_configuration_shows_no_secret(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        '[database]\nurl = "postgresql://u:hunter2@db/x"\n[server]\nmetrics_token = "hunter2"\n'
        '[wechat]\ntoken = "hunter2"',
    )
    assert "hunter2" not in repr(config)


# --- what the configuration answers ---


def test_quiet_hours_span_midnight() -> None:
    schedule = Config().schedule
    assert [schedule.is_quiet(time(*at)) for at in ((20, 59), (21, 0), (3, 0), (7, 29), (7, 30))] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_quiet_hours_within_a_day(tmp_path: Path) -> None:
    schedule = read(tmp_path, '[schedule]\nquiet_from = "13:00"\nquiet_until = "14:00"').schedule
    assert [schedule.is_quiet(time(*at)) for at in ((12, 59), (13, 30), (14, 0))] == [False, True, False]


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("sqlite:///data/chenzhong.db", "data"),
        ("sqlite:////var/lib/chenzhong/chenzhong.db", "/var/lib/chenzhong"),
        ("sqlite:///chenzhong.db", "."),
        ("postgresql://u:p@db/chenzhong", "data"),
    ],
)
def test_the_data_folder_is_where_the_database_file_is(tmp_path: Path, url: str, folder: str) -> None:
    assert read(tmp_path, CHENZHONG_DATABASE__URL=url).data_folder == Path(folder)


def test_addresses_end_without_a_slash(tmp_path: Path) -> None:
    assert read(tmp_path, '[server]\npublic_url = "https://study.example.cn/"').server.public_url[-3:] == ".cn"


def test_a_real_account_needs_its_credentials(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"wechat\.app_id、wechat\.app_secret、wechat\.token、wechat\.encoding_aes_key"
    ):
        Config().check_account()
    plain = read(
        tmp_path,
        f'[wechat]\nmode = "plain"\napp_id = "wx0123456789abcdef"\napp_secret = "{"a" * 32}"\ntoken = "chenzhong_demo"',
    )
    plain.check_account()


def test_the_published_test_credentials_are_acceptable(tmp_path: Path) -> None:
    lines = (ROOT / "config.toml").read_text(encoding="utf-8").splitlines()
    published = [line.removeprefix("#   ") for line in lines if line.startswith("#   ") and " = " in line]
    assert len(published) == 5
    read(tmp_path, "[wechat]\n" + "\n".join(published)).check_account()


def test_every_key_is_read_by_some_code() -> None:
    sources = [path for package in ("bot", "scheduler", "models") for path in (ROOT / package).rglob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    unread = {name for name in keys(Config()) if not re.search(rf"\.{name.split('.')[1]}\b", code)}
    # Each key of the policy is named like a route, and looked up by that name.
    unread -= {f"policy.{route}" for route in type(Config().policy).model_fields}
    # Promised to operators before the pages and bulletins that will ask for them.
    assert unread <= {"server.public_url"}


FORM = '[notices.topic]\ntemplate = "TPL"\nfields = { thing1 = "{title}" }\n'


def test_templates_and_what_goes_into_their_fields_are_read(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(FORM, encoding="utf-8")
    topic = load(file, {}).notices.topic
    assert topic is not None
    assert (topic.template, topic.fields, topic.lasting) == ("TPL", {"thing1": "{title}"}, False)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{title}", "{titel}", "notices.topic.fields 的值不对，应为例如"),
        ("{title}", "{title", "notices.topic.fields 的值不对"),
        ('template = "TPL"\n', "", "notices.topic 缺 template，应为公众平台上的模板 ID。"),
        ("template =", "templat =", "notices.topic.templat 不是已知的键，是不是想写 template。"),
        ("[notices.topic]", "[notices.topics]", "notices.topics 不是已知的键，是不是想写 topic。"),
        ("[notices.topic]", "[templates.topic]", "templates.topic 缺 because，应为一句话"),
    ],
)
def test_what_is_wrong_with_a_template_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(FORM.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(said)):
        load(file, {})


# --- the policy ---


def test_the_policy_is_a_list_of_reasons_in_the_file_and_in_the_environment(tmp_path: Path) -> None:
    assert read(tmp_path, '[policy]\ncustom = ["service"]').policy.custom == {"service"}
    assert read(tmp_path, CHENZHONG_POLICY__CUSTOM="asked, service").policy.custom == {"asked", "service"}
    assert read(tmp_path, "[policy]\ncustom = []").policy.custom == frozenset()
    said = refusal(tmp_path, '[policy]\ncustom = ["bored"]')
    assert "policy.custom" in said
    assert "asked、consented、service" in said
