"""One API call as the endpoints see it, and one line of their table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.emulator.platform import Platform


@dataclass(slots=True)
class Call:
    """`body` is the JSON object of a POST, {} of a GET; `now` is the platform's time in seconds since the epoch."""

    path: str
    query: dict[str, str]
    address: str
    now: float
    body: dict[str, Any] = field(default_factory=dict)


Answer = Callable[[Platform, Call], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What one API is.

    `ability`: what the account's kind must be allowed (account.ABILITIES; "" for everybody). `daily` and `sandbox`:
    calls a day for an ordinary and for a test account (0: unlimited). `escapes`: what the API makes of `\\uXXXX` for a
    character beyond ASCII: it understands it, refuses it with an errcode, or shows it as it stands.
    """

    verb: Literal["GET", "POST"]
    answer: Answer
    ability: str = ""
    daily: int = 0
    sandbox: int = 0
    token: bool = True
    escapes: Literal["read", "shown"] | int = "read"

    def limit(self, *, sandbox: bool) -> int:
        """Calls a day; 0 means unlimited."""
        return self.sandbox or self.daily if sandbox else self.daily
