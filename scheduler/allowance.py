"""How many sends the operator's limits still allow, over all processes: leased from the shared tally in blocks.

A send mostly takes from what its process has leased, so that it costs no statement; a process that stops loses what
is left of its blocks. The limits count attempts, since the platform counts failed calls too.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from models.halt import HaltKind
from models.tally import lease
from scheduler.calendar import ONE_DAY
from scheduler.halts import ONE_MINUTE, next_midnight

# A block is a fiftieth of the limit, so that many processes waste little of it, and never large.
_SHARE, _LARGEST = 50, 2000


@dataclass(slots=True)
class _Leased:
    """What a process holds of one limit: `left` sends until `ends`."""

    name: str
    kind: HaltKind
    limit: int
    begins: datetime
    ends: datetime
    left: int = 0

    def fill(self, connection: Connection, wanted: int) -> None:
        """Leases another block where less than `wanted` is left."""
        if self.left < wanted:
            block = max(wanted - self.left, min(_LARGEST, self.limit // _SHARE))
            self.left += lease(connection, self.name, self.begins, block, self.limit)


@dataclass(frozen=True, slots=True)
class Shortage:
    """Which limit is reached, and when it begins anew."""

    kind: HaltKind
    until: datetime


class Allowance:
    """One process's part of the limits: sends a minute by all routes together, and a day by each; 0 is none."""

    def __init__(self, per_minute: int, per_day: int) -> None:
        self._per_minute = per_minute
        self._per_day = per_day
        self._leased: dict[str, _Leased] = {}

    def take(self, connection: Connection, route: str, wanted: int, now: datetime) -> tuple[int, Shortage | None]:
        """Takes up to `wanted` sends by this route, in the caller's transaction.

        Returns how many may be made, and if these are fewer, why.
        """
        leased = self._of(route, now)
        granted, shortage = wanted, None
        for one in leased:
            one.fill(connection, wanted)
            if one.left < granted:
                granted, shortage = one.left, Shortage(one.kind, one.ends)
        for one in leased:
            one.left -= granted
        return granted, shortage

    def give_back(self, route: str, count: int, now: datetime) -> None:
        """Gives back what was taken and then not used."""
        for one in self._of(route, now):
            one.left += count

    def _of(self, route: str, now: datetime) -> list[_Leased]:
        found = []
        if self._per_minute:
            found.append(self._current("minute", now) or self._new_minute(now))
        if self._per_day:
            found.append(self._current(route, now) or self._new_day(route, now))
        return found

    def _current(self, name: str, now: datetime) -> _Leased | None:
        one = self._leased.get(name)
        return one if one is not None and one.begins <= now < one.ends else None

    def _new_minute(self, now: datetime) -> _Leased:
        begins = now.astimezone(UTC).replace(second=0, microsecond=0)
        self._leased["minute"] = _Leased("minute", HaltKind.SLOW, self._per_minute, begins, begins + ONE_MINUTE)
        return self._leased["minute"]

    def _new_day(self, route: str, now: datetime) -> _Leased:
        ends = next_midnight(now).astimezone(UTC)
        self._leased[route] = _Leased(f"{route}/day", HaltKind.QUOTA, self._per_day, ends - ONE_DAY, ends)
        return self._leased[route]
