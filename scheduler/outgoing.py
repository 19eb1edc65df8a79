"""A claimed row with all that decides its route, and all that its words are made of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, Integer, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models import grant
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind
from models.database import given
from models.member import Member
from models.plan import Basis, Plan
from models.statement import Statement
from models.window import Window
from scheduler.messenger import Outgoing
from scheduler.policy import basis_of
from scheduler.routes import Account, Standing
from scheduler.rules import Rules


def granted(connection: Connection, rows: Sequence[Any], rules: Rules) -> set[tuple[str, str]]:
    """For which of the rows' followers a notice is left, and for which kind: pairs of openid and kind."""
    kinds = {row.kind for row in rows} & rules.notices.keys()
    if not kinds:
        return set()
    openids = {row.openid for row in rows if row.openid and row.kind in kinds}
    left = grant.left(connection, openids, {rules.notices[kind].template_id for kind in kinds})
    return {(openid, kind) for openid in openids for kind in kinds if (openid, rules.notices[kind].template_id) in left}


def reserved(row: Any) -> int:
    """How many messages are kept back from this row for a late answer that was promised."""
    return int(row.promised and row.kind != BroadcastKind.ANSWER)


def standing(row: Any, account: Account, rules: Rules, granted: bool) -> Standing:
    """What decides the route of a row that has at least the columns of `Claimed` which are read here."""
    return Standing(
        account=account,
        ring_until=row.ring_until,
        show_until=row.show_until,
        bound=row.openid is not None,
        agreed=row.agreed_at is not None,
        refused=bool(row.refused),
        promised=row.kind == BroadcastKind.ANSWER,
        reserved=reserved(row),
        granted=granted,
        template=row.kind in rules.templates,
        pinned=row.repeat_until is not None,
        window=Window(row.window_left or 0, row.window_until),
    )


def outgoing(row: Any, broadcast: Mapping[str, Any], rules: Rules, now: datetime) -> Outgoing:
    """A row with everything its words are made of."""
    return Outgoing(
        id=row.id,
        broadcast_id=row.broadcast_id,
        member_id=row.member_id,
        openid=row.openid or "",
        name=row.name,
        kind=row.kind,
        day=rules.hours.day(row.starts_at),
        today=rules.hours.day(now),
        due=row.starts_at.astimezone(rules.hours.zone),
        own=row.facts,
        late=now >= row.ring_until,
        **broadcast,
    )


def shared(connection: Connection, broadcast: Broadcast, rules: Rules, now: datetime) -> Outgoing:
    """A broadcast as it is the same for everybody: what has no member of its own."""
    assert broadcast.id is not None
    return Outgoing(
        id=0,
        broadcast_id=broadcast.id,
        member_id=0,
        openid="",
        name="",
        kind=BroadcastKind(broadcast.kind),
        day=rules.hours.day(broadcast.starts_at),
        today=rules.hours.day(now),
        due=broadcast.starts_at.astimezone(rules.hours.zone),
        **facts_of(connection, {broadcast.id})[broadcast.id],
    )


def basis(db: Session, broadcast: Broadcast) -> Basis:
    """Why a broadcast may be sent at all."""
    plan = db.get(Plan, broadcast.plan_id) if broadcast.plan_id else None
    return basis_of(broadcast.kind, plan.basis if plan else None)


def facts_of(connection: Connection, broadcast_ids: set[int]) -> dict[int, dict[str, Any]]:
    """What the pushes of a broadcast share (facts, branch, sender, basis), read once for all of them."""
    rows = _shared.run(connection, [{"id": broadcast_id} for broadcast_id in broadcast_ids])
    return {
        broadcast_id: {"facts": facts, "branch": branch, "sender": sender or "", "basis": basis_of(kind, basis)}
        for broadcast_id, facts, branch, sender, kind, basis in rows
    }


def _sharing(connection: Connection) -> Executable:
    asked, author = given(connection, id=Integer()), aliased(Member)
    return (
        select(
            *(col(Broadcast.id), col(Broadcast.facts), col(Branch.name), col(author.name).label("sender")),
            *(col(Broadcast.kind), col(Plan.basis)),
        )
        .join(asked, asked.c.id == col(Broadcast.id))
        .join(Branch, col(Branch.id) == col(Broadcast.branch_id))
        .outerjoin(author, col(author.id) == col(Broadcast.author_id))
        .outerjoin(Plan, col(Plan.id) == col(Broadcast.plan_id))
    )


_shared = Statement(_sharing)


def goes_with_others(push: Outgoing) -> bool:
    """Whether a push may stand below another text: an oath stands alone."""
    return push.kind != BroadcastKind.OATH


def line_up(pushes: Sequence[Outgoing]) -> list[Outgoing]:
    """The order in which pushes are shown to one who writes: answers, birthdays, reminders, broadcasts, the rest."""
    return sorted(pushes, key=lambda push: (_ORDER.index(push.kind), push.day, push.id))


_ORDER = (
    BroadcastKind.ANSWER,
    BroadcastKind.BIRTHDAY,
    BroadcastKind.OATH,
    BroadcastKind.REMINDER,
    BroadcastKind.TEXT,
    BroadcastKind.BIRTHDAY_LIST,
    BroadcastKind.PROBATION,
    BroadcastKind.TOPIC,
    BroadcastKind.BOOK,
    BroadcastKind.NUDGE,
    BroadcastKind.INVITATION,
    BroadcastKind.NEWS,
    # What is answered by a letter comes last.
    BroadcastKind.QUIZ,
)
