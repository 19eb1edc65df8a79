"""A product on a fresh database, and a stranger's implementation of the platform's side of the wire."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import httpx
import pytest
import pytest_asyncio
import xmltodict
from sqlmodel import Session
from wechatpy.crypto import WeChatCrypto

from bot.app import Product
from bot.config import Config
from models.bind_code import issue
from models.branch import BranchKind, plant
from models.member import Member
from models.role import Role, RoleKind
from scheduler.clock import Clock

APP_ID, TOKEN = "wx0123456789abcdef", "chenzhong_demo"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ACCOUNT = "gh_0123456789ab"
NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)


class FrozenClock(Clock):
    """Calendar time that stands still until a test moves it."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass
class Platform:
    """Posts pushes as the platform does, sealed by wechatpy, and opens what comes back."""

    client: httpx.AsyncClient
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    crypto: WeChatCrypto = field(default_factory=lambda: WeChatCrypto(TOKEN, KEY, APP_ID))

    def text(self, openid: str, content: str) -> str:
        """The XML of a text message with a MsgId of its own."""
        return self.xml(openid, f"<MsgType>text</MsgType><Content><![CDATA[{content}]]></Content>", next(self.numbers))

    def event(self, openid: str, event: str, more: str = "") -> str:
        """The XML of an event."""
        return self.xml(openid, f"<MsgType>event</MsgType><Event><![CDATA[{event}]]></Event>{more}")

    def xml(self, openid: str, body: str, number: int | None = None) -> str:
        """The XML of any push."""
        identity = f"<MsgId>{number}</MsgId>" if number else ""
        head = f"<ToUserName>{ACCOUNT}</ToUserName><FromUserName>{openid}</FromUserName>"
        return f"<xml>{head}<CreateTime>1782878400</CreateTime>{body}{identity}</xml>"

    async def post(self, xml: str) -> httpx.Response:
        """Pushes in safe mode; a repeat is another call with the same XML."""
        nonce = str(next(self.numbers))
        sealed = xmltodict.parse(self.crypto.encrypt_message(xml, nonce, "1782878400"))["xml"]
        query = {
            "timestamp": "1782878400",
            "nonce": nonce,
            "encrypt_type": "aes",
            "msg_signature": sealed["MsgSignature"],
        }
        receiver = f"<ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>"
        body = f"<xml>{receiver}<Encrypt><![CDATA[{sealed['Encrypt']}]]></Encrypt></xml>"
        return await self.client.post("/wechat", params=query, content=body.encode())

    def opened(self, response: httpx.Response) -> dict[str, str]:
        """The reply's fields; empty for `success`."""
        assert response.status_code == 200
        if response.content == b"success":
            return {}
        sealed = xmltodict.parse(response.text)["xml"]
        plain = self.crypto.decrypt_message(response.text, sealed["MsgSignature"], sealed["TimeStamp"], sealed["Nonce"])
        fields: dict[str, str] = xmltodict.parse(plain)["xml"]
        return fields

    async def says(self, openid: str, content: str) -> str:
        """What the account answers to a text."""
        return self.opened(await self.post(self.text(openid, content))).get("Content", "")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def config(migrated_url: str) -> Config:
    wechat = {"app_id": APP_ID, "app_secret": "0" * 32, "token": TOKEN, "encoding_aes_key": KEY, "original_id": ACCOUNT}
    return Config.model_validate(
        {
            "database": {"url": migrated_url},
            "server": {"secret": "a secret of thirty-two characters"},
            "wechat": wechat,
            "organisation": {"name": "晨光支部", "contact": "办公室"},
            "limits": {"answer_seconds": 0.5},
        }
    )


@pytest_asyncio.fixture
async def product(config: Config, clock: FrozenClock) -> AsyncIterator[Product]:
    product = Product(config, clock=clock)
    async with product.running():
        yield product


@pytest_asyncio.fixture
async def platform(product: Product) -> AsyncIterator[Platform]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(product.web()), base_url="http://test") as client:
        yield Platform(client)


@dataclass
class Cast:
    """小满 is a member of the second group, 老周 leads it, 书记 is the branch's secretary; codes to bind them."""

    ids: dict[str, int]
    codes: dict[str, str]


@pytest_asyncio.fixture
async def cast(product: Product, clock: FrozenClock) -> Cast:
    def seed(db: Session) -> Cast:
        branch = plant(db, "晨光支部")
        groups = [plant(db, name, branch, BranchKind.GROUP) for name in ("第一小组", "第二小组")]
        first, second, top = (node.id or 0 for node in (*groups, branch))
        places = {"林小满": second, "周老周": second, "书记甲": top, "邻组乙": first}
        members = {
            name: Member(branch_id=place, name=name, joined_on=date(1996, 7, 1)) for name, place in places.items()
        }
        db.add_all(members.values())
        db.flush()
        ids = {name: member.id for name, member in members.items() if member.id is not None}
        since = date(2020, 1, 1)
        db.add(Role(member_id=ids["书记甲"], branch_id=top, kind=RoleKind.SECRETARY, since=since))
        db.add(Role(member_id=ids["周老周"], branch_id=second, kind=RoleKind.LEADER, since=since))
        return Cast(ids, {name: issue(db, number, product.means.secret, clock.now()) for name, number in ids.items()})

    return await product.writer.run(seed)


async def join(platform: Platform, openid: str, code: str) -> str:
    """Follows, agrees and binds; the last answer."""
    await platform.post(platform.event(openid, "subscribe"))
    for words in ("同意", code):
        await platform.says(openid, words)
    return await platform.says(openid, "1")
