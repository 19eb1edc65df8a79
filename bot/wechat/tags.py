"""Tags of the account, by which it names many followers at once.

https://developers.weixin.qq.com/doc/offiaccount/User_Management/User_Tag_Management.html 「用户标签管理」

All raise `CallFailed`. Each call brings about a state, so that it may be repeated.
"""

from collections.abc import Sequence

from bot.wechat.client import Client
from bot.wechat.errors import RecipientUnreachable

#: So many followers are given a tag, or lose it, in one call.
AT_ONCE = 50

_GIVE, _TAKE = "/cgi-bin/tags/members/batchtagging", "/cgi-bin/tags/members/batchuntagging"


async def tag_of(client: Client, name: str) -> int:
    """The number of the tag of this name, made if it isn't there."""
    known = await client.call("/cgi-bin/tags/get", method="GET")
    for tag in known.get("tags") or []:
        if tag.get("name") == name:
            return int(tag["id"])
    made = await client.call("/cgi-bin/tags/create", json={"tag": {"name": name}}, repeatable=True)
    return int(made["tag"]["id"])


async def carriers(client: Client, tag_id: int) -> list[str]:
    """The openids of all who carry a tag."""
    found: list[str] = []
    while True:
        body = {"tagid": tag_id, "next_openid": found[-1] if found else ""}
        page = await client.call("/cgi-bin/user/tag/get", json=body, repeatable=True)
        more = (page.get("data") or {}).get("openid") or []
        if not more:
            return found
        found += more


async def fill(client: Client, tag_id: int, openids: Sequence[str]) -> tuple[str, ...]:
    """Gives a tag to these followers and takes it from all others; returns those whom the platform doesn't know."""
    wanted, present = dict.fromkeys(openids), await carriers(client, tag_id)
    await _each(client, _TAKE, tag_id, [openid for openid in present if openid not in wanted])
    there = set(present)
    return await _each(client, _GIVE, tag_id, [openid for openid in wanted if openid not in there])


async def _each(client: Client, path: str, tag_id: int, openids: Sequence[str]) -> tuple[str, ...]:
    strangers: tuple[str, ...] = ()
    for start in range(0, len(openids), AT_ONCE):
        strangers += await _batch(client, path, tag_id, openids[start : start + AT_ONCE])
    return strangers


async def _batch(client: Client, path: str, tag_id: int, openids: Sequence[str]) -> tuple[str, ...]:
    """One call; where it is refused because of one openid, the halves of it, so that the others needn't suffer."""
    try:
        await client.call(path, json={"openid_list": list(openids), "tagid": tag_id}, repeatable=True)
    except RecipientUnreachable:
        if len(openids) == 1:
            return tuple(openids)
        middle = len(openids) // 2
        parts = (openids[:middle], openids[middle:])
        return sum([await _batch(client, path, tag_id, part) for part in parts], ())
    return ()
