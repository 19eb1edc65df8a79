"""Binding: one phone becomes one member, by a code that someone who knows them handed over."""

import re
from datetime import timedelta

from sqlmodel import Session

from bot.handlers import consents, people
from bot.handlers.follow import consent_of, remember_agreement
from bot.turn import Answer, Turn, Who
from models import open_question
from models.audit import note
from models.bind_code import LIFETIME, BindCode, digest, find, issue
from models.branch import Branch
from models.departure import Departure
from models.follower import Follower, of_member
from models.member import Member, Status
from models.open_question import OpenQuestion

YES = re.compile(r"(?:1|是的?|确认|对)[。.!！]*")


def take_code(db: Session, turn: Turn) -> Answer:
    """Six digits: asks whether it is them, and shows a name only now."""
    if turn.person.is_member:
        return Answer(turn.say("bind.already"))
    follower = db.get_one(Follower, turn.person.openid)
    if follower.wait_until and follower.wait_until > turn.now:
        return _wait(turn, follower)
    code = find(db, re.sub(r"\s", "", turn.words["code"]), turn.means.secret, turn.now)
    member = db.get_one(Member, code.member_id) if code else None
    if member is None or member.status == Status.INACTIVE:
        return _wrong(turn, follower)
    follower.wrong_codes, follower.wait_until = 0, None
    group = db.get_one(Branch, member.branch_id).name
    expires = turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)
    open_question.ask(db, follower.openid, "bind", {"member_id": member.id}, expires)
    return Answer(turn.say("bind.confirm", name=member.name, group=group))


def _wrong(turn: Turn, follower: Follower) -> Answer:
    limits = turn.means.config.limits
    follower.wrong_codes += 1
    if follower.wrong_codes < limits.wrong_codes:
        return Answer(turn.say("bind.wrong", left=limits.wrong_codes - follower.wrong_codes))
    follower.wrong_codes = 0
    follower.wait_until = turn.now + timedelta(minutes=limits.wrong_code_wait_minutes)
    return _wait(turn, follower)


def _wait(turn: Turn, follower: Follower) -> Answer:
    assert follower.wait_until is not None
    minutes = -(-(follower.wait_until - turn.now) // timedelta(minutes=1))
    return Answer(turn.say("bind.wait", minutes=minutes))


def confirmed(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer to 「您是…吗？」 after a code, or after a new follow of an openid that left (kind `rebind`)."""
    returning = question.kind == "rebind"
    if not YES.fullmatch(turn.words["text"]):
        if returning:
            return None
        open_question.close(db, turn.person.openid)
        return Answer(turn.say("bind.declined"))
    open_question.close(db, turn.person.openid)
    member = db.get_one(Member, question.facts["member_id"])
    if member.status == Status.INACTIVE or (returning and of_member(db, question.facts["member_id"])):
        return Answer(turn.say("bind.expired"))
    if not returning and db.get(BindCode, member.id) is None:
        return Answer(turn.say("bind.used"))
    _bind(db, turn, member)
    if returning:
        done = turn.say("bind.rebind_done", name=member.name)
        return Answer("\n".join([done, *consents.asked_apart(db, turn, member)]))
    leads = people.leads(db, member, turn.today)
    done = turn.say("bind.done_leader" if leads else "bind.done", name=member.name)
    return Answer("\n".join([done, *consents.asked_apart(db, turn, member)]))


def _bind(db: Session, turn: Turn, member: Member) -> None:
    assert member.id is not None
    old = of_member(db, member.id)
    if old is not None:
        old.member_id, old.notice = None, "bind.moved_away"
        open_question.close(db, old.openid)
        db.flush()
    code = db.get(BindCode, member.id)
    if code is not None:
        db.delete(code)
    departure = db.get(Departure, digest(turn.means.secret, turn.person.openid))
    if departure is not None:
        db.delete(departure)
    follower = db.get_one(Follower, turn.person.openid)
    if follower.agreed_at is None:
        remember_agreement(db, follower, turn)
    follower.member_id, follower.bound_at = member.id, turn.now
    db.add(consent_of(turn, member.id))


def issue_code(db: Session, turn: Turn) -> Answer:
    """「绑定码 〈姓名〉」: a new code for someone in the writer's part of the tree, with text to forward."""
    member = people.find_one(db, turn, Who.LEADER, "bind_code")
    if isinstance(member, Answer):
        return member
    assert member.id is not None
    code = issue(db, member.id, turn.means.secret, turn.now)
    note(db, "bind_code", at=turn.now, by=turn.person.member_id, member=member.id)
    key = "bind.issued_again" if of_member(db, member.id) else "bind.issued"
    # The text to forward comes last and whole, so that one long press takes it.
    issued = turn.say(key, name=member.name, code=code)
    forward = turn.say("bind.forward", name=member.name, code=code, days=LIFETIME.days)
    return Answer(f"{issued}\n\n{forward}", alone=True)
