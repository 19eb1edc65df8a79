"""One API call as the endpoints see it, and one line of their table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.emulator.pages import Page
from bot.emulator.platform import Platform

OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form."""

    filename: str
    content_type: str
    content: bytes


@dataclass(slots=True)
class Call:
    """`body` is the JSON object of a POST or the plain fields of a form, {} of a GET; `uploads` are a form's files.

    `now` is the platform's time in seconds since the epoch, `base` the emulator's own address, without a slash at its
    end; `phone` is the openid of the emulated phone that opened a page, where one did.
    """

    path: str
    query: dict[str, str]
    address: str
    now: float
    body: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    base: str = ""
    phone: str = ""

    @property
    def opened(self) -> dict[str, str]:
        """The query of a page, with the `openid` of whoever opened it where that is known."""
        return {**self.query, "openid": self.query.get("openid") or self.phone}


Answer = Callable[[Platform, Call], dict[str, Any] | Page]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What one API is.

    `verb`: ANY where the platform takes both. `ability`: what the account's kind must be allowed (account.ABILITIES;
    "" for everybody). `daily` and `sandbox`: calls a day for an ordinary and for a test account (0: unlimited).
    `escapes`: what the API makes of `\\uXXXX` for a character beyond ASCII: it understands it, refuses it with an
    errcode, or shows it as it stands. `form`: takes a form with files instead of JSON. `text`: declares its JSON as
    text. `empty`: a POST without a body will do. `counted`: the calls of several paths come from one quota of that
    name.
    """

    verb: Literal["GET", "POST", "ANY"]
    answer: Answer
    ability: str = ""
    daily: int = 0
    sandbox: int = 0
    token: bool = True
    escapes: Literal["read", "shown"] | int = "read"
    form: bool = False
    text: bool = False
    empty: bool = False
    counted: str = ""

    def limit(self, *, sandbox: bool) -> int:
        """Calls a day; 0 means unlimited."""
        return self.sandbox or self.daily if sandbox else self.daily


Table = dict[str, Endpoint]
