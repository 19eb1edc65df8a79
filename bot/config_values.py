"""The kinds of values that an operator can set, and what is said beside a key: see `config_keys`."""

import re
from datetime import date, time
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.texts import TextError, pack_folder
from models.plan import Basis
from scheduler.days import CLEAR_AND_BRIGHT
from scheduler.policy import Policy as Allowed


def setting(default: Any, allowed: str, **rules: Any) -> Any:
    """A key whose description completes the sentence 「…不对，应为…」."""
    return Field(default, description=allowed, **rules)


def whole_number(default: int, low: int, high: int, unit: str) -> Any:
    return setting(default, f"{low} 到 {high} 的整数（{unit}）", ge=low, le=high)


def secret_text(allowed: str, pattern: str = "", default: str = "") -> Any:
    # What is kept out of repr() is what may come from a file named by `…_FILE`, and is never shown in an error.
    return setting(default, allowed, pattern=f"^({pattern})?$" if pattern else None, repr=False)


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


def one_of(names: Any) -> AfterValidator:
    def check(value: str) -> str:
        if value not in names():
            raise ValueError
        return value

    return AfterValidator(check)


def _pack(value: str) -> str:
    try:
        pack_folder(value)
    except TextError:
        raise ValueError from None
    return value


def _listed(value: object) -> object:
    # An environment variable has no lists: "asked,service" and what TOML would write are taken alike.
    words = re.findall(r"[^\s,;\[\]'\"]+", value) if isinstance(value, str) else value
    if not isinstance(words, list | tuple | frozenset):
        raise ValueError
    return frozenset(map(Basis, words))


def bases(route: str) -> Any:
    words = "、".join(Basis)
    return Field(getattr(Allowed(), route), description=f'{words} 里的若干个，如 ["service"]，一个都不要写 []')


Bases = Annotated[frozenset[Basis], BeforeValidator(_listed)]
# 29 February is a day, though not of every year.
SOLEMN_DAY = r"清明|\d{2}-\d{2}"


def _solemn_days(value: str) -> str:
    for day in filter(None, re.split(r"[、,，\s]+", value)):
        if not re.fullmatch(SOLEMN_DAY, day):
            raise ValueError
        if day != CLEAR_AND_BRIGHT:
            date.fromisoformat(f"2000-{day}")
    return value


ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Address = Annotated[str, AfterValidator(_address)]
SolemnDays = Annotated[str, AfterValidator(_solemn_days)]
Pack = Annotated[str, AfterValidator(_pack)]
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]

TIME = '00:00 到 23:59 的时刻，如 "07:30"'
ADDRESS = "http:// 或 https:// 开头的地址"
