"""Broadcast: one message for an audience, an admin's own or one firing of a plan."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.database import Facts, choice


class BroadcastKind(StrEnum):
    TEXT = "text"
    TOPIC = "topic"
    BOOK = "book"
    BIRTHDAY = "birthday"
    OATH = "oath"
    BIRTHDAY_LIST = "birthday_list"
    NUDGE = "nudge"
    # From a leader to those of a group who haven't checked in this week, see scheduler/invitations.py.
    INVITATION = "invitation"
    QUIZ = "quiz"
    REMINDER = "reminder"
    # Whose year on probation is nearly over, to the secretary alone.
    PROBATION = "probation"
    # A late answer to a message, and words from the system to one person ("a new phone was bound").
    ANSWER = "answer"
    # What others did about something of the member's own: it never goes out by itself, and rides along.
    NEWS = "news"


# What says the same to everybody it is for: it may be sent to many at once, and into a group.
SAME_FOR_ALL = (BroadcastKind.TEXT, BroadcastKind.TOPIC, BroadcastKind.BOOK)


class BroadcastState(StrEnum):
    """`waiting` for the secretary's word, `open` to be sent, `paused`, `recalled`, or `settled`: nothing left to do.

    `withdrawn`: what it says was taken out of the library.
    """

    WAITING = "waiting"
    OPEN = "open"
    PAUSED = "paused"
    RECALLED = "recalled"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class Broadcast(SQLModel, table=True):
    # One row per plan and occasion: whoever plans it second does nothing. Admins' broadcasts have neither.
    __table_args__ = (
        UniqueConstraint("plan_id", "occasion"),
        Index("ix_broadcast_state", "state", "show_until"),
        # What a member asked to be reminded of has no plan; its occasion names it.
        Index(
            "ix_broadcast_reminder",
            "occasion",
            unique=True,
            postgresql_where=text("kind = 'reminder'"),
            sqlite_where=text("kind = 'reminder'"),
        ),
        # One a week for each group: its occasion names both.
        Index(
            "ix_broadcast_invitation",
            "occasion",
            unique=True,
            postgresql_where=text("kind = 'invitation'"),
            sqlite_where=text("kind = 'invitation'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    occasion: str | None = Field(default=None, max_length=40)
    kind: BroadcastKind = Field(sa_type=choice(BroadcastKind))
    # What the words are made of when it is sent: the text, the topic's fields; never finished sentences of ours.
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Facts)
    branch_id: int = Field(foreign_key="branch.id", index=True)
    author_id: int | None = Field(default=None, foreign_key="member.id")
    # The topic or book of this firing: a plan's rotation is read from its earlier broadcasts.
    item_id: int | None = None
    # Whom it is for, see scheduler/audience.py.
    audience: dict[str, Any] = Field(default_factory=dict, sa_type=Facts)
    state: BroadcastState = Field(default=BroadcastState.OPEN, sa_type=choice(BroadcastState))
    created_at: datetime
    # Nothing is sent before it starts (the minute of grace), nothing by itself after `ring_until`, nothing at all
    # after `show_until`.
    starts_at: datetime
    ring_until: datetime
    show_until: datetime
    # Pushes exist for all members up to this id, for nudges up to this minute of their day; None once they all do. Not
    # 0 by default: a default would also replace the None of a broadcast that comes with its pushes.
    planned_to: int | None = None
