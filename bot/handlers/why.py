"""「为什么 〈姓名〉 没收到」: one sentence that a secretary understands."""

from datetime import datetime

from sqlmodel import Session

from bot.handlers import people
from bot.turn import Answer, Turn, Who
from models.broadcast import BroadcastKind
from models.member import Member
from scheduler.cause import Cause
from scheduler.explain import Explanation, explain

# How much of a broadcast is quoted, to tell which one is meant.
_QUOTED = 10


def why_not(db: Session, turn: Turn) -> Answer:
    """Why a member hasn't got the latest push, or when they got it."""
    if "name" not in turn.words:
        return Answer(turn.say("people.missing"))
    member = people.find_one(db, turn, turn.words["name"], Who.LEADER)
    if isinstance(member, Answer):
        return member
    assert member.id is not None
    means = turn.means
    found = explain(db, member.id, means.account, means.rules, turn.now)
    return Answer(_about(turn, found) + _sentence(turn, member, found))


def _about(turn: Turn, found: Explanation) -> str:
    # Where it is about the person and not about a push, naming a push would only mislead.
    if found.kind is None or found.at is None:
        return ""
    if found.kind == BroadcastKind.TEXT:
        quoted = found.text if len(found.text) <= _QUOTED else f"{found.text[:_QUOTED]}……"
        what = turn.say("why.what_text", text=quoted)
    else:
        what = turn.say(f"why.what_{found.kind}")
    return turn.say("why.about", when=_moment(turn, found.at), what=what)


def _sentence(turn: Turn, member: Member, found: Explanation) -> str:
    values: dict[str, object] = {"name": member.name}
    if found.wakes_at is not None:
        values["time"] = f"{turn.means.local(found.wakes_at):%-H:%M}"
    if found.until is not None:
        values["until"] = _moment(turn, found.until)
    if found.cause in (Cause.ACCEPTED, Cause.DELIVERED) and found.at is not None:
        values |= {"when": _moment(turn, found.at), "route": turn.say(f"why.route_{found.route}")}
    return turn.say(f"why.{found.cause}", **values)


def _moment(turn: Turn, at: datetime) -> str:
    return turn.means.texts.moment(turn.means.local(at), turn.means.local(turn.now))
