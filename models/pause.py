"""Pause: no push leaves for this sub-tree until an admin resumes."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, literal, select

from models.branch import Branch


class Pause(SQLModel, table=True):
    branch_id: int = Field(primary_key=True, foreign_key="branch.id")
    at: datetime
    by_member_id: int | None = Field(default=None, foreign_key="member.id")


def paused(db: Session, path: str) -> bool:
    """Whether the node at `path`, or one above it, is paused."""
    query = select(Pause.branch_id).join(Branch, col(Branch.id) == col(Pause.branch_id))
    return db.exec(query.where(literal(path).startswith(col(Branch.path)))).first() is not None
