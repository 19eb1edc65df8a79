"""What the scheduler asks of the outside world: does a push fit a route, and send it. `bot.wechat` supplies it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from models.broadcast import BroadcastKind
from models.plan import Basis
from scheduler.routes import Route


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A push with everything its words are made of, and no words yet.

    `facts` are the broadcast's, `own` those of this member; `branch` and `sender` sign an admin's broadcast; `basis`
    is why we may write at all. `day` is when it was due and `today` when it goes out, on the organisation's calendar;
    `due` the very time, on the organisation's clock; `late`, that the time is over in which it would have rung;
    `frozen`, that its member is on leave, and sees it when they are back.
    """

    id: int
    broadcast_id: int
    member_id: int
    openid: str
    name: str
    kind: BroadcastKind
    day: date
    today: date
    due: datetime
    branch: str = ""
    sender: str = ""
    basis: Basis = Basis.SERVICE
    facts: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)
    late: bool = False
    frozen: bool = False


class Result(StrEnum):
    """What became of a send, as far as the scheduler has to decide."""

    ACCEPTED = "accepted"
    # The platform is busy, or the request never reached it: nothing was done there.
    LATER = "later"
    # The line broke after the request may have been carried out.
    UNKNOWN = "unknown"
    WINDOW_OVER = "window_over"
    COUNT_USED = "count_used"
    # The follower has accepted no notice by this template, or none that is left.
    NOT_GRANTED = "not_granted"
    UNREACHABLE = "unreachable"
    QUOTA_SPENT = "quota_spent"
    # Too many in a minute on this route.
    TOO_FAST = "too_fast"
    # This account may not use this route.
    NOT_PERMITTED = "not_permitted"
    # The account, its credentials or this machine's address are refused: nothing works on any route.
    ACCOUNT_REFUSED = "account_refused"
    # Our own request is at fault.
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message.

    `refused` says how a follower can't be reached: unfollowed, blocked or frozen; `address` which address of ours the
    platform doesn't take calls from; `msg_id` what the receipt will name it by, where there will be one.
    """

    result: Result
    errcode: int | None = None
    rid: str = ""
    refused: str = ""
    address: str = ""
    msg_id: str = ""


class Messenger(Protocol):
    """The way out. Implementations word a push at the moment of sending, and never raise for a failed send."""

    def fits(self, route: Route, pushes: Sequence[Outgoing]) -> bool:
        """Whether one message on this route can carry these pushes to a follower, whole."""

    async def send(self, route: Route, pushes: Sequence[Outgoing]) -> Outcome:
        """Sends one message to one follower: a push, or several as a digest where the route carries several."""
