"""The access token of several processes on one database: asked for once, forced by one, sealed at rest."""

import asyncio
import zipfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlmodel import Session, select

from bot.app import Product
from bot.commands.backup import backup
from bot.config import Config
from bot.wechat.errors import NotPermitted
from models.kept_token import KeptToken
from models.tables import metadata
from tests.flows.conftest import Story

pytestmark = pytest.mark.race

TOKENS = "/cgi-bin/stable_token"
PROBE = "/cgi-bin/getcallbackip"


class Processes:
    """Further processes of the story's account, which call the platform and do nothing else."""

    def __init__(self, story: Story, config: Config, stack: AsyncExitStack) -> None:
        self.story, self.config, self.stack = story, config, stack

    async def start(self, **wechat: str) -> Product:
        """One more, with a fresh memory; `wechat` are keys that its configuration has otherwise."""
        config = self.config.model_copy(update={"wechat": self.config.wechat.model_copy(update=wechat)})
        transport = httpx.ASGITransport(self.story.emulator.app)
        product = Product(config, clock=self.story.product.clock, transport=transport)
        return await self.stack.enter_async_context(product.running())

    async def asked(self) -> int:
        """How often the platform was asked for a token."""
        stats = (await self.story.control.get("/_/stats")).json()
        return int(stats["calls"].get(TOKENS, {"calls": 0})["calls"])

    async def presses(self) -> None:
        """Somebody else has the token replaced."""
        wechat = self.config.wechat
        body = {"grant_type": "client_credential", "appid": wechat.app_id, "secret": wechat.app_secret}
        await self.story.control.post(TOKENS, json={**body, "force_refresh": True})

    def kept(self) -> KeptToken | None:
        with self.story.product.database.reading() as db:
            return db.exec(select(KeptToken)).first()


@pytest.fixture
async def without_table(story: Story) -> AsyncIterator[None]:
    """A database that somebody has taken the tokens' table from."""
    table = metadata.tables["kepttoken"]
    await story.product.writer.run(lambda db: table.drop(db.connection()))
    yield
    await story.product.writer.run(lambda db: table.create(db.connection()))


@pytest.fixture
async def processes(story: Story, config: Config) -> AsyncIterator[Processes]:
    async with AsyncExitStack() as stack:
        yield Processes(story, config, stack)


async def probes(product: Product) -> None:
    await product.client.call(PROBE, method="GET")


async def test_a_process_that_starts_takes_the_token_that_another_left(processes: Processes) -> None:
    for _ in range(3):
        await probes(await processes.start())
    assert await processes.asked() == 1


async def test_processes_that_start_at_once_end_with_the_same_token(processes: Processes) -> None:
    started = [await processes.start() for _ in range(4)]
    await asyncio.gather(*(probes(product) for product in started for _ in range(5)))
    assert 1 <= await processes.asked() <= 4
    before = await processes.asked()
    await asyncio.gather(*(probes(product) for product in started))
    assert await processes.asked() == before


async def test_a_token_at_rest_can_be_read_by_none_but_who_knows_the_secret(processes: Processes) -> None:
    await probes(await processes.start())
    kept = processes.kept()
    assert kept is not None
    (token,) = processes.story.emulator.platform.tokens._latest.values()
    assert len(kept.sealed) > len(token)
    assert token not in kept.sealed
    # Somebody else's secret, or another platform's address, opens nothing: they ask for themselves.
    with pytest.raises(NotPermitted):
        await probes(await processes.start(app_secret="f" * 32))
    await probes(await processes.start(api_base="http://elsewhere"))
    assert await processes.asked() == 3


async def test_a_backup_carries_no_token(processes: Processes, tmp_path: Path) -> None:
    if not processes.story.product.database.is_sqlite:
        return  # PostgreSQL's own tools make its backups; what they copy is the row above.
    await probes(await processes.start())
    (token,) = processes.story.emulator.platform.tokens._latest.values()
    await asyncio.to_thread(backup, processes.config, tmp_path / "all.zip", datetime.now(UTC), lambda *_: None)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        held = [archive.read(name) for name in archive.namelist()]
    assert any(processes.config.wechat.app_id.encode() in part for part in held), "the row is there"
    assert not any(token.encode() in part for part in held)


async def test_after_the_secret_was_reset_the_old_token_does_not_come_back(processes: Processes) -> None:
    await probes(await processes.start())
    new = "0" * 31 + "1"
    await processes.story.post("account", {"app_secret": new})
    await probes(await processes.start(app_secret=new))
    assert await processes.asked() == 2


async def test_processes_whose_token_was_replaced_behind_their_backs_all_go_on(processes: Processes) -> None:
    started = [await processes.start() for _ in range(3)]
    for product in started:
        await probes(product)
    await processes.presses()
    before = await processes.asked()
    await asyncio.gather(*(probes(product) for product in started for _ in range(5)))
    # Each asks once without force, and none had to force.
    assert await processes.asked() == before + 3
    stats = (await processes.story.control.get("/_/stats")).json()
    assert stats["calls"][PROBE]["errcodes"].keys() == {"0", "40001"}


async def test_only_one_process_a_minute_presses_for_a_new_token(processes: Processes) -> None:
    """The platform refuses every call, whatever the token: nobody asks without end."""
    started = [await processes.start() for _ in range(4)]
    for product in started:
        await probes(product)
    before = await processes.asked()
    await processes.story.post("faults", [{"path": PROBE, "rate": 1.0, "seed": 1, "errcode": 40001}])
    outcomes = await asyncio.gather(*(probes(one) for one in started for _ in range(5)), return_exceptions=True)
    assert all(isinstance(outcome, Exception) for outcome in outcomes)
    tokens = processes.story.emulator.platform.tokens
    assert len(tokens._forced) == 1
    # Without force once each; with force one of them.
    assert await processes.asked() - before <= 2 * len(started) + 1


async def test_a_clock_that_was_wrong_leaves_no_token_for_ever(processes: Processes) -> None:
    await probes(await processes.start())

    def wrong(db: Session) -> None:
        kept = db.exec(select(KeptToken)).one()
        kept.good_until = datetime.now(UTC) + timedelta(days=400)
        kept.forced_at = datetime.now(UTC) + timedelta(days=400)

    await processes.story.product.writer.run(wrong)
    await probes(await processes.start())
    assert await processes.asked() == 2
    kept = processes.kept()
    assert kept is not None
    assert kept.good_until is not None
    assert kept.good_until < datetime.now(UTC) + timedelta(hours=3)


async def test_a_machine_that_is_not_on_the_whitelist_uses_what_another_got(processes: Processes) -> None:
    listed, unlisted = await processes.start(), await processes.start()
    await probes(listed)
    await probes(unlisted)
    await processes.presses()
    await probes(listed)
    await processes.story.post("settings", {"ip_allow_list": ["203.0.113.7"]})
    await probes(unlisted)
    await probes(await processes.start())
    with pytest.raises(NotPermitted) as refused:
        await probes(await processes.start(api_base="http://elsewhere"))
    assert refused.value.address == "127.0.0.1"


@pytest.mark.usefixtures("without_table")
async def test_without_the_table_the_process_keeps_its_token_to_itself(
    processes: Processes, caplog: pytest.LogCaptureFixture
) -> None:
    product = await processes.start()
    await probes(product)
    await probes(product)
    assert await processes.asked() == 1
    assert "can't be shared with other processes: " in caplog.text
