"""The console's first page: what an admin would ask in the chat, answered at once and side by side.

Each part is a handler of the chat that only reads, so that page and chat never tell different things, and nothing
outside of the admin's part of the tree.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from bot.handlers import acts, birthday, broadcast_course, plans, sums, unreachable
from bot.turn import Handle, Means, Turn
from bot.wechat.inbound import Inbound
from models.branch import Branch
from models.member import Member
from models.person import Person


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, `console.part_<name>`, and what answers below it."""

    name: str
    handle: Handle
    words: Mapping[str, str] = field(default_factory=dict)


PARTS = (
    Part("broadcasts", broadcast_course.show_progress),
    Part("unreachable", unreachable.who_is_unreachable),
    Part("coming", plans.coming),
    Part("birthdays", birthday.month_list, {"which": "本月"}),
    Part("sums", sums.of_scope),
    Part("acts", acts.latest),
)

# Nobody has written anything.
_SILENCE = Inbound("", "", "", 0, "text", "", "", "", {})


def turn_of(db: Session, means: Means, member: Member, now: datetime, words: Mapping[str, str] | None = None) -> Turn:
    """As if this member had written; whoever signed in by the operator's link may have no phone at all."""
    path = db.get_one(Branch, member.branch_id).path
    person = Person(
        "", member_id=member.id, name=member.name, status=member.status, branch_id=member.branch_id, path=path
    )
    return Turn(_SILENCE, person, now, means, words=words or {})


def answers(db: Session, means: Means, member: Member, now: datetime) -> Iterator[tuple[str, list[str]]]:
    """The parts: each heading with the lines below it."""
    for part in PARTS:
        said = part.handle(db, turn_of(db, means, member, now, part.words)).reply
        yield means.texts(f"console.part_{part.name}"), [line for line in said.splitlines() if line]
