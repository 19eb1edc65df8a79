"""The platform's calendar clock: real time plus an offset, or frozen; it only moves forward."""

import time
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


class ClockBackward(ValueError):
    """Somebody asked the clock to go back."""


class PlatformClock:
    """Runs by real time until it is pushed ahead; `frozen_at` (aware) makes one that stands still between pushes."""

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._frozen = None if frozen_at is None else frozen_at.timestamp()
        self._offset = 0.0

    @property
    def frozen(self) -> bool:
        return self._frozen is not None

    @property
    def offset(self) -> float:
        """Seconds ahead of real time; 0 for a frozen clock."""
        return self._offset

    def time(self) -> float:
        """Seconds since the epoch, on the platform's clock."""
        # The platform is another machine with a clock of its own: the only place of the emulator that reads real time.
        return time.time() + self._offset if self._frozen is None else self._frozen

    def now(self) -> datetime:
        """The same as an aware datetime in Beijing time."""
        return datetime.fromtimestamp(self.time(), BEIJING)

    def set(self, now: datetime) -> datetime:
        """Move to `now` (aware). Raises ClockBackward if that is earlier than the clock shows."""
        self.advance(now.timestamp() - self.time())
        return self.now()

    def advance(self, seconds: float) -> None:
        """Move ahead by `seconds`. Raises ClockBackward if negative, OverflowError past the year 9999."""
        if seconds < 0:
            raise ClockBackward(f"the clock only goes forward, and it is {self.now().isoformat()} now")
        if self.time() + seconds > datetime.max.replace(tzinfo=BEIJING).timestamp() - 86400:
            raise OverflowError("the clock ends with the year 9999")
        if self._frozen is None:
            self._offset += seconds
        else:
            self._frozen += seconds

    def resume(self, *, offset: float, frozen_at: float | None) -> None:
        """Go on where an earlier run of the emulator stopped; a frozen clock stays frozen."""
        if self._frozen is None:
            self._offset = max(self._offset, offset)
        elif frozen_at is not None:
            self._frozen = max(self._frozen, frozen_at)


def day_of(seconds: float) -> int:
    """The number of the Beijing day that `seconds` (since the epoch) falls into; daily limits count by it."""
    return int((seconds + 8 * 3600) // 86400)


def iso(seconds: float) -> str:
    """`seconds` since the epoch in ISO 8601, Beijing time."""
    return datetime.fromtimestamp(seconds, BEIJING).isoformat(timespec="milliseconds")


def month_of(at: float) -> str:
    """The Beijing month of a moment: 2026-07."""
    return datetime.fromtimestamp(at, BEIJING).strftime("%Y-%m")
