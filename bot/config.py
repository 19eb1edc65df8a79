"""The configuration: one frozen `Config`, read from a TOML file and the environment.

Plain pydantic instead of pydantic-settings, which passes over a missing file and a misspelt environment variable in
silence.
"""

import contextlib
import difflib
import os
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from sqlalchemy.engine import make_url

from bot.config_keys import (
    Alerts,
    CheckIn,
    Database,
    Development,
    Engine,
    Limits,
    NoticeForm,
    Notices,
    Organisation,
    Policy,
    Privacy,
    Relief,
    Schedule,
    Section,
    Server,
    TemplateForm,
    Templates,
    WeChat,
    WeCom,
)
from bot.refused import broken_by

PREFIX = "CHENZHONG_"
DEFAULT_FILE = Path("config.toml")


class ConfigError(Exception):
    """The configuration cannot be used.

    Its text is one Chinese sentence that names the key and says what is allowed.
    """


class Config(Section):
    """Everything an operator can set. Relative paths are meant from the working directory."""

    database: Database = Database()
    engine: Engine = Engine()
    server: Server = Server()
    wechat: WeChat = WeChat()
    wecom: WeCom = WeCom()
    alerts: Alerts = Alerts()
    organisation: Organisation = Organisation()
    schedule: Schedule = Schedule()
    limits: Limits = Limits()
    notices: Notices = Notices()
    templates: Templates = Templates()
    policy: Policy = Policy()
    privacy: Privacy = Privacy()
    checkin: CheckIn = CheckIn()
    relief: Relief = Relief()
    development: Development = Development()

    @property
    def data_folder(self) -> Path:
        """Where what is stored beside the database lives: the folder of the SQLite file, or `data` on PostgreSQL."""
        url = make_url(self.database.url)
        return Path(url.database or "").parent if url.drivername == "sqlite" else Path("data")

    def secret(self) -> bytes:
        """The key that signs links and hashes openids: `server.secret`, or one made once in the data folder.

        Raises `ConfigError` if the file with the key is damaged.
        """
        if self.server.secret:
            return self.server.secret.encode()
        return _kept_key(self.data_folder / "secret.key")

    def check_account(self) -> None:
        """Refuses with `ConfigError` unless everything is there that a real account needs."""
        needed = ["app_id", "app_secret", "token"] + ["encoding_aes_key"] * (self.wechat.mode != "plain")
        missing = "、".join(f"wechat.{name}" for name in needed if not getattr(self.wechat, name))
        if missing:
            raise ConfigError(f"还缺 {missing}：请从微信公众平台的开发设置页抄到配置文件，或用环境变量给出。")


def _kept_key(file: Path) -> bytes:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        mine = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        with open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_hex(32))
        # Of two processes that start together, the first one's key stands.
        with contextlib.suppress(FileExistsError):
            os.link(mine, file)
        mine.unlink()
    key = file.read_bytes().strip()
    if len(key) < 32:
        raise ConfigError(f"密钥文件 {file} 不完整，请从备份恢复，或在 server.secret 里给出至少 32 个字符的密钥。")
    return key


def variable_name(section: str, key: str) -> str:
    """The environment variable that overrides a key."""
    return f"{PREFIX}{section}__{key}".upper()


def load(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """Read a configuration file (`config.toml` of the working directory, unless told) and the environment above it.

    Raises `ConfigError` for a missing or unreadable file, an unknown key or variable, or an impossible value.
    """
    path = path or DEFAULT_FILE
    values = _read_file(path)
    overrides = _read_environment(os.environ if environ is None else environ)
    for (section, key), value in overrides.items():
        table = values.setdefault(section, {})
        if isinstance(table, dict):
            table[key] = value
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        raise ConfigError(_explain(error, path, overrides)) from None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        # Windows editors put a byte order mark in front, which is no TOML.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"找不到配置文件 {path}：请在项目根目录运行，或用 --config 指明文件。") from None
    except OSError as error:
        raise ConfigError(f"读不了配置文件 {path}：{error.strerror}。") from None
    except UnicodeDecodeError:
        raise ConfigError(f"配置文件 {path} 不是 UTF-8 编码，请另存为 UTF-8。") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"配置文件 {path} 不合 TOML 格式（{error}），文字要写在英文双引号里。") from None


_FIELDS: dict[tuple[str, str], FieldInfo] = {
    (section, key): field for section, model in Config() for key, field in type(model).model_fields.items()
}
_VARIABLES = {variable_name(*place): place for place in _FIELDS}


def _read_environment(environ: Mapping[str, str]) -> dict[tuple[str, str], str]:
    overrides = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX):
            continue
        plain = name.removesuffix("_FILE")
        if name in _VARIABLES:
            overrides[_VARIABLES[name]] = value
        elif plain in _VARIABLES and _FIELDS[_VARIABLES[plain]].repr is False:
            if plain in environ:
                raise ConfigError(f"环境变量 {plain} 和 {name} 只能给一个，请去掉其中之一。")
            overrides[_VARIABLES[plain]] = _read_secret(name, Path(value))
        elif rule := broken_by(name.removeprefix(PREFIX)):
            raise ConfigError(_refused(f"环境变量 {name}", rule))
        else:
            raise ConfigError(
                f"环境变量 {name} 不对应任何设置{_nearest(name, list(_VARIABLES), '可用的见 config.toml')}。"
            )
    return overrides


def _read_secret(name: str, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"环境变量 {name} 指的文件 {file} 读不了，应为只含这一项密钥的文本文件。") from None


def _explain(error: ValidationError, path: Path, overrides: Mapping[tuple[str, str], str]) -> str:
    """One sentence about the first of the errors."""
    errors = error.errors()
    # A misspelt key is also a missing one, and the first says more.
    first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
    section, key, *inner = [str(part) for part in first["loc"]] + [""] * (2 - len(first["loc"]))
    if inner:
        return _explain_form(first, path, [section, key, *inner])
    if first["type"] == "extra_forbidden":
        return _unknown(path, section, key)
    if not key and first["type"] == "value_error":
        return f"配置文件 {path} 里的 {first['ctx']['error']}。"
    if not key:
        return f"配置文件 {path} 里的 {section} 应为一节，写作 [{section}]。"
    if (section, key) in overrides:
        where = f"环境变量 {variable_name(section, key)}（{section}.{key}）"
    else:
        where = f"配置文件 {path} 里的 {section}.{key}"
    field = _FIELDS[section, key]
    value = f"「{first['input']}」" if field.repr else ""
    return f"{where} 的值{value}不对，应为{field.description}。"


def _explain_form(first: Any, path: Path, place: list[str]) -> str:
    """About a key of a template, such as `notices.topic.fields`."""
    section, kind, key = place[:3]
    model: type[Section] = NoticeForm if section == "notices" else TemplateForm
    where = f"配置文件 {path} 里的 {section}.{kind}"
    if first["type"] == "missing":
        return f"{where} 缺 {key}，应为{model.model_fields[key].description}。"
    if first["type"] == "extra_forbidden":
        return f"{where}.{key} 不是已知的键{_nearest(key, list(model.model_fields))}。"
    return f"{where}.{key} 的值不对，应为{model.model_fields[key].description}。"


def _unknown(path: Path, section: str, key: str) -> str:
    if rule := broken_by(key or section):
        return _refused(f"配置文件 {path} 里的 {section}{key and '.' + key}", rule)
    if not key:
        return f"配置文件 {path} 里的 {section} 不是已知的一节{_nearest(section, list(Config.model_fields))}。"
    known = [name for within, name in _FIELDS if within == section]
    return f"配置文件 {path} 里的 {section}.{key} 不是已知的键{_nearest(key, known)}。"


def _refused(where: str, rule: str) -> str:
    return f"{where} 没有这样的设置：减负模式{rule}，见 docs/relief.md。"


def _nearest(name: str, known: list[str], otherwise: str = "") -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"，是不是想写 {near[0]}" if near else "，" + (otherwise or f"可用的有 {'、'.join(known)}")
