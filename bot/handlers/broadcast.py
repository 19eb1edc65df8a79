"""「广播」: forecast first, then only the number that was shown sends; taking back; stopping everything."""

from datetime import timedelta

from sqlmodel import Session

from bot.ride_along import REPLY_BYTES
from bot.turn import Answer, Turn, Who, scope
from bot.wording import Wording
from models import open_question
from models.audit import note
from models.branch import Branch, subtree
from models.open_question import OpenQuestion
from scheduler import audience, broadcasts
from scheduler.forecast import Forecast, forecast
from scheduler.postings import reached_by

QUESTION = "broadcast"


def compose(db: Session, turn: Turn) -> Answer:
    """「广播 〈正文〉」: what will be sent, to whom, who sees it when; nothing is sent yet.

    A text that begins with the name of a group, 「第二小组：…」, goes to that group only; 「广播 要回执 …」 asks
    everybody to answer 「收到」.
    """
    root = _root(db, turn)
    node, text = _addressed(db, root, turn.words.get("text", ""))
    if not text:
        return Answer(turn.say("broadcast.empty"))
    asks = "asks" in turn.words
    signed = Wording(turn.means.texts).signed(text, node.name, turn.person.name, asks=asks)
    if len(signed.encode()) > REPLY_BYTES:
        # A Chinese character takes three bytes, and the signature some.
        return Answer(turn.say("broadcast.too_long", limit=(REPLY_BYTES - len(signed) + len(text)) // 3))
    seen = _forecast(db, turn, node)
    if not seen.total:
        return Answer(turn.say("broadcast.nobody"))
    minutes = turn.means.config.limits.question_minutes
    facts = {"text": text, "branch_id": node.id, "count": seen.total, "asks": asks}
    open_question.ask(db, turn.person.openid, QUESTION, facts, turn.now + timedelta(minutes=minutes))
    return Answer(_forecast_text(db, turn, node, signed, seen, whole=node.id == root.id), alone=True)


def _forecast(db: Session, turn: Turn, node: Branch) -> Forecast:
    return forecast(db, audience.within(node.path), turn.means.account, turn.means.rules, turn.now)


def _forecast_text(db: Session, turn: Turn, node: Branch, signed: str, seen: Forecast, *, whole: bool) -> str:
    texts, rules = turn.means.texts, turn.means.rules
    people = turn.say("broadcast.audience_all" if whole else "broadcast.audience_part", branch=node.name)
    lines = [
        turn.say("broadcast.forecast_text", text=signed),
        turn.say("broadcast.forecast_audience", audience=people, count=seen.total),
    ]
    if not turn.means.account.may_write_first:
        lines.append(turn.say("broadcast.forecast_no_push"))
    if seen.now:
        lines.append(turn.say("broadcast.forecast_now", count=len(seen.now)))
    for key, names in (("forecast_next", seen.next), ("forecast_phone", seen.phone)):
        if names:
            lines.append(turn.say(f"broadcast.{key}", count=len(names), names=texts.names(names)))
    if labels := reached_by(db, node.path):
        lines.append(turn.say("channel.forecast", labels="、".join(labels)))
    if rules.hours.quiet(turn.now + timedelta(seconds=rules.grace_seconds)):
        lines.append(turn.say("broadcast.forecast_quiet", time=f"{rules.hours.quiet_until:%-H:%M}"))
    minutes = turn.means.config.limits.question_minutes
    return "\n".join([*lines, turn.say("broadcast.ask", minutes=minutes, count=seen.total)])


def confirm(db: Session, turn: Turn) -> Answer:
    """「确认 58」: bound to the text, the audience and the admin of the forecast."""
    question = db.get(OpenQuestion, turn.person.openid)
    if question is None or question.kind != QUESTION:
        return Answer(turn.say("broadcast.nothing_to_confirm"))
    if question.expires_at <= turn.now:
        return Answer(turn.say("broadcast.expired", minutes=turn.means.config.limits.question_minutes))
    count, said = question.facts["count"], turn.words["count"]
    if said != str(count):
        return Answer(turn.say("broadcast.wrong_number", count=count, said=said))
    open_question.close(db, turn.person.openid)
    node = db.get_one(Branch, question.facts["branch_id"])
    root = _root(db, turn)
    if not node.path.startswith(root.path) or _forecast(db, turn, node).total != count:
        return Answer(turn.say("broadcast.changed"))
    assert node.id is not None
    broadcast = broadcasts.confirmed(
        db,
        turn.means.rules,
        branch_id=node.id,
        author_id=turn.person.member_id,
        text=question.facts["text"],
        audience=audience.within(node.path),
        now=turn.now,
        asks=question.facts.get("asks", False),
    )
    note(db, "broadcast", at=turn.now, by=turn.person.member_id, broadcast=broadcast.id, count=count)
    return Answer(turn.say("broadcast.confirmed", count=count, seconds=turn.means.rules.grace_seconds))


def take_back(db: Session, turn: Turn) -> Answer:
    """「撤回」: all of it in the minute of grace; later whatever has not left yet."""
    assert turn.person.member_id is not None, "the gate lets nobody but admins through"
    broadcast = broadcasts.last_of(db, turn.person.member_id, turn.now)
    if broadcast is None:
        return Answer(turn.say("broadcast.nothing_to_recall"))
    done = broadcasts.recall(db, turn.means.rules, broadcast, turn.now)
    note(db, "recall", at=turn.now, by=turn.person.member_id, broadcast=broadcast.id, have=done.have)
    if not (done.have or done.unknown):
        return Answer(turn.say("broadcast.recalled"))
    key = "broadcast.recalled_rest" if done.stopped else "broadcast.recalled_late"
    said = turn.say(key, have=done.have, stopped=done.stopped)
    if done.unknown:
        names = turn.means.texts.names(done.unknown)
        said += "\n" + turn.say("broadcast.recalled_unknown", count=len(done.unknown), names=names)
    return Answer(said)


def pause_all(db: Session, turn: Turn) -> Answer:
    """「全部暂停」: no push leaves for the admin's part of the tree, whoever sent it."""
    root = _root(db, turn)
    assert root.id is not None
    if not broadcasts.pause(db, root.id, turn.person.member_id, turn.now):
        return Answer(turn.say("broadcast.paused_before"))
    note(db, "pause", at=turn.now, by=turn.person.member_id, branch=root.id)
    return Answer(turn.say("broadcast.paused"), alone=True)


def resume_all(db: Session, turn: Turn) -> Answer:
    """「恢复」."""
    root = _root(db, turn)
    assert root.id is not None
    count = broadcasts.resume(db, root.id, turn.now)
    if count is None:
        return Answer(turn.say("broadcast.not_paused"))
    note(db, "resume", at=turn.now, by=turn.person.member_id, branch=root.id)
    return Answer(turn.say("broadcast.resumed" if count else "broadcast.resumed_nothing", count=count))


def _root(db: Session, turn: Turn) -> Branch:
    path = scope(db, turn, Who.ADMIN)
    assert path is not None, "the gate lets nobody but admins through"
    return db.get_one(Branch, int(path.rstrip("/").rpartition("/")[2]))


def _addressed(db: Session, root: Branch, text: str) -> tuple[Branch, str]:
    for node in subtree(db, root.path):
        for mark in "：:":
            if text.startswith(f"{node.name}{mark}"):
                return node, text[len(node.name) + 1 :].strip()
    return root, text
