"""The other way out: a push that rides below the answer to a member who is writing just now.

Everything here runs in the webhook's transaction, for a whole batch of messages at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Integer, Row, select, update
from sqlmodel import col

from models import claim, nudge
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind
from models.database import given, packed
from models.follower import Follower
from models.member import Member, Status
from models.preference import Preference
from models.push import UNSENT, Push, PushStatus
from scheduler import leave
from scheduler.calendar import ONE_DAY
from scheduler.cause import Cause
from scheduler.messenger import Outgoing
from scheduler.outgoing import facts_of, line_up, outgoing
from scheduler.routes import Route
from scheduler.rules import Rules
from scheduler.settle import invite
from scheduler.solemn import hold


def waiting(
    connection: Connection, member_ids: Sequence[int], rules: Rules, now: datetime, *, early: bool = False
) -> dict[int, list[Outgoing]]:
    """What waits for these members, in the order in which they should see it: member id → pushes.

    The caller vouches that each of them agreed and is writing at this moment. The rows stay locked until the
    transaction ends; those that are just being claimed for sending are left out, since they are on their way.
    With `early` also what begins within a day.
    """
    rows = _unsent(connection, member_ids, now, now + ONE_DAY if early else now)
    if not rows:
        return {}
    shared = facts_of(connection, {row.broadcast_id for row in rows})
    found: dict[int, list[Outgoing]] = {}
    solemn = hold(connection, rules, now)
    moot = _moot(connection, rows, rules, now)
    for row in rows:
        if row.id in moot or solemn.until(row.kind, shared[row.broadcast_id]["facts"], row.path, row.starts_at):
            continue
        push = outgoing(row, shared[row.broadcast_id], rules, now)
        frozen = leave.holds(row.kind, row.away_until, rules.hours, now)
        found.setdefault(row.member_id, []).append(replace(push, frozen=True) if frozen else push)
    return {member_id: line_up(pushes) for member_id, pushes in found.items()}


def _moot(connection: Connection, rows: Sequence[Row[Any]], rules: Rules, now: datetime) -> set[int]:
    """Invitations to those who have checked in since, or don't want them any more."""
    invitations = [row.id for row in rows if row.kind == BroadcastKind.INVITATION]
    if not invitations:
        return set()
    return set(invitations) - nudge.wanted(connection, invitations, nudge.inviting(rules.hours.study_day(now)))


def _unsent(connection: Connection, member_ids: Sequence[int], now: datetime, begun: datetime) -> Sequence[Row[Any]]:
    if not member_ids:
        return []
    asked = given(connection, id=Integer())
    query = (
        select(
            *(col(Push.id), col(Push.broadcast_id), col(Push.member_id), col(Push.facts), col(Member.name)),
            *(col(Broadcast.kind), col(Broadcast.starts_at), col(Broadcast.ring_until)),
            *(col(Follower.openid), col(Branch.path), col(Preference.away_until)),
        )
        .join(asked, asked.c.id == col(Push.member_id))
        .join(Broadcast, col(Broadcast.id) == col(Push.broadcast_id))
        .join(Member, col(Member.id) == col(Push.member_id))
        .join(Branch, col(Branch.id) == col(Member.branch_id))
        .join(Follower, col(Follower.member_id) == col(Push.member_id))
        .outerjoin(Preference, col(Preference.member_id) == col(Push.member_id))
        .where(col(Push.status).in_(UNSENT), col(Member.status) != Status.INACTIVE)
        # What may have arrived already by another way is not shown again.
        .where(col(Push.repeat_until).is_(None))
        .where(claim.is_open(begun), col(Broadcast.show_until) > now, claim.not_paused())
        .with_for_update(of=Push, skip_locked=True)
    )
    return connection.execute(query, {"given": packed(connection, [{"id": id_} for id_ in member_ids])}).all()


def shown(push: Outgoing, rules: Rules, now: datetime) -> dict[str, Any]:
    """The row for `take`, for a push that the reply shows."""
    return {
        "id": push.id,
        "at": now,
        "openid": push.openid,
        "greets": push.kind == BroadcastKind.BIRTHDAY,
        "rules": rules,
    }


def drop(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Cancels pushes, rows of id, that have become pointless by what their member has just written."""
    unsent = (col(Push.id).in_([row["id"] for row in rows]), col(Push.status).in_(UNSENT))
    ended = {"status": PushStatus.CANCELLED, "cause": Cause.NOT_BY_STATUS, "owner": "", "free_at": None}
    connection.execute(update(Push).where(*unsent).values(ended))


def take(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Records pushes that replies show, rows made by `shown`: the platform takes a reply whole, or asks again."""
    taken = given(connection, id=Integer(), at=DateTime(True))
    connection.execute(
        update(Push)
        .where(col(Push.id) == taken.c.id, col(Push.status).in_(UNSENT))
        .values(status=PushStatus.ACCEPTED, route=Route.PASSIVE, sent_at=taken.c.at, cause="", owner="", free_at=None),
        {"given": packed(connection, [{"id": row["id"], "at": row["at"]} for row in rows])},
    )
    for row in rows:
        if row["greets"]:
            invite(connection, [row["openid"]], row["at"], row["rules"])
