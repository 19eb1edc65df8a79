"""「广播」: forecast first, then only the number that was shown sends; a large one needs a second admin as well."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import pictures
from bot.audience import FEWEST, Addressed, Places, by_check_ins, described, head_and_text
from bot.content import begging, read_card, variables
from bot.handlers.broadcast_approval import ask_others, nobody_to_ask
from bot.handlers.broadcast_forecast import forecast_text
from bot.misread import Misread
from bot.relief import off_by
from bot.ride_along import REPLY_BYTES
from bot.times import moment
from bot.turn import Answer, Turn, Who, scope
from bot.wording import wording_of
from models import open_question
from models.audit import note
from models.branch import Branch, subtree
from models.member import Member
from models.open_question import OpenQuestion
from scheduler import broadcasts
from scheduler.forecast import Forecast, forecast
from scheduler.postings import reached_by

QUESTION = "broadcast"
PICTURE = "picture"

_LONGER_NAME = 60


@dataclass(frozen=True, slots=True)
class Draft:
    """What an admin has written, understood: whom it is for, its words, what else it shows, and when it goes."""

    addressed: Addressed
    text: str
    content: Mapping[str, Any] = field(default_factory=dict)
    starts_at: datetime | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """As the broadcast will hold it."""
        return {"text": self.text, **self.content}


def compose(db: Session, turn: Turn) -> Answer:
    """「广播 〈正文〉」, 「明天 9:00 广播 〈正文〉」: what will be sent, to whom, who sees it when.

    Nothing is sent yet. Whom it is for may stand before a colon, 「第二小组 书记：…」; 「广播 要回执 …」 asks for
    a 「收到」 from everybody.
    """
    try:
        places = places_of(db, turn)
        addressed, text = head_and_text(turn.words.get("text", ""), places)
        content = {"asks": True} if "asks" in turn.words else {}
        draft = Draft(addressed, text, content, _starts_at(turn))
        return _propose(db, turn, draft, places) if text else Answer(turn.say("broadcast.empty"))
    except Misread as error:
        return Answer(turn.say(error.key, **error.values))


def compose_card(db: Session, turn: Turn) -> Answer:
    """「广播链接」 and below it a title, a description and an address, a line each."""
    try:
        places = places_of(db, turn)
        first, _, rest = turn.words.get("text", "").strip().partition("\n")
        # 「第二小组：」 may have a line of its own.
        addressed, title = head_and_text(f"{first}\n" if first[-1:] in ("：", ":") else first, places)
        text, card = read_card(f"{title}\n{rest}")
        return _propose(db, turn, Draft(addressed, text, {"card": card}, _starts_at(turn)), places)
    except Misread as error:
        return Answer(turn.say(error.key, **error.values))


def take_picture(db: Session, turn: Turn) -> Answer | None:
    """A picture that an admin sends is kept for a broadcast, for as long as a question; None for anybody else."""
    media_id = str(turn.inbound.fields.get("MediaId", ""))
    if not media_id or scope(db, turn, Who.ADMIN) is None:
        return None
    facts = {"media_id": media_id, "link": str(turn.inbound.fields.get("PicUrl", "")), "at": turn.now.isoformat()}
    open_question.ask(db, turn.person.openid, PICTURE, facts, _question_ends(turn))
    return Answer(turn.say("broadcast.picture_taken", minutes=turn.means.config.limits.question_minutes))


def compose_picture(db: Session, turn: Turn) -> Answer:
    """「广播图片 〈一句说明〉」, after the picture itself."""
    question = open_question.waiting(db, turn.person.openid, turn.now)
    if question is None or question.kind != PICTURE:
        return Answer(turn.say("broadcast.picture_missing"))
    try:
        places = places_of(db, turn)
        addressed, text = head_and_text(turn.words.get("text", ""), places)
        if not text:
            return Answer(turn.say("broadcast.picture_words"))
        content = {"picture": {"id": pictures.new_id(), **question.facts}}
        return _propose(db, turn, Draft(addressed, text, content, _starts_at(turn)), places)
    except Misread as error:
        return Answer(turn.say(error.key, **error.values))


def _starts_at(turn: Turn) -> datetime | None:
    return moment(turn.words["when"], turn.means.local(turn.now)) if "when" in turn.words else None


def _propose(db: Session, turn: Turn, draft: Draft, places: Places) -> Answer:
    whole = wording_of(turn.means.config, turn.means.texts).broadcast(
        draft.facts, turn.person.name, draft.addressed.node.name, turn.person.name
    )
    # Other readers may have a longer name than the one who tries.
    longer = _LONGER_NAME if variables(draft.text) else 0
    if len(whole.encode()) + longer > REPLY_BYTES:
        # A Chinese character takes three bytes, and the signature some.
        return Answer(turn.say("broadcast.too_long", limit=(REPLY_BYTES - len(whole) + len(draft.text)) // 3))
    seen, names = _forecast(db, turn, draft), _may_be_named(db, turn, draft)
    if not names and seen.total < FEWEST:
        # Nobody at all is told like a few: else asking again and again would tell who it is.
        return Answer(turn.say("broadcast.too_few", fewest=FEWEST))
    if not seen.total:
        return Answer(turn.say("broadcast.nobody"))
    if nobody_to_ask(db, turn, seen.total):
        return Answer(turn.say("approval.nobody", limit=turn.means.config.limits.approve_above))
    people = described(draft.addressed, places, turn.means.texts)
    shown = forecast_text(turn, whole, people, seen, draft.starts_at, names=names)
    if labels := reached_by(db, draft.addressed.audience):
        shown += "\n" + turn.say("channel.forecast", labels="、".join(labels))
    if begs := begging(draft.text):
        shown += "\n" + turn.say("broadcast.begging", words=begs)
    _ask(db, turn, draft, people, seen.total)
    minutes = turn.means.config.limits.question_minutes
    return Answer(f"{shown}\n{turn.say('broadcast.ask', minutes=minutes, count=seen.total)}", alone=True)


def _may_be_named(db: Session, turn: Turn, draft: Draft) -> bool:
    # A list of names would tell who didn't check in.
    return not by_check_ins(draft.addressed.audience) or off_by(db, turn.means.config) is not None


def _forecast(db: Session, turn: Turn, draft: Draft) -> Forecast:
    rules = turn.means.rules
    sent_at = draft.starts_at - timedelta(seconds=rules.grace_seconds) if draft.starts_at else turn.now
    return forecast(db, draft.addressed.audience, turn.means.account, rules, max(turn.now, sent_at))


def _ask(db: Session, turn: Turn, draft: Draft, people: str, count: int) -> None:
    facts = {
        "text": draft.text,
        "content": dict(draft.content),
        "audience": dict(draft.addressed.audience),
        "branch_id": draft.addressed.node.id,
        "starts_at": draft.starts_at.isoformat() if draft.starts_at else "",
        "people": people,
        "count": count,
    }
    open_question.ask(db, turn.person.openid, QUESTION, facts, _question_ends(turn))


def _question_ends(turn: Turn) -> datetime:
    return turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)


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
    facts = dict(question.facts)
    open_question.close(db, turn.person.openid)
    draft = _drafted(db, facts)
    if draft.addressed.audience["within"] != root_of(db, turn).path or _forecast(db, turn, draft).total != count:
        return Answer(turn.say("broadcast.changed"))
    return _confirmed(db, turn, draft, facts["people"], count)


def _confirmed(db: Session, turn: Turn, draft: Draft, people: str, count: int) -> Answer:
    rules, node = turn.means.rules, draft.addressed.node
    assert node.id is not None
    broadcast = broadcasts.confirmed(
        db,
        rules,
        branch_id=node.id,
        author_id=turn.person.member_id,
        text=draft.text,
        audience=draft.addressed.audience,
        now=turn.now,
        starts_at=draft.starts_at,
        content=_shown(draft.content),
    )
    if shown := draft.content.get("picture"):
        pictures.keep(db, broadcast, None, shown["media_id"], datetime.fromisoformat(shown["at"]))
    note(db, "broadcast", at=turn.now, by=turn.person.member_id, broadcast=broadcast.id, count=count)
    if asked := ask_others(db, turn, broadcast, people, count):
        return asked
    if draft.starts_at and draft.starts_at >= broadcast.starts_at:
        when = turn.means.texts.moment(turn.means.local(broadcast.starts_at), turn.means.local(turn.now))
        return Answer(turn.say("broadcast.scheduled", count=count, when=when, id=broadcast.id))
    return Answer(turn.say("broadcast.confirmed", count=count, seconds=rules.grace_seconds))


def _shown(content: Mapping[str, Any]) -> dict[str, Any]:
    """What the broadcast keeps: of a picture its id, and where the platform shows it."""
    if shown := content.get("picture"):
        return {"picture": {"id": shown["id"], "link": shown["link"]}}
    return dict(content)


def _drafted(db: Session, facts: Mapping[str, Any]) -> Draft:
    addressed = Addressed(facts["audience"], db.get_one(Branch, facts["branch_id"]))
    starts_at = datetime.fromisoformat(facts["starts_at"]) if facts["starts_at"] else None
    return Draft(addressed, facts["text"], facts["content"], starts_at)


def try_first(db: Session, turn: Turn) -> Answer:
    """「试发」: what waits to be confirmed, or the words behind it, to the admin's own phone alone."""
    question = open_question.waiting(db, turn.person.openid, turn.now)
    text = turn.words.get("text", "")
    if not text and (question is None or question.kind != QUESTION):
        return Answer(turn.say("broadcast.trial_of_nothing"))
    root = root_of(db, turn)
    draft = Draft(Addressed({}, root), text) if text or question is None else _drafted(db, question.facts)
    member = db.get_one(Member, turn.person.member_id)
    assert draft.addressed.node.id is not None
    sent = broadcasts.trial(
        db,
        turn.means.rules,
        member=member,
        branch_id=draft.addressed.node.id,
        author_id=member.id,
        facts={"text": draft.text, **_shown(draft.content)},
        now=turn.now,
    )
    if shown := draft.content.get("picture"):
        # The picture of the trial is another row than that of the broadcast, which may never be sent.
        sent.facts = {**sent.facts, "picture": {**sent.facts["picture"], "id": pictures.new_id()}}
        pictures.keep(db, sent, None, shown["media_id"], datetime.fromisoformat(shown["at"]))
    note(db, "trial", at=turn.now, by=member.id, broadcast=sent.id)
    key = "trial" if turn.means.account.may_write_first else "trial_next"
    return Answer(turn.say(f"broadcast.{key}"), alone=True)


def root_of(db: Session, turn: Turn) -> Branch:
    """The top of the admin's part of the tree."""
    path = scope(db, turn, Who.ADMIN)
    assert path is not None, "the gate lets nobody but admins through"
    return db.get_one(Branch, int(path.rstrip("/").rpartition("/")[2]))


def places_of(db: Session, turn: Turn) -> Places:
    """The admin's part of the tree."""
    return Places(subtree(db, root_of(db, turn).path), turn.means.texts)
