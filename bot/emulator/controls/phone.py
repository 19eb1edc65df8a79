"""What people do with the emulated phone beyond writing: scan a code, send a file, look at one."""

from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from bot.emulator.controls.call import Calls, Hand, order
from bot.emulator.errors import Refused
from bot.emulator.media import checked
from bot.emulator.messages import compose
from bot.emulator.orders import BadOrder, Openid, Order


class ScanOrder(Order):
    """`POST _/scan`: somebody scans a QR code of the account."""

    openid: Openid
    ticket: str


class FileQuery(Order):
    """`POST _/media?type=…`: the body is the file."""

    type: Literal["image", "voice", "video", "thumb"] = "image"


async def scan(hand: Hand, request: Request) -> dict[str, Any]:
    """A stranger follows with the scene, a follower's SCAN carries it."""
    wanted = await order(request, ScanOrder)
    platform = hand.platform
    now = platform.clock.time()
    code = platform.codes.find(wanted.ticket, now)
    if code is None:
        raise BadOrder("`ticket` is that of no code that is still valid")
    follower = platform.followers.get(wanted.openid)
    follows = follower is not None and follower.following
    fields: dict[str, Any] = {"Event": "SCAN", "EventKey": code.scene, "Ticket": code.ticket}
    if not follows:
        fields |= {"Event": "subscribe", "EventKey": f"qrscene_{code.scene}"}
    push = compose(platform, wanted.openid, "event", fields, now)
    return (await hand.callbacks().push(push))[0].shown()


async def keep_file(hand: Hand, request: Request) -> dict[str, str]:
    """A file that a follower can send: its id goes into `MediaId` of `_/messages`."""
    kind = FileQuery.model_validate(dict(request.query_params)).type
    content = await request.body()
    try:
        known, format = checked(kind, content)
    except Refused as refused:
        raise BadOrder(f"the body is no {kind} that the platform takes ({refused.errcode})") from None
    platform = hand.platform
    platform.dirty = True
    return {"media_id": platform.media.add(known, f"phone.{format}", format, content, platform.clock.time()).id}


async def show_file(hand: Hand, request: Request) -> Response:
    medium = hand.platform.media.find(request.url.path.rpartition("/")[2], hand.platform.clock.time())
    if medium is None:
        return Response(status_code=404)
    return Response(hand.platform.media.content(medium), media_type=medium.content_type)


CALLS: Calls = {
    "/_/scan": {"POST": scan},
    "/_/media": {"POST": keep_file},
    "/_/media/": {"GET": show_file},
}
