"""Help, 「看」 and 「取消」."""

from sqlmodel import Session

from bot.handlers.library import administers_all
from bot.offers.likeliest import tap
from bot.turn import Answer, Turn, Who, highest
from models import open_question
from models.remainder import Remainder


def show_help(db: Session, turn: Turn) -> Answer:
    """What this person can write, by what they are."""
    if turn.person.agreed_at is None:
        return Answer(turn.say("follow.greeting"), alone=True)
    if not turn.person.is_member:
        return Answer(turn.say("help.not_bound"), alone=True)
    who, parts = highest(db, turn), ["help.member"]
    if who >= Who.LEADER:
        parts += ["help.leader", "help.group"]
    if who >= Who.ADMIN:
        parts += ["help.secretary", "help.admin", "help.roster", "help.care"]
    if administers_all(db, turn):
        parts.append("help.library")
    taps = turn.say("help.taps", list="、".join(tap(says) for says in _likeliest(turn, who)))
    return Answer("\n\n".join([taps, *(turn.say(part).strip() for part in parts)]))


def _likeliest(turn: Turn, who: Who) -> tuple[str, ...]:
    """What most people want who ask for help: with the day's study done, to look back at it."""
    last = {Who.LEADER: "谁收不到", Who.ADMIN: "接下来"}.get(who, "我的设置")
    return ("我的打卡" if turn.person.checked_in else "打卡", "今日学习", last)


def cancel(db: Session, turn: Turn) -> Answer:
    """「取消」 ends the open question."""
    closed = open_question.close(db, turn.person.openid)
    return Answer(turn.say("common.cancelled" if closed else "common.nothing_to_cancel"))


def show_more(db: Session, turn: Turn) -> Answer:
    """「看」: the rest of a long text, else the next push that waits."""
    rest = db.get(Remainder, turn.person.openid)
    if rest is None:
        return Answer(turn.say("common.nothing_more"), shows_next=True)
    db.delete(rest)
    return Answer(rest.text, alone=True)
