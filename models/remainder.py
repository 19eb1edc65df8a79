"""Remainder: the rest of a text that was too long for one reply, shown by 「看」."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Remainder(SQLModel, table=True):
    openid: str = Field(primary_key=True, max_length=64, foreign_key="follower.openid")
    text: str
    at: datetime
