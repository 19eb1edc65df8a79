"""Finding the one person a leader or an admin means, inside their part of the tree."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from bot import choices
from bot.turn import Answer, Turn, Who, scope
from models.branch import Branch, within
from models.member import Member, mentioned, named
from models.role import roles_of

# Which of several was meant; the answer is taken by `which`.
QUESTION = "which_person"
# The word of a turn that holds the id of the one who was chosen.
CHOSEN = "member_id"


def find_one(db: Session, turn: Turn, who: Who, then: str, *, or_inactive: bool = False) -> Member | Answer:
    """The member whom the turn names, or what to say: that there is none, or the question which of several.

    The name may have the group behind it: 「张三 第二小组」. `then` is the line of `which.COMMANDS` that goes on once
    the question is answered. With `or_inactive` someone who is inactive is found where nobody else has the name.
    """
    if or_inactive:
        return pick(db, turn, all_of(db, turn, turn.words["name"], who), then)
    mine = scope(db, turn, who)
    return pick(db, turn, _named(db, turn.words["name"], mine) if mine else [], then)


def pick(
    db: Session, turn: Turn, found: Sequence[Member], then: str, shown: Sequence[str] | None = None
) -> Member | Answer:
    """The only one of those who have the name, or the one who was chosen of them, or what to say.

    `shown` is how each is told from the others; else by their place.
    """
    name = turn.words["name"].partition(" ")[0]
    if chosen := turn.words.get(CHOSEN):
        # Looked for again among those who may be meant: much may have changed since the question.
        found = [member for member in found if str(member.id) == chosen]
    if len(found) == 1:
        return found[0]
    if not found:
        # Whether someone of that name exists outside one's own part of the tree is nobody's business.
        return Answer(turn.say("people.unknown", name=name))
    head = turn.say("people.which", name=name, count=len(found))
    ids = [member.id for member in found]
    rows = list(zip(shown or _told_apart(db, turn, found), ids, strict=True))[: choices.MOST]
    return choices.ask(db, turn, QUESTION, head, rows, then=then, words=dict(turn.words))


def _named(db: Session, wanted: str, mine: str, *, inactive: bool = False) -> list[Member]:
    name, _, group = wanted.partition(" ")
    found = named(db, name, mine, inactive=inactive)
    return [member for member in found if not group or db.get_one(Branch, member.branch_id).name == group]


def _told_apart(db: Session, turn: Turn, found: Sequence[Member]) -> list[str]:
    """Where each belongs, with the node above it where that is the same, and where that is, too, as the roster does."""
    homes = [db.get_one(Branch, member.branch_id) for member in found]
    shown = [home.name for home in homes]
    if len(set(shown)) < len({home.id for home in homes}):
        above = [db.get(Branch, home.parent_id) if home.parent_id else None for home in homes]
        shown = [f"{up.name}/{home.name}" if up else home.name for home, up in zip(homes, above, strict=True)]
    times = Counter(shown)
    pairs = zip(shown, found, strict=True)
    return [_as_twin(turn, group, member) if times[group] > 1 else group for group, member in pairs]


def _as_twin(turn: Turn, group: str, member: Member) -> str:
    """By what the roster holds for nothing else, and no more of it than is needed."""
    if member.mobile:
        return turn.say("people.which_mobile", group=group, digits=member.mobile[-4:])
    return turn.say("people.which_born", group=group, year=member.born_on.year) if member.born_on else group


def all_of(db: Session, turn: Turn, wanted: str, who: Who) -> list[Member]:
    """Everybody of that name in the writer's part of the tree, those who are inactive only where there is nobody else.

    `wanted` may have the group behind the name.
    """
    mine = scope(db, turn, who)
    return _named(db, wanted, mine) or _named(db, wanted, mine, inactive=True) if mine else []


def spoken_of(db: Session, turn: Turn) -> str:
    """The one of the writer's people whose name stands in the message; "" for none, or several."""
    mine = scope(db, turn, Who.LEADER)
    names = mentioned(db, turn.inbound.text, mine) if mine else set()
    return names.pop() if len(names) == 1 else ""


def inactive_of(db: Session, turn: Turn, who: Who) -> list[Member]:
    """Those of the name that the turn has who are inactive."""
    mine = scope(db, turn, who)
    return _named(db, turn.words["name"], mine, inactive=True) if mine else []


def may_see(db: Session, turn: Turn, member: Member, who: Who) -> bool:
    """Whether this member is still in the part of the tree in which the writer holds such a role."""
    mine = scope(db, turn, who)
    return mine is not None and within(db.get_one(Branch, member.branch_id).path, mine)


def leads(db: Session, member: Member, today: date) -> bool:
    """Whether this member holds any role today."""
    assert member.id is not None
    return bool(roles_of(db, member.id, today))
