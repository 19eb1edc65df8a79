"""What the emulator counts: calls, quotas, messages, and whether anybody was shown the same thing twice."""

import json
from collections import Counter, defaultdict
from typing import Any

from bot.emulator.clock import day_of
from bot.emulator.followers import Follower, Item

DAY = 86400
# A repeat is looked for within a day; older bodies are dropped once so many have come together.
SWEEP_AT = 200_000


class Stats:
    """Counters since the last reset."""

    def __init__(self) -> None:
        self.calls: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.used: dict[str, tuple[int, int]] = {}  # path → (Beijing day, calls on it)
        self.monthly: dict[str, int] = {}  # name and Beijing month → uses
        self.minutes: dict[str, tuple[int, int]] = {}  # path → (minute, calls in it)
        self.messages: Counter[str] = Counter()
        self.callbacks: Counter[str] = Counter()
        self.duplicates = 0
        self._seen: dict[tuple[str, int], float] = {}
        self._sweep_at = SWEEP_AT

    def spend(self, path: str, now: float) -> int:
        """Count one call of `path` today; returns how many that makes."""
        day = day_of(now)
        since, used = self.used.get(path, (day, 0))
        used = used + 1 if since == day else 1
        self.used[path] = (day, used)
        return used

    def spend_in_month(self, name: str, month: str) -> int:
        """Count one use of what is limited by the month; returns how many that makes."""
        self.monthly = {key: used for key, used in self.monthly.items() if key.endswith(month)}
        self.monthly[f"{name} {month}"] = self.monthly.get(f"{name} {month}", 0) + 1
        return self.monthly[f"{name} {month}"]

    def too_fast(self, path: str, now: float, most: int) -> bool:
        """Count one call of `path` in this minute of the platform's clock; whether that is one too many."""
        minute, calls = self.minutes.get(path, (0, 0))
        calls = calls + 1 if minute == now // 60 else 1
        self.minutes[path] = (int(now // 60), calls)
        return calls > most

    def used_today(self, path: str, now: float) -> int:
        day, used = self.used.get(path, (0, 0))
        return used if day == day_of(now) else 0

    def shown(self, follower: Follower, item: Item) -> None:
        """Count an item that the account made appear on a phone."""
        self.messages[item.route] += 1
        if self._seen_before(follower.openid, item):
            self.duplicates += 1

    def remember(self, follower: Follower) -> None:
        """Know again what an earlier run showed, without counting it twice."""
        for item in follower.items or ():
            if item.route != "member" and item.type != "notice":
                self._seen_before(follower.openid, item)

    def _seen_before(self, openid: str, item: Item) -> bool:
        key = (openid, hash(_normalised(item)))
        before = self._seen.get(key)
        self._seen[key] = item.at
        if len(self._seen) > self._sweep_at:
            self._seen = {key: at for key, at in self._seen.items() if item.at - at < DAY}
            self._sweep_at = max(SWEEP_AT, 2 * len(self._seen))
        return before is not None and item.at - before < DAY

    def report(self, limits: dict[str, int], now: float) -> dict[str, Any]:
        """The body of `GET _/stats`; `limits` are the daily limits of this account per API."""
        return {
            "calls": {
                path: {"calls": codes.total(), "errcodes": dict(sorted(codes.items()))}
                for path, codes in sorted(self.calls.items())
            },
            "quota": {
                path: {"used": self.used_today(path, now), "daily_limit": limit}
                for path, limit in sorted(limits.items())
                if self.used_today(path, now)
            },
            "messages": dict(sorted(self.messages.items())),
            "callbacks": dict(sorted(self.callbacks.items())),
            "duplicates": self.duplicates,
        }

    def saved(self) -> dict[str, Any]:
        return {
            "calls": self.calls,
            "used": self.used,
            "monthly": self.monthly,
            "messages": self.messages,
            "callbacks": self.callbacks,
            "duplicates": self.duplicates,
        }

    def restore(self, saved: dict[str, Any]) -> None:
        for path, codes in saved["calls"].items():
            self.calls[path] = Counter(codes)
        self.used = {path: (day, used) for path, (day, used) in saved["used"].items()}
        self.monthly = saved.get("monthly", {})
        self.messages = Counter(saved["messages"])
        self.callbacks = Counter(saved["callbacks"])
        self.duplicates = saved["duplicates"]


def _normalised(item: Item) -> str:
    """What a person would call the same message: kind and words, whatever the spacing."""
    words = " ".join(item.content.split())
    if item.fields:
        words += json.dumps(item.fields, sort_keys=True, ensure_ascii=False)
    return f"{item.type} {words}"
