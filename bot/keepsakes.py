"""Pictures and voices of check-ins: fetched from the platform before it forgets them, and shown to their owner alone.

They lie in a folder beside the database, each in a file named by its row's id. What is in the folder and in no row is
deleted: so whatever ends a row (an undo, unfollowing, `erase`) ends the file, also if a process dies in between.
"""

import asyncio
import contextlib
import hmac
import logging
import os
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.config import Config
from bot.pictures import MEDIA_LASTS
from bot.wechat import media
from bot.wechat.call import File
from bot.wechat.client import Client
from bot.wechat.errors import CallFailed, NotPermitted, RequestWrong
from models import keepsake
from models.database import Database
from models.keepsake import Keepsake
from models.writer import Writer
from scheduler.calendar import ONE_DAY, Hours
from scheduler.clock import Clock

logger = logging.getLogger(__name__)

PATH = "/m/k/"
# Whoever asks gets new links: an old one that somebody else finds leads nowhere.
LINK_LASTS = timedelta(days=1)
# So many a run, one after the other: three days are time enough for a branch's evening.
BATCH = 50

_ID_BYTES, _DAY_BYTES, _MAC_BYTES = 18, 3, 12
_NAME = re.compile(r"[\w-]{24}", re.ASCII)
_TYPES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"#!AMR": "audio/amr",
    b"ID3": "audio/mpeg",
}
# Where the platform shows the pictures that followers send.
_PICTURE_HOSTS = (".qpic.cn", ".qlogo.cn")
# How files of these types are called.
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "audio/amr": "amr", "audio/mpeg": "mp3"}


def new_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_urlsafe(_ID_BYTES)


def media_until(now: datetime) -> datetime:
    """How long the platform keeps what was sent just now."""
    return now + MEDIA_LASTS


class Links:
    """Makes and reads the addresses of keepsakes, each good for a day."""

    def __init__(self, base: str, secret: bytes) -> None:
        self._base = base
        self._key = hmac.digest(secret, b"links to keepsakes", "sha256")

    def address(self, keepsake_id: str, today: date) -> str:
        """Where the owner can look at one, today and tomorrow."""
        said = urlsafe_b64decode(keepsake_id) + (today + LINK_LASTS).toordinal().to_bytes(_DAY_BYTES)
        return f"{self._base}{PATH}{urlsafe_b64encode(said + self._mac(said)).decode()}"

    def read(self, token: str, today: date) -> str | None:
        """Which one an address is about; None if it isn't ours, or too old."""
        try:
            raw = urlsafe_b64decode(token.encode("ascii"))
        except ValueError:
            return None
        said, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if len(said) != _ID_BYTES + _DAY_BYTES or not hmac.compare_digest(mac, self._mac(said)):
            return None
        if int.from_bytes(said[_ID_BYTES:]) < today.toordinal():
            return None
        return urlsafe_b64encode(said[:_ID_BYTES]).decode()

    def _mac(self, said: bytes) -> bytes:
        return hmac.digest(self._key, said, "sha256")[:_MAC_BYTES]


class _OutOfReach(Exception):
    """The account may not fetch it, and it lies nowhere else."""


class Keeper:
    """The loop that fetches what is new, and deletes what nobody has any more."""

    name, seconds = "keep", 60.0

    def __init__(
        self, client: Client, database: Database, writer: Writer[Any], clock: Clock, hours: Hours, config: Config
    ) -> None:
        self._client = client
        self._database = database
        self._writer = writer
        self._clock = clock
        self._hours = hours
        self._base = config.wechat.api_base.rstrip("/")
        self._refused_until: datetime | None = None
        self._most = config.checkin.keepsake_megabytes * 1024 * 1024
        self._folder = folder(config)

    async def run(self) -> None:
        """Fetches a batch, as far as the platform lets us; what fails is tried again by the next run."""
        now = self._clock.now()
        for one in await asyncio.to_thread(self._waiting, now):
            try:
                await self._fetch(one, now)
            except _OutOfReach:
                continue
            except CallFailed as failure:
                logger.info("keepsakes wait: %s", type(failure).__name__)
                break
        await self._writer.run(lambda db: keepsake.drop_lost(db, now, self._hours.study_day(now)))
        await asyncio.to_thread(sweep, self._database, self._folder)

    async def close(self) -> None:
        """Nothing is under way between two runs."""

    def _waiting(self, now: datetime) -> list[Keepsake]:
        with self._database.reading() as db:
            found = keepsake.waiting(db, now, BATCH)
            db.expunge_all()
        return found

    async def _fetch(self, one: Keepsake, now: datetime) -> None:
        try:
            file = await self._file(one, now)
        except RequestWrong:
            # It isn't there any more; whatever else is wrong with this one must not keep the others waiting.
            file = ""
        if not isinstance(file, File) or not 0 < len(file.content) <= self._most or not content_type(file.content):
            await self._writer.run(lambda db: keepsake.drop(db, one.id))
            return
        await asyncio.to_thread(self._write, one.id, file.content)
        kind, size = content_type(file.content), len(file.content)
        await self._writer.run(lambda db: keepsake.stored(db, one.id, kind, size))

    async def _file(self, one: Keepsake, now: datetime) -> File | str:
        """The file, by the road that is open: an account that may not fetch media is tried again a day later."""
        open_address = one.picture_url if self._is_the_platforms(one.picture_url) else ""
        if self._refused_until is None or now >= self._refused_until:
            try:
                return await media.download(self._client, one.media_id)
            except NotPermitted as refusal:
                self._refused_until = now + ONE_DAY
                logger.warning("no media for this account (%s): pictures come from their addresses", refusal)
        if not open_address:
            raise _OutOfReach
        return await self._client.fetch(open_address)

    def _is_the_platforms(self, address: str) -> bool:
        # It came in a signed message; all the same nothing is fetched for it from inside the operator's network.
        if address.startswith(f"{self._base}/"):
            return True
        try:
            return (urlsplit(address).hostname or "").endswith(_PICTURE_HOSTS)
        except ValueError:
            return False

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self._folder / name
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(content)


def sweep(database: Database, folder: Path) -> None:
    """Deletes the files of ours that no row names."""
    # The folder first: a file that comes meanwhile has had its row before.
    names = {file.name for file in folder.iterdir() if _NAME.fullmatch(file.name)} if folder.exists() else set()
    if not names:
        return
    with database.reading() as db:
        gone = names - keepsake.ids(db)
    for name in gone:
        with contextlib.suppress(FileNotFoundError):
            (folder / name).unlink()


def folder(config: Config) -> Path:
    """Where the files lie."""
    return Path(config.checkin.keepsake_folder or config.data_folder / "keepsakes")


def content_type(content: bytes) -> str:
    """What a file is by its first bytes, whatever its name says; "" for what we don't keep."""
    return next((kind for head, kind in _TYPES.items() if content.startswith(head)), "")
