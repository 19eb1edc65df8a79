"""What the simulated admin does: a notice once a week, and mass sends for whom it, or a topic, hasn't reached."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bench.reach.habits import BEIJING
from bench.reach.strategies import Ordered
from bot.app import Product
from bot.emulator import PlatformClock
from models.branch import Branch
from models.broadcast import Broadcast
from models.push import Push
from scheduler import broadcasts
from scheduler.audience import within
from scheduler.forecast import forecast
from scheduler.mass import Refusal, order, rest
from scheduler.routes import Account, Route

SENT = ("accepted", "delivered")
# There is nobody for whom the order would have made a difference.
_NEEDLESS = (Refusal.NOBODY, Refusal.ALONE)


async def broadcast(product: Product, clock: PlatformClock) -> dict[str, float]:
    """Forecast, confirmed, sent a minute later: how far forecast and result are apart, as shares of the audience."""
    rules, now = product.rules, product.clock.now()

    def confirm(db: Session) -> tuple[Any, int]:
        branch = db.exec(select(Branch)).one()
        audience, account = within(branch.path), Account(product.config.wechat.account)
        seen = forecast(db, audience, account, rules, now)
        words = f"{now:%m%d} 下午三点在三楼开会。"
        made = broadcasts.confirmed(
            db, rules, branch_id=branch.id or 0, author_id=None, text=words, audience=audience, now=now
        )
        assert made.id is not None
        return seen, made.id

    seen, broadcast_id = await product.writer.run(confirm)
    await product.catch_up()
    await _after_the_grace(product, clock)
    forecasts = Counter({_way(route, cause): count for (route, cause), count in seen.counts.items()})
    result: Counter[str] = Counter()
    with product.database.reading() as db:
        query = select(Push.status, Push.route, Push.cause).where(Push.broadcast_id == broadcast_id)
        for status, route, cause in db.exec(query):
            result[_way(route if status in SENT else Route.HELD, cause)] += 1
    return {way: abs(forecasts[way] - result[way]) / max(seen.total, 1) for way in forecasts | result}


async def mass_send(product: Product, clock: PlatformClock, kind: str) -> Ordered | None:
    """Has the rest of today's push of that kind mass-sent; None where there is none, or it has reached everybody.

    An order that is refused for any other reason is one all the same: what could have been reached by it is missing.
    """
    now = product.clock.now()
    today = now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)

    def ordered(db: Session) -> datetime | None:
        of_today = select(Broadcast).where(Broadcast.kind == kind, col(Broadcast.starts_at) >= today)
        latest = db.exec(of_today.order_by(col(Broadcast.id).desc())).first()
        if latest is None:
            return None
        account = Account(product.config.wechat.account)
        found = rest(db, latest, account, product.rules, now)
        if found.refusal is None:
            order(db, latest, found, by=None, account=account, rules=product.rules, now=now)
        return None if found.refusal in _NEEDLESS else latest.starts_at.astimezone(BEIJING)

    due = await product.writer.run(ordered)
    await product.catch_up()
    await _after_the_grace(product, clock)
    return Ordered(kind, due, product.clock.now().astimezone(BEIJING)) if due else None


async def _after_the_grace(product: Product, clock: PlatformClock) -> None:
    clock.advance(product.rules.grace_seconds)
    await product.catch_up()


def _way(route: str, cause: str | None) -> str:
    """A route, or why a push is held."""
    return str(cause) if route == Route.HELD else str(route)
