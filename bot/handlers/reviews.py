"""The branch's shelf: titles and how many read them, never who; and the reviews that their writers share."""

from sqlmodel import Session

from bot.files.cells import bare_title
from bot.titles import match
from bot.turn import Answer, Turn
from models.branch import Branch, home_branch
from models.reading import counted, reviews

# As many as are read through on a phone.
_MOST_BOOKS, _MOST_REVIEWS = 20, 10


def branch_shelf(db: Session, turn: Turn) -> Answer:
    """「书架」."""
    books = counted(db, _branch(db, turn).path, turn.today)
    if not books:
        return Answer(turn.say("shelf.branch_empty"))
    lines = [turn.say("shelf.branch_head", branch=_branch(db, turn).name)]
    for title, reading, done in books[:_MOST_BOOKS]:
        key = "both" if reading and done else "reading" if reading else "done"
        lines.append(turn.say(f"shelf.branch_{key}", title=title, reading=reading, done=done))
    if reviews(db, _branch(db, turn).path, turn.today):
        lines.append(turn.say("shelf.branch_reviews"))
    return Answer("\n".join(lines))


def show(db: Session, turn: Turn) -> Answer:
    """「书评 书名」: what members of the branch share of a book."""
    shared = reviews(db, _branch(db, turn).path, turn.today)
    titled = {book_id: title for book_id, title, _name, _review in shared}
    written = bare_title(turn.words["book"])
    found = match(written, titled)
    if found.sure is None:
        key = "reviews_which" if found.maybe else "reviews_none"
        titles = "、".join(f"《{titled[book_id]}》" for book_id in found.maybe)
        return Answer(turn.say(f"shelf.{key}", title=written, titles=titles))
    rows = [(name, review) for book_id, _title, name, review in shared if book_id == found.sure]
    lines = [turn.say("shelf.reviews_head", title=titled[found.sure])]
    lines += [turn.say("shelf.reviews_row", name=name, review=review) for name, review in rows[:_MOST_REVIEWS]]
    return Answer("\n".join(lines))


def _branch(db: Session, turn: Turn) -> Branch:
    return home_branch(db, db.get_one(Branch, turn.person.branch_id))
