"""「收到」, and who answered it."""

from datetime import timedelta

from sqlmodel import Session

from bot.reasons import Reasons
from bot.turn import Answer, Turn, Who, scope
from models import acknowledgement
from models.broadcast import BroadcastKind

# A 「收到」 that comes later than this means something else.
LOOK_BACK = timedelta(days=7)


def acknowledge(turn: Turn) -> Answer:
    """「收到」: notes that the latest push that asks for it was seen. Hot."""
    asked = turn.asked
    if asked is None:
        return Answer(turn.say("receipt.nothing"))
    what = _reasons(turn).what(BroadcastKind.TEXT, asked.text)
    said = turn.say("receipt.noted", what=what)
    if asked.more:
        said += turn.say("receipt.more", count=asked.more)
    return Answer(said, ((acknowledgement.acknowledge, {"id": asked.push_id, "at": turn.now}),))


def who_answered(db: Session, turn: Turn) -> Answer:
    """「谁收到了」: those who acknowledged the latest broadcast that asks for it."""
    found = _answers(db, turn)
    if found is None:
        return Answer(turn.say("receipt.none_asked"))
    lines = [_head(turn, found)]
    if found.acknowledged:
        lines.append(_line(turn, "acknowledged", found.acknowledged))
    return Answer("\n".join(lines))


def who_is_silent(db: Session, turn: Turn) -> Answer:
    """「谁没回」: those who have it and haven't answered, and those whom it hasn't reached."""
    found = _answers(db, turn)
    if found is None:
        return Answer(turn.say("receipt.none_asked"))
    lines = [_line(turn, key, names) for key, names in (("shown", found.shown), ("missing", found.missing)) if names]
    return Answer("\n".join([_head(turn, found), *(lines or [turn.say("receipt.all_answered")])]))


def _answers(db: Session, turn: Turn) -> acknowledgement.Answers | None:
    path = scope(db, turn, Who.ADMIN)
    assert path is not None, "the gate lets nobody but admins through"
    return acknowledgement.latest_answers(db, path, turn.now - LOOK_BACK)


def _head(turn: Turn, found: acknowledgement.Answers) -> str:
    reasons = _reasons(turn)
    total = len(found.acknowledged) + len(found.shown) + len(found.missing)
    return turn.say(
        "receipt.head",
        what=reasons.what(BroadcastKind.TEXT, found.broadcast.facts.get("text", "")),
        when=reasons.moment(found.broadcast.starts_at, turn.now),
        count=total,
        have=len(found.acknowledged),
    )


def _line(turn: Turn, key: str, names: tuple[str, ...]) -> str:
    return turn.say(f"receipt.{key}", count=len(names), names=turn.means.texts.names(names))


def _reasons(turn: Turn) -> Reasons:
    return Reasons(turn.means.texts, turn.means.hours.zone, turn.means.common)
