"""The product itself: plans a broadcast to everybody in its database and sends it, each step as its jobs do it.

Further arguments: the database, and the most messages to send. Besides, it prints `planned`, `plan_seconds` and
`peak_mb`, the most memory that the process had.
"""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from bench import account
from bench.senders.loop import orders
from bench.targets.people import MORNING
from bot.app import Product
from bot.config import Config
from scheduler.clock import Clock
from scheduler.tick import tick


def config(port: int, database: Path) -> Config:
    """As an operator would write it, with everything else by default."""
    return Config.model_validate(
        {
            "database": {"url": f"sqlite:///{database}"},
            "server": {"secret": "a benchmark's secret, of no use to anybody"},
            "wechat": {
                "app_id": account.APP_ID,
                "app_secret": account.APP_SECRET,
                "token": account.TOKEN,
                "encoding_aes_key": account.ENCODING_AES_KEY,
                "original_id": account.ORIGINAL_ID,
                "api_base": f"http://127.0.0.1:{port}",
            },
            "organisation": {"name": "第一党支部", "contact": "办公室"},
        }
    )


async def main() -> None:
    """Plans everything, then sends until the time runs out; what is under way then is still recorded."""
    port, _, seconds = orders()
    clock = Clock()
    clock.set(MORNING)
    product = Product(config(port, Path(sys.argv[4])), clock=clock)
    async with product.running():
        began = time.perf_counter()
        await tick(product.writer, product.rules, clock.now())
        planned_at = time.perf_counter()
        await product.client.call("/cgi-bin/getcallbackip", method="GET")
        cpu, sending_at = time.process_time(), time.perf_counter()
        running = asyncio.create_task(product.catch_up())
        await asyncio.wait([running], timeout=seconds)
        await product.engine.close()
        await running
        found = {"seconds": time.perf_counter() - sending_at, "cpu_seconds": time.process_time() - cpu}
        found["plan_seconds"] = planned_at - began
        with product.database.reading() as db:
            driver = db.connection().exec_driver_sql
            found["planned"] = driver("SELECT count(*) FROM push").scalar_one()
            found["sent"] = driver("SELECT count(*) FROM push WHERE status = 'accepted'").scalar_one()
    # Kilobytes, on Linux.
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
