"""The whole machine on one screen: what there is, and how it is wired."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from bot import health, pictures, progress_page
from bot.alarm import Alarm
from bot.channels.scribe import GroupScribe
from bot.channels.seal import Seal
from bot.config import Config
from bot.console import api, sign_in
from bot.intake import Arrival, Intake
from bot.keepsakes import Keeper
from bot.links import Links
from bot.notices import Notices, rules_of_notices, template_kinds
from bot.pages import keepsake, link, notes, notices, own_data
from bot.ride_along import RideAlong
from bot.texts import Texts
from bot.token_shelf import TokenShelf
from bot.turn import Means
from bot.webhook import CallbackFirst, Webhook
from bot.wechat.client import Client, Transport
from bot.wechat.codec import Codec
from bot.wechat.mass_messenger import WechatMassMessenger
from bot.wechat.messenger import WechatMessenger
from bot.wording import Wording, wording_of
from models.database import Database
from models.migrate import migrate
from models.writer import Writer
from scheduler.calendar import Hours
from scheduler.cleanup import Cleaner, Retention
from scheduler.clock import Clock
from scheduler.deliver import Deliverer
from scheduler.jobs import Engine
from scheduler.mass_sending import MassSender
from scheduler.policy import Policy
from scheduler.postings import Poster
from scheduler.routes import Account
from scheduler.rules import Rules

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
        quiz_at=schedule.quiz_at,
        nudge_before_close=schedule.nudge_before_close,
        solemn_days=schedule.solemn_day_list,
        grace_seconds=limits.grace_seconds,
        concurrency=limits.concurrency,
        sends_per_minute=limits.sends_per_minute,
        sends_per_day=limits.sends_per_day,
        oath=bool(texts("oath.text")),
        notices=rules_of_notices(config),
        templates=template_kinds(config),
        policy=Policy(**dict(config.policy)),
    )


class Product:
    """Everything one process needs, built from the configuration; nothing runs until `running()`."""

    def __init__(self, config: Config, *, clock: Clock | None = None, transport: Transport | None = None) -> None:
        self.config = config
        self.clock = clock or Clock()
        self.texts = Texts.load(config.organisation.terms)
        self.rules = rules_of(config, self.texts)
        self.database = Database(config.database.url)
        self.means = Means(config, self.texts, config.secret(), self.rules, Account(config.wechat.account))
        self.writer = Writer[Arrival](self.database)
        self.links = Links(config.server.public_url, self.means.secret)
        led = bool(config.server.public_url) and config.privacy.count_links
        self.wording = wording = wording_of(config, self.texts, self.links if led else None)
        self.intake = Intake(self.means, self.clock, self.writer, RideAlong(self.means, wording))
        self.writer.process = self.intake.answer_batch
        self.webhook: Webhook | None = None
        self.client = self._client(transport)
        self.alarm = Alarm(config.alerts.addresses, self.texts, config.organisation.name, self.rules.hours)
        self.scribe = GroupScribe(
            self.client, config.wecom.api_base, Seal(self.means.secret), self.texts, self.means.common
        )
        self.engine = self._engine(self._messenger(wording), wording)

    @asynccontextmanager
    async def running(self, *, jobs: bool = False) -> AsyncIterator["Product"]:
        """Brings the schema up to date and keeps the writer running until the end; with `jobs` the engine too."""
        migrate(self.database)
        self.writer.start()
        if self.config.development.clock_url:
            # Before the first message is answered: a real "now" would open windows that end before they began.
            await self.clock.follow_url(self.config.development.clock_url)
        if jobs:
            await self.engine.start()
        try:
            yield self
        finally:
            if self.webhook is not None:
                await self.webhook.settle()
            await self.engine.close()
            await self.alarm.settle()
            await self.client.aclose()
            self.writer.stop()
            self.database.close()

    def _client(self, transport: Transport | None) -> Client:
        wechat = self.config.wechat
        return Client(
            base=wechat.api_base,
            app_id=wechat.app_id,
            app_secret=wechat.app_secret,
            concurrency=self.config.limits.concurrency,
            shelf=TokenShelf(wechat, self.database, self.writer),
            transport=transport,
        )

    def _messenger(self, wording: Wording) -> WechatMessenger:
        attach = pictures.Attachments(self.client, wording, self.database, self.writer, self.clock)
        notices = Notices(self.config, self.texts, wording.link)
        return WechatMessenger(self.client, wording, wording.digest, notices, attach)

    def _engine(self, messenger: WechatMessenger, wording: Wording) -> Engine:
        privacy = self.config.privacy
        retention = Retention(privacy.inbound_days, privacy.reply_minutes, privacy.rebind_days, privacy.backup_days)
        alone = self.database.is_sqlite
        deliverer = Deliverer(
            self.writer,
            messenger,
            self.clock,
            self.rules,
            lambda: self.means.account,
            alone=alone,
            identity=self.config.wechat.identity,
            alarm=self.alarm.ring,
        )
        cleaner = Cleaner(self.writer, retention, self.rules.hours)
        clock_url = self.config.development.clock_url
        mass = MassSender(
            self.writer,
            WechatMassMessenger(self.client, wording.plain, self.texts),
            self.clock,
            self.rules,
            lambda: self.means.account,
            alone=alone,
        )
        poster = Poster(self.writer, self.scribe, self.clock, self.rules)
        keeper = Keeper(self.client, self.database, self.writer, self.clock, self.rules.hours, self.config)
        return Engine(self.writer, self.clock, self.rules, deliverer, cleaner, clock_url, (mass, poster, keeper))

    async def catch_up(self) -> None:
        """Plans everything that is due, and sends it; what the jobs do by themselves, done now."""
        await self.engine.catch_up()

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

    def web(self) -> ASGIApp:
        """The web application: the callback, and whether all is well."""
        app = FastAPI(title="Chenzhong", docs_url=None, redoc_url=None, openapi_url=None)
        self.webhook = self._callback()
        app.include_router(health.router(self))
        app.include_router(health.front_page(self))
        app.include_router(api.router(self))
        app.include_router(sign_in.router(self))
        app.include_router(link.router(self))
        app.include_router(notices.router(self))
        app.include_router(notes.router(self))
        app.include_router(own_data.router(self))
        app.include_router(keepsake.router(self))
        app.include_router(pictures.router(self.database))
        app.include_router(progress_page.router(self))
        return CallbackFirst(app, self.webhook)
