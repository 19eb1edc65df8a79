"""Finding the one person a leader or an admin means, inside their part of the tree."""

from datetime import date

from sqlmodel import Session

from bot.turn import Answer, Turn, Who, scope
from models.branch import Branch, within
from models.member import Member, named
from models.role import roles_of


def find_one(db: Session, turn: Turn, wanted: str, who: Who, *, or_inactive: bool = False) -> Member | Answer:
    """The member of that name, or what to say when there is none, or several, or only one elsewhere in the tree.

    `wanted` is a name, and the group behind it where several people have the name: 「张三 第二小组」. With
    `or_inactive` someone who is inactive is found where nobody else has the name.
    """
    name, _, group = wanted.partition(" ")
    mine = scope(db, turn, who)
    found = named(db, name, mine) if mine else []
    if mine and or_inactive and not found:
        found = named(db, name, mine, inactive=True)
    groups = {member.id: db.get_one(Branch, member.branch_id).name for member in found}
    if group:
        found = [member for member in found if groups[member.id] == group]
    if len(found) == 1:
        return found[0]
    if found:
        rows = [turn.say("people.several_row", name=name, group=groups[member.id]) for member in found]
        return Answer(turn.say("people.several", name=name, list="、".join(rows)))
    # Whether someone of that name exists outside one's own part of the tree is nobody's business.
    return Answer(turn.say("people.unknown", name=name))


def all_of(db: Session, turn: Turn, wanted: str, who: Who) -> list[Member]:
    """Everybody of that name in the writer's part of the tree, those who are inactive only where there is nobody else.

    `wanted` may have the group behind the name.
    """
    name, _, group = wanted.partition(" ")
    mine = scope(db, turn, who)
    if mine is None:
        return []
    found = named(db, name, mine) or named(db, name, mine, inactive=True)
    return [member for member in found if not group or db.get_one(Branch, member.branch_id).name == group]


def may_see(db: Session, turn: Turn, member: Member, who: Who) -> bool:
    """Whether this member is still in the part of the tree in which the writer holds such a role."""
    mine = scope(db, turn, who)
    return mine is not None and within(db.get_one(Branch, member.branch_id).path, mine)


def leads(db: Session, member: Member, today: date) -> bool:
    """Whether this member holds any role today."""
    assert member.id is not None
    return bool(roles_of(db, member.id, today))
