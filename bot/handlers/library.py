"""「下架」「上架」: an admin of the whole organisation takes an item out of everything, or puts it back."""

from sqlmodel import Session, col, exists, select

from bot import choices
from bot.handlers.bind import YES
from bot.titles import match
from bot.turn import Answer, Turn, Who, scope
from models import open_question
from models.audit import note
from models.branch import Branch
from models.broadcast import BroadcastKind
from models.library import TABLES, Book, Topic, is_available, kind_of
from models.open_question import OpenQuestion
from scheduler import library

WITHDRAW, WHICH_OUT, WHICH_IN = "withdraw", "withdraw_which", "restore_which"

# An item as a question keeps it: its kind and its id.
Ref = tuple[str, int]


def administers_all(db: Session, turn: Turn) -> bool:
    """Whether the writer's part of the tree is the whole of it: the library is everybody's."""
    root = scope(db, turn, Who.ADMIN)
    if root is None:
        return False
    return not db.exec(select(exists().where(~col(Branch.path).startswith(root)))).one()


def withdraw(db: Session, turn: Turn) -> Answer:
    """「下架 标题」: which one it is, and how many it would still have reached; nothing happens yet."""
    if not administers_all(db, turn):
        return Answer(turn.say("library.not_all"))
    found = _found(db, turn, WHICH_OUT, withdrawn=False)
    return found if isinstance(found, Answer) else _ask(db, turn, found)


def withdraw_chosen(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The number of the item that was meant."""
    chosen = choices.chosen(db, turn, question)
    return _ask(db, turn, _item(db, chosen)) if chosen else None


def withdraw_confirmed(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The answer to the question whether it is meant."""
    if not YES.fullmatch(turn.words["text"]):
        return None
    item = _item(db, question.facts["item"])
    open_question.close(db, turn.person.openid)
    if not administers_all(db, turn):
        return Answer(turn.say("library.not_all"))
    stopped = library.withdraw(db, item)
    note(db, "withdraw", at=turn.now, by=turn.person.member_id, kind=kind_of(item), item=item.id, stopped=stopped)
    key = "withdrawn" if stopped else "withdrawn_all_sent"
    return Answer(turn.say(f"library.{key}", title=item.title, count=stopped))


def restore(db: Session, turn: Turn) -> Answer:
    """「上架 标题」: it has its turn again."""
    if not administers_all(db, turn):
        return Answer(turn.say("library.not_all"))
    found = _found(db, turn, WHICH_IN, withdrawn=True)
    return found if isinstance(found, Answer) else _restored(db, turn, found)


def restore_chosen(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The number of the item that was meant."""
    chosen = choices.chosen(db, turn, question)
    if chosen is None:
        return None
    return _restored(db, turn, _item(db, chosen)) if administers_all(db, turn) else Answer(turn.say("library.not_all"))


def _ask(db: Session, turn: Turn, item: Topic | Book) -> Answer:
    ref = (kind_of(item), item.id)
    open_question.ask(db, turn.person.openid, WITHDRAW, {"item": list(ref)}, choices.expires(turn))
    stopped = library.unsent(db, item)
    key = "ask_withdraw" if stopped else "ask_withdraw_all_sent"
    return Answer(turn.say(f"library.{key}", title=item.title, count=stopped), alone=True)


def _restored(db: Session, turn: Turn, item: Topic | Book) -> Answer:
    library.restore(db, item)
    note(db, "restore", at=turn.now, by=turn.person.member_id, kind=kind_of(item), item=item.id)
    if is_available(item, turn.today) or item.valid_until is None:
        return Answer(turn.say("library.restored", title=item.title))
    date = turn.means.texts.date(item.valid_until, turn.today)
    return Answer(turn.say("library.restored_over", title=item.title, date=date))


def _found(db: Session, turn: Turn, kind: str, *, withdrawn: bool) -> Topic | Book | Answer:
    """The item of that title, or the question which one is meant."""
    titled: dict[Ref, str] = {}
    for of, table in TABLES.items():
        rows = db.exec(select(table.id, table.title).where(col(table.withdrawn).is_(withdrawn)))
        titled |= {(of, id_ or 0): title for id_, title in rows}
    found = match(turn.words["title"], titled)
    if found.sure:
        return _item(db, found.sure)
    if not found.maybe:
        return Answer(turn.say("library.unknown_out" if withdrawn else "library.unknown", title=turn.words["title"]))
    shown = [(turn.say(f"library.{of}", title=titled[of, id_]), [of, id_]) for of, id_ in found.maybe]
    return choices.ask(db, turn, kind, turn.say("library.which"), shown)


def _item(db: Session, ref: Ref) -> Topic | Book:
    kind, id_ = ref
    item: Topic | Book = db.get_one(TABLES[BroadcastKind(kind)], id_)
    return item
