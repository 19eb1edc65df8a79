"""The promise, with real processes: killed ones, and many at once."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models import claim
from models.database import running_now
from models.follower import Follower
from models.member import Member
from models.push import Push
from tests.scheduler.sender import NOW
from tests.scheduler.stage import RULES, Stage

PEOPLE = 400


@pytest.fixture
async def crowd(stage: Stage) -> Stage:
    """A broadcast that is due to many, each of whom can be reached."""
    stage.write(lambda db: _people(db, stage.root))
    stage.broadcast("开会。", NOW - timedelta(minutes=1))
    await stage.tick(NOW)
    return stage


def _people(db: Session, branch: int) -> None:
    members = [Member(name=f"成员{number}", branch_id=branch) for number in range(PEOPLE)]
    db.add_all(members)
    db.flush()
    ends = NOW + timedelta(hours=40)
    db.add_all(
        Follower(
            openid=f"o{member.id}",
            member_id=member.id,
            followed_at=NOW,
            agreed_at=NOW,
            window_left=5,
            window_until=ends,
        )
        for member in members
    )


def start(url: str, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.scheduler.sender", url, *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def sent_by(process: subprocess.Popen[str]) -> Iterator[int]:
    assert process.stdout is not None
    with process.stdout:
        yield from map(int, process.stdout)
    process.wait()


def _all_dead(db: Session) -> int:
    """Every lease has run out; running time itself can't be turned on."""
    for push in db.exec(select(Push).where(Push.owner != "")):
        push.free_at = running_now(db.connection()) - timedelta(seconds=1)
    db.flush()
    return claim.lose(db.connection(), running_now(db.connection()))


async def test_killed_in_the_middle_nobody_is_lost_and_nobody_gets_it_twice(crowd: Stage, migrated_url: str) -> None:
    first = start(migrated_url)
    sent = sent_by(first)
    before = [next(sent) for _ in range(PEOPLE // 3)]
    first.kill()
    before += sent
    # On SQLite the next process knows at once that the first is dead; elsewhere a lease must run out.
    known = 0 if crowd.database.is_sqlite else crowd.write(_all_dead)
    after = list(sent_by(start(migrated_url)))
    times = Counter(before + after)
    assert set(times.values()) == {1}
    pushes = {push.id: push.status for push in crowd.pushes()}
    unknown = {push_id for push_id, status in pushes.items() if status == "unknown"}
    assert set(pushes) - set(times) <= unknown
    assert len(unknown) <= RULES.concurrency
    assert known in (0, len(unknown))
    assert {status for push_id, status in pushes.items() if push_id not in unknown} == {"accepted"}


async def test_four_processes_at_once_send_each_push_once(crowd: Stage, migrated_url: str) -> None:
    processes = [start(migrated_url, "--one-of-many") for _ in range(4)]
    times = Counter(push_id for process in processes for push_id in sent_by(process))
    assert set(times.values()) == {1}
    assert set(times) == {push.id for push in crowd.pushes()}
