"""What an operator can set: every section of `config.toml`, with types, defaults and what is allowed.

The text beside each key completes the sentence 「…不对，应为…」 that `bot.config` says of an impossible value.
"""

import hashlib
import re
from datetime import date, time
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.texts import packs
from models.plan import Basis
from models.window import Rule
from scheduler.days import CLEAR_AND_BRIGHT
from scheduler.policy import Policy as Allowed

AccountKind = Literal["subscription", "verified-subscription", "service", "verified-service", "test"]
Mode = Literal["plain", "compatible", "safe"]


def _key(default: Any, allowed: str, **rules: Any) -> Any:
    """A key whose description completes the sentence 「…不对，应为…」."""
    return Field(default, description=allowed, **rules)


def _whole(default: int, low: int, high: int, unit: str) -> Any:
    return _key(default, f"{low} 到 {high} 的整数（{unit}）", ge=low, le=high)


def _secret(allowed: str, pattern: str = "", default: str = "") -> Any:
    # What is kept out of repr() is what may come from a file named by `…_FILE`, and is never shown in an error.
    return _key(default, allowed, pattern=f"^({pattern})?$" if pattern else None, repr=False)


def _clock_time(value: object) -> object:
    # Pydantic alone would take a number for seconds since midnight.
    if isinstance(value, time):
        return value
    if isinstance(value, str) and re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value):
        hour, minute = map(int, value.split(":"))
        return time(hour, minute)
    raise ValueError


def _address(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", value):
        raise ValueError
    return value.rstrip("/")


def _database_url(value: str) -> str:
    try:
        url = make_url(value)
    except ArgumentError:
        raise ValueError from None
    if url.drivername == "sqlite" and url.database not in (None, "", ":memory:"):
        return value
    if url.drivername in ("postgresql", "postgresql+psycopg") and url.database:
        return value
    raise ValueError


def _one_of(names: Any) -> AfterValidator:
    def check(value: str) -> str:
        if value not in names():
            raise ValueError
        return value

    return AfterValidator(check)


def _listed(value: object) -> object:
    # An environment variable has no lists: "asked,service" and what TOML would write are taken alike.
    words = re.findall(r"[^\s,;\[\]'\"]+", value) if isinstance(value, str) else value
    if not isinstance(words, list | tuple | frozenset):
        raise ValueError
    return frozenset(map(Basis, words))


def _bases(route: str) -> Any:
    words = "、".join(Basis)
    return Field(getattr(Allowed(), route), description=f'{words} 里的若干个，如 ["service"]，一个都不要写 []')


Bases = Annotated[frozenset[Basis], BeforeValidator(_listed)]
# 29 February is a day, though not of every year.
_SOLEMN_DAY = r"清明|\d{2}-\d{2}"


def _solemn_days(value: str) -> str:
    for day in filter(None, re.split(r"[、,，\s]+", value)):
        if not re.fullmatch(_SOLEMN_DAY, day):
            raise ValueError
        if day != CLEAR_AND_BRIGHT:
            date.fromisoformat(f"2000-{day}")
    return value


ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Address = Annotated[str, AfterValidator(_address)]
SolemnDays = Annotated[str, AfterValidator(_solemn_days)]
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]

_TIME = '00:00 到 23:59 的时刻，如 "07:30"'
_ADDRESS = "http:// 或 https:// 开头的地址"


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Database(Section):
    url: DatabaseUrl = _key(
        "sqlite:///data/chenzhong.db", "sqlite:///文件路径 或 postgresql://用户:密码@主机/库名", repr=False
    )


class Engine(Section):
    url: Literal["memory://"] = _key("memory://", "memory://（目前只有这一种）")


class Server(Section):
    host: str = _key("127.0.0.1", "要监听的地址，如 127.0.0.1 或 0.0.0.0", min_length=1)
    port: int = _whole(8000, 1, 65535, "端口")
    public_url: Address = _key("", _ADDRESS)
    secret: str = _secret("至少 32 个字符，或留空", ".{32,}")
    metrics_token: str = _secret("一段文字，或留空")
    api_token: str = _secret("至少 32 个字符，或留空", ".{32,}")


class WeChat(Section):
    account: AccountKind = _key(
        "verified-service", "subscription、verified-subscription、service、verified-service、test 之一"
    )
    app_id: str = _key("", "wx 开头的 18 个字母和数字，或留空", pattern=r"^(wx[0-9A-Za-z]{16})?$")
    app_secret: str = _secret("32 个字母和数字，或留空", "[0-9A-Za-z]{32}")
    token: str = _secret("3 到 32 个字母、数字、下划线或连字符，或留空", "[0-9A-Za-z_-]{3,32}")
    encoding_aes_key: str = _secret("43 个字母和数字，或留空", "[0-9A-Za-z+/]{43}")
    original_id: str = _key("", "gh_ 开头的原始 ID，或留空", pattern=r"^(gh_[0-9A-Za-z]+)?$")
    mode: Mode = _key("safe", "plain、compatible、safe 之一")
    api_base: Address = _key("https://api.weixin.qq.com", _ADDRESS, min_length=1)
    window_rule: Rule = _key("max", "max、reset 之一")
    qr_url: str = _key("", "公众号二维码里的文字，或留空")

    @property
    def identity(self) -> str:
        """A digest that changes with the account and its credentials, and betrays neither."""
        return hashlib.sha256("\n".join((self.api_base, self.app_id, self.app_secret)).encode()).hexdigest()[:16]


class WeCom(Section):
    api_base: Address = _key("https://qyapi.weixin.qq.com", _ADDRESS, min_length=1)


class Alerts(Section):
    urls: str = _secret("Apprise 的地址，几个之间用空格隔开，或留空")

    @property
    def addresses(self) -> tuple[str, ...]:
        """One by one."""
        return tuple(self.urls.split())


class Organisation(Section):
    name: str = _key("", "一段文字")
    timezone: Annotated[str, _one_of(available_timezones)] = _key("Asia/Shanghai", "时区名，如 Asia/Shanghai")
    terms: Annotated[str, _one_of(packs)] = _key("party", f"{'、'.join(packs())} 之一")
    contact: str = _key("", "一段文字，如「办公室王老师，内线 8012」")
    visitor_text: str = _key("", "一段文字，或留空")
    keeps_record: bool = _key(True, "true 或 false")
    day_turns_at: int = _whole(0, 0, 6, "几点")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which this organisation's days, plans and quiet hours are meant."""
        return ZoneInfo(self.timezone)


class Schedule(Section):
    quiet_from: ClockTime = _key(time(21, 0), _TIME)
    quiet_until: ClockTime = _key(time(7, 30), _TIME)
    topic_at: ClockTime = _key(time(7, 40), _TIME)
    topic_ring_until: ClockTime = _key(time(12, 0), _TIME)
    book_at: ClockTime = _key(time(12, 0), _TIME)
    book_show_days: int = _whole(7, 1, 60, "天")
    birthday_at: ClockTime = _key(time(8, 0), _TIME)
    birthday_ring_until: ClockTime = _key(time(20, 0), _TIME)
    birthday_show_days: int = _whole(7, 1, 60, "天")
    broadcast_show_days: int = _whole(3, 1, 60, "天")
    nudge_at: ClockTime = _key(time(20, 0), _TIME)
    nudge_before_close: bool = _key(False, "true 或 false")
    solemn_days: SolemnDays = _key("清明、12-13", "「清明」或 12-13 这样的月和日，用顿号隔开，或留空")

    @property
    def solemn_day_list(self) -> tuple[str, ...]:
        """The solemn days of every year, one by one."""
        return tuple(re.findall(_SOLEMN_DAY, self.solemn_days))

    def is_quiet(self, moment: time) -> bool:
        """Whether nothing may be sent by itself at this time of day; the night may span midnight."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= moment < self.quiet_until
        return moment >= self.quiet_from or moment < self.quiet_until

    @model_validator(mode="after")
    def _times_agree(self) -> Self:
        for name in ("topic_at", "book_at", "birthday_at", "nudge_at"):
            if self.is_quiet(getattr(self, name)):
                raise ValueError(
                    f"schedule.{name} 落在 quiet_from 到 quiet_until 的静默时段里，到点也不会发送，应改到时段之外"
                )
        for kind in ("topic", "birthday"):
            if getattr(self, f"{kind}_ring_until") <= getattr(self, f"{kind}_at"):
                raise ValueError(f"schedule.{kind}_ring_until 应晚于 schedule.{kind}_at")
        return self


class Limits(Section):
    concurrency: int = _whole(20, 1, 200, "同时发送的条数")
    sends_per_minute: int = _whole(0, 0, 1_000_000, "条，0 表示不限")
    sends_per_day: int = _whole(500_000, 0, 1_000_000_000, "条，0 表示不限")
    grace_seconds: int = _whole(60, 0, 3600, "秒")
    approve_above: int = _whole(200, 0, 100_000_000, "人，0 表示不用")
    answer_seconds: float = _key(4.5, "0.5 到 4.9 的数（秒）", ge=0.5, le=4.9)
    body_bytes: int = _whole(65536, 4096, 1048576, "字节")
    wrong_codes: int = _whole(5, 1, 20, "次")
    wrong_code_wait_minutes: int = _whole(60, 1, 1440, "分钟")
    question_minutes: int = _whole(10, 1, 1440, "分钟")


def _field_patterns(value: dict[str, str]) -> dict[str, str]:
    for pattern in value.values():
        for name in re.findall(r"{([^{}]*)}", pattern):
            if name not in FIELD_WORDS:
                raise ValueError
        if set(re.sub(r"{[^{}]*}", "", pattern)) & set("{}"):
            raise ValueError
    return value


#: What may stand in braces in a template's fields.
FIELD_WORDS = ("title", "text", "name", "years", "date", "time", "branch", "organisation")

_PATTERNS = '例如 { thing1 = "{title}", time2 = "{time}" }，花括号里可以写 ' + "、".join(FIELD_WORDS)


class Form(Section):
    """A template of the account, and what goes into its fields."""

    template: str = _key(..., "公众平台上的模板 ID", min_length=1, max_length=64)
    fields: Annotated[dict[str, str], AfterValidator(_field_patterns)] = _key(..., _PATTERNS, min_length=1)


class NoticeForm(Form):
    lasting: bool = _key(False, "true 或 false")


class TemplateForm(Form):
    because: str = _key(..., "一句话，写明为什么可以用模板消息发这一种", min_length=4, max_length=200)


_NOTICE = "一节，如 [notices.topic]，里面有 template 和 fields"
_TEMPLATE = "一节，如 [templates.topic]，里面有 template、fields 和 because"


class Notices(Section):
    topic: NoticeForm | None = _key(None, _NOTICE)
    book: NoticeForm | None = _key(None, _NOTICE)
    birthday: NoticeForm | None = _key(None, _NOTICE)
    text: NoticeForm | None = _key(None, _NOTICE)


class Templates(Section):
    topic: TemplateForm | None = _key(None, _TEMPLATE)
    book: TemplateForm | None = _key(None, _TEMPLATE)
    birthday: TemplateForm | None = _key(None, _TEMPLATE)
    text: TemplateForm | None = _key(None, _TEMPLATE)


class Policy(Section):
    """What a push may be based on to go by each route; the defaults are the scheduler's own."""

    custom: Bases = _bases("custom")
    subscription: Bases = _bases("subscription")
    template: Bases = _bases("template")
    mass: Bases = _bases("mass")
    channel: Bases = _bases("channel")


class Privacy(Section):
    rebind_days: int = _whole(30, 0, 365, "天，0 表示不保留")
    inbound_days: int = _whole(7, 1, 30, "天")
    count_links: bool = _key(True, "true 或 false")
    reply_minutes: int = _whole(10, 1, 1440, "分钟")


class Relief(Section):
    enabled: bool = _key(True, "true 或 false")


class Development(Section):
    clock_url: Address = _key("", f"{_ADDRESS}，或留空")
