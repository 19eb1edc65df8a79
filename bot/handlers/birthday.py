"""Political birthdays: the secretary's list, striking someone from it, letting greetings go; and the words replied."""

from datetime import date, time
from functools import partial

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from bot.handlers import consents, people
from bot.handlers.checkin import ONE
from bot.turn import Answer, Turn, Who, scope
from bot.wording import years_key
from models.audit import note
from models.birthday import BirthdayStrike, BirthdayWords
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind
from models.consent import Purpose
from models.follower import Follower, of_member
from models.member import Member
from models.open_question import OpenQuestion
from models.plan import Basis, Plan, PlanKind
from models.push import UNSENT, Push, PushStatus
from scheduler import broadcasts
from scheduler.cause import Cause
from scheduler.planners.birthdays import MOVED_WITHIN, Celebrated, in_month
from scheduler.routes import Route
from scheduler.tick import retime

_ARRIVED = (PushStatus.ACCEPTED, PushStatus.DELIVERED)


def month_list(db: Session, turn: Turn) -> Answer:
    """「本月生日」「下月生日」: date, name, years, and how each greeting will arrive."""
    this_month = turn.today.replace(day=1)
    first = this_month if turn.words["which"] == "本月" else _next(this_month)
    return Answer(list_text(db, turn, first))


def list_text(db: Session, turn: Turn, first: date) -> str:
    """The list of the month that begins at `first`, for the writer's part of the tree."""
    celebrated = _celebrated(db, turn, first)
    if not celebrated:
        return turn.say("birthday.month_none", month=first.month)
    head = turn.say("birthday.month_head", month=first.month, count=len(celebrated))
    rows = [_row(db, turn, one) for one in celebrated]
    return "\n".join([head, *rows, turn.say("birthday.month_foot")])


def _next(first: date) -> date:
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def _celebrated(db: Session, turn: Turn, first: date) -> list[Celebrated]:
    """Those of the writer's part of the tree, whichever plan serves them."""
    mine = scope(db, turn, Who.ADMIN)
    assert mine is not None, "the gate lets nobody but admins through"
    rows = db.exec(select(Plan, Branch.path).join(Branch, col(Branch.id) == Plan.branch_id))
    plans = [plan for plan, path in rows if plan.kind == PlanKind.BIRTHDAY and _overlap(path, mine)]
    inside = set(
        db.exec(
            select(Member.id).join(Branch, col(Branch.id) == Member.branch_id).where(col(Branch.path).startswith(mine))
        )
    )
    found = [one for plan in plans for one in in_month(db, plan, first.year, first.month)]
    return [one for one in found if one.member_id in inside]


def _overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _row(db: Session, turn: Turn, one: Celebrated) -> str:
    values = {"name": one.name, "years": one.years, "month": one.day.month}
    years = years_key(None if one.probationary else one.years)
    if one.by_month:
        return turn.say("birthday.row_month_struck" if one.struck else f"birthday.row_month{years}", **values)
    day = turn.means.texts.date(one.day, turn.today)
    if one.struck:
        return turn.say("birthday.row_struck", date=day, **values)
    return turn.say(f"birthday.row{years}", date=day, arrival=_arrival(db, turn, one), **values)


def _arrival(db: Session, turn: Turn, one: Celebrated) -> str:
    if one.without_wechat:
        return turn.say("birthday.arrival_phone")
    if one.unasked:
        return turn.say("birthday.arrival_person")
    follower = of_member(db, one.member_id)
    if follower is None:
        return turn.say("birthday.arrival_unbound")
    if _greeting(db, turn, one) in _ARRIVED:
        return turn.say("birthday.arrival_sent")
    return turn.say("birthday.arrival_now" if _open_on(turn, follower, one.day) else "birthday.arrival_next")


def _open_on(turn: Turn, follower: Follower, day: date) -> bool:
    """Whether the window, as it stands, will still be open when the greeting goes out."""
    at = turn.means.hours.at(day, turn.means.rules.birthday_at)
    policy = turn.means.rules.policy
    may_push = turn.means.account.may_write_first and policy.allowed(Basis.CONSENTED, Route.CUSTOM)
    may_push = may_push and follower.agreed_at is not None and follower.window_left > 0
    return may_push and follower.window_until is not None and follower.window_until > at


def _greeting(db: Session, turn: Turn, one: Celebrated) -> PushStatus | None:
    """What became of this year's greeting, if it has been planned."""
    query = (
        select(Push.status)
        .join(Broadcast, col(Broadcast.id) == Push.broadcast_id)
        .where(Push.member_id == one.member_id, Broadcast.kind == BroadcastKind.BIRTHDAY, *_of_day(turn, one.day))
    )
    status = db.exec(query).first()
    return PushStatus(status) if status else None


def _of_day(turn: Turn, day: date) -> tuple[ColumnElement[bool], ...]:
    """That a broadcast is of that day: it was planned then, or on the working day to which it was moved."""
    begin = turn.means.hours.at(day, time())
    return (col(Broadcast.starts_at) >= begin, col(Broadcast.starts_at) < begin + MOVED_WITHIN)


def strike(db: Session, turn: Turn) -> Answer:
    """「不发 〈姓名〉」: no greeting on their next day of this month or the next. Nobody is told."""
    member = people.find_one(db, turn, Who.ADMIN, "strike")
    if isinstance(member, Answer):
        return member
    this_month = turn.today.replace(day=1)
    months = [_celebrated(db, turn, first) for first in (this_month, _next(this_month))]
    mine = [one for month in months for one in month if one.member_id == member.id]
    # A day that is over is not meant; a month-only date has no day, so it isn't over before the month is.
    coming = next((one for one in mine if one.by_month or one.day >= turn.today), None)
    say = partial(turn.say, name=member.name)
    if coming is None:
        return Answer(say("birthday.not_listed"))
    if coming.struck:
        return Answer(say("birthday.struck_before"))
    if _greeting(db, turn, coming) in _ARRIVED:
        return Answer(say("birthday.struck_late"))
    _strike(db, turn, coming)
    if coming.by_month:
        return Answer(say("birthday.struck_month"))
    return Answer(say("birthday.struck", date=turn.means.texts.date(coming.day, turn.today)))


def _strike(db: Session, turn: Turn, one: Celebrated) -> None:
    db.add(BirthdayStrike(member_id=one.member_id, day=one.day, by_member_id=turn.person.member_id))
    note(db, "strike", at=turn.now, by=turn.person.member_id, member=one.member_id, day=one.day.isoformat())
    # What has been planned for today already is stopped with it.
    planned = select(Broadcast.id).where(
        col(Broadcast.kind).in_((BroadcastKind.BIRTHDAY, BroadcastKind.OATH)),
        *_of_day(turn, one.day),
    )
    unsent = (Push.member_id == one.member_id, col(Push.broadcast_id).in_(planned), col(Push.status).in_(UNSENT))
    for push in db.exec(select(Push).where(*unsent)):
        push.status, push.cause = PushStatus.CANCELLED, Cause.STRUCK


def approve(db: Session, turn: Turn) -> Answer:
    """「可以」: greetings that waited for it go out."""
    mine = scope(db, turn, Who.ADMIN)
    opened = broadcasts.approve(db, mine, turn.now) if mine else []
    if not opened:
        return Answer(turn.say("birthday.nothing_to_approve"))
    ids = [broadcast.id for broadcast, _ in opened]
    note(db, "approve", at=turn.now, by=turn.person.member_id, broadcasts=ids)
    count = sum(pushes for broadcast, pushes in opened if broadcast.kind == BroadcastKind.BIRTHDAY)
    return Answer(turn.say("birthday.approved", count=count))


def ask_first(db: Session, turn: Turn) -> Answer:
    """「祝贺先问」: from now on a day's greetings wait for 「可以」."""
    return _set(db, turn, "birthday.ask_first", needs_approval=True)


def send_unasked(db: Session, turn: Turn) -> Answer:
    """「祝贺直接发」: from now on they go out at their hour."""
    return _set(db, turn, "birthday.send_unasked", needs_approval=False)


def to_workdays(db: Session, turn: Turn) -> Answer:
    """「祝贺顺延」: whose day is no working day is greeted on the next one."""
    return _set(db, turn, "birthday.shifted", workdays_only=True)


def on_the_day(db: Session, turn: Turn) -> Answer:
    """「祝贺当天发」: every greeting on its own day."""
    return _set(db, turn, "birthday.unshifted", workdays_only=False)


def _set(db: Session, turn: Turn, said: str, **settings: bool) -> Answer:
    mine = scope(db, turn, Who.ADMIN)
    query = select(Plan).join(Branch, col(Branch.id) == Plan.branch_id).where(Plan.kind == PlanKind.BIRTHDAY)
    # Only a plan of one's own part of the tree: the one above serves others too.
    plans = db.exec(query.where(col(Branch.path).startswith(mine or "\0"))).all()
    if not plans:
        return Answer(turn.say("birthday.no_plan"))
    for plan in plans:
        plan.sqlmodel_update(settings)
    db.flush()
    retime(db, turn.means.rules, turn.now, mine or "")
    note(db, "plan", at=turn.now, by=turn.person.member_id, plans=[plan.id for plan in plans], **settings)
    return Answer(turn.say(said))


def decline(db: Session, turn: Turn) -> Answer:
    """「不要祝贺」: none from now on, and nobody is told."""
    consents.take_back(db, turn, Purpose.SENSITIVE)
    return Answer(turn.say("birthday.ungreeted"), alone=True)


def welcome(db: Session, turn: Turn) -> Answer:
    """「要祝贺」: which is the consent to use the day of joining for it."""
    consents.give(db, turn, Purpose.SENSITIVE)
    return Answer(turn.say("birthday.greeted_again"))


def keep_words(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """A few words after a greeting; the question stays open until the day is over."""
    assert turn.person.member_id is not None, "only members are greeted"
    if ONE.fullmatch(turn.words["text"]):
        return None
    before = bool(question.facts.get("kept"))
    db.add(BirthdayWords(member_id=turn.person.member_id, at=turn.now, words=turn.words["text"]))
    question.facts = {"kept": True}
    return Answer(turn.say("birthday.words_added" if before else "birthday.words_kept"))
