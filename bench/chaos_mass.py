"""A mass message in a storm: its call fails in every way in turn, or the senders die while it is under way."""

import re
from collections import Counter

from sqlalchemy import text
from sqlalchemy.engine import Engine

from bench.chaos_faults import KINDS, faults
from bench.chaos_report import Orders
from bench.installation import Installation, until
from bench.machine import Failed

_CALL = "/cgi-bin/message/mass/send"
# Long enough for whoever calls to be killed meanwhile.
_SLOW_MS = 3000
# The same key again is refused for a minute.
_REPEAT_SECONDS = 66
# A call that fails five times in a row waits five times for that minute.
_PATIENCE_SECONDS = 900.0

_UNDER_WAY = "SELECT count(*) FROM masssend WHERE state IN ('ordered', 'sending')"
_CALLED = "SELECT count(*) FROM masssend WHERE state = 'sending' AND owner <> ''"
# Nobody calls: its process is dead, or the next try is for later.
_LEASES = "UPDATE masssend SET free_at = now() WHERE state = 'sending' AND owner <> ''"
_PAUSES = "UPDATE masssend SET free_at = now() WHERE state = 'sending' AND owner = '' AND free_at > now()"


class Storm:
    """One mass message, ordered by the secretary for whom the latest broadcast hasn't reached."""

    def __init__(self, installation: Installation, engine: Engine, workers: list[str], orders: Orders) -> None:
        self._installation = installation
        self._engine = engine
        self._workers = workers
        self._orders = orders

    def passes(self, secretary: str, *, dies: bool) -> Counter[str]:
        """Orders it, and waits until its fate is known; `dies`: every sender is killed in the middle of the call."""
        slow = [{"path": _CALL, "times": 1, "delay_ms": _SLOW_MS}]
        each = [{"path": _CALL, "times": 1, **kind} for kind in KINDS]
        self._installation.platform("faults", [*(slow if dies else each), *faults(self._orders)])
        self._order(secretary)
        killed = self._power_cut() if dies else Counter[str]()
        until(self._is_decided, "the mass message", _PATIENCE_SECONDS)
        return killed

    def _order(self, secretary: str) -> None:
        asked = self._installation.says(secretary, "群发剩下的")
        number = re.search(r"确认 (\d+)", asked)
        if number is None:
            raise Failed(f"nobody is left for a mass message: {asked}")
        answer = self._installation.says(secretary, number[0])
        if not answer.startswith("好的"):
            raise Failed(f"the mass message was not confirmed: {answer}")

    def _power_cut(self) -> Counter[str]:
        until(lambda: self._count(_CALLED) > 0, "the call of the mass message")
        for name in self._workers:
            self._installation.kill(name)
        for name in self._workers:
            self._installation.start(name)
        # The lease of such a call is a quarter of an hour, and it is certain that nobody holds it.
        self._change(_LEASES)
        return Counter(worker=len(self._workers))

    def _is_decided(self) -> bool:
        if self._orders.hurries and self._change(_PAUSES):
            self._installation.platform("clock", {"advance_seconds": _REPEAT_SECONDS})
        return self._count(_UNDER_WAY) == 0

    def _count(self, query: str) -> int:
        with self._engine.connect() as connection:
            return int(connection.execute(text(query)).scalar_one())

    def _change(self, statement: str) -> int:
        with self._engine.connect() as connection:
            return connection.execute(text(statement)).rowcount
