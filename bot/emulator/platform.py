"""The state of the emulated platform: everything it knows between two calls."""

from collections.abc import Callable
from dataclasses import fields, replace
from time import time_ns
from typing import Any, Protocol

from bot.emulator.account import DISPUTED, Account
from bot.emulator.articles import Articles
from bot.emulator.clock import PlatformClock
from bot.emulator.codes import Codes
from bot.emulator.errors import Refused
from bot.emulator.faults import Fault
from bot.emulator.followers import Follower, Route, State, new_openid
from bot.emulator.journal import Journal
from bot.emulator.mass import Mass
from bot.emulator.media import MediaStore
from bot.emulator.menus import Menus
from bot.emulator.settings import Settings
from bot.emulator.staff import Staff
from bot.emulator.stats import Stats
from bot.emulator.stream import Hub
from bot.emulator.tags import Tags
from bot.emulator.templates import Templates
from bot.emulator.tokens import Tokens
from bot.emulator.web import Web
from bot.emulator.wecom import Wecom

# What the platform itself says in a chat when the account gives no usable answer.
NOTICE = "该公众号提供的服务出现故障，请稍后再试"


class Part(Protocol):
    """State of one family of APIs, kept in a file of its own."""

    def saved(self) -> Any:
        """What the state file keeps, as JSON takes it."""

    def restore(self, saved: Any) -> None:
        """Take up what `saved` gave."""

    def reset(self) -> None:
        """Forget what `POST _/reset` forgets."""


class Platform:
    """One account and its followers. Methods take `now` in seconds since the epoch on the platform's clock."""

    def __init__(self, account: Account, webhook: str, clock: PlatformClock) -> None:
        self.account = account
        self.webhook = webhook
        self.clock = clock
        self.settings = Settings.model_validate({})
        self.tokens = Tokens()
        self.followers: dict[str, Follower] = {}  # in the order of following, as user/get lists them
        self.faults: list[Fault] = []
        self.stats = Stats()
        self.menu: dict[str, Any] | None = None
        self.hub = Hub()
        self.dirty = False
        self.journal = Journal()
        # Sends an event that nobody waits for: FromUserName, Event, its other fields. Set by the emulator.
        self.receipt: Callable[..., None] = lambda openid, event, fields, done=lambda: None: done()
        self.templates = Templates()
        self.tags = Tags()
        self.codes = Codes()
        self.media = MediaStore()
        self.articles = Articles()
        self.mass = Mass()
        self.menus = Menus()
        self.staff = Staff()
        self.web = Web()
        self.wecom = Wecom()
        # What the state file keeps besides: name → part.
        self.parts: dict[str, Part] = {
            "templates": self.templates,
            "tags": self.tags,
            "codes": self.codes,
            "media": self.media,
            "articles": self.articles,
            "mass": self.mass,
            "menus": self.menus,
            "staff": self.staff,
            "web": self.web,
            "wecom": self.wecom,
        }
        # Message ids go on from real time: after a crash the same id must never name another message,
        # and they pass 2^53 as the platform's do.
        self._last_msg_id = time_ns() // 100

    def may(self, ability: str) -> bool:
        """Whether the account may do this now."""
        setting = DISPUTED.get((ability, self.account.kind))
        return self.account.may(ability) if setting is None else bool(getattr(self.settings, setting))

    def reset(self) -> None:
        """Forget followers, messages, quotas and faults; credentials, tokens, settings, menu and clock stay."""
        self.followers.clear()
        self.faults.clear()
        self.stats = Stats()
        self.tokens.forget_forced()
        self.journal.reset()
        for part in self.parts.values():
            part.reset()
        self.dirty = True

    def change_account(self, changes: dict[str, str]) -> Account:
        """Take new values for some of the account's fields; a new secret ends every token."""
        webhook = changes.pop("webhook", None)
        if webhook is not None:
            self.webhook = webhook
        before, self.account = self.account, replace(self.account, **changes)  # type: ignore[arg-type]
        if (before.app_id, before.app_secret) != (self.account.app_id, self.account.app_secret):
            self.tokens.withdraw_all(self.clock.time())
        self.dirty = True
        return self.account

    def described_account(self) -> dict[str, str]:
        """The account as `GET _/account` gives it."""
        described = {field.name: getattr(self.account, field.name) for field in fields(Account)}
        return {**described, "webhook": self.webhook}

    def next_msg_id(self) -> int:
        self._last_msg_id += 1
        return self._last_msg_id

    def add_followers(self, openids: list[str], now: float) -> list[Follower]:
        """Followers who follow from now on, without an event; those who already do are left as they are."""
        self.dirty = True
        return [self.follow(openid, now) for openid in openids]

    def unused_openids(self, count: int) -> list[str]:
        """`count` openids that nobody has."""
        openids: dict[str, None] = {}
        while len(openids) < count:
            openid = new_openid()
            if openid not in self.followers:
                openids[openid] = None
        return list(openids)

    def follow(self, openid: str, now: float) -> Follower:
        """Make `openid` a follower. Who comes back keeps the chat and stands last in the order of following."""
        follower = self.followers.get(openid)
        if follower is not None and follower.following:
            return follower
        if follower is None:
            follower = Follower(openid, now)
        else:
            del self.followers[openid]
            follower.state, follower.since = "following", now
        self.followers[openid] = follower
        self.dirty = True
        return follower

    def known(self, openid: str, now: float) -> Follower:
        """Whoever has this openid; somebody who doesn't follow, if nobody had it yet."""
        if openid not in self.followers:
            self.followers[openid] = Follower(openid, now, "unfollowed")
        return self.followers[openid]

    def tagged(self, tag: int) -> list[str]:
        """Those who follow and carry the tag. Raises Refused for one that doesn't exist."""
        if tag not in self.tags.names:
            raise Refused(40152)
        return [openid for openid, one in self.followers.items() if one.following and tag in (one.tags or ())]

    def change_state(self, follower: Follower, state: State, now: float) -> None:
        """Put a follower into `state`, without an event."""
        if state == "following":
            self.follow(follower.openid, now)
        if state == "unfollowed":
            follower.close_window()
            follower.grants = None
        follower.state = state
        self.dirty = True

    def show(
        self,
        follower: Follower,
        route: Route,
        type: str,
        content: str,
        now: float,
        fields: dict[str, Any] | None = None,
        *,
        counted: bool = True,
    ) -> None:
        """Make something appear in a follower's chat, count what the account sent, and tell the pages that watch."""
        item = follower.show(route, type, content, now, fields)
        if counted and route != "member" and type != "notice":
            self.stats.shown(follower, item)
        if not self.hub.idle:
            self.hub.item(follower.openid, item.shown())
        self.dirty = True
