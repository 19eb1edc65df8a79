"""Roles, rows with a beginning and an end, and participations beyond the home branch."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, or_
from sqlmodel import Field, Session, SQLModel, col, select

from models.branch import Branch
from models.database import choice
from models.member import Member, Status


class RoleKind(StrEnum):
    LEADER = "leader"
    SECRETARY = "secretary"
    ADMIN = "admin"


# Who may change things for others.
ADMINS = (RoleKind.SECRETARY, RoleKind.ADMIN)


class Role(SQLModel, table=True):
    """What a member may do, in the sub-tree of one branch, from `since` until the day before `until`."""

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    branch_id: int = Field(foreign_key="branch.id", index=True)
    kind: RoleKind = Field(sa_type=choice(RoleKind))
    since: date
    until: date | None = None


class Participation(SQLModel, table=True):
    """A place beside the home branch, a temporary branch for instance. Figures count at home only."""

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    branch_id: int = Field(foreign_key="branch.id", index=True)
    since: date
    until: date | None = None


class LastAdminError(Exception):
    """The branch would be left without anybody who can administer it."""


def roles_of(db: Session, member_id: int, today: date) -> list[tuple[RoleKind, str]]:
    """The roles a member holds today, each with the path of the sub-tree it is good for."""
    rows = db.exec(
        select(Role.kind, Branch.path)
        .join(Branch, col(Branch.id) == Role.branch_id)
        .where(Role.member_id == member_id, *in_force(today))
    )
    return [(RoleKind(kind), path) for kind, path in rows]


def holders(db: Session, kinds: tuple[RoleKind, ...], path: str, today: date) -> list[Member]:
    """The active members who hold one of these roles for the node at `path`, the nearest to it first."""
    rows = db.exec(
        select(Member, Branch.path)
        .join(Role, col(Role.member_id) == Member.id)
        .join(Branch, col(Branch.id) == Role.branch_id)
        .where(col(Role.kind).in_(kinds), Member.status != Status.INACTIVE, *in_force(today))
    )
    above = [(member, root) for member, root in rows if path.startswith(root)]
    return [member for member, _root in sorted(above, key=lambda pair: (-len(pair[1]), pair[0].id or 0))]


def end_roles(db: Session, member_id: int, today: date) -> None:
    """Ends every role of a member as of today.

    Raises `LastAdminError` if that leaves nobody to administer the whole tree.
    """
    if is_last_admin(db, member_id, today):
        raise LastAdminError
    for role in db.exec(select(Role).where(Role.member_id == member_id, *in_force(today))).all():
        role.until = today


def is_last_admin(db: Session, member_id: int, today: date) -> bool:
    """Whether nobody else could administer anything."""
    held = select(Role.id).where(Role.member_id == member_id, col(Role.kind).in_(ADMINS), *in_force(today))
    return db.exec(held).first() is not None and not _other_admins(db, member_id, today)


def _other_admins(db: Session, member_id: int, today: date) -> bool:
    query = (
        select(Role.id)
        .join(Member, col(Member.id) == Role.member_id)
        .where(col(Role.kind).in_(ADMINS), Role.member_id != member_id, Member.status != Status.INACTIVE)
        .where(*in_force(today))
    )
    return db.exec(query).first() is not None


def in_force(today: date) -> tuple[ColumnElement[bool], ...]:
    """That a role is held today; for queries on Role."""
    return (col(Role.since) <= today, or_(col(Role.until).is_(None), col(Role.until) > today))
