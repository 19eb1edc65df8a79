"""Access tokens: two families that never touch each other.

Source: 「获取 Access token」 and 「获取稳定版接口调用凭据」.
"""

import secrets
from typing import Any, Literal

from bot.emulator.clock import day_of
from bot.emulator.errors import Refused

Family = Literal["token", "stable"]

LIFETIME = 7200
OVERLAP = 300
FORCED_A_DAY = 20
FORCED_APART = 30
# Old tokens are remembered so that they are refused for the right reason; a busy test may ask for thousands.
REMEMBERED = 1000


class Tokens:
    """All tokens of the account. Times are seconds since the epoch on the platform's clock."""

    def __init__(self) -> None:
        self._issued: dict[str, tuple[float, float]] = {}  # token → (ends by age, ends in fact)
        self._latest: dict[Family, str] = {}
        self._forced: list[float] = []

    def new(self, now: float) -> tuple[str, int]:
        """`/cgi-bin/token`: always another token; the one before lives five minutes more."""
        self._end_latest("token", now + OVERLAP)
        return self._issue("token", now), LIFETIME

    def stable(self, now: float, *, force: bool = False) -> tuple[str, int]:
        """`/cgi-bin/stable_token`: the same until its last five minutes; `force` replaces it at once, if allowed."""
        latest = self._latest.get("stable")
        if force and self._may_force(now):
            self._forced.append(now)
            self._end_latest("stable", now)
            return self._issue("stable", now), LIFETIME
        if latest is not None:
            left = self._issued[latest][1] - now
            if left > OVERLAP:
                return latest, int(left)
        return self._issue("stable", now), LIFETIME

    def check(self, token: str, now: float) -> None:
        """Raises Refused unless `token` is valid."""
        issued = self._issued.get(token)
        if issued is None:
            # A thing that never was a token is told apart from another account's or a forgotten one.
            raise Refused(40001 if len(token) >= 64 else 40014)
        by_age, in_fact = issued
        if now >= in_fact:
            raise Refused(42001 if now >= by_age else 40001)

    def withdraw_all(self, now: float) -> None:
        """A new AppSecret: every token ends."""
        for token, (by_age, in_fact) in self._issued.items():
            self._issued[token] = (by_age, min(in_fact, now))
        self._latest.clear()

    def forget_forced(self) -> None:
        self._forced.clear()

    def saved(self) -> dict[str, Any]:
        return {"issued": self._issued, "latest": self._latest, "forced": self._forced}

    def restore(self, saved: dict[str, Any]) -> None:
        self._issued = {token: (ends[0], ends[1]) for token, ends in saved["issued"].items()}
        self._latest = saved["latest"]
        self._forced = saved["forced"]

    def _may_force(self, now: float) -> bool:
        today = [at for at in self._forced if day_of(at) == day_of(now)]
        self._forced = today
        return len(today) < FORCED_A_DAY and (not today or now - today[-1] >= FORCED_APART)

    def _end_latest(self, family: Family, at: float) -> None:
        latest = self._latest.get(family)
        if latest is not None:
            by_age, in_fact = self._issued[latest]
            self._issued[latest] = (by_age, min(in_fact, at))

    def _issue(self, family: Family, now: float) -> str:
        token = f"68_{secrets.token_urlsafe(100)}"[:136]
        self._issued[token] = (now + LIFETIME, now + LIFETIME)
        self._latest[family] = token
        if len(self._issued) > REMEMBERED:
            kept = set(self._latest.values())
            oldest = next(token for token in self._issued if token not in kept)
            del self._issued[oldest]
        return token
