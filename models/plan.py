"""Plan: what to push, to whom, when, again and again."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.database import choice


class PlanKind(StrEnum):
    TOPIC = "topic"
    BOOK = "book"
    BIRTHDAY = "birthday"
    BIRTHDAY_LIST = "birthday_list"
    NUDGE = "nudge"
    QUIZ = "quiz"
    PROBATION = "probation"


class Basis(StrEnum):
    """Why we may write to people at all: they asked for it, agreed to it, or it is part of the service."""

    ASKED = "asked"
    CONSENTED = "consented"
    SERVICE = "service"


class Plan(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("branch_id", "kind"), Index("ix_plan_due", "paused", "next_at"))

    id: int | None = Field(default=None, primary_key=True)
    branch_id: int = Field(foreign_key="branch.id")
    kind: PlanKind = Field(sa_type=choice(PlanKind))
    # RFC 5545 without DTSTART, times in the organisation's zone, e.g. "FREQ=DAILY;BYHOUR=7;BYMINUTE=40;BYSECOND=0".
    rrule: str = Field(max_length=200)
    starts_on: date
    # Birthdays that come on another day are then greeted on the next working day.
    workdays_only: bool = False
    # Whether a weekend that is worked in exchange for a holiday (调休) is a working day to this plan.
    on_makeup_days: bool = False
    basis: Basis = Field(default=Basis.CONSENTED, sa_type=choice(Basis))
    # Each firing waits for the secretary's 「可以」.
    needs_approval: bool = False
    paused: bool = False
    next_at: datetime | None = None
    # The last day that a firing has covered: nothing that comes once a day is left out or done twice by a change.
    covered_to: date | None = None
