"""「关闭减负 〈文号〉」, 「同意关闭减负」, 「恢复减负」: off by two admins of the whole, on again by one."""

import re

from sqlmodel import Session

from bot import choices
from bot.handlers.bind import YES
from bot.handlers.broadcast import root_of
from bot.handlers.library import administers_all
from bot.turn import Answer, Turn
from models import open_question, relief
from models.audit import note
from models.branch import Branch
from models.member import Member
from models.open_question import OpenQuestion
from models.relief import Relief
from models.role import ADMINS, roles_of

QUESTION = "relief"
# Every document has a number, with a year in it.
_NUMBERED = re.compile(r".*\d.*", re.DOTALL)
_LONGEST = 60


def ask(db: Session, turn: Turn) -> Answer:
    """The first of the two: nothing changes yet."""
    if refusal := _refusal(db, turn):
        return refusal
    document = turn.words["text"]
    if not _NUMBERED.fullmatch(document) or len(document) > _LONGEST:
        return Answer(turn.say("relief.document_unclear", limit=_LONGEST))
    assert turn.person.member_id is not None, "the gate lets nobody but admins through"
    by, root = turn.person.member_id, root_of(db, turn)
    assert root.id is not None
    found = relief.current(db)
    if found and not found.agreed_at and found.asked_by in (by, None):
        # Whoever asked may write the number anew.
        relief.end(db.connection(), turn.now)
    if not relief.ask(db.connection(), branch_id=root.id, document=document, by=by, now=turn.now):
        found = relief.current(db)
        return Answer(turn.say("relief.off_before" if found and found.agreed_at else "relief.asked_before"))
    note(db, "relief_ask", at=turn.now, by=by, branch=root.id)
    return Answer(turn.say("relief.asked", document=document))


def agree(db: Session, turn: Turn) -> Answer:
    """The second is shown what they agree to, and asked."""
    found = _waiting(db, turn)
    if isinstance(found, Answer):
        return found
    open_question.ask(db, turn.person.openid, QUESTION, {"relief": found.id}, choices.expires(turn))
    asker = db.get_one(Member, found.asked_by)
    date = turn.means.texts.date(turn.means.hours.day(found.asked_at), turn.today)
    return Answer(turn.say("relief.ask", asker=asker.name, date=date, document=found.document), alone=True)


def agreed(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer to that question: everything is looked at once more."""
    if not YES.fullmatch(turn.words["text"]):
        return None
    open_question.close(db, turn.person.openid)
    found = _waiting(db, turn)
    if isinstance(found, Answer):
        return found
    assert found.id is not None
    assert turn.person.member_id is not None, "the gate lets nobody but admins through"
    shown = found.id == question.facts["relief"]
    if not shown or not relief.agree(db.connection(), found.id, turn.person.member_id, turn.now):
        return Answer(turn.say("relief.changed"))
    note(db, "relief_off", at=turn.now, by=turn.person.member_id, branch=found.branch_id)
    return Answer(turn.say("relief.off", document=found.document))


def switch_on(db: Session, turn: Turn) -> Answer:
    """On again at once, by one alone; what is only asked for is taken back."""
    if not administers_all(db, turn):
        return Answer(turn.say("relief.not_all"))
    if not relief.end(db.connection(), turn.now):
        return Answer(turn.say("relief.on_before"))
    note(db, "relief_on", at=turn.now, by=turn.person.member_id, branch=root_of(db, turn).id)
    return Answer(turn.say("relief.on"))


def _refusal(db: Session, turn: Turn) -> Answer | None:
    if not administers_all(db, turn):
        return Answer(turn.say("relief.not_all"))
    return Answer(turn.say("relief.not_allowed")) if turn.means.config.relief.enabled else None


def _waiting(db: Session, turn: Turn) -> Relief | Answer:
    """What the writer may agree to; else why not."""
    if refusal := _refusal(db, turn):
        return refusal
    found = relief.current(db)
    if found is None or not _still_asks(db, turn, found):
        return Answer(turn.say("relief.nothing_asked"))
    if found.agreed_at:
        return Answer(turn.say("relief.off_before"))
    return Answer(turn.say("relief.somebody_else")) if found.asked_by == turn.person.member_id else found


def _still_asks(db: Session, turn: Turn, found: Relief) -> bool:
    """Whether whoever asked is still an admin of the whole."""
    top = db.get_one(Branch, found.branch_id).path
    held = roles_of(db, found.asked_by, turn.today) if found.asked_by else []
    return any(kind in ADMINS and path == top for kind, path in held)
