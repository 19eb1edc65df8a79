"""What people add to a political birthday: the words they reply, and whom the secretary struck from a list."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel


class BirthdayWords(SQLModel, table=True):
    """The few words a member replied after the greeting."""

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    at: datetime
    words: str


class BirthdayStrike(SQLModel, table=True):
    """This member gets no greeting on this day; nobody is told."""

    member_id: int = Field(primary_key=True, foreign_key="member.id")
    day: date = Field(primary_key=True)
    by_member_id: int | None = Field(default=None, foreign_key="member.id")
