"""What a call of the control door gets, and how its body is read."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.requests import Request

from bot.emulator.callbacks import Callbacks
from bot.emulator.followers import Follower
from bot.emulator.platform import Platform

Body = TypeVar("Body", bound=BaseModel)


class UnknownFollower(LookupError):
    """Nobody has this openid."""


@dataclass(frozen=True, slots=True)
class Hand:
    """What people do at the desk goes through this: the platform, and what carries pushes."""

    platform: Platform
    callbacks: Callable[[], Callbacks]

    def follower(self, openid: str) -> Follower:
        """Raises UnknownFollower."""
        follower = self.platform.followers.get(openid)
        if follower is None:
            raise UnknownFollower(openid)
        return follower


Handler = Callable[[Hand, Request], Awaitable[Any]]
# Path → verb → what answers it.
Calls = dict[str, dict[str, Handler]]


async def order(request: Request, kind: type[Body]) -> Body:
    """The body of the call. Raises ValidationError."""
    raw = await request.body()
    return kind.model_validate_json(raw.strip() or b"{}")
