"""Whatever else Apprise can write to: it brings its own HTTP, and says no more than whether it worked."""

import asyncio
import logging

from scheduler.postings import Posted, Written

# Apprise and what it calls with write whole addresses into their logs, and so the secrets in these.
for _name in ("apprise", "urllib3.connectionpool"):
    logging.getLogger(_name).addFilter(lambda record: False)

_SECONDS = 60.0


async def schema_of(address: str) -> str | None:
    """What kind of service an address is of, "json" for one; None if Apprise doesn't know it."""
    return address.partition("://")[0].lower() if await asyncio.to_thread(_is_known, address) else None


async def say(address: str, text: str) -> Written:
    """Writes a text there. Where that failed it is tried again: why it did, nobody tells us."""
    try:
        async with asyncio.timeout(_SECONDS):
            return Written(await asyncio.to_thread(_notify, address, text))
    except TimeoutError:
        return Written(Posted.UNKNOWN)


# Imported where it is needed: more than a hundred services take seconds to load, which nobody without such a channel
# should wait for, and no message that wants an answer meanwhile.


def _is_known(address: str) -> bool:
    from apprise import Apprise

    return Apprise.instantiate(address, suppress_exceptions=True) is not None


def _notify(address: str, text: str) -> Posted:
    from apprise import Apprise, NotifyFormat
    from apprise.result import AppriseResultStatus

    sender = Apprise()
    if not sender.add(address):
        return Posted.REFUSED
    result = sender.notify(body=text, body_format=NotifyFormat.TEXT)
    if result.status == AppriseResultStatus.TIMEOUT:
        return Posted.UNKNOWN
    return Posted.ACCEPTED if result else Posted.LATER
