"""Tags and the blacklist: `/cgi-bin/tags/…`. Source: 「用户标签管理」 and 「黑名单管理」."""

from collections import Counter
from itertools import islice
from typing import Any

from bot.emulator.endpoints.call import OK, Call, Endpoint, Table
from bot.emulator.errors import Refused
from bot.emulator.followers import Follower
from bot.emulator.platform import Platform
from bot.emulator.tags import SYSTEM

TAGGED_AT_ONCE = 50
BLACKLISTED_AT_ONCE = 20
TAGS_EACH = 20
DELETABLE_FOLLOWERS = 100_000


def create(platform: Platform, call: Call) -> dict[str, Any]:
    name = _tag(call).get("name")
    return {"tag": {"id": platform.tags.create(name), "name": name}}


def get(platform: Platform, call: Call) -> dict[str, Any]:
    counts = Counter(tag for follower in _following(platform) for tag in follower.tags or ())
    counts[1] = sum(follower.blacklisted for follower in platform.followers.values())
    names = {**SYSTEM, **platform.tags.names}
    return {"tags": [{"id": tag, "name": name, "count": counts[tag]} for tag, name in names.items()]}


def update(platform: Platform, call: Call) -> dict[str, Any]:
    platform.tags.rename(_tag(call).get("id"), _tag(call).get("name"))
    return OK


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    tag = platform.tags.own(_tag(call).get("id"))
    carriers = [follower for follower in platform.followers.values() if tag in (follower.tags or ())]
    if len(carriers) > DELETABLE_FOLLOWERS:
        raise Refused(45057)
    for follower in carriers:
        follower.untag(tag)
    del platform.tags.names[tag]
    return OK


def _tag(call: Call) -> dict[str, Any]:
    tag = call.body.get("tag")
    if not isinstance(tag, dict):
        raise Refused(47001)
    return tag


def carriers(platform: Platform, call: Call) -> dict[str, Any]:
    """A page of those who carry a tag; after the last one comes a page without `data`."""
    tag = platform.tags.own(call.body.get("tagid"))
    openids = [follower.openid for follower in _following(platform) if tag in (follower.tags or ())]
    return page(openids, call.body.get("next_openid"), platform.settings.page_size)


def page(openids: list[str], after: object, size: int) -> dict[str, Any]:
    """A page of `openids` that begins behind `after`. Raises Refused for one that isn't among them."""
    start = 0
    if after:
        if after not in openids:
            raise Refused(40003)
        start = openids.index(str(after)) + 1
    found = list(islice(openids, start, start + size))
    data: dict[str, Any] = {"data": {"openid": found}} if found else {}
    return {"count": len(found), **data, "next_openid": found[-1] if found else ""}


def tag(platform: Platform, call: Call) -> dict[str, Any]:
    """All of the list, or nothing."""
    wanted = platform.tags.own(call.body.get("tagid"))
    followers = listed(platform, call, TAGGED_AT_ONCE)
    if any(len({*(follower.tags or ()), wanted}) > TAGS_EACH for follower in followers):
        raise Refused(45059)
    for follower in followers:
        follower.tag(wanted)
    return OK


def untag(platform: Platform, call: Call) -> dict[str, Any]:
    wanted = platform.tags.own(call.body.get("tagid"))
    for follower in listed(platform, call, TAGGED_AT_ONCE):
        follower.untag(wanted)
    return OK


def listed(platform: Platform, call: Call, most: int) -> list[Follower]:
    """The followers of `openid_list` (`opened_list` in some of the platform's examples). Raises Refused."""
    openids = call.body.get("openid_list") or call.body.get("opened_list")
    if not isinstance(openids, list) or not openids:
        raise Refused(40031)
    if len(openids) > most:
        raise Refused(40032)
    followers = [platform.followers.get(openid) if isinstance(openid, str) else None for openid in openids]
    if None in followers:
        raise Refused(49003)
    return [follower for follower in followers if follower is not None]


def tags_of(platform: Platform, call: Call) -> dict[str, Any]:
    follower = platform.followers.get(str(call.body.get("openid")))
    if follower is None:
        raise Refused(40003)
    return {"tagid_list": list(follower.tags or ())}


def blacklist(platform: Platform, call: Call) -> dict[str, Any]:
    openids = [follower.openid for follower in platform.followers.values() if follower.blacklisted]
    answer = page(openids, call.body.get("begin_openid"), platform.settings.blacklist_page)
    return {"total": len(openids), **answer}


def _mark(blacklisted: bool) -> Any:
    def mark(platform: Platform, call: Call) -> dict[str, Any]:
        for follower in listed(platform, call, BLACKLISTED_AT_ONCE):
            follower.blacklisted = blacklisted
        return OK

    return mark


def _following(platform: Platform) -> list[Follower]:
    return [follower for follower in platform.followers.values() if follower.following]


TABLE: Table = {
    "/cgi-bin/tags/create": Endpoint("POST", create, ability="users"),
    "/cgi-bin/tags/get": Endpoint("ANY", get, ability="users", empty=True),
    "/cgi-bin/tags/update": Endpoint("POST", update, ability="users"),
    "/cgi-bin/tags/delete": Endpoint("POST", delete, ability="users"),
    "/cgi-bin/user/tag/get": Endpoint("ANY", carriers, ability="users"),
    "/cgi-bin/tags/members/batchtagging": Endpoint("POST", tag, ability="users"),
    "/cgi-bin/tags/members/batchuntagging": Endpoint("POST", untag, ability="users"),
    "/cgi-bin/tags/getidlist": Endpoint("POST", tags_of, ability="users"),
    "/cgi-bin/tags/members/getblacklist": Endpoint("POST", blacklist, ability="users"),
    "/cgi-bin/tags/members/batchblacklist": Endpoint("POST", _mark(True), ability="users"),
    "/cgi-bin/tags/members/batchunblacklist": Endpoint("POST", _mark(False), ability="users"),
}
