"""A branch, its product and an emulated WeChat in one process, on one clock that only a story moves."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import pytest_asyncio
from sqlmodel import Session
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.app import Product
from bot.config import Config
from bot.emulator import Account, Emulator, PlatformClock
from models.bind_code import issue
from models.branch import BranchKind, plant
from models.consent import Consent, Purpose
from models.follower import Follower
from models.member import Member
from models.role import Role, RoleKind
from scheduler.clock import Clock

BEIJING = ZoneInfo("Asia/Shanghai")
STORIES = Path(__file__).parent
WEDNESDAY = "2026-07-01 06:00"


def beijing(written: str) -> datetime:
    """A time as a Beijing clock shows it: "2026-07-01 07:40"."""
    return datetime.fromisoformat(written).replace(tzinfo=BEIJING)


class PlatformTime(Clock):
    """The product's clock, which is the emulator's."""

    def __init__(self, platform: PlatformClock) -> None:
        super().__init__()
        self._platform = platform

    def now(self) -> datetime:
        return self._platform.now()


class Wire:
    """Where the emulated platform finds the product; a restarted one takes the place of the one before."""

    web: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.web(scope, receive, send)


@dataclass
class Story:
    """Who says what to whom; names stand for people, each with a phone of their own."""

    product: Product
    emulator: Emulator
    control: httpx.AsyncClient
    wire: Wire
    codes: dict[str, str] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)

    def openid(self, name: str) -> str:
        """The openid of a name's phone."""
        return f"o{name.encode().hex():_<27.27}"

    async def post(self, path: str, body: object) -> Any:
        """A call of the emulator's control door."""
        response = await self.control.post(f"/_/{path}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    async def follows(self, name: str) -> str:
        """Follows the account; the greeting."""
        return await self.sends(name, type="event", event="subscribe")

    async def unfollows(self, name: str) -> None:
        """Unfollows."""
        await self.sends(name, type="event", event="unsubscribe")

    async def says(self, name: str, content: str) -> str:
        """What the account answers."""
        return await self.sends(name, type="text", content=content)

    async def sends(self, name: str, **fields: object) -> str:
        """Any message or event; the text of the answer, "" for none."""
        answer = await self.post("messages", {"openid": self.openid(name), **fields})
        assert answer["status"] == 200, answer
        return str((answer["reply"] or {}).get("content", ""))

    async def joins(self, name: str) -> str:
        """Follows, agrees and binds."""
        await self.follows(name)
        await self.says(name, "同意")
        await self.says(name, self.codes[name])
        answer = await self.says(name, "1")
        await self.product.writer.run(partial(_agrees_to_all, openid=self.openid(name)))
        return answer

    async def phone(self, name: str) -> list[tuple[str, str]]:
        """What came to a phone since it was last looked at: route and text of each message of the account."""
        query: dict[str, str | int] = {"openid": self.openid(name), "after": self.read.get(name, 0)}
        items = (await self.control.get("/_/phone", params=query)).json()["items"]
        if items:
            self.read[name] = items[-1]["n"]
        return [(item["route"], item["content"]) for item in items if item["from"] == "account"]

    async def time(self, written: str) -> None:
        """Turns the clock, and does what fell due."""
        self.emulator.clock.set(beijing(written))
        await self.product.catch_up()

    async def person(self, name: str, **fields: Any) -> int:
        """Adds a member of the branch's second group."""
        group = self.groups["第二小组"]

        def add(db: Session) -> tuple[int, str]:
            member = Member(**{"branch_id": group, "name": name, **fields})
            db.add(member)
            db.flush()
            assert member.id is not None
            return member.id, issue(db, member.id, self.product.means.secret, self.product.clock.now())

        number, self.codes[name] = await self.product.writer.run(add)
        return number

    async def role(self, member_id: int, kind: RoleKind, node: str) -> None:
        """Gives a role in the branch or one of its groups."""
        role = Role(member_id=member_id, branch_id=self.groups[node], kind=kind, since=date(2020, 1, 1))
        await self.product.writer.run(lambda db: db.add(role))


def _agrees_to_all(db: Session, openid: str) -> None:
    """Agrees to what is asked for by itself; without a message, whose window would be another one."""
    follower = db.get_one(Follower, openid)
    if follower.member_id is not None and follower.bound_at is not None:
        given: dict[str, Any] = {"member_id": follower.member_id, "version": "1", "agreed_at": follower.bound_at}
        db.add_all(Consent(purpose=purpose, **given) for purpose in Purpose if purpose is not Purpose.SERVICE)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the stories that are told once more on PostgreSQL; where two things race, that is no mere repetition."""
    for item in items:
        on = (
            item.callspec.params.get("migrated_url")
            if isinstance(item, pytest.Function) and hasattr(item, "callspec")
            else None
        )
        if on == "postgresql" and item.path.parent == STORIES and not item.get_closest_marker("race"):
            item.add_marker("again")


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def config(migrated_url: str, account: Account) -> Config:
    return Config.model_validate(
        {
            "database": {"url": migrated_url},
            "server": {"secret": "a secret of thirty-two characters"},
            "wechat": {
                "account": account.kind,
                "app_id": account.app_id,
                "app_secret": account.app_secret,
                "token": account.token,
                "encoding_aes_key": account.encoding_aes_key,
                "original_id": account.original_id,
                "mode": account.mode,
                "api_base": "http://platform",
            },
            "organisation": {"name": "晨光支部", "contact": "办公室"},
        }
    )


@pytest_asyncio.fixture
async def story(config: Config, account: Account) -> AsyncIterator[Story]:
    """晨光支部 with two groups and its secretary 书记甲, at six in the morning of 1 July 2026, a Wednesday."""
    clock = PlatformClock(frozen_at=beijing(WEDNESDAY))
    wire = Wire()
    client = httpx.AsyncClient(transport=httpx.ASGITransport(wire))
    emulator = Emulator(account, webhook="http://product/wechat", clock=clock, client=client)
    platform = httpx.ASGITransport(emulator.app)
    product = Product(config, clock=PlatformTime(clock), transport=platform)
    wire.web = product.web()
    control = httpx.AsyncClient(transport=platform, base_url="http://platform")
    async with product.running(), emulator, client, control:
        yield await _settled(Story(product, emulator, control, wire))


async def _settled(story: Story) -> Story:
    def found(db: Session) -> dict[str, int]:
        branch = plant(db, "晨光支部")
        nodes = [branch, *(plant(db, name, branch, BranchKind.GROUP) for name in ("第一小组", "第二小组"))]
        return {node.name: node.id for node in nodes if node.id is not None}

    story.groups = await story.product.writer.run(found)
    secretary = await story.person("书记甲", branch_id=story.groups["晨光支部"])
    await story.role(secretary, RoleKind.SECRETARY, "晨光支部")
    return story
