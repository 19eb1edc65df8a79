"""What the loops have in common: so many at a time, until the messages or the time run out."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable

from bench import account
from bench.machine import pin

#: `limits.concurrency` as the product has it.
AT_ONCE = 20


async def sent_by(send: Callable[[str], Awaitable[object]], count: int, seconds: float) -> int:
    """Sends to one follower after the other, `AT_ONCE` at a time; returns how many."""
    numbers = iter(range(count))
    until = time.perf_counter() + seconds
    sent = 0

    async def go_on() -> None:
        nonlocal sent
        for number in numbers:
            await send(account.openid(number))
            sent += 1
            if time.perf_counter() > until:
                return

    await asyncio.gather(*(go_on() for _ in range(AT_ONCE)))
    return sent


async def measured(warm_up: Callable[[], Awaitable[object]], work: Callable[[], Awaitable[int]]) -> None:
    """Prints what the work came to, without the warm-up."""
    await warm_up()
    cpu, began = time.process_time(), time.perf_counter()
    sent = await work()
    json.dump(
        {"sent": sent, "seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - cpu}, sys.stdout
    )


def orders() -> tuple[int, int, float]:
    """The arguments: port, messages, seconds. The process is on the core of the load from now on."""
    pin(0, load=True)
    port, count, seconds = sys.argv[1:4]
    return int(port), int(count), float(seconds)
