"""How far a storm is."""

import time
from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.engine import Engine

from bench.installation import Installation

# So long does nothing move, and then only leases of the dead are left.
_STILL_SECONDS = 2.0


class Watch:
    """Counts what has arrived; where it `hurries`, it ends the leases of the dead once nothing moves any more."""

    def __init__(self, installation: Installation, engine: Engine, hurries: bool, told: Callable[[int], None]) -> None:
        self._installation = installation
        self._engine = engine
        self._hurries = hurries
        self._told = told
        self._last, self._since = -1, time.monotonic()

    def received(self) -> int:
        """How many messages the platform took so far."""
        messages = self._installation.platform("stats")["messages"]
        received: int = sum(count for route, count in messages.items() if route != "passive")
        self._told(received)
        if received != self._last:
            self._last, self._since = received, time.monotonic()
        elif self._hurries and time.monotonic() - self._since > _STILL_SECONDS:
            with self._engine.connect() as connection:
                connection.execute(text("UPDATE push SET free_at = now() WHERE owner <> ''"))
            self._since = time.monotonic()
        return received

    def is_over(self, pushes: int) -> bool:
        """Whether so many have been planned, and nothing is due or in flight any more."""
        self.received()
        with self._engine.connect() as connection:
            waiting = "SELECT count(*), count(*) FILTER (WHERE status IN ('due', 'sending')) FROM push"
            planned, left = connection.execute(text(waiting)).one()
        return bool(left == 0 and planned >= pushes)
