"""What mass messages have used up of the platform's quota: their copies are the ledger."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlmodel import col

from models.mass import UNDECIDED, MassCopy, MassSend, MassState

# What has used up a part of it, or is about to.
_COUNTED = (*UNDECIDED, MassState.ACCEPTED, MassState.DONE, MassState.UNKNOWN)


def had(connection: Connection, since: datetime) -> dict[str, int]:
    """How many mass messages each follower had since then; those without any are left out."""
    counted = (col(MassSend.state).in_(_COUNTED), _when() >= since, col(MassCopy.openid) != "")
    query = (
        select(col(MassCopy.openid), func.count())
        .join(MassSend, col(MassSend.id) == col(MassCopy.mass_id))
        .where(*counted)
        .group_by(col(MassCopy.openid))
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def count_since(connection: Connection, since: datetime) -> int:
    """How many mass messages there were since then."""
    query = select(func.count()).where(col(MassSend.state).in_(_COUNTED), _when() >= since)
    return connection.execute(query).scalar_one()


def refused_since(connection: Connection, since: datetime, errcode: int) -> bool:
    """Whether the platform has refused any with this errcode since then."""
    query = select(func.count()).where(col(MassSend.errcode) == errcode, _when() >= since)
    return bool(connection.execute(query).scalar_one())


def _when() -> Any:
    return func.coalesce(col(MassSend.called_at), col(MassSend.starts_at))
