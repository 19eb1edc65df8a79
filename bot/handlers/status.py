"""「查 〈姓名〉」: where somebody is on the roster, whether a message reaches them now, and what to do if not.

Nothing of what they do: no check-ins, and none of their own settings. To a leader whoever is inactive looks like
whoever left.
"""

from datetime import date

from sqlmodel import Session

from bot.handlers import people
from bot.handlers.why import asker_over
from bot.turn import Answer, Turn, Who
from models.branch import Branch
from models.follower import of_member
from models.member import Member
from models.role import roles_of
from scheduler.cause import Asker, Cause
from scheduler.explain import Asking
from scheduler.unreachable import why_unreachable

# Of somebody whom nothing reaches these say why; whether they are bound isn't told on top of it.
_UNTOLD = frozenset({Cause.NO_WECHAT, Cause.NOT_BOUND, Cause.NOT_FOLLOWING, Cause.NOT_BY_STATUS})


def look_up(db: Session, turn: Turn) -> Answer:
    """Of the one of that name."""
    member = people.find_one(db, turn, Who.LEADER, "status", or_inactive=True)
    return member if isinstance(member, Answer) else _shown(db, turn, member)


def _shown(db: Session, turn: Turn, member: Member) -> Answer:
    assert member.id is not None
    branch = db.get_one(Branch, member.branch_id)
    asker = asker_over(db, turn, branch.path)
    cause = why_unreachable(db, member.id, Asking(asker, turn.means.account, turn.means.rules, turn.now))
    lines = [_place(db, turn, member, branch, asker), *_bound(db, turn, member.id, cause), _reach(turn, member, cause)]
    return Answer("\n".join(lines))


def _place(db: Session, turn: Turn, member: Member, branch: Branch, asker: Asker) -> str:
    assert member.id is not None
    parts = [turn.say("status.place", name=member.name, group=branch.name)]
    kinds = {kind for kind, root in roles_of(db, member.id, turn.today) if branch.path.startswith(root)}
    parts += [turn.say(f"status.role_{kind}") for kind in sorted(kinds)]
    if asker is not Asker.LEADER:
        parts.append(turn.say(f"status.is_{member.status}"))
    if member.arrived_on is not None:
        parts.append(turn.say("status.since", date=_date(turn, member.arrived_on)))
    return "，".join(parts) + "。"


def _bound(db: Session, turn: Turn, member_id: int, cause: Cause | None) -> list[str]:
    follower = None if cause in _UNTOLD else of_member(db, member_id)
    if follower is None or follower.bound_at is None:
        return []
    return [turn.say("status.bound", date=_date(turn, turn.means.hours.day(follower.bound_at)))]


def _reach(turn: Turn, member: Member, cause: Cause | None) -> str:
    if cause is None:
        return turn.say("status.reached")
    if cause is Cause.NOT_BY_STATUS:
        return turn.say("status.inactive", name=member.name)
    what, remedy = turn.say(f"unreachable.why_{cause}"), turn.say(f"unreachable.do_{cause}")
    return turn.say("status.unreached", what=what, remedy=remedy)


def _date(turn: Turn, day: date) -> str:
    return turn.say("status.date", year=day.year, month=day.month, day=day.day)
