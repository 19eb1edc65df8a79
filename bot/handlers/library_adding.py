"""Adding to the library by chat: a link that an admin sends, 「加学习 标题 网址」, 「加荐书 书名 网址」."""

import re
from dataclasses import dataclass

from sqlmodel import Session, select

from bot import choices
from bot.files.cells import bare_title
from bot.files.rows import LONGEST_ITEM_BYTES
from bot.handlers.library import administers_all
from bot.turn import Answer, Turn, Who, scope
from models import open_question
from models.audit import note
from models.broadcast import BroadcastKind
from models.library import TABLES, Book, Topic
from models.open_question import OpenQuestion

ADD = "add_link"

_LINK = re.compile(r"https?://[!-~]+")
_TITLED = re.compile(r"\s*(《[^《》]+》)\s*(.*)", re.DOTALL)
_LONGEST_TITLE, _LONGEST_AUTHOR, _LONGEST_SUMMARY = 120, 80, 300
_AS = {"topic": re.compile(r"(?:1|一|学习(?:内容)?)[。.!！]*"), "book": re.compile(r"(?:2|二|荐书|书)[。.!！]*")}


@dataclass(frozen=True, slots=True)
class Found:
    """What an admin has found: a title, and what else came with it."""

    title: str
    link: str = ""
    summary: str = ""
    author: str = ""

    @property
    def is_too_long(self) -> bool:
        """Whether it fits neither its columns nor one message."""
        parts = (self.title, self.link, self.summary, self.author)
        size = sum(len(part.encode()) for part in parts)
        too_long = len(self.title) > _LONGEST_TITLE or len(self.author) > _LONGEST_AUTHOR
        return too_long or size > LONGEST_ITEM_BYTES


def take_link(db: Session, turn: Turn) -> Answer | None:
    """A link from an admin: into which part of the library? None for anybody else's."""
    fields = turn.inbound.fields
    title, link = bare_title(str(fields.get("Title", ""))), str(fields.get("Url", "")).strip()
    if not title or not _LINK.fullmatch(link) or scope(db, turn, Who.ADMIN) is None:
        return None
    if not administers_all(db, turn):
        return Answer(turn.say("library.not_all"))
    summary = str(fields.get("Description", "")).strip()[:_LONGEST_SUMMARY]
    kept = {"title": title[:_LONGEST_TITLE], "link": link, "summary": "" if summary == title else summary}
    open_question.ask(db, turn.person.openid, ADD, kept, choices.expires(turn))
    return Answer(turn.say("library.ask_add", title=kept["title"]), alone=True)


def link_chosen(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """「1」 a topic, 「2」 a book."""
    kind = next((kind for kind, said in _AS.items() if said.fullmatch(turn.words["text"])), None)
    if kind is None:
        return None
    found = Found(**question.facts)
    open_question.close(db, turn.person.openid)
    return _add(db, turn, BroadcastKind(kind), found)


def add_topic(db: Session, turn: Turn) -> Answer:
    """「加学习 标题 网址」."""
    return _add(db, turn, BroadcastKind.TOPIC, _read(turn.words["text"]))


def add_book(db: Session, turn: Turn) -> Answer:
    """「加荐书 书名 网址」, 「加荐书 《书名》 作者」."""
    found = _read(turn.words["text"])
    return _add(db, turn, BroadcastKind.BOOK, Found(found.title, found.link, author=found.summary))


def _read(text: str) -> Found:
    """A title and an address in any order; behind a title in 《》, what else is said."""
    link = _LINK.search(text)
    words = _LINK.sub(" ", text, count=1).strip(" \n\t,，。:：")
    titled = _TITLED.fullmatch(words)
    title, rest = titled.groups() if titled else (words, "")
    return Found(bare_title(title), link[0] if link else "", rest.strip(" ,，。:：、"))


def _add(db: Session, turn: Turn, kind: BroadcastKind, found: Found) -> Answer:
    if not administers_all(db, turn):
        return Answer(turn.say("library.not_all"))
    if not found.title:
        return Answer(turn.say("library.add_how"))
    if found.is_too_long:
        return Answer(turn.say("library.too_long"))
    table = TABLES[kind]
    there: Topic | Book | None = db.exec(select(table).where(table.title == found.title)).first()
    if there is not None:
        return Answer(turn.say("library.there_out" if there.withdrawn else "library.there", title=there.title))
    item: Topic | Book = Topic(title=found.title, link=found.link, summary=found.summary)
    if kind == BroadcastKind.BOOK:
        item = Book(title=found.title, link=found.link, author=found.author, reason=found.summary)
    db.add(item)
    db.flush()
    note(db, f"add_{kind}", at=turn.now, by=turn.person.member_id, item=item.id)
    return Answer(turn.say(f"library.added_{kind}", title=item.title))
