"""One process with everything: the product, the emulated platform it talks to, the sample branch, and the page."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from fastapi import FastAPI

from bot.app import Product
from bot.config import Config, load
from bot.config_keys import Development
from bot.demo import door, seed
from bot.demo.line import InProcess
from bot.demo.people import Moment
from bot.demo.play import Report
from bot.demo.story import Story, StoryClock
from bot.emulator.account import Account as PlatformAccount
from bot.emulator.emulator import Emulator
from scheduler.clock import Clock
from scheduler.routes import Account

CONFIG = """\
# 演示用的配置，每次启动演示时重写。所有命令都可以用在演示上，例如：
#   chenzhong --config {folder}/config.toml export members
[database]
url = "sqlite:///{folder}/chenzhong.db"

[server]
host = "{host}"
port = {port}
public_url = "http://{host}:{port}"

[wechat]
account = "{account.kind}"
app_id = "{account.app_id}"
app_secret = "{account.app_secret}"
token = "{account.token}"
encoding_aes_key = "{account.encoding_aes_key}"
original_id = "{account.original_id}"
mode = "{account.mode}"
api_base = "http://127.0.0.1:{port}/emulator"

[wecom]
api_base = "http://127.0.0.1:{port}/emulator"

[organisation]
name = "晨钟示范支部"

[notices.text]
template = "{notice.id}"
fields = {{ thing1 = "{{title}}", time2 = "{{time}}" }}

[privacy]
# 演示里的链接多半指向别处：不经过这里，点开就是原来的页面。
count_links = false

[development]
clock_url = "http://127.0.0.1:{port}/emulator/_/clock"
"""


STORY = "story.json"
DAYS = 60
ACCOUNT_NAME = "晨钟学习"


class Demo:
    """The parts, and what turns the clock of both sides at once.

    `kept` is what an earlier run left; without it, `days` of history are played first.
    """

    def __init__(self, folder: Path, host: str, port: int, *, kept: Story | None, days: int) -> None:
        self.folder = folder
        self.story = kept
        self._begins = seed.start(Clock().now())
        self._days = days
        self._address = (host, port)
        self.emulator = Emulator(
            PlatformAccount(),
            webhook=f"http://127.0.0.1:{port}/wechat",
            client=httpx.AsyncClient(transport=InProcess(lambda: self.web), timeout=None),
            state_file=folder / "emulator.jsonl",
            clock=StoryClock(kept.now if kept else seed.beginning(self._begins, days)),
        )
        self.emulator.on_clock = self._clock_turned
        self.emulator.on_account = self._account_changed
        self.product = Product(self._configure(), transport=InProcess(lambda: self.emulator.app))
        self.web = self.product.web()
        self.app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        self.app.include_router(door.router(self))
        self.app.mount("/emulator", self.emulator.app)
        self.app.mount("/", self.web)
        self._follow()

    def moment(self) -> Moment:
        """What questions about the branch are asked with."""
        return Moment(self.product.means.account, self.product.rules, self.product.clock.now())

    def shown(self) -> dict[str, str]:
        """What the page has to know of the demo: its id, the openids of its two phones, the account's name."""
        assert self.story is not None, "asked before the demo was set up"
        organisation = self.product.config.organisation.name
        return {**self.story.shown(), "account": ACCOUNT_NAME, "branch": organisation}

    def set_clock(self, now: datetime) -> None:
        """Turns both clocks on to `now`, and nothing else."""
        self.emulator.clock.set(now)
        self._follow()

    async def turn(self, now: datetime) -> None:
        """Turns both clocks on to `now`; what fell due is planned and sent when this returns."""
        self.emulator.clock.set(now)
        await self._clock_turned(now)

    def hang_up(self) -> None:
        """Ends the streams of open pages, which would keep a server from stopping; they come back by themselves."""
        self.emulator.platform.hub.close()

    @asynccontextmanager
    async def running(self, report: Report) -> AsyncIterator[None]:
        """Runs both sides; the first time, two months pass before this is entered (`report` hears of each day)."""
        async with self.emulator, self.product.running():
            if self.story is None:
                self.story = await seed.play(self, self._begins, self._days, report)
            self._keep()
            await self.product.engine.start()
            try:
                yield
            finally:
                self._keep()

    async def _clock_turned(self, _now: datetime) -> None:
        self._follow()
        await self.product.catch_up()
        self._keep()

    async def _account_changed(self, account: PlatformAccount) -> None:
        self.product.means.account = Account(account.kind)
        self._configure()

    def _follow(self) -> None:
        self.product.clock.follow(timedelta(seconds=self.emulator.clock.offset))

    def _keep(self) -> None:
        if self.story is not None:
            self.story.now = self.emulator.clock.now()
            self.story.save(self.folder / STORY)

    def _configure(self) -> Config:
        """Writes `config.toml` for the commands, and returns what this process itself runs with."""
        self.folder.mkdir(parents=True, exist_ok=True)
        host, port = self._address
        file = self.folder / "config.toml"
        text = CONFIG.format(
            folder=self.folder, host=host, port=port, account=self.emulator.account, notice=seed.NOTICE
        )
        file.write_text(text, encoding="utf-8")
        # Here the clock is turned by hand; following it over the network too would only be later.
        return load(file, {}).model_copy(update={"development": Development()})


@asynccontextmanager
async def running_demo(
    folder: Path, host: str, port: int, *, fresh: bool = False, days: int = DAYS, report: Report = lambda _: None
) -> AsyncIterator[Demo]:
    """Runs the demo in `folder`: sets it up the first time, and goes on where it stopped afterwards.

    The caller owns the database in the folder, and serves `demo.app` on `host` and `port`. With `fresh`, whatever an
    earlier run left is thrown away first. The history goes back `days`; `report(share)` hears from 0.0 to 1.0 how far
    its playing has come. Raises SampleError where the sample branch can't be read.
    """
    kept = None if fresh else _kept(folder)
    if kept is None:
        _clear(folder)
    demo = Demo(folder, host, port, kept=kept, days=days)
    async with demo.running(report):
        yield demo


def _kept(folder: Path) -> Story | None:
    """What an earlier run left; None where its set-up was never finished."""
    try:
        return Story.load(folder / STORY)
    except FileNotFoundError:
        return None


def _clear(folder: Path) -> None:
    """Empties the folder, but for the lock that the caller holds."""
    for entry in folder.iterdir() if folder.exists() else ():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.suffix != ".lock":
            entry.unlink()
