"""What a member agreed to, purpose by purpose: seen, agreed to, taken back."""

from datetime import timedelta

from sqlmodel import Session

from bot import renewal
from bot.turn import Answer, Turn
from models import consent, keepsake, leaving, open_question, owed
from models.broadcast import BroadcastKind
from models.consent import Consent, Purpose
from models.follower import Follower
from models.member import Member

QUESTION = "leave"

_WORDS = {
    **dict.fromkeys(("使用", "服务"), Purpose.SERVICE),
    **dict.fromkeys(("祝贺", "敏感信息"), Purpose.SENSITIVE),
    **dict.fromkeys(("署名", "写名字"), Purpose.SHARING),
    **dict.fromkeys(("留存", "图片", "语音", "图片和语音"), Purpose.KEEPSAKES),
}
WORDS = "|".join(sorted(_WORDS, key=len, reverse=True))


def show(db: Session, turn: Turn) -> Answer:
    """「我的同意」: each purpose, since when and in which wording."""
    lines = [_shown(db, turn, purpose) for purpose in Purpose]
    return Answer("\n".join([*lines, turn.say("consent.foot")]))


def _shown(db: Session, turn: Turn, purpose: Purpose) -> str:
    given = consent.current(db, _member_id(turn), purpose)
    if given is None:
        return turn.say("consent.row_none", **renewal.named(turn, purpose))
    date = turn.means.texts.date(turn.means.hours.day(given.agreed_at), turn.today)
    newer = given.version != renewal.version(turn.means.texts, purpose)
    key = "consent.row_older" if newer else "consent.row_given"
    return turn.say(key, date=date, version=given.version, **renewal.named(turn, purpose))


def agree_to(db: Session, turn: Turn) -> Answer:
    """「同意 署名」: one purpose alone, in its newest wording."""
    purpose = _WORDS[turn.words["purpose"]]
    if not give(db, turn, purpose):
        return Answer(turn.say("consent.given_before", **renewal.named(turn, purpose)))
    return Answer(turn.say("consent.given", **renewal.named(turn, purpose)))


def give(db: Session, turn: Turn, purpose: Purpose) -> bool:
    """Keeps the proof that the writer agrees to a purpose as it is worded now; False if they had already."""
    member_id, version = _member_id(turn), renewal.version(turn.means.texts, purpose)
    if purpose is Purpose.SENSITIVE:
        db.get_one(Member, member_id).ungreeted = False
    given = consent.current(db, member_id, purpose)
    if given is not None and given.version == version:
        return False
    keeps = purpose is Purpose.SERVICE and turn.means.config.organisation.keeps_record
    db.add(Consent(member_id=member_id, purpose=purpose, version=version, keeps_record=keeps, agreed_at=turn.now))
    if purpose is Purpose.SERVICE:
        db.get_one(Follower, turn.person.openid).consent_version = version
    return True


def withdraw(db: Session, turn: Turn) -> Answer:
    """「撤回同意 署名」: that purpose ends at once; without one, how to say it; the service itself is asked about."""
    word = turn.words.get("purpose")
    if word is None:
        return show(db, turn)
    purpose = _WORDS[word]
    if purpose is Purpose.SERVICE:
        expires = turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)
        open_question.ask(db, turn.person.openid, QUESTION, {}, expires)
        return Answer(turn.say("consent.leave_ask"), alone=True)
    if consent.current(db, _member_id(turn), purpose) is None:
        return Answer(turn.say("consent.none_before", **renewal.named(turn, purpose)))
    take_back(db, turn, purpose)
    return Answer(turn.say(f"consent.withdrawn_{purpose}"), alone=True)


def take_back(db: Session, turn: Turn, purpose: Purpose) -> None:
    """Ends a consent, and what rested on it."""
    member_id = _member_id(turn)
    consent.withdraw(db, member_id, turn.now, [purpose])
    if purpose is Purpose.SENSITIVE:
        db.get_one(Member, member_id).ungreeted = True
        for kind in (BroadcastKind.BIRTHDAY, BroadcastKind.OATH):
            owed.withdraw(db.connection(), member_id, kind)
    if purpose is Purpose.KEEPSAKES:
        keepsake.forget(db, member_id)


def leave(db: Session, turn: Turn) -> Answer:
    """「确认退出」, as the answer to that question: as if they had unfollowed."""
    question = open_question.waiting(db, turn.person.openid, turn.now)
    if question is None or question.kind != QUESTION:
        return Answer(turn.say("consent.leave_first"))
    leaving.unfollow(db, turn.person.openid, now=turn.now, openid_digest=None)
    return Answer(turn.say("consent.left"), alone=True, forgets=True)


def asked_apart(db: Session, turn: Turn, member: Member) -> list[str]:
    """To say to who is bound just now: what has to be agreed to by itself. Until then nothing rests on it."""
    assert member.id is not None
    if member.joined_on is None or member.ungreeted or consent.current(db, member.id, Purpose.SENSITIVE):
        return []
    for kind in (BroadcastKind.BIRTHDAY, BroadcastKind.OATH):
        owed.withdraw(db.connection(), member.id, kind)
    return [turn.say("consent.ask_sensitive")]


def _member_id(turn: Turn) -> int:
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    return turn.person.member_id
