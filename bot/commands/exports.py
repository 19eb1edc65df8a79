"""`export`: what is stored, as tables. They only read, so that they run beside a server."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from bot.answers import LETTERS
from bot.config import Config
from bot.files.births import written
from bot.files.cells import CALENDARS, DAY_KINDS, ROLES, STATUSES, WITHOUT_WECHAT, YES_OR_NO
from bot.files.columns import BOOKS, DAYS, MEMBERS, QUESTIONS, TOPICS, Column
from bot.files.days import day_rows
from bot.files.questions import KINDS
from bot.files.tree import Tree
from bot.texts import Texts
from models import note
from models.branch import BranchKind
from models.broadcast import Broadcast
from models.checkin import CheckIn
from models.follower import Follower
from models.library import Book, Topic
from models.member import Calendar, Member, Precision
from models.push import Push, PushStatus
from models.quiz import QuizQuestion
from models.role import Role, RoleKind, in_force
from scheduler.cause import Asker
from scheduler.explain import Asking
from scheduler.routes import Account
from scheduler.rules import Rules
from scheduler.unreachable import unreachable as whom_nothing_reaches

Table = tuple[Sequence[str], Iterator[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class View:
    """What an export is made with."""

    config: Config
    texts: Texts
    rules: Rules
    now: datetime
    # One member, where it is for nobody but them.
    only: int | None = None

    @property
    def today(self) -> date:
        """The organisation's date."""
        return self.rules.hours.day(self.now)

    @property
    def asking(self) -> Asking:
        """What questions about reach are asked with: the operator sees what admins see."""
        return Asking(Asker.ADMIN, Account(self.config.wechat.account), self.rules, self.now)

    @property
    def common(self) -> dict[str, object]:
        """What every sentence may use."""
        organisation = self.config.organisation
        return {"contact": organisation.contact or self.texts("common.contact"), "organisation": organisation.name}

    def moment(self, at: datetime | None) -> str:
        """A time on the organisation's clock."""
        return f"{at.astimezone(self.rules.hours.zone):%Y-%m-%d %H:%M}" if at else ""

    def mine(self, member_id: Any) -> tuple[ColumnElement[bool], ...]:
        """For queries: that a row is about whom the export is about."""
        return () if self.only is None else (member_id == self.only,)

    def titles(self, *names: str) -> list[str]:
        """Headers of columns that no import takes."""
        return [self.texts(f"commands.column_{name}") for name in names]


def _headers(columns: Sequence[Column]) -> list[str]:
    return [column.titles[0] if column.titles else column.name for column in columns]


def _words(known: Mapping[str, Any]) -> dict[Any, str]:
    """Back from what is stored to the first Chinese word for it."""
    return {value: word for word, value in reversed(list(known.items())) if not word.isascii()}


_STATUS, _CALENDAR, _ROLE = _words(STATUSES), _words(CALENDARS), _words(ROLES)
_DAY_KIND, _ANSWER, _QUIZ_KIND = _words(DAY_KINDS), _words(YES_OR_NO), _words(KINDS)
# A member has one role column; whoever holds several is told by the highest.
_RANK = (RoleKind.SECRETARY, RoleKind.ADMIN, RoleKind.LEADER)


def members(db: Session, view: View) -> Table:
    """The roster, in the columns that import takes."""
    tree = Tree.read(db)
    openids = {member_id: openid for openid, member_id in db.exec(select(Follower.openid, Follower.member_id))}
    roles: dict[int, list[Role]] = {}
    for role in db.exec(select(Role).where(*in_force(view.today))):
        roles.setdefault(role.member_id, []).append(role)
    everybody = db.exec(select(Member).where(*view.mine(Member.id)).order_by(col(Member.branch_id), col(Member.id)))
    return _headers(MEMBERS), (
        _member(member, tree, roles.get(member.id or 0, []), openids.get(member.id, "")) for member in everybody
    )


def _member(member: Member, tree: Tree, roles: Sequence[Role], openid: str) -> list[str]:
    home, place = tree.home_of(member.branch_id), tree.paths[member.branch_id]
    here = {role.kind for role in roles if tree.home_of(role.branch_id) == home}
    role = next((kind for kind in _RANK if kind in here), None)
    tags = [member.tags] * bool(member.tags) + [WITHOUT_WECHAT] * member.without_wechat
    return [
        member.name,
        "/".join(home),
        place[-1] if tree.kinds[place] is BranchKind.GROUP else "",
        _ROLE[role],
        _STATUS[member.status],
        _day(member.joined_on, member.joined_precision),
        _day(member.full_on, member.full_precision),
        written(member.born_on, Calendar(member.calendar)) if member.born_on else "",
        _CALENDAR[member.calendar],
        member.mobile,
        "、".join(tags),
        openid,
    ]


def _day(day: date | None, precision: Precision = Precision.DAY) -> str:
    if day is None:
        return ""
    # A spreadsheet that took 1985.10 for a number would drop the zero.
    return f"{day:%Y-%m}" if precision == Precision.MONTH else day.isoformat()


def topics(db: Session, view: View) -> Table:
    """The library of topics."""
    return _headers(TOPICS), _items(db.exec(select(Topic).order_by(col(Topic.id))), TOPICS)


def books(db: Session, view: View) -> Table:
    """The library of books."""
    return _headers(BOOKS), _items(db.exec(select(Book).order_by(col(Book.id))), BOOKS)


def _items(items: Any, columns: Sequence[Column]) -> Iterator[list[str]]:
    for item in items:
        cells = (getattr(item, column.name) for column in columns)
        yield [_ANSWER[cell] if isinstance(cell, bool) else str(cell or "") for cell in cells]


def questions(db: Session, view: View) -> Table:
    """The bank of questions, in the columns that import takes."""
    rows = db.exec(select(QuizQuestion).order_by(col(QuizQuestion.id)))
    return _headers(QUESTIONS), (_question(row) for row in rows)


def _question(row: QuizQuestion) -> list[str]:
    options = row.options + [""] * (len(LETTERS) - len(row.options))
    rest = (row.answer, row.explanation, row.category, _day(row.valid_until), row.source)
    return [row.title, _QUIZ_KIND[row.kind], *options, *rest]


def days(db: Session, view: View) -> Table:
    """The organisation's days, in the columns that import takes."""
    tree = Tree.read(db)
    return _headers(DAYS), (
        [row.day.isoformat(), _DAY_KIND[row.kind], row.name, "/".join(tree.paths.get(row.branch_id or 0, ()))]
        for row in day_rows(db)
    )


def checkins(db: Session, view: View) -> Table:
    """Every check-in, with who wrote it and what."""
    tree = Tree.read(db)
    query = select(CheckIn, Member).join(Member, col(Member.id) == CheckIn.member_id)
    rows = db.exec(query.where(*view.mine(Member.id)).order_by(col(CheckIn.day), col(CheckIn.id)))
    return view.titles("day", "name", "branch", "group", "note", "pages", "chapters", "made_up"), (
        [checkin.day.isoformat(), *_who(member, tree), *_studied(checkin)] for checkin, member in rows
    )


def _studied(checkin: CheckIn) -> list[str]:
    counts = [str(count or "") for count in (checkin.pages, checkin.chapters)]
    return [checkin.note, *counts, _ANSWER[True] if checkin.made_up else ""]


def notes(db: Session, view: View) -> Table:
    """The notes that stand on a wall; those that their authors keep for themselves are nobody's to take along."""
    tree = Tree.read(db)
    return view.titles("id", "shared", "name", "branch", "group", "note"), (
        [str(one.id), view.moment(one.shared_at), *_who(member, tree), one.text] for one, member in note.all_shared(db)
    )


def _who(member: Member, tree: Tree) -> list[str]:
    home, place = tree.home_of(member.branch_id), tree.paths[member.branch_id]
    return [member.name, "/".join(home), place[-1] if place != home else ""]


def pushes(db: Session, view: View) -> Table:
    """Every push: what was owed to whom, and what became of it, in a secretary's words."""
    tree = Tree.read(db)
    query = (
        select(Push, Broadcast, Member)
        .join(Broadcast, col(Broadcast.id) == Push.broadcast_id)
        .join(Member, col(Member.id) == Push.member_id)
        .where(*view.mine(Member.id))
        .order_by(col(Push.broadcast_id), col(Push.id))
    )
    names = ("id", "due", "name", "branch", "group", "what", "state", "sent", "cause", "acknowledged", "opened", "push")
    return view.titles(*names), (_push(*row, tree, view) for row in db.exec(query))


def _push(push: Push, broadcast: Broadcast, member: Member, tree: Tree, view: View) -> list[str]:
    text = str(broadcast.facts.get("text", ""))
    return [
        str(broadcast.id),
        view.moment(broadcast.starts_at),
        *_who(member, tree),
        view.texts(f"why.what_{broadcast.kind}", text=text[:20]),
        view.texts(f"commands.push_{push.status}"),
        view.moment(push.sent_at),
        _cause(push, broadcast, member, view),
        view.moment(push.acknowledged_at),
        view.moment(push.opened_at),
        str(push.id),
    ]


def _cause(push: Push, broadcast: Broadcast, member: Member, view: View) -> str:
    if not push.cause or push.status in (PushStatus.ACCEPTED, PushStatus.DELIVERED):
        return ""
    values = {
        **view.common,
        "name": member.name,
        "until": view.moment(broadcast.show_until),
        "time": f"{view.rules.hours.quiet_until:%H:%M}",
        "when": view.moment(push.sent_at or push.run_at),
        "route": "",
    }
    return view.texts(f"why.{push.cause}", **values)


def unreachable(db: Session, view: View) -> Table:
    """Whom a message wouldn't reach now, why, and what to do."""
    tree = Tree.read(db)
    # Every path begins so: the whole organisation.
    found = whom_nothing_reaches(db, "/", view.asking)
    return view.titles("name", "branch", "group", "cause", "remedy"), (
        [*_who(one.member, tree), *(view.texts(f"unreachable.{part}_{one.cause}") for part in ("why", "do"))]
        for one in found
    )


EXPORTS: Mapping[str, Callable[[Session, View], Table]] = {
    "members": members,
    "checkins": checkins,
    "notes": notes,
    "pushes": pushes,
    "unreachable": unreachable,
    "topics": topics,
    "books": books,
    "questions": questions,
    "days": days,
}
