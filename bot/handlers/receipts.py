"""What the platform tells about notices: accepted or refused by a follower, arrived or not. Nobody reads an answer."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlmodel import Session

from bot.turn import Answer, Turn
from models import grant, sending
from models.receipt import Receipt
from scheduler import receipts

_SILENCE = Answer("", alone=True)
_ACCEPTED = "accept"


def chose(db: Session, turn: Turn) -> Answer:
    """The pop-up, or the settings of the account: a follower lets us send a notice once more, or doesn't any more.

    Before their consent nothing is kept of a follower, and nothing would be sent to them.
    """
    if turn.person.agreed_at is None:
        return _SILENCE
    openid, connection = turn.person.openid, db.connection()
    sending.lock(connection, {openid})
    for one in _listed(turn, "SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent"):
        template_id = str(one.get("TemplateId", ""))
        if one.get("SubscribeStatusString") == _ACCEPTED:
            grant.accepted(connection, openid, template_id)
        else:
            grant.ended(connection, {(openid, template_id)})
    return _SILENCE


def notice_came(db: Session, turn: Turn) -> Answer:
    """What became of a subscription notice."""
    for one in _listed(turn, "SubscribeMsgSentEvent"):
        arrived = str(one.get("ErrorCode", "0")) == "0"
        failed = "" if arrived else _failure(str(one.get("ErrorStatus", "")))
        _settle(db, turn, str(one.get("MsgID", "")), str(one.get("TemplateId", "")), failed)
    return _SILENCE


def template_came(db: Session, turn: Turn) -> Answer:
    """What became of a template message."""
    status, msg_id = str(turn.inbound.fields.get("Status", "")), str(turn.inbound.fields.get("MsgID", ""))
    _settle(db, turn, msg_id, msg_id, _failure(status) if status.lower().startswith("failed") else "")
    return _SILENCE


def _settle(db: Session, turn: Turn, msg_id: str, about: str, failed: str) -> None:
    if msg_id and about and len(msg_id) <= _ID_CHARS and len(about) <= _NAME_CHARS:
        told = Receipt(msg_id=msg_id, openid=turn.person.openid, about=about, failed=failed, at=turn.now)
        receipts.came(db.connection(), told, turn.means.rules)


_ID_CHARS, _NAME_CHARS = 32, 64


def _failure(status: str) -> str:
    """The platform writes "failed:user block" and "failed: system failed", with and without the blank."""
    return receipts.BLOCKED if "block" in status.lower() else "failed"


def _listed(turn: Turn, *names: str) -> Iterator[Mapping[str, Any]]:
    """The entries of such an event; in XML they stand in an element of the event's name, in JSON they may not."""
    fields = turn.inbound.fields
    holder = next((fields[name] for name in names if isinstance(fields.get(name), Mapping)), fields)
    for one in holder.get("List") or []:
        if isinstance(one, Mapping) and len(str(one.get("TemplateId", ""))) <= _NAME_CHARS:
            yield one
