"""「操作记录」: the last acts in an admin's part of the tree, in words: who, when, what, to whom."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, and_, col, not_, or_, select

from bot.handlers.library import administers_all
from bot.turn import Answer, Turn, Who, scope
from models.audit import Audit
from models.branch import Branch, within
from models.broadcast import Broadcast
from models.member import Member
from models.plan import Plan
from scheduler.calendar import Hours

SHOWN = 10
# So many are looked through at most: of the others somebody else has to be asked.
_LOOKED_AT = 200

# That somebody is erased is not to be remembered in a list.
_NOT_SHOWN = ("erase_own", "erase")


@dataclass(frozen=True, slots=True)
class _People:
    """Those whom the rows are about, each with the path of their place."""

    mine: str
    hours: Hours
    found: dict[int, tuple[Member, str]]

    def inside(self, member_id: int | None) -> bool:
        return member_id in self.found and within(self.found[member_id][1], self.mine)

    def name(self, member_id: int | None) -> str | None:
        return self.found[member_id][0].name if member_id in self.found else None

    def was_inside(self, row: Audit) -> bool:
        """Whether the subject is inside, and had come when it happened: what was before is their old branch's."""
        if row.subject_id not in self.found or not self.inside(row.subject_id):
            return False
        came = self.found[row.subject_id][0].arrived_on
        return came is None or self.hours.day(row.at) >= came


def latest(db: Session, turn: Turn) -> Answer:
    """Those whose subject, branch, broadcast or plans lie inside; who acted is named only if they do, too."""
    mine = scope(db, turn, Who.ADMIN)
    assert mine is not None, "the gate lets nobody but admins through"
    whole = administers_all(db, turn)
    rows = _candidates(db, turn, mine, whole=whole)
    people = _people(db, turn, mine, rows)
    found = [row for row in rows if whole or _is_inside(db, row, people)][:SHOWN]
    if not found:
        return Answer(turn.say("acts.none"))
    return Answer("\n".join([turn.say("acts.head"), *(_row(turn, row, people, whole=whole) for row in found)]))


def _candidates(db: Session, turn: Turn, mine: str, *, whole: bool) -> list[Audit]:
    query = select(Audit).where(col(Audit.action).not_in(_NOT_SHOWN))
    # Whom a greeting isn't sent to doesn't hear of it.
    about_me = and_(col(Audit.action) == "strike", col(Audit.subject_id) == turn.person.member_id)
    query = query.where(or_(col(Audit.subject_id).is_(None), not_(about_me)))
    if not whole:
        inside = select(Member.id).join(Branch, col(Branch.id) == Member.branch_id)
        inside = inside.where(col(Branch.path).startswith(mine))
        query = query.where(or_(col(Audit.member_id).in_(inside), col(Audit.subject_id).in_(inside)))
    return list(db.exec(query.order_by(col(Audit.at).desc(), col(Audit.id).desc()).limit(_LOOKED_AT)))


def _people(db: Session, turn: Turn, mine: str, rows: list[Audit]) -> _People:
    ids = {one for row in rows for one in (row.member_id, row.subject_id) if one is not None}
    query = select(Member, Branch.path).join(Branch, col(Branch.id) == Member.branch_id)
    found = db.exec(query.where(col(Member.id).in_(ids))).all()
    return _People(mine, turn.means.hours, {member.id or 0: (member, path) for member, path in found})


def _is_inside(db: Session, row: Audit, people: _People) -> bool:
    """Whether all that an act was about lies inside: somebody inside may have acted for a wider part."""
    if row.subject_id is not None:
        return people.was_inside(row)
    return bool(about := _paths(db, row.facts)) and all(within(path, people.mine) for path in about)


def _paths(db: Session, facts: dict[str, Any]) -> list[str]:
    """Where an act without a single subject took place; [] where that isn't known, or is everywhere."""
    if "branch" in facts:
        found = db.get(Branch, facts["branch"])
        return [found.path] if found else []
    if "plans" in facts:
        query = select(Branch.path).join(Plan, col(Plan.branch_id) == Branch.id)
        return list(db.exec(query.where(col(Plan.id).in_(facts["plans"]))))
    ids = facts.get("broadcasts") or [facts.get("broadcast")]
    found_ones = [db.get(Broadcast, one) for one in ids if one is not None]
    return [_place(db, one) for one in found_ones if one is not None]


def _place(db: Session, broadcast: Broadcast) -> str:
    """Where a broadcast goes: an audience has its node, a plan's firing its branch."""
    return str(broadcast.audience.get("within") or db.get_one(Branch, broadcast.branch_id).path)


def _row(turn: Turn, row: Audit, people: _People, *, whole: bool) -> str:
    if row.member_id is None:
        who = turn.say("acts.by_operator")
    else:
        known = whole or people.inside(row.member_id)
        who = (people.name(row.member_id) if known else None) or turn.say("acts.by_others")
    values = {"id": row.facts.get("broadcast") or row.facts.get("note") or row.facts.get("channel") or ""}
    values["count"] = row.facts.get("count") or row.facts.get("new") or 0
    subject = people.name(row.subject_id) or turn.say("acts.somebody")
    did = turn.say(f"acts.did_{row.action}", **{**values, "name": subject})
    when = turn.means.texts.moment(turn.means.local(row.at), turn.means.local(turn.now))
    return turn.say("acts.row", when=when, who=who, what=did)
