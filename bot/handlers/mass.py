"""「群发剩下的」: the rest of a broadcast by mass message, ordered anew each time; and the platform's receipt."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from bot.handlers import broadcast as broadcasting
from bot.texts import Texts
from bot.turn import Answer, Turn
from bot.wording import Wording
from models import mass, open_question
from models.audit import note
from models.broadcast import Broadcast
from models.mass import MassReceipt
from models.open_question import OpenQuestion
from scheduler import broadcasts
from scheduler.mass import Rest, by_openid, order, rest
from scheduler.outgoing import shared

QUESTION = "mass"


def propose(db: Session, turn: Turn) -> Answer:
    """「群发剩下的」: whom it would reach and what is left of the quota; nothing is sent yet."""
    assert turn.person.member_id is not None, "the gate lets nobody but admins through"
    last = broadcasts.last_of(db, turn.person.member_id, turn.now)
    if last is None:
        return Answer(turn.say("mass.no_broadcast"))
    found = rest(db, last, turn.means.account, turn.means.rules, turn.now)
    if found.refusal:
        return Answer(refusal(turn.means.texts, found))
    minutes = turn.means.config.limits.question_minutes
    facts = {"broadcast_id": last.id, "count": len(found.people), "digest": found.digest}
    open_question.ask(db, turn.person.openid, QUESTION, facts, turn.now + timedelta(minutes=minutes))
    text = Wording(turn.means.texts)(shared(db.connection(), last, turn.means.rules, turn.now))
    lines = [
        turn.say("mass.text", text=text),
        *preview(turn.means.texts, found, tagged=not by_openid(turn.means.account)),
    ]
    if turn.means.rules.hours.quiet(turn.now + timedelta(seconds=turn.means.rules.grace_seconds)):
        lines.append(turn.say("broadcast.forecast_quiet", time=f"{turn.means.rules.hours.quiet_until:%-H:%M}"))
    return Answer("\n".join([*lines, turn.say("mass.ask", minutes=minutes, count=len(found.people))]), alone=True)


def preview(texts: Texts, found: Rest, *, tagged: bool) -> list[str]:
    """How many it reaches, what the quota leaves, and for whom nothing is left of it."""
    lines = [texts("mass.reach", count=len(found.people))]
    lines.append(texts("mass.quota_day") if tagged else texts("mass.quota_month", left=found.left))
    if found.spent:
        lines.append(texts("mass.spent", count=len(found.spent), names=texts.names(found.spent)))
    return lines


def refusal(texts: Texts, found: Rest) -> str:
    """Why nothing can be ordered, in one sentence."""
    names = texts.names(found.spent or [one.name for one in found.people])
    return texts(f"mass.refused_{found.refusal}", count=len(found.spent), names=names)


def confirm(db: Session, turn: Turn) -> Answer:
    """「确认 58」, where the number that was shown is a mass message's; else it is a broadcast's."""
    question = db.get(OpenQuestion, turn.person.openid)
    if question is None or question.kind != QUESTION:
        return broadcasting.confirm(db, turn)
    if question.expires_at <= turn.now:
        return Answer(turn.say("broadcast.expired", minutes=turn.means.config.limits.question_minutes))
    facts, said = question.facts, turn.words["count"]
    if said != str(facts["count"]):
        return Answer(turn.say("broadcast.wrong_number", count=facts["count"], said=said))
    open_question.close(db, turn.person.openid)
    return _ordered(db, turn, db.get_one(Broadcast, facts["broadcast_id"]), facts["digest"])


def _ordered(db: Session, turn: Turn, broadcast: Broadcast, digest: str) -> Answer:
    found = rest(db, broadcast, turn.means.account, turn.means.rules, turn.now)
    if found.refusal:
        return Answer(refusal(turn.means.texts, found))
    if found.digest != digest:
        return Answer(turn.say("broadcast.changed"))
    means, by, count = turn.means, turn.person.member_id, len(found.people)
    ids = order(db, broadcast, found, by=by, account=means.account, rules=means.rules, now=turn.now)
    note(db, "mass", at=turn.now, by=by, broadcast=broadcast.id, count=count, parts=ids)
    return Answer(turn.say("mass.confirmed", count=count, seconds=means.rules.grace_seconds))


def receipt(db: Session, turn: Turn) -> Answer:
    """MASSSENDJOBFINISH: kept for whoever sends mass messages; it may come before we know the job's number."""
    fields = turn.inbound.fields
    if number := _number(fields, "MsgID"):
        totals = {name: _number(fields, theirs) for name, theirs in _TOTALS.items()}
        mass.receive(db, MassReceipt(msg_id=number, at=turn.now, status=str(fields.get("Status", ""))[:40], **totals))
    return Answer("", alone=True)


_TOTALS = {"total": "TotalCount", "filtered": "FilterCount", "sent": "SentCount", "errors": "ErrorCount"}


def _number(fields: Any, name: str) -> int:
    digits = str(fields.get(name, ""))
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else 0
