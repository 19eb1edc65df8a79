"""Followers: their state, the window in which the account may write to them, and what their chat shows.

There may be hundreds of thousands, so a follower is a small object without tasks or timers: windows and typing are
times that are compared when somebody asks. All times are seconds since the epoch on the platform's clock.
"""

import secrets
from typing import Any, Literal

from bot.emulator.clock import iso

State = Literal["following", "blocked", "unfollowed", "frozen"]
Rule = Literal["max", "reset"]
Route = Literal["member", "passive", "custom", "template", "subscribe", "mass"]

TYPING_LASTS = 15
# A phone shows its last thousand items; a load test may write to one follower forever.
SHOWN_ITEMS = 1000


class Trigger:
    """What a follower did → (messages, seconds) of the window it opens. Source: 「客服消息」 since June 2023."""

    MESSAGE = (5, 48 * 3600)
    MENU = (3, 60)
    SUBSCRIBE = (3, 60)
    SCAN = (3, 60)


class Item:
    """One thing in a chat, as the follower's phone shows it."""

    __slots__ = ("at", "content", "fields", "n", "route", "type")

    def __init__(self, n: int, route: Route, type: str, content: str, fields: dict[str, Any] | None, at: float) -> None:
        self.n = n
        self.route = route
        self.type = type
        self.content = content
        self.fields = fields
        self.at = at

    def shown(self) -> dict[str, Any]:
        """The item as `GET _/phone` gives it."""
        shown: dict[str, Any] = {
            "n": self.n,
            "from": "member" if self.route == "member" else "account",
            "route": self.route,
            "type": self.type,
            "content": self.content,
            "at": iso(self.at),
        }
        if self.fields:
            shown["fields"] = self.fields
        return shown


class Follower:
    """One openid. `left` messages may be sent until `until`; `grants` counts the accepts per subscription template."""

    __slots__ = (
        *("blacklisted", "grants", "items", "last_n", "left", "openid", "remark", "scene", "since", "state", "tags"),
        *("talked_at", "typing_until", "until"),
    )

    def __init__(self, openid: str, since: float, state: State = "following") -> None:
        self.openid = openid
        self.state: State = state
        self.since = since
        self.left = 0
        self.until = 0.0
        self.talked_at = 0.0
        self.typing_until = 0.0
        self.last_n = 0
        self.grants: dict[str, int] | None = None
        self.items: list[Item] | None = None
        self.remark = ""
        self.tags: tuple[int, ...] | None = None
        self.blacklisted = False
        # The scene of the QR code by which they came; None for another way.
        self.scene: str | None = None

    @property
    def following(self) -> bool:
        """A follower who switched off messages, or is frozen, is still a follower."""
        return self.state != "unfollowed"

    def open_window(self, trigger: tuple[int, int], now: float, rule: Rule) -> None:
        """Rule `max`: the larger count and the later end of what was open and what opens; `reset`: the latest alone."""
        count, seconds = trigger
        if rule == "max" and now < self.until:
            self.left = max(self.left, count)
            self.until = max(self.until, now + seconds)
        else:
            self.left, self.until = count, now + seconds

    def answered(self, template: str, *, accepted: bool) -> None:
        """Count an accept of a subscription notice; a refusal takes back all that were left."""
        grants = self.grants or {}
        grants[template] = grants.get(template, 0) + 1 if accepted else 0
        self.grants = {name: left for name, left in grants.items() if left} or None

    def tag(self, tag: int) -> None:
        self.tags = (*(other for other in self.tags or () if other != tag), tag)

    def untag(self, tag: int) -> None:
        self.tags = tuple(other for other in self.tags or () if other != tag) or None

    def close_window(self) -> None:
        self.left, self.until = 0, 0.0

    def show(self, route: Route, type: str, content: str, now: float, fields: dict[str, Any] | None = None) -> Item:
        """Put one item at the end of the chat."""
        self.last_n += 1
        item = Item(self.last_n, route, type, content, fields, now)
        if self.items is None:
            self.items = []
        self.items.append(item)
        if len(self.items) > 2 * SHOWN_ITEMS:
            del self.items[:SHOWN_ITEMS]
        return item

    def after(self, n: int) -> list[dict[str, Any]]:
        """The items numbered above `n`, in order."""
        return [item.shown() for item in self.items or () if item.n > n]

    def described(self, now: float) -> dict[str, Any]:
        """The follower as the control door shows it."""
        opened = now < self.until
        return {
            "openid": self.openid,
            "state": self.state,
            "since": iso(self.since),
            "window": {"left": self.left if opened else 0, "until": iso(self.until) if opened else None},
            "grants": dict(self.grants or {}),
        }

    def saved(self) -> list[Any]:
        """One line of the state file."""
        items = [[i.n, i.route, i.type, i.content, i.fields, i.at] for i in self.items or ()]
        return [
            self.openid,
            self.state,
            self.since,
            self.left,
            self.until,
            self.talked_at,
            self.grants,
            self.last_n,
            items,
            [self.remark, self.tags, self.blacklisted, self.scene],
        ]

    @classmethod
    def restored(cls, saved: list[Any]) -> "Follower":
        follower = cls(saved[0], saved[2], saved[1])
        follower.left, follower.until, follower.talked_at, follower.grants, follower.last_n = saved[3:8]
        follower.items = [Item(*item) for item in saved[8]] or None
        if len(saved) > 9:  # Files of the first version end here.
            follower.remark, tags, follower.blacklisted, follower.scene = saved[9]
            follower.tags = tuple(tags) if tags else None
        return follower


def new_openid() -> str:
    """28 characters, as the platform makes them."""
    return "o" + secrets.token_urlsafe(21)[:27]
