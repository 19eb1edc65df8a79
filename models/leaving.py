"""What leaving does: a follower who unfollows, a member who is taken off the active roster."""

from datetime import date, datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col

from models import checkin, consent, console, mass, note
from models.birthday import BirthdayWords
from models.departure import Departure
from models.follower import Follower
from models.grant import Grant
from models.inbound import ANSWERS_ARE_KEPT, InboundKey
from models.keepsake import Keepsake
from models.lesson import Lesson
from models.member import Member, Status
from models.nudge import Nudge
from models.open_question import OpenQuestion
from models.preference import Preference
from models.push import UNSENT, Push, PushStatus
from models.quiz import QuizMemory
from models.reading import Reading
from models.recall import Recall
from models.receipt import Receipt
from models.remainder import Remainder
from models.reminder import Reminder
from models.role import end_roles


def unfollow(db: Session, openid: str, *, now: datetime, openid_digest: str | None) -> None:
    """Deletes all that hangs on an openid, in the caller's transaction.

    The roster entry stays, and the check-ins where the consent said so. With `openid_digest` a new follow of the same
    openid can be recognised.
    """
    connection = db.connection()
    for table in (OpenQuestion, Remainder, Grant, Receipt):
        connection.execute(delete(table).where(col(table.openid) == openid))
    mass.forget(connection, openid)
    # The keys stay, so that a late repeat isn't answered as new; they no longer say whose they were. Older ones than
    # these say so no more (scheduler/cleanup.py).
    recent = (col(InboundKey.at) > now - ANSWERS_ARE_KEPT, col(InboundKey.openid) == openid)
    connection.execute(update(InboundKey).where(*recent).values(openid="", reply=None))
    follower = db.get(Follower, openid)
    if follower is None:
        return
    if follower.member_id is not None:
        _withdraw(db, follower.member_id, now)
        if openid_digest:
            db.merge(Departure(openid_digest=openid_digest, member_id=follower.member_id, left_at=now))
    db.delete(follower)
    db.flush()


def _withdraw(db: Session, member_id: int, now: datetime) -> None:
    agreed = consent.current(db, member_id)
    consent.withdraw(db, member_id, now)
    if agreed is None or not agreed.keeps_record:
        checkin.forget(db, member_id)
    note.forget(db, member_id)
    console.shut_out(db, member_id)
    for table in (BirthdayWords, Keepsake, Nudge, Preference, Lesson, Recall, Reading, QuizMemory, Reminder):
        db.connection().execute(delete(table).where(col(table.member_id) == member_id))
    cancel_unsent(db, member_id)


def deactivate(db: Session, member: Member, today: date) -> None:
    """Takes a member off the active roster: everything still owed is cancelled, every role ends today.

    Raises `models.role.LastAdminError`, changing nothing, if nobody would be left to administer the tree.
    """
    assert member.id is not None
    end_roles(db, member.id, today)
    member.status = Status.INACTIVE
    console.shut_out(db, member.id)
    cancel_unsent(db, member.id)


def cancel_unsent(db: Session, member_id: int) -> int:
    """Cancels everything still owed to a member; returns how much it was."""
    unsent = (col(Push.member_id) == member_id, col(Push.status).in_(UNSENT))
    cancelled = update(Push).where(*unsent).values(status=PushStatus.CANCELLED, cause="not_by_status", owner="")
    return db.connection().execute(cancelled).rowcount
