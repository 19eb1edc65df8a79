"""「邀请」: once a week, a kind word to those of a group who haven't checked in. A number is shown, never a name."""

from sqlalchemy import func
from sqlmodel import Session, select

from bot import choices
from bot.audience import FEWEST, Places
from bot.handlers.group_numbers import counted
from bot.misread import Misread
from bot.turn import Answer, Turn, Who, scope
from models import open_question
from models.audit import note
from models.branch import Branch, subtree, within
from models.member import Member
from models.open_question import OpenQuestion
from scheduler import invitations
from scheduler.solemn import hold

QUESTION, WHICH = "invite", "invite_which"


def propose(db: Session, turn: Turn) -> Answer:
    """「邀请」, 「邀请 第二小组」: how many it is for and when; nothing is sent yet."""
    nodes = subtree(db, _scope(db, turn))
    said = turn.words.get("place")
    if said is None:
        return _proposed(db, turn, nodes[0]) if len(nodes) == 1 else _which(db, turn, nodes)
    try:
        node = Places(nodes, turn.means.texts).find(said)
    except Misread as error:
        return Answer(turn.say(error.key, **error.values))
    return _proposed(db, turn, node) if node else Answer(turn.say("invite.unknown", group=said))


def _which(db: Session, turn: Turn, nodes: list[Branch]) -> Answer:
    rows = [(node.name, node.id) for node in [*nodes[1:], nodes[0]][: choices.MOST]]
    return choices.ask(db, turn, WHICH, turn.say("invite.which"), rows)


def chosen(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The number of the group that was meant."""
    found = choices.chosen(db, turn, question)
    if found is None:
        return None
    node = db.get(Branch, found)
    return _proposed(db, turn, node) if node and _leads(db, turn, node) else Answer(turn.say("invite.changed"))


def _proposed(db: Session, turn: Turn, node: Branch) -> Answer:
    assert node.id is not None
    count = _count(db, turn, node)
    if isinstance(count, Answer):
        return count
    facts = {"branch": node.id, "count": count}
    open_question.ask(db, turn.person.openid, QUESTION, facts, choices.expires(turn))
    words = turn.say("invite.words", name=turn.person.name, branch=node.name)
    shown = turn.say("invite.forecast", text=words, branch=node.name, count=count)
    minutes = turn.means.config.limits.question_minutes
    ask = turn.say("invite.ask", when=_when(db, turn, node), minutes=minutes, count=count)
    return Answer(f"{shown}\n{ask}", alone=True)


def confirm(db: Session, turn: Turn, question: OpenQuestion) -> Answer:
    """「确认 3」, where the number that was shown is an invitation's."""
    facts, said = dict(question.facts), turn.words["count"]
    if question.expires_at <= turn.now:
        minutes = turn.means.config.limits.question_minutes
        return Answer(turn.say("broadcast.expired", minutes=minutes))
    if said != str(facts["count"]):
        return Answer(turn.say("broadcast.wrong_number", count=facts["count"], said=said))
    open_question.close(db, turn.person.openid)
    node = db.get_one(Branch, facts["branch"])
    if not _leads(db, turn, node):
        return Answer(turn.say("invite.changed"))
    count = _count(db, turn, node)
    if isinstance(count, Answer):
        return count
    if count != facts["count"]:
        return Answer(turn.say("invite.changed"))
    assert node.id is not None
    assert turn.person.member_id is not None, "the gate lets nobody but leaders through"
    sent = invitations.send(db, turn.means.rules, node.id, turn.person.member_id, turn.now)
    if sent is None:
        return Answer(turn.say("invite.sent_before", branch=node.name))
    note(db, "invite", at=turn.now, by=turn.person.member_id, broadcast=sent, count=count)
    return Answer(turn.say("invite.sent", when=_when(db, turn, node), count=count))


def _count(db: Session, turn: Turn, node: Branch) -> int | Answer:
    """How many would be invited, or why nobody can be."""
    rules = turn.means.rules
    assert node.id is not None
    if invitations.was_sent(db, rules, node.id, turn.now):
        return Answer(turn.say("invite.sent_before", branch=node.name))
    if invitations.leaves_at(rules, turn.now) is None:
        return Answer(turn.say("invite.week_over"))
    here = select(func.count()).where(Member.branch_id == node.id, counted(rules.hours.study_day(turn.now)))
    if db.exec(here).one() < FEWEST:
        return Answer(turn.say("invite.few", branch=node.name))
    count = invitations.count(db, rules, node.id, turn.person.member_id or 0, turn.now)
    return count or Answer(turn.say("invite.nobody", branch=node.name))


def _when(db: Session, turn: Turn, node: Branch) -> str:
    """When it goes out: after the night, and after a solemn day."""
    rules = turn.means.rules
    at = invitations.leaves_at(rules, turn.now) or turn.now
    free = hold(db.connection(), rules, at).until("invitation", {}, node.path, at)
    if at == turn.now and free is None:
        return turn.say("invite.now")
    return turn.means.texts.moment(turn.means.local(free or at), turn.means.local(turn.now))


def _scope(db: Session, turn: Turn) -> str:
    path = scope(db, turn, Who.LEADER)
    assert path is not None, "the gate lets nobody but leaders through"
    return path


def _leads(db: Session, turn: Turn, node: Branch) -> bool:
    path = scope(db, turn, Who.LEADER)
    return path is not None and within(node.path, path)
