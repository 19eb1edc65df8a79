"""The corporation beside the account: its robots and members, and what they were sent."""

from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request

from bot.emulator.controls.call import Calls, Hand, order
from bot.emulator.orders import Order

Word = Annotated[str, Field(min_length=1, max_length=64)]


class WecomOrder(Order):
    """`POST _/wecom`: what changes; `robots` are their keys."""

    corp_id: Word | None = None
    secret: Word | None = None
    agent_id: int | None = None
    members: list[Word] | None = None
    robots: list[Word] | None = None


async def show(hand: Hand, request: Request) -> dict[str, Any]:
    return hand.platform.wecom.saved()


async def change(hand: Hand, request: Request) -> dict[str, Any]:
    changes = (await order(request, WecomOrder)).model_dump(exclude_none=True)
    wecom = hand.platform.wecom
    if "robots" in changes:
        changes["robots"] = {key: wecom.robots.get(key, []) for key in changes["robots"]}
    wecom.restore(changes)
    hand.platform.dirty = True
    return wecom.saved()


CALLS: Calls = {"/_/wecom": {"GET": show, "POST": change}}
