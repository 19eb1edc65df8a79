"""Sets up the sample branch: roster, libraries, plans, and who holds which phone; then lets two months pass."""

import logging
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot.demo import history
from bot.demo.play import Play, Report
from bot.demo.samples import Samples
from bot.demo.story import Story
from bot.emulator.templates import Template
from bot.files.roster_apply import Circumstances
from models.bind_code import issue
from models.member import Member, Precision, Status
from models.role import Role, RoleKind
from scheduler.calendar import ONE_DAY

if TYPE_CHECKING:
    from bot.demo.wiring import Demo

ZONE = ZoneInfo("Asia/Shanghai")
BEGINS_AT = time(8)
WELCOMES_AT = time(9)
# Of those who follow, so many have not written for more than two days; so many more have not bound yet.
LAPSED = 20
UNBOUND = 2

# What the account may send to whoever taps 「允许」.
NOTICE = Template("DEMO_BRANCH_NOTICE", "subscription", "支部事项通知", "事项：{{thing1.DATA}}\n时间：{{time2.DATA}}")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who holds which phone: the codes of everybody who binds (openid → code), and the two of the story."""

    codes: dict[str, str]
    member: str
    secretary: str


def start(now: datetime) -> datetime:
    """When the visitor comes in: at eight on the latest working day."""
    return datetime.combine(history.latest_workday(now.astimezone(ZONE).date()), BEGINS_AT, tzinfo=ZONE)


def beginning(begins: datetime, days: int) -> datetime:
    """When the branch begins to follow, so many days before the visitor comes in."""
    return datetime.combine(begins.date() - days * ONE_DAY, WELCOMES_AT, tzinfo=ZONE)


async def play(demo: "Demo", begins: datetime, days: int, report: Report) -> Story:
    """Fills an empty demo, whose clock stands at `beginning(begins, days)`, and leaves it at `begins`."""
    product = demo.product
    samples = Samples.read(begins.date())
    at = Circumstances(product.clock.now(), product.rules, product.config.organisation.keeps_record)
    demo.emulator.platform.templates.add(NOTICE)
    cast = await product.writer.run(lambda db: prepare(db, samples, begins.date(), at, product.means.secret))
    habits = history.habits_for(list(cast.codes), (cast.member, cast.secretary), LAPSED)
    written = history.lines(habits, cast.secretary, begins, days)
    with _quietly():
        async with Play(demo) as people:
            await people.welcome(cast.codes)
            await people.live(written, begins, report)
    return Story(secrets.token_hex(8), cast.member, cast.secretary, begins)


@contextmanager
def _quietly() -> Iterator[None]:
    """Two months of calls to the platform, a line each, would bury whatever shows how far the play has come."""
    calls = logging.getLogger("bot.wechat.client")
    before = calls.level
    calls.setLevel(logging.WARNING)
    try:
        yield
    finally:
        calls.setLevel(before)


def prepare(db: Session, samples: Samples, visit: date, at: Circumstances, secret: bytes) -> Cast:
    """Imports the samples, and hands out the binding codes; the visitor comes in on the day `visit`."""
    samples.load(db, at)
    reachable = (Member.status != Status.INACTIVE, col(Member.without_wechat).is_(False))
    members = db.exec(select(Member).where(*reachable).order_by(col(Member.id))).all()
    hero = _hero(db, members)
    _move_birthday(hero, visit + ONE_DAY)
    unbound = _unbound(db, members, hero)
    chance = Random(history.SEED)
    phones = {member.id: f"o{chance.getrandbits(132):027x}"[:28] for member in members if member not in unbound}
    codes = {phones[id_]: issue(db, id_, secret, at.now) for id_ in phones if id_ is not None}
    return Cast(codes, phones[hero.id], phones[_secretary(db)])


def _hero(db: Session, members: Sequence[Member]) -> Member:
    """The story's member: a full member without a role, the longest of those still at work."""
    busy = set(db.exec(select(Role.member_id)))
    known = [
        member
        for member in members
        if member.id not in busy
        and member.status == Status.ACTIVE
        and member.full_on
        and member.joined_on
        and member.joined_precision == member.full_precision == Precision.DAY
    ]
    return min(known, key=lambda member: member.joined_on or date.max)


def _move_birthday(hero: Member, day: date) -> None:
    """Their political birthday comes the day after the visitor; otherwise its date would hang on today's."""
    for name in ("joined_on", "full_on"):
        since: date = getattr(hero, name)
        # Where that is 29 February, the year has to have one.
        year = since.year // 4 * 4 if (day.month, day.day) == (2, 29) else since.year
        setattr(hero, name, day.replace(year=year))


def _unbound(db: Session, members: Sequence[Member], hero: Member) -> Sequence[Member]:
    """Two who have a phone but have not bound it: the last in the roster without a role."""
    busy = set(db.exec(select(Role.member_id)))
    free = [member for member in members if member.id not in busy and member is not hero]
    return free[-UNBOUND:]


def _secretary(db: Session) -> int:
    return db.exec(select(Role.member_id).where(Role.kind == RoleKind.SECRETARY)).one()
