"""The product itself, as an operator runs it, on an organisation whose members are all bound and study every day."""

import shutil
import sqlite3
import sys
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import Session

from bench import account
from bench.account import openid
from bot.renewal import edition
from bot.texts import Texts
from models.branch import BranchKind, plant
from models.checkin import Streak
from models.database import Database
from models.follower import Follower
from models.member import Member
from models.migrate import migrate
from scheduler.clock import Clock

_GROUPS = 20

# They have seen the consent as it is worded now.
EDITION = edition(Texts.load("party"))

# Nothing is sent in this benchmark; should anything try, nobody listens on the discard port.
_CONFIG = """\
[database]
url = "sqlite:///{database}"
[server]
port = {port}
secret = "a benchmark's secret, of no use to anybody"
[wechat]
app_id = "{app_id}"
app_secret = "{app_secret}"
token = "{token}"
encoding_aes_key = "{key}"
original_id = "{original_id}"
mode = "safe"
api_base = "http://127.0.0.1:9"
"""


def seed(file: Path, members: int) -> None:
    """Makes the database that every round begins with."""
    database = Database(f"sqlite:///{file}")
    migrate(database)
    now = Clock().now()
    with database.writing() as connection, connection.begin():
        with Session(connection) as db:
            branch = plant(db, "第一党支部")
            groups = [plant(db, f"第 {n + 1} 小组", branch, BranchKind.GROUP).id or 0 for n in range(_GROUPS)]
            db.flush()
        numbers = range(members)
        connection.execute(insert(Member), [_member(n, groups[n % _GROUPS]).model_dump() for n in numbers])
        connection.execute(insert(Follower), [_follower(n, now).model_dump() for n in numbers])
        connection.execute(insert(Streak), [_streak(n, now).model_dump() for n in numbers])
    database.close()


def _member(number: int, group: int) -> Member:
    return Member(id=number + 1, branch_id=group, name=f"成员{number}")


def _follower(number: int, now: datetime) -> Follower:
    return Follower(
        openid=openid(number),
        member_id=number + 1,
        followed_at=now,
        agreed_at=now,
        consent_version="1",
        edition=EDITION,
        bound_at=now,
    )


def _streak(number: int, now: datetime) -> Streak:
    return Streak(member_id=number + 1, length=1 + number % 30, last_day=(now - timedelta(days=1)).date())


def command(folder: Path, port: int, seeded: Path) -> list[str]:
    """Puts a fresh copy of the database into `folder`; the command that serves it."""
    database = folder / "chenzhong.db"
    shutil.copyfile(seeded, database)
    config = folder / "config.toml"
    config.write_text(
        _CONFIG.format(
            database=database,
            port=port,
            app_id=account.APP_ID,
            app_secret=account.APP_SECRET,
            token=account.TOKEN,
            key=account.ENCODING_AES_KEY,
            original_id=account.ORIGINAL_ID,
        )
    )
    return [sys.executable, "-m", "bot", "--config", str(config), "run"]


def stored(folder: Path) -> dict[str, int]:
    """How many messages were answered and how many check-ins are there."""
    questions = {
        "messages": "SELECT count(*) FROM inboundkey WHERE reply <> ''",
        "check-ins": "SELECT count(*) FROM checkin",
    }
    database = sqlite3.connect(folder / "chenzhong.db")
    try:
        return {what: database.execute(question).fetchone()[0] for what, question in questions.items()}
    finally:
        database.close()
