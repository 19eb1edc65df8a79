"""Leave: days on which nobody expects anything of a member. No reason is asked for, and none is kept.

`Preference.away_until` says whether one runs now, and so what is sent; these rows say which days break no run.
"""

from datetime import date

from sqlmodel import Field, Session, SQLModel, col, select

from models import preference
from models.habit import ONE_DAY, Span


class Leave(SQLModel, table=True):
    member_id: int = Field(primary_key=True, foreign_key="member.id")
    first_day: date = Field(primary_key=True)
    last_day: date


def take(db: Session, member_id: int, today: date, until: date) -> None:
    """From today up to and with `until`; a leave that runs already is made longer or shorter."""
    running = _running(db, member_id, today)
    if running is None:
        running = Leave(member_id=member_id, first_day=today, last_day=until)
    running.last_day = until
    db.add(running)
    preference.choose(db, member_id, away_until=until)


def end(db: Session, member_id: int, today: date) -> None:
    """The member is back today."""
    running = _running(db, member_id, today)
    if running is not None and running.first_day == today:
        db.delete(running)
    elif running is not None:
        running.last_day = today - ONE_DAY
    preference.choose(db, member_id, away_until=None)


def of(db: Session, member_id: int) -> list[Span]:
    """Every leave of a member, in order."""
    rows = db.exec(select(Leave).where(Leave.member_id == member_id).order_by(col(Leave.first_day)))
    return [(row.first_day, row.last_day) for row in rows]


def _running(db: Session, member_id: int, today: date) -> Leave | None:
    mine = (Leave.member_id == member_id, Leave.first_day <= today, Leave.last_day >= today)
    return db.exec(select(Leave).where(*mine)).first()
