"""「意见 …」: reaches one named person, and whoever writes it knows whom before it is sent."""

from datetime import timedelta

from sqlmodel import Session, select

from bot.handlers.bind import YES
from bot.turn import Answer, Turn
from models import open_question
from models.follower import of_member
from models.member import Member, Status
from models.open_question import OpenQuestion
from models.role import RoleKind, holders
from scheduler.late_answer import owe_words

QUESTION = "opinion"

# Its reader may not write for a while.
SHOWN_FOR = timedelta(days=14)
LONGEST = 400


def propose(db: Session, turn: Turn) -> Answer:
    """Says who will read it and that they see the name; nothing is sent yet."""
    reader, text = reader_of(db, turn), turn.words.get("text", "").strip()
    if reader is None:
        return Answer(turn.say("opinion.nobody"))
    if not text:
        return Answer(turn.say("opinion.how", name=reader.name))
    if len(text) > LONGEST:
        return Answer(turn.say("opinion.long", limit=LONGEST))
    expires = turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)
    open_question.ask(db, turn.person.openid, QUESTION, {"text": text, "reader": reader.id}, expires)
    return Answer(turn.say("opinion.ask", name=reader.name), alone=True)


def confirmed(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer to that question: to the very person who was named, or to nobody."""
    if not YES.fullmatch(turn.words["text"]):
        return None
    open_question.close(db, turn.person.openid)
    reader = reader_of(db, turn)
    if reader is None or reader.id != question.facts["reader"]:
        return Answer(turn.say("opinion.nobody"))
    assert reader.id is not None
    told = turn.say("opinion.told", text=question.facts["text"])
    at = turn.means.hours.wakes_at(turn.now)
    owe_words(db, [reader.id], reader.branch_id, told, at, about=turn.person.member_id, shown_for=SHOWN_FOR)
    return Answer(turn.say("opinion.sent", name=reader.name))


def reader_of(db: Session, turn: Turn) -> Member | None:
    """Whom the organisation named for it, else the nearest secretary: somebody else, who is bound."""
    if named := turn.means.config.organisation.opinions_to:
        found = list(db.exec(select(Member).where(Member.name == named, Member.status != Status.INACTIVE)))
        readers = found if len(found) == 1 else []
    else:
        readers = holders(db, (RoleKind.SECRETARY,), turn.person.path, turn.today)
    others = [member for member in readers if member.id != turn.person.member_id]
    return next((member for member in others if _is_bound(db, member)), None)


def _is_bound(db: Session, member: Member) -> bool:
    follower = of_member(db, member.id or 0)
    return follower is not None and follower.agreed_at is not None
