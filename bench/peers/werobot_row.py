"""WeRoBot on tornado, storing one row per message as its users do: a plain statement and a commit in the handler.

The database has the same guarantees as ours: a write-ahead log, flushed to the disk at every commit.
"""

import sqlite3
import sys
from pathlib import Path

from tornado.ioloop import IOLoop
from tornado.web import Application
from werobot import WeRoBot
from werobot.contrib.tornado import make_handler
from werobot.messages.messages import TextMessage

from bench import account

robot = WeRoBot(
    token=account.TOKEN,
    app_id=account.APP_ID,
    encoding_aes_key=account.ENCODING_AES_KEY,
    SESSION_STORAGE=False,
)
_INSERT = "INSERT INTO checkin (message_id, openid, content, at) VALUES (?, ?, ?, ?)"


def opened(file: Path) -> sqlite3.Connection:
    """The database, with its one table."""
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE checkin (message_id INTEGER PRIMARY KEY, openid TEXT, content TEXT, at INTEGER)")
    return database


@robot.text
def store_and_echo(message: TextMessage) -> str:
    database.execute(_INSERT, (message.message_id, message.source, message.content, message.time))
    return str(message.content)


if __name__ == "__main__":
    database = opened(Path(sys.argv[2]))
    Application([(account.PATH, make_handler(robot))]).listen(int(sys.argv[1]), "127.0.0.1")
    IOLoop.current().start()
