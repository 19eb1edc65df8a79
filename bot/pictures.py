"""Pictures of broadcasts: uploaded for the first send, again when the platform has forgotten them; and their page."""

import asyncio
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from bot.misread import Misread
from bot.wechat import media
from bot.wechat.call import File
from bot.wechat.client import Client
from bot.wechat.replies import Article
from bot.wording import PICTURES, Wording
from models import picture
from models.broadcast import Broadcast
from models.database import Database
from models.picture import Picture
from models.writer import Writer
from scheduler.clock import Clock
from scheduler.messenger import Outgoing

# The platform says three days; an hour less, so that none expires on the way.
MEDIA_LASTS = timedelta(days=3) - timedelta(hours=1)
# The platform's pages say 10 MB and 2 MB; the smaller one is safe.
MOST_BYTES = 2 * 1024 * 1024

# An approval may move the end on, and people look at what they were sent.
KEPT_AFTER = timedelta(days=30)

_HEADS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}


class Attachments:
    """What pushes are sent as instead of a text; `bot.wechat.messenger` asks."""

    def __init__(self, client: Client, wording: Wording, database: Database, writer: Writer[Any], clock: Clock) -> None:
        self._client = client
        self._wording = wording
        self._database = database
        self._writer = writer
        self._clock = clock
        # However many sends want a picture at once, it is uploaded by the first.
        self._uploading = asyncio.Lock()

    async def __call__(self, push: Outgoing, refused: str = "") -> Article | str | None:
        """A card, or the id of an uploaded picture, other than the one that was `refused`; None for a text."""
        if card := push.facts.get("card"):
            title, below = self._wording.card(push)
            return Article(title, below, card.get("picture_url", ""), card["url"])
        if shown := push.facts.get("picture"):
            return await self._media_id(shown["id"], refused)
        return None

    async def _media_id(self, picture_id: str, refused: str) -> str | None:
        known = await asyncio.to_thread(self._known, picture_id)
        if known and known != refused:
            return known
        async with self._uploading:
            known = await asyncio.to_thread(self._known, picture_id)
            return known if known and known != refused else await self._upload(picture_id)

    def _known(self, picture_id: str) -> str:
        with self._database.reading() as db:
            return picture.uploaded(db.connection(), picture_id, self._clock.now())

    async def _upload(self, picture_id: str) -> str | None:
        found = await asyncio.to_thread(_content, self._database, picture_id)
        if found is None:
            return None
        content, content_type = found
        file = File(f"picture.{_ENDINGS[content_type]}", content, content_type)
        media_id = await media.upload(self._client, "image", file)
        until = self._clock.now() + MEDIA_LASTS
        await self._writer.run(lambda db: picture.keep_media(db.connection(), picture_id, media_id, until))
        return media_id


def content_type(content: bytes) -> str:
    """What a picture is by its first bytes, whatever its name says. Raises `Misread` for what can't be sent."""
    found = next((kind for head, kind in _HEADS.items() if content.startswith(head)), "")
    if not found:
        raise Misread("broadcast.picture_kind")
    if len(content) > MOST_BYTES:
        raise Misread("broadcast.picture_large", megabytes=MOST_BYTES // 1024 // 1024)
    return found


def new_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_urlsafe(18)


def keep(
    db: Session, broadcast: Broadcast, content: bytes | None, media_id: str = "", sent_at: datetime | None = None
) -> None:
    """Keeps a broadcast's picture as long as it is shown: its bytes, or how the platform knows it since `sent_at`."""
    shown: Mapping[str, str] = broadcast.facts["picture"]
    db.add(
        Picture(
            id=shown["id"],
            content=content,
            content_type=content_type(content) if content else "",
            media_id=media_id,
            media_until=sent_at + MEDIA_LASTS if sent_at else None,
            kept_until=broadcast.show_until + KEPT_AFTER,
        )
    )


def router(database: Database) -> APIRouter:
    """Where those look at a picture whom it couldn't be sent to."""
    routes = APIRouter()

    @routes.get(PICTURES + "{picture_id}")
    async def show(picture_id: str) -> Response:
        known = re.fullmatch(r"[\w-]{10,40}", picture_id, re.ASCII)
        found = await run_in_threadpool(_content, database, picture_id) if known else None
        if found is None:
            return Response(status_code=404)
        content, kind = found
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=86400"}
        return Response(content, media_type=kind, headers=headers)

    return routes


def _content(database: Database, picture_id: str) -> tuple[bytes, str] | None:
    with database.reading() as db:
        return picture.content(db.connection(), picture_id)
