"""Departure: a keyed digest of the openid of someone who left, so that a new follow can offer the old place."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Departure(SQLModel, table=True):
    openid_digest: str = Field(primary_key=True, max_length=64)
    member_id: int = Field(foreign_key="member.id", index=True)
    left_at: datetime
