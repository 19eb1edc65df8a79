"""What the platform's receipts mean: a push arrived, or didn't. They may come late, twice, or before our own record."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, select, update
from sqlmodel import col

from models import receipt, sending
from models.broadcast import Broadcast
from models.follower import Follower
from models.push import Push, PushStatus
from models.receipt import Receipt
from scheduler.cause import Cause
from scheduler.routes import Route
from scheduler.rules import Rules

if TYPE_CHECKING:
    from scheduler.settle import Finished

BLOCKED = "blocked"


def came(connection: Connection, told: Receipt, rules: Rules) -> None:
    """Settles the push that a receipt is about; one that nobody has recorded yet will find it waiting."""
    sending.lock(connection, {told.openid})
    if not _settled(connection, told, rules):
        receipt.keep(connection, told)


def overtaking(connection: Connection, accepted: Sequence["Finished"], rules: Rules) -> None:
    """Settles what has just been recorded as accepted and whose receipts were quicker; their followers are locked."""
    openids = {done.openid for done in accepted if done.route in (Route.TEMPLATE, Route.SUBSCRIPTION)}
    if not openids:
        return
    for told in receipt.waiting(connection, openids):
        if _settled(connection, told, rules):
            receipt.used(connection, told)


def _settled(connection: Connection, told: Receipt, rules: Rules) -> bool:
    if told.about == told.msg_id:
        about = col(Push.msg_id) == told.msg_id
    else:
        about = col(Push.id) == _oldest(told, rules).scalar_subquery()
    status, cause = PushStatus.DELIVERED, ""
    if told.failed:
        status, cause = PushStatus.FAILED, Cause.BLOCKED if told.failed == BLOCKED else Cause.FAILED
    settled = update(Push).where(about, col(Push.status) == PushStatus.ACCEPTED).values(status=status, cause=cause)
    if connection.execute(settled).rowcount == 0:
        return False
    if told.failed == BLOCKED:
        sending.refuse(connection, [{"openid": told.openid, "refused": BLOCKED}])
    return True


def _oldest(told: Receipt, rules: Rules) -> Select[Any]:
    """The oldest notice by this template to this follower that no receipt has settled: its number no call tells."""
    kinds = [kind for kind, notice in rules.notices.items() if notice.template_id == told.about]
    return (
        select(col(Push.id))
        .join(Follower, col(Follower.member_id) == col(Push.member_id))
        .join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
        .where(col(Follower.openid) == told.openid, col(Push.route) == Route.SUBSCRIPTION)
        .where(col(Push.status) == PushStatus.ACCEPTED, col(Broadcast.kind).in_(kinds))
        .order_by(col(Push.sent_at), col(Push.id))
        .limit(1)
    )
