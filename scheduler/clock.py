"""The one clock of calendar time. Everything else is given the time as an argument.

Running time (leases, backoff, deadlines) is not its business: that is `time.monotonic()` or the database
server's clock, and never moves with this one.
"""

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

logger = logging.getLogger(__name__)

FOLLOW_TIMEOUT_SECONDS = 5


class Clock:
    """Calendar time: the real one, or that of an emulated platform, kept as an offset from the real one."""

    def __init__(self) -> None:
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def set(self, now: datetime) -> None:
        """Makes it `now` (aware); from there the time runs on by itself."""
        self._offset = now - datetime.now(UTC)

    def follow(self, offset: timedelta) -> None:
        """Runs `offset` ahead of real time (behind it, where negative)."""
        self._offset = offset

    async def follow_url(self, url: str) -> bool:
        """Takes the time from an emulator's clock, `development.clock_url`; False if it didn't answer.

        Called again and again by a job; between two calls the time runs on by itself. A clock that doesn't
        answer leaves the time as it is, because falling back to real time would jump over weeks.
        """
        try:
            self.set(await asyncio.to_thread(_read, url))
        except (OSError, ValueError, KeyError) as error:
            logger.warning("the clock at %s did not answer: %s", url, error)
            return False
        return True


def _read(url: str) -> datetime:
    if not url.startswith(("http://", "https://")):
        raise ValueError("a clock's address begins with http:// or https://")
    with urlopen(url, timeout=FOLLOW_TIMEOUT_SECONDS) as answer:
        now = datetime.fromisoformat(json.load(answer)["now"])
    if now.tzinfo is None:
        raise ValueError("the clock answered a time without a zone")
    return now
