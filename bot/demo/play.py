"""Lets two months pass: the branch follows, binds and studies, by the real protocol, at the speed of the machine.

Nothing of the history is written into tables by hand, so it is right wherever somebody looks: chats, check-ins,
streaks, windows, broadcasts and the platform's own counts tell the same story.
"""

import re
from asyncio import gather
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from types import TracebackType
from typing import TYPE_CHECKING, Self

import httpx
from sqlmodel import func, select

from bot.demo.history import Line
from bot.demo.line import InProcess
from models.plan import Plan

if TYPE_CHECKING:
    from bot.demo.wiring import Demo

# Hears how far the play has come, from 0.0 to 1.0.
Report = Callable[[float], None]

# Long enough for a broadcast's minute of grace to be over.
GRACE = timedelta(minutes=2)
CONFIRM = re.compile(r"确认\s*(\d+)")


class SeedError(Exception):
    """The history could not be played; the text says what the account answered instead."""


class Play:
    """The people of a demo, writing to its account."""

    def __init__(self, demo: "Demo") -> None:
        self._demo = demo
        transport = InProcess(lambda: demo.emulator.app)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://emulator", timeout=60)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def welcome(self, codes: Mapping[str, str]) -> None:
        """Everybody (openid → code) follows, agrees and binds. Raises SeedError if somebody could not."""
        await gather(*(self._push(openid, type="event", Event="subscribe") for openid in codes))
        await gather(*(self._say(openid, "同意") for openid in codes))
        await gather(*(self._say(openid, code) for openid, code in codes.items()))
        await gather(*(self._say(openid, "1") for openid in codes))
        await gather(*(self._say(openid, "同意祝贺") for openid in codes))

    async def live(self, lines: Sequence[Line], start: datetime, report: Report) -> None:
        """Goes through everything that was written (in order of time), and through the days, up to `start`."""
        for at, said in groupby(lines, lambda line: line.at):
            await self._plans_until(at)
            self._demo.set_clock(at)
            await gather(*(self._write(line) for line in said))
            report((at - lines[0].at) / (start - lines[0].at))
        await self._plans_until(start)
        await self._demo.turn(start)
        report(1.0)

    async def _plans_until(self, moment: datetime) -> None:
        """Stops on the way to `moment` wherever a plan has something to do."""
        while (due := self._next_plan()) is not None and due < moment:
            await self._demo.turn(due)

    def _next_plan(self) -> datetime | None:
        with self._demo.product.database.reading() as db:
            return db.exec(select(func.min(Plan.next_at))).one()

    async def _write(self, line: Line) -> None:
        answer = await self._say(line.openid, line.text)
        if not line.text.startswith("广播"):
            return
        number = CONFIRM.search(answer)
        if number is None:
            raise SeedError(answer)
        await self._say(line.openid, f"确认 {number[1]}")
        await self._demo.turn(line.at + GRACE)

    async def _say(self, openid: str, text: str) -> str:
        return await self._push(openid, type="text", Content=text)

    async def _push(self, openid: str, **fields: str) -> str:
        answer = await self._client.post("/_/messages", json={"openid": openid, **fields})
        outcome = answer.raise_for_status().json()
        if "trouble" in outcome:
            raise SeedError(outcome["trouble"])
        return str(outcome["reply"].get("content", ""))
