"""A turn of the conversation: one message with everything that is needed to answer it, and the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from bot.config import Config
from bot.texts import Texts
from bot.wechat.inbound import Inbound
from models.acknowledgement import Asked
from models.person import Person
from models.recall import ToAsk
from models.role import RoleKind, roles_of
from models.window import CLOSED, Window
from scheduler.calendar import Hours
from scheduler.routes import Account
from scheduler.rules import Rules

# Writes rows of one kind, many at a time, inside the batch's transaction.
Apply = Callable[[Connection, Sequence[Mapping[str, Any]]], None]


@dataclass(slots=True)
class Means:
    """What every handler may use. `account` can change while the demo runs; nothing else does."""

    config: Config
    texts: Texts
    secret: bytes
    rules: Rules
    account: Account
    # What every sentence may use: whom to ask, and for whom we speak.
    common: Mapping[str, object] = field(init=False)

    def __post_init__(self) -> None:
        organisation = self.config.organisation
        contact = organisation.contact or self.texts("common.contact")
        self.common = {"contact": contact, "organisation": organisation.name}

    @property
    def hours(self) -> Hours:
        """The organisation's clock on the wall."""
        return self.rules.hours

    @property
    def asked_notices(self) -> dict[str, str]:
        """Kind of push → the template of its notices; only followers of a verified service account can be asked."""
        if self.account is not Account.VERIFIED_SERVICE:
            return {}
        return {kind: notice.template_id for kind, notice in self.rules.notices.items()}

    def local(self, at: datetime) -> datetime:
        """A time as the organisation's clocks show it."""
        return at.astimezone(self.hours.zone)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message, who wrote it, when, and what the pattern of its command found in it."""

    inbound: Inbound
    person: Person
    now: datetime
    means: Means
    # What the message left of, or made of, the window; `person.window` is the one before it.
    window: Window = CLOSED
    words: Mapping[str, str] = field(default_factory=dict)
    # What a 「收到」 would be about; only looked up where that is what was written.
    asked: Asked | None = None
    # What to ask after reading; only looked up where a check-in was written.
    recall: ToAsk | None = None

    @property
    def today(self) -> date:
        """The organisation's date."""
        return self.means.hours.day(self.now)

    def say(self, key: str, **values: object) -> str:
        """A sentence of the pack; name, contact and organisation fill themselves in."""
        return self.means.texts(key, **{**self.means.common, "name": self.person.name, **values})


@dataclass(frozen=True, slots=True)
class Answer:
    """What to reply ("" is silence), and the rows to write, each with the function that writes its kind.

    With `alone`, nothing rides along below the reply. With `shows_next`, the next push that waits replaces it. With
    `forgets`, neither the reply nor whose it is is kept for a repeated message: the writer has just been forgotten.
    """

    reply: str
    changes: tuple[tuple[Apply, Mapping[str, Any]], ...] = ()
    alone: bool = False
    shows_next: bool = False
    forgets: bool = False


class Who(IntEnum):
    """Who may use a command; each may do all that the ones before may."""

    ANYONE = 0
    AGREED = 1
    MEMBER = 2
    LEADER = 3
    ADMIN = 4


# What whoever lacks the role reads.
REFUSALS = {Who.LEADER: "roles.not_leader", Who.ADMIN: "roles.not_admin"}

# A hot handler decides without the database, so that many share one transaction; any other has a session of its own.
Decide = Callable[[Turn], Answer]
Handle = Callable[[Session, Turn], Answer]

_KINDS: dict[Who, tuple[RoleKind, ...]] = {
    Who.LEADER: (RoleKind.LEADER, RoleKind.SECRETARY, RoleKind.ADMIN),
    Who.ADMIN: (RoleKind.SECRETARY, RoleKind.ADMIN),
}


def scope(db: Session, turn: Turn, who: Who) -> str | None:
    """The path of the widest sub-tree in which this person holds such a role today; None if nowhere."""
    if turn.person.member_id is None:
        return None
    held = roles_of(db, turn.person.member_id, turn.today)
    return min((path for kind, path in held if kind in _KINDS[who]), key=len, default=None)


def highest(db: Session, turn: Turn) -> Who:
    """The most that a member is: everything up to it they may do."""
    return next((who for who in (Who.ADMIN, Who.LEADER) if scope(db, turn, who)), Who.MEMBER)
