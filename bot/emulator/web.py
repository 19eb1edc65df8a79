"""Web authorisation: codes and tokens by which a page learns who opened it. Source: 「网页授权」.

These tokens have nothing to do with the access token of the API.
"""

import secrets
from dataclasses import asdict, dataclass
from typing import Any

CODE_SECONDS, TOKEN_SECONDS, REFRESH_SECONDS, TICKET_SECONDS = 300, 7200, 30 * 86400, 7200
REMEMBERED = 10_000


@dataclass(slots=True)
class Grant:
    """That somebody agreed. `since` is when the code was made; `refresh` lives 30 days from `issued`."""

    openid: str
    scope: str
    since: float
    snapshot: bool
    used: bool = False
    issued: float = 0.0
    token: str = ""
    refresh: str = ""
    token_at: float = 0.0


class Web:
    """Grants by the code that was given out for them, and tickets of the JS-SDK by their type."""

    def __init__(self) -> None:
        self.grants: dict[str, Grant] = {}
        self.tickets: dict[str, tuple[str, float]] = {}

    def grant(self, openid: str, scope: str, now: float, *, snapshot: bool) -> str:
        """A code for a page."""
        code = secrets.token_hex(16)
        self.grants[code] = Grant(openid, scope, now, snapshot)
        if len(self.grants) > REMEMBERED:
            del self.grants[next(iter(self.grants))]
        return code

    def issue(self, grant: Grant, now: float) -> None:
        """The tokens for a code that is used now."""
        grant.used, grant.issued, grant.token_at = True, now, now
        grant.token, grant.refresh = f"OAUTH_{secrets.token_urlsafe(60)}", secrets.token_urlsafe(60)

    def by_token(self, token: str) -> Grant | None:
        return next((grant for grant in self.grants.values() if token and grant.token == token), None)

    def by_refresh(self, refresh: str) -> Grant | None:
        return next((grant for grant in self.grants.values() if refresh and grant.refresh == refresh), None)

    def ticket(self, type: str, now: float) -> tuple[str, int]:
        """The same until it ends; and how many seconds that are."""
        ticket, ends = self.tickets.get(type, ("", 0.0))
        if now >= ends:
            ticket, ends = secrets.token_urlsafe(64), now + TICKET_SECONDS
            self.tickets[type] = (ticket, ends)
        return ticket, int(ends - now)

    def saved(self) -> dict[str, Any]:
        return {"grants": {code: asdict(grant) for code, grant in self.grants.items()}, "tickets": self.tickets}

    def restore(self, saved: dict[str, Any]) -> None:
        self.grants = {code: Grant(**grant) for code, grant in saved["grants"].items()}
        self.tickets = {type: (ticket, ends) for type, (ticket, ends) in saved["tickets"].items()}

    def reset(self) -> None:
        self.grants.clear()
