"""What the phone page listens to: new chat items and turns of the clock, as server-sent events."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable
from typing import Any

# A page that stopped reading is cut off after this many unread events; it asks `_/phone` again when it comes back.
UNREAD = 1000
# Proxies and browsers drop a line that is silent for long.
SILENCE_SECONDS = 15.0


class Listener:
    """One open page."""

    def __init__(self, openids: frozenset[str]) -> None:
        self.openids = openids
        self._queue: asyncio.Queue[str | None] = asyncio.Queue(UNREAD)

    def put(self, event: str) -> None:
        """Queue `event`; a full queue ends the stream instead."""
        if self._queue.full():
            self.end()
        else:
            self._queue.put_nowait(event)

    def end(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(None)

    async def events(self) -> AsyncGenerator[str, None]:
        """Events in the text form of the browser's EventSource, until the stream ends."""
        while True:
            try:
                event = await asyncio.wait_for(self._queue.get(), SILENCE_SECONDS)
            except TimeoutError:
                event = ": still here\n\n"
            if event is None:
                return
            yield event


class Hub:
    """Everybody who listens."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    @property
    def idle(self) -> bool:
        return not self._listeners

    def add(self, openids: Iterable[str]) -> Listener:
        """A listener for the chats of `openids`; hand it back to `remove`."""
        listener = Listener(frozenset(openids))
        self._listeners.add(listener)
        return listener

    def remove(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    def item(self, openid: str, item: dict[str, Any]) -> None:
        """Tell those who watch this chat."""
        event = sse("item", {"openid": openid, "item": item})
        for listener in self._listeners:
            if openid in listener.openids:
                listener.put(event)

    def clock(self, now: str) -> None:
        """Tell everybody that the clock was turned."""
        event = sse("clock", {"now": now})
        for listener in self._listeners:
            listener.put(event)

    def close(self) -> None:
        """End every stream."""
        for listener in self._listeners:
            listener.end()


def sse(event: str, data: dict[str, Any]) -> str:
    """One server-sent event."""
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
