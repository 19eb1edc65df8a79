"""「心得 …」: a member's own notes: writing, changing, sharing and withdrawing them."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from bot import likeness, notes
from bot.handlers.bind import YES
from bot.notes import Author, Verdict
from bot.turn import Answer, Turn
from models import consent, note, open_question
from models.consent import Purpose
from models.note import Note
from models.open_question import OpenQuestion
from scheduler import news

# A text that waits for more words or for 「还是保存」; and the questions before a note's words, or all of it, are lost.
QUESTION, CHANGE, WITHDRAW = "note", "note_change", "note_withdraw"


def author(db: Session, turn: Turn) -> Author:
    """The writer of this message as an author of notes."""
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    assert turn.person.branch_id is not None, "every member has a place in the tree"
    return notes.author_of(db, turn.person.member_id, turn.person.branch_id)


def page_link(turn: Turn, page: str = "") -> str:
    """Where this member reads or writes notes in a browser; "" where there is no public address."""
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    base = turn.means.config.server.public_url
    return notes.page_link(base, turn.means.secret, turn.person.member_id, turn.now, page) if base else ""


def how(db: Session, turn: Turn) -> Answer:
    """「心得」 alone: how to write one."""
    lines = [turn.say("notes.how", count=turn.means.config.limits.note_characters)]
    if link := page_link(turn, notes.WRITE):
        lines.append(turn.say("notes.how_page", link=link))
    return Answer("\n".join(lines))


def write(db: Session, turn: Turn) -> Answer:
    """「心得 〈正文〉」."""
    return _weighed(db, turn, turn.words["text"])


def change(db: Session, turn: Turn) -> Answer:
    """「改心得 3 〈正文〉」: other words for the same note; shows the old ones first, since they are lost by it."""
    if "id" not in turn.words or "text" not in turn.words:
        return Answer(turn.say("notes.how_change"))
    mine = _own(db, turn)
    return mine if isinstance(mine, Answer) else _weighed(db, turn, turn.words["text"], mine.id)


def _weighed(db: Session, turn: Turn, text: str, note_id: int | None = None) -> Answer:
    """Keeps a text, unless it is too short or too long, or its author is to be asked first."""
    by, fewest = author(db, turn), turn.means.config.limits.note_characters
    found = notes.verdict(db, by, text, fewest)
    if found is None:
        return _kept(db, turn, by, text, note_id)
    if found is Verdict.LONG:
        return Answer(turn.say("notes.long", most=notes.MOST, have=len(text)))
    _ask(db, turn, QUESTION, {"text": text, "id": note_id, "why": found.value})
    return Answer(turn.say(f"notes.{found.value}", count=fewest, have=likeness.length(text)), alone=True)


def _ask(db: Session, turn: Turn, kind: str, facts: dict[str, Any]) -> None:
    expires = turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)
    open_question.ask(db, turn.person.openid, kind, facts, expires)


def _kept(db: Session, turn: Turn, by: Author, text: str, note_id: int | None) -> Answer:
    """Keeps a text that nothing stands in the way of; as other words of a note only once its author has agreed."""
    mine = note.own(db, by.member_id, note_id) if note_id is not None else None
    if mine is None:
        return Answer(turn.say("notes.saved", id=notes.keep(db, by, text, turn.now).id))
    _ask(db, turn, CHANGE, {"text": text, "id": note_id})
    return Answer(turn.say("notes.change", id=note_id, text=notes.excerpt(mine.text)), alone=True)


def changed(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer to that question; where the note is shared, its new words are."""
    if not YES.fullmatch(turn.words["text"]):
        return None
    by, text, note_id = author(db, turn), question.facts["text"], question.facts["id"]
    open_question.close(db, turn.person.openid)
    kept = notes.keep(db, by, text, turn.now, note_id)
    if kept.id != note_id:
        return Answer(turn.say("notes.saved", id=kept.id))
    shared = kept.id in note.standing(db, by.member_id)
    return Answer(turn.say("notes.changed_shared" if shared else "notes.changed", id=kept.id))


def go_on(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """More words for a text that waits: they go below it. With words of its author's own it is kept unasked."""
    facts, said = question.facts, turn.words["text"]
    if facts["why"] == Verdict.NEAR and likeness.length(said) < notes.FEWEST_ADDED:
        return Answer(turn.say("notes.near"), alone=True)
    text = f"{facts['text']}\n{said}"
    if facts["why"] == Verdict.SHORT or len(text) > notes.MOST:
        open_question.close(db, turn.person.openid)
        return _weighed(db, turn, text, facts["id"])
    open_question.close(db, turn.person.openid)
    return _kept(db, turn, author(db, turn), text, facts["id"])


def keep_anyway(db: Session, turn: Turn) -> Answer:
    """「还是保存」: as it was written; also when the time for more words is over, as long as the text is there."""
    question = db.get(OpenQuestion, turn.person.openid)
    if question is None or question.kind != QUESTION or question.facts["why"] != Verdict.NEAR:
        return Answer(turn.say("notes.nothing_waits"))
    text, note_id = question.facts["text"], question.facts["id"]
    open_question.close(db, turn.person.openid)
    return _kept(db, turn, author(db, turn), text, note_id)


def withdraw(db: Session, turn: Turn) -> Answer:
    """「撤回心得 3」: asks first, since nothing of it comes back."""
    mine = _own(db, turn)
    if isinstance(mine, Answer):
        return mine
    _ask(db, turn, WITHDRAW, {"id": mine.id})
    return Answer(turn.say("notes.withdraw", id=mine.id, text=notes.excerpt(mine.text)), alone=True)


def withdrawn(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer to that question."""
    if not YES.fullmatch(turn.words["text"]):
        return None
    open_question.close(db, turn.person.openid)
    by, note_id = author(db, turn).member_id, question.facts["id"]
    mine = note.own(db, by, note_id)
    if mine is None:
        return Answer(turn.say("notes.unknown", id=note_id))
    db.delete(mine)
    news.seen(db, by, note_id)
    return Answer(turn.say("notes.withdrawn", id=note_id))


def share(db: Session, turn: Turn) -> Answer:
    """「分享心得 3」, without a number the latest one."""
    mine = _own(db, turn)
    if isinstance(mine, Answer):
        return mine
    by = author(db, turn)
    if mine.taken_off:
        return Answer(turn.say("notes.must_change", id=mine.id, reason=mine.taken_off))
    if mine.id in note.standing(db, by.member_id):
        return Answer(turn.say("notes.shared_before", id=mine.id))
    note.share(db, mine, by.home, turn.now)
    signed = consent.current(db, by.member_id, Purpose.SHARING)
    return Answer(turn.say("notes.shared" if signed else "notes.shared_unsigned", id=mine.id))


def unshare(db: Session, turn: Turn) -> Answer:
    """「不再分享 3」; without a number, the one that is shared."""
    if "id" in turn.words:
        mine = _own(db, turn)
    else:
        shared = sorted(note.standing(db, author(db, turn).member_id))
        if len(shared) > 1:
            numbers = "、".join(map(str, shared))
            return Answer(turn.say("notes.unshared_which", list=numbers, id=shared[-1]))
        mine = db.get_one(Note, shared[0]) if shared else Answer(turn.say("notes.unshared_none"))
    if isinstance(mine, Answer):
        return mine
    was_shared, mine.shared_at = mine.shared_at is not None, None
    return Answer(turn.say("notes.unshared" if was_shared else "notes.unshared_before", id=mine.id))


def _own(db: Session, turn: Turn) -> Note | Answer:
    """The writer's note of the number they wrote, or their latest; else what to say."""
    by = author(db, turn).member_id
    if "id" in turn.words:
        number = int(turn.words["id"])
        return note.own(db, by, number) or Answer(turn.say("notes.unknown", id=number))
    latest = note.written_by(db, by, count=1)
    return latest[0] if latest else Answer(turn.say("notes.none_own"))
