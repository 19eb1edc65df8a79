"""「心得墙」「我的心得」: reading notes, thanking for them and writing about them; and taking one off the wall."""

from collections.abc import Sequence

from sqlmodel import Session

from bot import notes
from bot.handlers.note import author, page_link
from bot.turn import Answer, Turn, Who, scope
from models import audit, note
from models.member import Member
from models.note import Note
from scheduler import news
from scheduler.late_answer import owe_words

# What fits one screen; a reason is one sentence.
PAGE, MOST_IN_REASON = 5, 100


def show_wall(db: Session, turn: Turn) -> Answer:
    """「心得墙」, 「心得墙 2」: what was shared last in the writer's branch."""
    root, first = author(db, turn).home.path, _first(turn)
    found, count = note.wall(db, root, first, PAGE), note.wall_size(db, root)
    if not found:
        return Answer(turn.say("notes.wall_end" if count else "notes.wall_empty"))
    lines = [turn.say("notes.wall_head", count=count)]
    lines += [
        turn.say(
            "notes.wall_row", id=one.id, name=_signed(turn, name), date=_date(turn, one), text=notes.excerpt(one.text)
        )
        for one, name in found
    ]
    lines.append(turn.say("notes.wall_foot"))
    if count > first + PAGE:
        lines.append(turn.say("notes.wall_next", page=first // PAGE + 2))
    if link := page_link(turn):
        lines.append(turn.say("notes.wall_page", link=link))
    return Answer("\n".join(lines))


def show_mine(db: Session, turn: Turn) -> Answer:
    """「我的心得」, 「我的心得 2」: the writer's own, with how many said thanks."""
    by, first = author(db, turn).member_id, _first(turn)
    found, count = note.written_by(db, by, first, PAGE), note.count_by(db, by)
    if not found:
        return Answer(turn.say("notes.wall_end" if count else "notes.none_own"))
    states = _states(db, turn, by, found)
    lines = [turn.say("notes.mine_head", count=count)]
    lines += [
        turn.say("notes.mine_row", id=one.id, date=_date(turn, one), state=state, text=notes.excerpt(one.text))
        for one, state in zip(found, states, strict=True)
    ]
    lines.append(turn.say("notes.mine_foot"))
    if count > first + PAGE:
        lines.append(turn.say("notes.mine_next", page=first // PAGE + 2))
    return Answer("\n".join(lines))


def read(db: Session, turn: Turn) -> Answer:
    """「心得 3」: one note whole, with what was written about it."""
    by, number = author(db, turn), int(turn.words["id"])
    if mine := note.own(db, by.member_id, number):
        (state,) = _states(db, turn, by.member_id, [mine])
        head = turn.say("notes.read_own_head", id=number, date=_date(turn, mine), state=state)
        return Answer(_whole(db, turn, mine, head))
    found = note.on_wall(db, by.home.path, number)
    if found is None:
        return Answer(turn.say("notes.unknown", id=number))
    one, name = found
    head = turn.say("notes.read_head", id=number, name=_signed(turn, name), date=_date(turn, one))
    return Answer(_whole(db, turn, one, head))


def _whole(db: Session, turn: Turn, one: Note, head: str) -> str:
    said = [
        turn.say("notes.comment_row", name=_signed(turn, name), text=text)
        for name, text in note.comments(db, int(turn.words["id"]))
    ]
    return "\n".join([head, one.text, *([turn.say("notes.comments_head"), *said] if said else [])])


def thank(db: Session, turn: Turn) -> Answer:
    """「谢谢 3」: once; its author alone sees how many."""
    found = _theirs(db, turn)
    if isinstance(found, Answer):
        return found
    one, name = found
    by = author(db, turn).member_id
    if one.member_id == by:
        return Answer(turn.say("notes.thanked_own", id=one.id))
    key = "notes.thanked" if notes.thank(db, one, by, turn.now) else "notes.thanked_before"
    return Answer(turn.say(key, name=_signed(turn, name), id=one.id))


def comment(db: Session, turn: Turn) -> Answer:
    """「评 3 〈几句话〉」: its author and the wall see it."""
    found, said = _theirs(db, turn), turn.words.get("text", "")
    if isinstance(found, Answer):
        return found
    one, name = found
    if not said:
        return Answer(turn.say("notes.comment_empty", id=one.id))
    if len(said) > notes.MOST_IN_COMMENT:
        return Answer(turn.say("notes.comment_long", most=notes.MOST_IN_COMMENT, have=len(said)))
    notes.comment(db, one, author(db, turn), said, turn.now)
    return Answer(turn.say("notes.commented", name=_signed(turn, name), id=one.id))


def remove_comment(db: Session, turn: Turn) -> Answer:
    """「撤回评论 3」: what the writer said last about that note; told whole, so that it can be said again."""
    number = int(turn.words["id"])
    last = note.last_comment(db, number, author(db, turn).member_id)
    if last is None:
        return Answer(turn.say("notes.comment_none", id=number))
    db.delete(last)
    return Answer(turn.say("notes.comment_gone", id=number, text=last.text))


def take_off(db: Session, turn: Turn) -> Answer:
    """「撤下心得 3 〈原因〉」: a leader takes a note off the wall; its author keeps it, and reads the reason."""
    number, reason, mine = int(turn.words["id"]), turn.words.get("reason", ""), scope(db, turn, Who.LEADER)
    assert mine is not None, "the gate lets nobody but leaders through"
    found = note.governed(db, mine, number)
    if found is None:
        return Answer(turn.say("notes.not_on_wall", id=number))
    if not reason:
        return Answer(turn.say("notes.take_off_reason", id=number))
    if len(reason) > MOST_IN_REASON:
        return Answer(turn.say("notes.reason_long", most=MOST_IN_REASON, have=len(reason)))
    one, name = found
    one.shared_at, one.taken_off = None, reason
    facts = {"note": number, "reason": reason}
    audit.note(db, "take_off_note", at=turn.now, by=turn.person.member_id, member=one.member_id, **facts)
    told = turn.say("notes.told_off", id=number, reason=reason)
    owe_words(db, [one.member_id], db.get_one(Member, one.member_id).branch_id, told, turn.now)
    return Answer(turn.say("notes.taken_off", id=number, name=name))


def _theirs(db: Session, turn: Turn) -> note.Read | Answer:
    """The note of the number that was written, if it stands on the writer's wall; else what to say."""
    number = int(turn.words["id"])
    return note.on_wall(db, author(db, turn).home.path, number) or Answer(turn.say("notes.unknown", id=number))


def _states(db: Session, turn: Turn, by: int, found: Sequence[Note]) -> list[str]:
    """What each of the writer's own notes is, and who was glad of it; having read that, it is no news any more."""
    ids = [one.id for one in found if one.id is not None]
    shared, thanks, comments = note.standing(db, by), note.thanks_for(db, ids), note.comments_for(db, ids)
    states = []
    for number, one in zip(ids, found, strict=True):
        parts = ["shared" if number in shared else "off" if one.taken_off else "own"]
        parts += ["thanks"] * (number in thanks) + ["comments"] * (number in comments)
        values = {"thanks": thanks.get(number, 0), "comments": comments.get(number, 0)}
        states.append("，".join(turn.say(f"notes.state_{part}", **values) for part in parts))
        news.seen(db, by, number)
    return states


def _signed(turn: Turn, name: str | None) -> str:
    return notes.signed(turn.means.texts, name)


def _first(turn: Turn) -> int:
    return (max(1, int(turn.words.get("page", "1"))) - 1) * PAGE


def _date(turn: Turn, one: Note) -> str:
    return turn.means.texts.date(turn.means.hours.day(one.shared_at or one.at), turn.today)
