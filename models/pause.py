"""Pause: no push leaves for this sub-tree until an admin resumes."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Pause(SQLModel, table=True):
    branch_id: int = Field(primary_key=True, foreign_key="branch.id")
    at: datetime
    by_member_id: int | None = Field(default=None, foreign_key="member.id")
