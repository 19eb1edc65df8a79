"""A process that sends what is due and prints the id of each push it sends: `python -m tests.scheduler.sender URL`."""

import asyncio
import os
import sys
from collections.abc import Sequence
from typing import Any

from models.database import Database
from models.writer import Writer
from scheduler.clock import Clock
from scheduler.deliver import Deliverer
from scheduler.messenger import Outcome, Outgoing, Result
from scheduler.routes import Account, Route
from tests.scheduler.stage import RULES, at

NOW = at(1, 9, 1)


class Printer:
    """A messenger whose platform is the standard output: what is printed was sent."""

    def fits(self, route: Route, pushes: Sequence[Outgoing]) -> bool:
        return True

    async def send(self, route: Route, pushes: Sequence[Outgoing]) -> Outcome:
        # Unbuffered and in one piece, so that a kill can't lose or tear it.
        os.write(1, b"".join(b"%d\n" % push.id for push in pushes))
        # A few turns of the loop, so that several are in flight at any moment.
        for _ in range(20):
            await asyncio.sleep(0)
        return Outcome(Result.ACCEPTED)


async def main(url: str) -> None:
    database = Database(url)
    writer: Writer[Any] = Writer(database)
    writer.start()
    clock = Clock()
    clock.set(NOW)
    alone = database.is_sqlite and "--one-of-many" not in sys.argv
    await Deliverer(writer, Printer(), clock, RULES, lambda: Account.VERIFIED_SERVICE, alone=alone).deliver()
    writer.stop()
    database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
