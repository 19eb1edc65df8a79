"""The whole machine on one screen: what there is, and how it is wired."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from httpx import AsyncBaseTransport
from starlette.routing import Route

from bot import health
from bot.config import Config
from bot.intake import Arrival, Intake
from bot.ride_along import RideAlong
from bot.texts import Texts
from bot.turn import Means
from bot.webhook import Webhook
from bot.wechat.codec import Codec
from bot.wording import Wording
from models.database import Database
from models.migrate import migrate
from models.writer import Writer
from scheduler.calendar import Hours
from scheduler.clock import Clock
from scheduler.routes import Account
from scheduler.rules import Rules
from scheduler.tick import tick

logger = logging.getLogger(__name__)


def rules_of(config: Config, texts: Texts) -> Rules:
    """The scheduler's part of the configuration."""
    schedule, limits = config.schedule, config.limits
    zone, turns_at = config.organisation.zone, config.organisation.day_turns_at
    return Rules(
        hours=Hours(zone, schedule.quiet_from, schedule.quiet_until, turns_at),
        topic_at=schedule.topic_at,
        topic_ring_until=schedule.topic_ring_until,
        book_at=schedule.book_at,
        book_show_days=schedule.book_show_days,
        birthday_at=schedule.birthday_at,
        birthday_ring_until=schedule.birthday_ring_until,
        birthday_show_days=schedule.birthday_show_days,
        broadcast_show_days=schedule.broadcast_show_days,
        grace_seconds=limits.grace_seconds,
        concurrency=limits.concurrency,
        oath=bool(texts("oath.text")),
    )


class Product:
    """Everything one process needs, built from the configuration; nothing runs until `running()`."""

    def __init__(
        self, config: Config, *, clock: Clock | None = None, transport: AsyncBaseTransport | None = None
    ) -> None:
        self.config = config
        self.clock = clock or Clock()
        self.texts = Texts.load(config.organisation.terms)
        self.rules = rules_of(config, self.texts)
        self.database = Database(config.database.url)
        self.means = Means(config, self.texts, config.secret(), self.rules, Account(config.wechat.account))
        self.writer = Writer[Arrival](self.database)
        wording = Wording(self.texts)
        self.intake = Intake(self.means, self.clock, self.writer, RideAlong(self.means, wording))
        self.writer.process = self.intake.answer_batch
        self.webhook: Webhook | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Product"]:
        """Brings the schema up to date and keeps the writer running until the end."""
        migrate(self.database)
        self.writer.start()
        try:
            yield self
        finally:
            if self.webhook is not None:
                await self.webhook.settle()
            self.writer.stop()
            self.database.close()

    async def catch_up(self) -> None:
        """Plans everything that is due, and sends it; what the jobs do by themselves, done now."""
        await tick(self.writer, self.rules, self.clock.now())

    def _callback(self) -> Webhook:
        """The platform's callback."""
        wechat, limits = self.config.wechat, self.config.limits
        codec = Codec(
            app_id=wechat.app_id, token=wechat.token, encoding_aes_key=wechat.encoding_aes_key, mode=wechat.mode
        )
        return Webhook(
            codec,
            self.writer.answer,
            self.intake.answer_later,
            trouble=self.intake.trouble,
            body_bytes=limits.body_bytes,
            answer_seconds=limits.answer_seconds,
        )

    def web(self) -> FastAPI:
        """The web application: the callback, and whether all is well."""
        app = FastAPI(title="Chenzhong", docs_url=None, redoc_url=None, openapi_url=None)
        self.webhook = self._callback()
        app.router.routes.append(Route("/wechat", self.webhook))
        app.include_router(health.router(self))
        return app
