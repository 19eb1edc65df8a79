"""The answer to "why?" for those who look from outside the chat: the command line and the console's API."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.commands.errors import CommandError
from bot.commands.places import find_member
from bot.reasons import Reasons
from models.member import Member
from models.push import Push
from scheduler.cause import Cause
from scheduler.explain import Asking, Explanation, details, explain, explain_push

# As many digits as a number in the database can have.
_NUMBER = re.compile(r"[0-9]{1,18}")

Moment = Callable[[datetime | None], str]


@dataclass(frozen=True, slots=True)
class Explained:
    """One sentence that a secretary understands; `details` are for whoever looks after the machine."""

    push_id: int | None
    cause: Cause
    sentence: str
    details: Mapping[str, Any]


def explained(db: Session, push: str, member: str, asking: Asking, reasons: Reasons) -> Explained:
    """The answer about a push by its number, or else about a member by name: the latest push they lack.

    Raises `CommandError` for none such.
    """
    if member:
        person = find_member(db, member)
        assert person.id is not None
        found: Explanation | None = explain(db, person.id, asking)
    else:
        found = explain_push(db, int(push), asking) if _NUMBER.fullmatch(push) else None
        if found is not None:
            person = db.get_one(Member, db.get_one(Push, int(push)).member_id)
    if found is None:
        raise CommandError("no_such_push", id=push)
    stored = details(db, found.push_id) if found.push_id is not None else {}
    return Explained(found.push_id, found.cause, reasons(person.name, found, asking.asker, asking.now), stored)


def plain(stored: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
    """The details as text and numbers; times by `moment`."""
    return {
        name: moment(value) if name.endswith("_at") else str(value) if isinstance(value, str) else value
        for name, value in stored.items()
    }
