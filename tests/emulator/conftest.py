"""Every test of the emulator runs twice: in this process, and through a real port."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.emulator import Account
from tests.emulator.desk import Desk, Switchboard, desk_in_process, desk_on_port, served


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture(scope="session")
def switchboard() -> Iterator[Switchboard]:
    board = Switchboard()
    with served(board) as board.base:
        yield board


@pytest.fixture(params=["in-process", "port"])
async def desk(request: pytest.FixtureRequest, account: Account, switchboard: Switchboard) -> AsyncIterator[Desk]:
    in_process = request.param == "in-process"
    async with desk_in_process(account) if in_process else desk_on_port(account, switchboard) as desk:
        yield desk


@pytest.fixture
async def port(account: Account, switchboard: Switchboard) -> AsyncIterator[Desk]:
    """For what needs a socket: programs that are not asynchronous, and streams, which httpx reads whole in-process."""
    async with desk_on_port(account, switchboard) as desk:
        yield desk
