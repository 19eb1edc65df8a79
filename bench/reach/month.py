"""The month as the product lives it: planner, delivery and webhook in one process with the emulated platform.

The clock is turned from one moment at which something happens to the next; nothing is mocked but the wire.
"""

import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlalchemy import text
from sqlmodel import Session, col, select
from starlette.types import ASGIApp, Message

from bench import account
from bench.reach import admin
from bench.reach.admin import SENT
from bench.reach.habits import BEIJING, GRANT, MESSAGE, TAP, UNSUBSCRIBE, Event, Life
from bench.reach.strategies import Ordered, Owed
from bench.targets import people
from bot.app import Product
from bot.config import Config
from bot.emulator import Account as Emulated
from bot.emulator import Emulator, PlatformClock
from bot.emulator.callbacks import Callbacks
from bot.emulator.messages import compose
from bot.emulator.templates import Template
from models.branch import Branch
from models.broadcast import Broadcast, BroadcastKind
from models.consent import Consent, Purpose
from models.library import Book, Topic
from models.push import Push
from scheduler.clock import Clock
from scheduler.defaults import default_plans
from scheduler.routes import Route

# What the platform must never have to say of what an event or an answer had told us before.
FORESEEABLE = ("45015", "45047", "43101")
_TEMPLATE = "NOTICE"
_NOTICE = {"template": _TEMPLATE, "fields": {"thing1": "{title}"}}


@dataclass
class Lived:
    """What came of a month: what was owed, how many of it were reached in time, by which route."""

    owed: list[Owed] = field(default_factory=list)
    ordered: list[Ordered] = field(default_factory=list)
    reached: set[Owed] = field(default_factory=set)
    routes: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    # The largest difference between a forecast and its result, as a share of the audience, by what was forecast.
    forecast: dict[str, float] = field(default_factory=dict)


class _Time(Clock):
    """The product's clock, which is the platform's."""

    def __init__(self, platform: PlatformClock) -> None:
        super().__init__()
        self._platform = platform

    def now(self) -> datetime:
        """The platform's time."""
        return self._platform.now()


class _Answer:
    def __init__(self) -> None:
        self.status_code = 0
        self.content = b""


class _Door:
    """Carries the platform's pushes to the product without a wire, as `ClientCarrier` asks it to."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def post(self, url: str, *, content: bytes, headers: dict[str, str], **_: None) -> _Answer:
        """The answer of the application."""
        assert self.app is not None
        parts, answer = urlsplit(url), _Answer()
        scope = {
            "type": "http",
            "method": "POST",
            "path": parts.path,
            "query_string": parts.query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }

        async def receive() -> Message:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Message) -> None:
            answer.status_code = message.get("status", answer.status_code)
            answer.content += message.get("body", b"")

        await self.app(scope, receive, send)
        return answer


@dataclass
class _World:
    product: Product
    emulator: Emulator
    callbacks: Callbacks
    life: Life
    rule: str


async def lived(life: Life, kind: str, rule: str, seed: int, folder: Path) -> Lived:
    """Lets the product live a month, on an account of this kind, with the platform's window by `rule`."""
    database = folder / "chenzhong.db"
    people.gather(database, life.month.members)
    async with _world(life, kind, rule, database) as world:
        await world.product.writer.run(lambda db: _settle_in(db, world, seed))
        lived = Lived()
        by_moment: dict[datetime, list[Event]] = {}
        for event in life.events:
            by_moment.setdefault(event.at, []).append(event)
        for moment in _moments(life, set(by_moment)):
            world.emulator.clock.set(moment)
            await _happen(world, by_moment.get(moment, []))
            await _act(world, moment, lived)
        _look(world, lived)
    return lived


async def _act(world: _World, moment: datetime, lived: Lived) -> None:
    """What the admin does at that moment, or else only what falls due."""
    month, day, clock = world.life.month, moment.date(), world.emulator.clock
    if month.broadcasts_on(day) and moment.time() == month.broadcast_at:
        for way, off in (await admin.broadcast(world.product, clock)).items():
            lived.forecast[way] = max(lived.forecast.get(way, 0.0), off)
        return
    orders = month.orders_on(day, world.product.config.wechat.account)
    kind = next((kind for kind, at in orders.items() if at == moment.time()), None)
    if kind is None:
        await world.product.catch_up()
    elif ordered := await admin.mass_send(world.product, clock, kind):
        lived.ordered.append(ordered)


@asynccontextmanager
async def _world(life: Life, kind: str, rule: str, database: Path) -> AsyncIterator[_World]:
    midnight = datetime.combine(life.month.first_day, time(), BEIJING)
    clock, door = PlatformClock(frozen_at=midnight), _Door()
    emulated = Emulated(kind=kind, mode="plain")  # type: ignore[arg-type]
    emulator = Emulator(emulated, webhook="http://product/wechat", clock=clock, client=door)  # type: ignore[arg-type]
    emulator.platform.settings = emulator.platform.settings.model_copy(update={"window_rule": rule})
    config = Config.model_validate(
        {
            "database": {"url": f"sqlite:///{database}"},
            "server": {"secret": "a benchmark's secret, of no use to anybody"},
            "wechat": {
                "account": kind,
                "app_id": emulated.app_id,
                "app_secret": emulated.app_secret,
                "token": emulated.token,
                "encoding_aes_key": emulated.encoding_aes_key,
                "original_id": emulated.original_id,
                "mode": "plain",
                "api_base": "http://platform",
                "window_rule": rule,
            },
            "notices": {kind: dict(_NOTICE) for kind in ("topic", "book", "birthday", "text")},
            "organisation": {"name": "第一党支部", "contact": "办公室"},
        }
    )
    emulator.platform.templates.add(
        Template(id=_TEMPLATE, family="subscription", title="通知", content="主题：{{thing1.DATA}}")
    )
    product = Product(config, clock=_Time(clock), transport=httpx.ASGITransport(emulator.app))
    door.app = product.web()
    async with product.running(), emulator:
        assert emulator._carrier is not None
        yield _World(product, emulator, Callbacks(emulator.platform, emulator._carrier), life, rule)


def _settle_in(db: Session, world: _World, seed: int) -> None:
    """A library, plans, days of joining, and nobody's window open; on the platform the same followers."""
    dice, now, month = random.Random(seed), world.product.clock.now(), world.life.month
    branch = db.exec(select(Branch)).one()
    default_plans(db, branch, world.product.rules, now)
    db.add_all([Topic(title=f"第 {number} 课", summary="读一读，记三点。") for number in range(40)])
    db.add_all([Book(title=f"第 {number} 本", author="佚名", reason="好读。") for number in range(8)])
    connection = db.connection()
    connection.execute(text("UPDATE follower SET window_left = 0, window_until = NULL"))
    days = [
        {"id": member + 1, "day": str(date(2000, 1, 1) + timedelta(days=dice.randrange(9000)))}
        for member in range(month.members)
    ]
    connection.execute(text("UPDATE member SET joined_on = :day WHERE id = :id"), days)
    agreed = (Consent(member_id=one["id"], purpose=Purpose.SENSITIVE, version="1", agreed_at=now) for one in days)
    db.add_all(agreed)
    platform, at = world.emulator.platform, world.emulator.clock.time()
    platform.add_followers([account.openid(member) for member in range(month.members)], at)
    for member, state in world.life.states.items():
        platform.change_state(platform.followers[account.openid(member)], state, at)  # type: ignore[arg-type]


def _moments(life: Life, happening: set[datetime]) -> list[datetime]:
    """When the clock is turned to: whatever happens, whatever may fall due, and the end of each night."""
    month = life.month
    after = (datetime.combine(month.first_day, month.broadcast_at) + timedelta(minutes=1)).time()
    walls = {time(7, 30), time(7, 40), time(8), time(12), month.broadcast_at, after}
    walls |= {at for orders in month.mass_at.values() for at in orders.values()}
    due = {datetime.combine(day, wall, BEIJING) for day in month.dates for wall in walls}
    ends = datetime.combine(month.dates[-1], time(23, 59), BEIJING)
    return sorted(moment for moment in happening | due if moment < ends)


async def _happen(world: _World, events: list[Event]) -> None:
    platform, now = world.emulator.platform, world.emulator.clock.time()
    pushes = []
    for event in events:
        kind, fields = _PUSHES[event.what]
        pushes.append(compose(platform, account.openid(event.member), kind, dict(fields), now))
    for outcome in await world.callbacks.push_all(pushes):
        assert not outcome.trouble, outcome.trouble


_PUSHES: dict[str, tuple[str, dict[str, Any]]] = {
    MESSAGE: ("text", {"content": "打卡"}),
    TAP: ("CLICK", {"EventKey": "今日学习"}),
    GRANT: (
        "subscribe_msg_popup_event",
        {
            "SubscribeMsgPopupEvent": {
                "List": {"TemplateId": _TEMPLATE, "SubscribeStatusString": "accept", "PopupScene": "2"}
            }
        },
    ),
    UNSUBSCRIBE: ("unsubscribe", {}),
}


def _look(world: _World, lived: Lived) -> None:
    """Reads what was owed and what became of it; the platform must have seen the same."""
    hours = world.product.rules.hours
    query = select(Push, Broadcast.starts_at, Broadcast.kind).join(
        Broadcast, col(Broadcast.id) == col(Push.broadcast_id)
    )
    with world.product.database.reading() as db:
        for push, due, kind in db.exec(query):
            if kind in (BroadcastKind.OATH, BroadcastKind.BIRTHDAY_LIST, BroadcastKind.PROBATION, BroadcastKind.ANSWER):
                continue
            due = due.astimezone(BEIJING)
            quiet = hours.at(due.date(), hours.quiet_from).astimezone(BEIJING)
            lived.owed.append(Owed(push.member_id - 1, str(kind), due, quiet))
            if push.status in SENT and push.sent_at and push.sent_at < quiet and not _in_vain(world, push):
                lived.reached.add(lived.owed[-1])
                lived.routes[push.route] += 1
    stats = world.emulator.platform.stats
    for calls in stats.calls.values():
        for code in FORESEEABLE:
            lived.refused[code] += calls[code]


def _in_vain(world: _World, push: Push) -> bool:
    """Whether a mass message, whose receipt names nobody, went by somebody who refuses messages."""
    return push.route == Route.MASS and push.member_id - 1 in world.life.states
