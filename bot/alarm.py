"""Tells the operator by another road that WeChat refuses us: by whatever Apprise can write to, once for each reason.

Which reason is news is decided in the database (`models.halt.put`), so that of several processes one tells it.
"""

import asyncio
import logging
from collections.abc import Sequence

from bot.channels import others
from bot.texts import Texts
from models.halt import Halt
from scheduler.calendar import Hours
from scheduler.postings import Posted

logger = logging.getLogger(__name__)


class Alarm:
    """`addresses` are Apprise's; what is told there names nobody and nothing that was written."""

    def __init__(self, addresses: Sequence[str], texts: Texts, organisation: str, hours: Hours) -> None:
        self._addresses = addresses
        self._texts = texts
        self._organisation = organisation
        self._hours = hours
        self._ringing: set[asyncio.Task[None]] = set()

    def ring(self, halt: Halt) -> None:
        """Begins to tell of a halt, and returns at once: sending must not wait for it."""
        for address in self._addresses:
            task = asyncio.create_task(self._tell(address, self.words(halt)))
            self._ringing.add(task)
            task.add_done_callback(self._ringing.discard)

    def words(self, halt: Halt) -> str:
        """What is the matter, until when, and what can be done about it."""
        key = "address" if halt.address else "limit" if halt.errcode is None else str(halt.kind)
        until = halt.until.astimezone(self._hours.zone)
        return self._texts(
            f"alarm.{key}",
            organisation=self._organisation or self._texts("alarm.nameless"),
            time=f"{until.month}月{until.day}日 {until:%-H:%M}",
            errcode=halt.errcode,
            address=halt.address,
        )

    async def settle(self) -> None:
        """Waits for what is being told."""
        await asyncio.gather(*self._ringing, return_exceptions=True)

    async def _tell(self, address: str, text: str) -> None:
        written = await others.say(address, text)
        if written.result is not Posted.ACCEPTED:
            # The address is a secret; its kind says enough to find it in the configuration.
            logger.error("an alarm could not be delivered by %s", address.partition("://")[0])
