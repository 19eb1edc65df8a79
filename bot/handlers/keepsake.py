"""Pictures and voice messages that belong to a check-in: kept for their owner, never asked for."""

from datetime import date
from typing import Any

from sqlmodel import Session

from bot.keepsakes import Links, media_until, new_id
from bot.turn import Answer, Apply, Turn
from models import consent, keepsake
from models.consent import Purpose
from models.keepsake import Keepsake, KeepsakeKind

_LONGEST_ADDRESS = 500
# So many are listed, so that their links fit one reply.
_LISTED = 8


def take(db: Session, turn: Turn) -> str | None:
    """Keeps the picture or the voice that was sent just now, with today's check-in, before it or after; what to say.

    None where the organisation keeps none; whoever hasn't agreed to it is told how.
    """
    day = turn.means.hours.study_day(turn.now)
    row = _row(turn, day)
    if row is None:
        return None
    if consent.current(db, row["member_id"], Purpose.KEEPSAKES) is None:
        return turn.say("keepsake.agree_first")
    most = turn.means.config.checkin.keepsakes_a_day
    if keepsake.count(db, row["member_id"], day, day) >= most:
        return turn.say("keepsake.enough", count=most)
    keepsake.keep(db.connection(), [row])
    when = "with" if turn.person.checked_in else "before"
    said = turn.say(f"keepsake.{when}_{row['kind']}")
    # A picture has an address besides; a voice is only to be had by a permission that no page promises these accounts.
    uncertain = row["kind"] is KeepsakeKind.VOICE and not turn.means.account.may_write_first
    return turn.say("keepsake.uncertain", said=said) if uncertain else said


def spoken(turn: Turn, day: date) -> tuple[tuple[Apply, dict[str, Any]], ...]:
    """The voice that a check-in was spoken with, as a change to write; nothing for what was typed. Hot."""
    row = _row(turn, day) if turn.inbound.kind == KeepsakeKind.VOICE else None
    return ((keepsake.keep, row),) if row else ()


def _row(turn: Turn, day: date) -> dict[str, Any] | None:
    media_id = str(turn.inbound.fields.get("MediaId", ""))
    if not media_id or not turn.means.config.checkin.keepsake_megabytes:
        return None
    return {
        "id": new_id(),
        "member_id": turn.person.member_id,
        "day": day,
        "kind": KeepsakeKind(turn.inbound.kind),
        "at": turn.now,
        "heard": turn.inbound.text,
        "media_id": media_id,
        "picture_url": str(turn.inbound.fields.get("PicUrl", ""))[:_LONGEST_ADDRESS],
        "media_until": media_until(turn.now),
    }


def show_mine(db: Session, turn: Turn) -> Answer:
    """「我的图片」: the latest ones, each with a link that is good for a day."""
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    found = keepsake.latest(db, turn.person.member_id, _LISTED)
    if not found:
        return Answer(turn.say("keepsake.none"))
    if not turn.means.config.server.public_url:
        return Answer(turn.say("keepsake.no_address", count=len(found)))
    links = Links(turn.means.config.server.public_url, turn.means.secret)
    return Answer("\n".join([turn.say("keepsake.head"), *(_line(turn, links, one) for one in found)]))


def _line(turn: Turn, links: Links, one: Keepsake) -> str:
    values = {"date": turn.means.texts.date(one.day, turn.today), "heard": one.heard}
    line = turn.say(f"keepsake.line_{one.kind}", **values)
    if one.heard:
        line = turn.say("keepsake.line_heard", **values)
    at = turn.say("keepsake.fetching") if one.media_id else links.address(one.id, turn.today)
    return f"{line}\n{at}"
