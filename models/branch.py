"""Branch: a node of the organisation's tree. A small group is a node too, below its branch."""

from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from models.database import choice


class BranchKind(StrEnum):
    BRANCH = "branch"
    GROUP = "group"


class Branch(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    parent_id: int | None = Field(default=None, foreign_key="branch.id", index=True)
    name: str = Field(max_length=80)
    kind: BranchKind = Field(default=BranchKind.BRANCH, sa_type=choice(BranchKind))
    # The ids from the root to this node, "/1/4/": a sub-tree is one prefix, so scope costs one comparison.
    path: str = Field(default="", index=True)


def within(path: str, root: str) -> bool:
    """Whether the node at `path` lies in the sub-tree that begins at `root`, itself included."""
    return path.startswith(root)


def plant(db: Session, name: str, parent: Branch | None = None, kind: BranchKind = BranchKind.BRANCH) -> Branch:
    """The node of that name below `parent`, made if it isn't there."""
    parent_id = parent.id if parent else None
    found = db.exec(select(Branch).where(Branch.parent_id == parent_id, Branch.name == name)).first()
    if found:
        return found
    branch = Branch(parent_id=parent_id, name=name, kind=kind)
    db.add(branch)
    db.flush()
    branch.path = f"{parent.path if parent else '/'}{branch.id}/"
    db.flush()
    return branch


def home_branch(db: Session, node: Branch) -> Branch:
    """The branch that a node belongs to: itself, or the first branch above a group."""
    while node.kind == BranchKind.GROUP and node.parent_id:
        node = db.get_one(Branch, node.parent_id)
    return node


def subtree(db: Session, root: str) -> list[Branch]:
    """The nodes of a sub-tree, parents before children."""
    return list(db.exec(select(Branch).where(col(Branch.path).startswith(root)).order_by(col(Branch.path))))
