"""A real browser, and the demo as its visitor meets it: a process of its own on a free port."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visitor import Visitor

ROOT = Path(__file__).parents[2]
# The first start plays two months; a laptop needs some ten seconds, a busy machine more.
READY_SECONDS = 180
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox, because containers run as root; the rest keeps the browser from calling its maker.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("本机没有 Chromium，浏览器测试未做（Debian：apt install chromium）/ no Chromium on this machine")
    return found


# Not for the whole session: while it is open its event loop runs in this thread, and asynchronous tests could not.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def running_demo(folder: Path, compiled: Path) -> Iterator[str]:
    """`chenzhong demo` with its data below `folder`; the address of its page.

    Python's compiled files go to `compiled`, for the next demo, also where the machine itself keeps none.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(compiled)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with (folder / "demo.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/"
    try:
        _wait_for(address, process, folder / "demo.log")
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}demo/people", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"the demo did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture(scope="session")
def set_up(chromium: str, compiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo was set up, and stopped again: for copies, since the first start takes long."""
    folder = tmp_path_factory.mktemp("demo")
    with running_demo(folder, compiled):
        pass
    return folder


@pytest.fixture(scope="module")
def demo(set_up: Path, compiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo for tests that get on with what others did in it before."""
    folder = shutil.copytree(set_up, tmp_path_factory.mktemp("shared") / "demo")
    with running_demo(folder, compiled) as address:
        yield address


@pytest.fixture
def new_demo(set_up: Path, compiled: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a demo that nobody has played with yet."""
    with running_demo(shutil.copytree(set_up, tmp_path / "demo"), compiled) as address:
        yield address


class Visit:
    """Opens the page of a demo: `visit(width, height)`."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._visitors: list[Visitor] = []

    def __call__(self, width: int = 1280, height: int = 860) -> Visitor:
        page = self._browser.new_page(viewport={"width": width, "height": height})
        self._visitors.append(Visitor(page, self._address))
        return self._visitors[-1]

    def end(self) -> None:
        """Nothing may have failed on a page, or have come from elsewhere."""
        for visitor in self._visitors:
            visitor.page.close()
            assert visitor.troubles == []


@pytest.fixture
def visit(browser: Browser, demo: str) -> Iterator[Visit]:
    visit = Visit(browser, demo)
    yield visit
    visit.end()


@pytest.fixture
def visit_new(browser: Browser, new_demo: str) -> Iterator[Visit]:
    visit = Visit(browser, new_demo)
    yield visit
    visit.end()
