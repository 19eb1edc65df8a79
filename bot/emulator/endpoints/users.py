"""Followers: `/cgi-bin/user/info` and `/cgi-bin/user/get`. Source: 「用户管理」.

Names, pictures, sex and place are not among the fields: the platform took them out in 2021.
"""

from itertools import islice
from typing import Any

from bot.emulator.endpoints.call import Call, Endpoint, Table
from bot.emulator.errors import Refused
from bot.emulator.platform import Platform


def info(platform: Platform, call: Call) -> dict[str, Any]:
    openid = call.query.get("openid")
    if not openid:
        raise Refused(41009)
    follower = platform.followers.get(openid)
    if follower is None:
        raise Refused(40003)
    if not follower.following:
        return {"subscribe": 0, "openid": openid, "tagid_list": []}
    return {
        "subscribe": 1,
        "openid": openid,
        "language": call.query.get("lang", "zh_CN"),
        "subscribe_time": int(follower.since),
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": "",
    }


def get(platform: Platform, call: Call) -> dict[str, Any]:
    """A page of openids in the order of following; the last page is followed by an empty one without `data`."""
    openids = [openid for openid, follower in platform.followers.items() if follower.following]
    start, after = 0, call.query.get("next_openid", "")
    if after:
        if after not in platform.followers:
            raise Refused(40003)
        start = openids.index(after) + 1 if after in openids else len(openids)
    page = list(islice(openids, start, start + platform.settings.page_size))
    answer: dict[str, Any] = {"total": len(openids), "count": len(page)}
    if page:
        answer["data"] = {"openid": page}
    answer["next_openid"] = page[-1] if page else ""
    return answer


TABLE: Table = {
    "/cgi-bin/user/info": Endpoint("GET", info, ability="users", daily=5_000_000, sandbox=500_000),
    "/cgi-bin/user/get": Endpoint("GET", get, ability="users", daily=500, sandbox=100),
}
