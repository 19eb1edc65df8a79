"""Every test of the emulator runs twice: in this process, and through a real port."""

from collections.abc import AsyncIterator

import pytest

from bot.emulator import Account
from tests.emulator.desk import Desk, desk_in_process, desk_on_ports


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture(params=["in-process", "port"])
async def desk(request: pytest.FixtureRequest, account: Account) -> AsyncIterator[Desk]:
    door = desk_in_process if request.param == "in-process" else desk_on_ports
    async with door(account) as desk:
        yield desk


@pytest.fixture
async def desk_on_port(account: Account) -> AsyncIterator[Desk]:
    """For what needs a socket: programs that are not asynchronous, and streams, which httpx reads whole in-process."""
    async with desk_on_ports(account) as desk:
        yield desk
