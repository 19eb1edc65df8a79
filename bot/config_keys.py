"""What an operator can set: every section of `config.toml`, with types, defaults and what is allowed.

The text beside each key completes the sentence 「…不对，应为…」 that `bot.config` says of an impossible value.
"""

import hashlib
import re
from datetime import time
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from bot.config_values import (
    ADDRESS,
    SOLEMN_DAY,
    TIME,
    Address,
    Bases,
    ClockTime,
    DatabaseUrl,
    Pack,
    SolemnDays,
    bases,
    one_of,
    secret_text,
    setting,
    whole_number,
)
from bot.texts import packs
from models.window import Rule

AccountKind = Literal["subscription", "verified-subscription", "service", "verified-service", "test"]
Mode = Literal["plain", "compatible", "safe"]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Database(Section):
    url: DatabaseUrl = setting(
        "sqlite:///data/chenzhong.db", "sqlite:///文件路径 或 postgresql://用户:密码@主机/库名", repr=False
    )


class Engine(Section):
    url: Literal["memory://"] = setting("memory://", "memory://（目前只有这一种）")


class Server(Section):
    host: str = setting("127.0.0.1", "要监听的地址，如 127.0.0.1 或 0.0.0.0", min_length=1)
    port: int = whole_number(8000, 1, 65535, "端口")
    public_url: Address = setting("", ADDRESS)
    secret: str = secret_text("至少 32 个字符，或留空", ".{32,}")
    metrics_token: str = secret_text("一段文字，或留空")
    api_token: str = secret_text("至少 32 个字符，或留空", ".{32,}")


class WeChat(Section):
    account: AccountKind = setting(
        "verified-service", "subscription、verified-subscription、service、verified-service、test 之一"
    )
    app_id: str = setting("", "wx 开头的 18 个字母和数字，或留空", pattern=r"^(wx[0-9A-Za-z]{16})?$")
    app_secret: str = secret_text("32 个字母和数字，或留空", "[0-9A-Za-z]{32}")
    token: str = secret_text("3 到 32 个字母、数字、下划线或连字符，或留空", "[0-9A-Za-z_-]{3,32}")
    encoding_aes_key: str = secret_text("43 个字母和数字，或留空", "[0-9A-Za-z+/]{43}")
    original_id: str = setting("", "gh_ 开头的原始 ID，或留空", pattern=r"^(gh_[0-9A-Za-z]+)?$")
    mode: Mode = setting("safe", "plain、compatible、safe 之一")
    api_base: Address = setting("https://api.weixin.qq.com", ADDRESS, min_length=1)
    window_rule: Rule = setting("max", "max、reset 之一")
    qr_url: str = setting("", "公众号二维码里的文字，或留空")

    @property
    def identity(self) -> str:
        """A digest that changes with the account and its credentials, and betrays neither."""
        return hashlib.sha256("\n".join((self.api_base, self.app_id, self.app_secret)).encode()).hexdigest()[:16]


class WeCom(Section):
    api_base: Address = setting("https://qyapi.weixin.qq.com", ADDRESS, min_length=1)


class Alerts(Section):
    urls: str = secret_text("Apprise 的地址，几个之间用空格隔开，或留空")

    @property
    def addresses(self) -> tuple[str, ...]:
        """One by one."""
        return tuple(self.urls.split())


class Organisation(Section):
    name: str = setting("", "一段文字")
    timezone: Annotated[str, one_of(available_timezones)] = setting("Asia/Shanghai", "时区名，如 Asia/Shanghai")
    terms: Pack = setting("party", f"{'、'.join(packs())} 之一，或自己的术语包的文件夹，如 ./我们的说法")
    contact: str = setting("", "一段文字，如「办公室王老师，内线 8012」")
    opinions_to: str = setting("", "名册上的姓名，或留空")
    visitor_text: str = setting("", "一段文字，或留空")
    keeps_record: bool = setting(True, "true 或 false")
    day_turns_at: int = whole_number(0, 0, 6, "几点")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which this organisation's days, plans and quiet hours are meant."""
        return ZoneInfo(self.timezone)


class Schedule(Section):
    quiet_from: ClockTime = setting(time(21, 0), TIME)
    quiet_until: ClockTime = setting(time(7, 30), TIME)
    topic_at: ClockTime = setting(time(7, 40), TIME)
    topic_ring_until: ClockTime = setting(time(12, 0), TIME)
    book_at: ClockTime = setting(time(12, 0), TIME)
    book_show_days: int = whole_number(7, 1, 60, "天")
    birthday_at: ClockTime = setting(time(8, 0), TIME)
    birthday_ring_until: ClockTime = setting(time(20, 0), TIME)
    birthday_show_days: int = whole_number(7, 1, 60, "天")
    broadcast_show_days: int = whole_number(3, 1, 60, "天")
    nudge_at: ClockTime = setting(time(20, 0), TIME)
    quiz_at: ClockTime = setting(time(12, 30), TIME)
    nudge_before_close: bool = setting(False, "true 或 false")
    solemn_days: SolemnDays = setting("清明、12-13", "「清明」或 12-13 这样的月和日，用顿号隔开，或留空")

    @property
    def solemn_day_list(self) -> tuple[str, ...]:
        """The solemn days of every year, one by one."""
        return tuple(re.findall(SOLEMN_DAY, self.solemn_days))

    def is_quiet(self, moment: time) -> bool:
        """Whether nothing may be sent by itself at this time of day; the night may span midnight."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= moment < self.quiet_until
        return moment >= self.quiet_from or moment < self.quiet_until

    @model_validator(mode="after")
    def _times_agree(self) -> Self:
        for name in ("topic_at", "book_at", "birthday_at", "nudge_at", "quiz_at"):
            if self.is_quiet(getattr(self, name)):
                raise ValueError(
                    f"schedule.{name} 落在 quiet_from 到 quiet_until 的静默时段里，到点也不会发送，应改到时段之外"
                )
        for kind in ("topic", "birthday"):
            if getattr(self, f"{kind}_ring_until") <= getattr(self, f"{kind}_at"):
                raise ValueError(f"schedule.{kind}_ring_until 应晚于 schedule.{kind}_at")
        return self


class Limits(Section):
    concurrency: int = whole_number(20, 1, 200, "同时发送的条数")
    sends_per_minute: int = whole_number(0, 0, 1_000_000, "条，0 表示不限")
    sends_per_day: int = whole_number(500_000, 0, 1_000_000_000, "条，0 表示不限")
    grace_seconds: int = whole_number(60, 0, 3600, "秒")
    approve_above: int = whole_number(200, 0, 100_000_000, "人，0 表示不用")
    answer_seconds: float = setting(4.5, "0.5 到 4.9 的数（秒）", ge=0.5, le=4.9)
    body_bytes: int = whole_number(65536, 4096, 1048576, "字节")
    wrong_codes: int = whole_number(5, 1, 20, "次")
    wrong_code_wait_minutes: int = whole_number(60, 1, 1440, "分钟")
    question_minutes: int = whole_number(10, 1, 1440, "分钟")
    note_characters: int = whole_number(20, 1, 500, "字")


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

    template: str = setting(..., "公众平台上的模板 ID", min_length=1, max_length=64)
    fields: Annotated[dict[str, str], AfterValidator(_field_patterns)] = setting(..., _PATTERNS, min_length=1)


class NoticeForm(Form):
    lasting: bool = setting(False, "true 或 false")


class TemplateForm(Form):
    because: str = setting(..., "一句话，写明为什么可以用模板消息发这一种", min_length=4, max_length=200)


_NOTICE = "一节，如 [notices.topic]，里面有 template 和 fields"
_TEMPLATE = "一节，如 [templates.topic]，里面有 template、fields 和 because"


class Notices(Section):
    topic: NoticeForm | None = setting(None, _NOTICE)
    book: NoticeForm | None = setting(None, _NOTICE)
    birthday: NoticeForm | None = setting(None, _NOTICE)
    text: NoticeForm | None = setting(None, _NOTICE)


class Templates(Section):
    topic: TemplateForm | None = setting(None, _TEMPLATE)
    book: TemplateForm | None = setting(None, _TEMPLATE)
    birthday: TemplateForm | None = setting(None, _TEMPLATE)
    text: TemplateForm | None = setting(None, _TEMPLATE)


class Policy(Section):
    """What a push may be based on to go by each route; the defaults are the scheduler's own."""

    custom: Bases = bases("custom")
    subscription: Bases = bases("subscription")
    template: Bases = bases("template")
    mass: Bases = bases("mass")
    channel: Bases = bases("channel")


class Privacy(Section):
    rebind_days: int = whole_number(30, 0, 365, "天，0 表示不保留")
    inbound_days: int = whole_number(7, 1, 30, "天")
    count_links: bool = setting(True, "true 或 false")
    reply_minutes: int = whole_number(10, 1, 1440, "分钟")
    backup_days: int = whole_number(30, 1, 3650, "天")


class CheckIn(Section):
    makeup_days: int = whole_number(7, 0, 60, "天，0 表示不能补")
    makeups_a_month: int = whole_number(3, 1, 31, "次")
    keepsake_megabytes: int = whole_number(5, 0, 10, "MB，0 表示不收")
    keepsakes_a_day: int = whole_number(9, 1, 100, "件")
    keepsake_folder: str = setting("", "文件夹路径，或留空")


class Relief(Section):
    enabled: bool = setting(True, "true 或 false")


class Development(Section):
    clock_url: Address = setting("", f"{ADDRESS}，或留空")
