"""The shelf of `bot.wechat.token` in our database: processes leave the access token there to each other.

Sealed by a key that is made of the app secret, which the configuration alone has. So neither a backup nor a copy of
the database carries a token to anybody who couldn't ask for one anyway, and what was left under another secret,
before a reset for one, can't be opened and counts as nothing.
"""

import asyncio
import base64
import hmac
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.config_keys import WeChat
from bot.wechat.token import FORCE_EVERY
from models import kept_token
from models.database import Database
from models.writer import Writer

logger = logging.getLogger(__name__)

T = TypeVar("T")


class TokenShelf:
    """One account's shelf. Whatever is wrong with the database, it is empty and lets everybody force."""

    def __init__(self, wechat: WeChat, database: Database, writer: Writer[Any]) -> None:
        self._app_id = wechat.app_id
        self._seal = Fernet(_key(wechat))
        self._database = database
        self._writer = writer

    async def take(self) -> tuple[str, float] | None:
        """The token that lies there, and how many seconds it is still good by the database's clock."""
        try:
            kept = await asyncio.to_thread(self._read)
            return (self._seal.decrypt(kept[0].encode()).decode(), kept[1]) if kept else None
        except InvalidToken:
            return None
        except SQLAlchemyError as error:
            _tell(error)
            return None

    async def put(self, token: str, seconds: float) -> None:
        """Leaves a token that is good for so many seconds."""
        sealed = self._seal.encrypt(token.encode()).decode()
        await self._write(lambda connection: kept_token.put(connection, self._app_id, sealed, seconds), None)

    async def may_force(self) -> bool:
        """Whether this process may press for a new token now: once a minute one of all may."""
        every = timedelta(seconds=FORCE_EVERY)
        return await self._write(lambda connection: kept_token.may_force(connection, self._app_id, every), True)

    def _read(self) -> tuple[str, float] | None:
        with self._database.reading() as db:
            return kept_token.take(db.connection(), self._app_id)

    async def _write(self, function: Callable[[Connection], T], otherwise: T) -> T:
        try:
            return await self._writer.run(lambda db: function(db.connection()))
        except SQLAlchemyError as error:
            _tell(error)
            return otherwise


def _key(wechat: WeChat) -> bytes:
    # The address too: a token of an emulator's is none of the platform's.
    whose = f"access token\n{wechat.api_base}\n{wechat.app_id}".encode()
    return base64.urlsafe_b64encode(hmac.digest(wechat.app_secret.encode(), whose, "sha256"))


def _tell(error: SQLAlchemyError) -> None:
    # Its text may hold the statement's parameters.
    logger.warning("the access token can't be shared with other processes: %s", type(error).__name__)
