"""Followers: `/cgi-bin/user/…` and `/cgi-bin/changeopenid`. Source: 「用户管理」.

Names, pictures, sex and place are not among the fields: the platform took them out in 2021.
"""

import hashlib
from typing import Any

from bot.emulator.endpoints.call import OK, Call, Endpoint, Table
from bot.emulator.endpoints.tags import page
from bot.emulator.errors import Refused
from bot.emulator.followers import Follower
from bot.emulator.platform import Platform

ASKED_AT_ONCE = 100
REMARK_BYTES = 30


def info(platform: Platform, call: Call) -> dict[str, Any]:
    openid = call.query.get("openid")
    if not openid:
        raise Refused(41009)
    follower = platform.followers.get(str(openid))
    if follower is None:
        raise Refused(40003)
    return _described(follower, str(call.query.get("lang", "zh_CN")))


def _described(follower: Follower, language: str) -> dict[str, Any]:
    if not follower.following:
        return {"subscribe": 0, "openid": follower.openid, "tagid_list": []}
    scene = follower.scene
    tags = list(follower.tags or ())
    return {
        "subscribe": 1,
        "openid": follower.openid,
        "language": language,
        "subscribe_time": int(follower.since),
        "remark": follower.remark,
        "groupid": tags[0] if tags else 0,
        "tagid_list": tags,
        "subscribe_scene": "ADD_SCENE_SEARCH" if scene is None else "ADD_SCENE_QR_CODE",
        "qr_scene": int(scene) if scene is not None and scene.isdecimal() else 0,
        "qr_scene_str": scene if scene is not None and not scene.isdecimal() else "",
    }


def batchget(platform: Platform, call: Call) -> dict[str, Any]:
    asked = call.body.get("user_list")
    if not isinstance(asked, list) or not asked or not all(isinstance(item, dict) for item in asked):
        raise Refused(40031)
    if len(asked) > ASKED_AT_ONCE:
        raise Refused(40032)
    followers = [(platform.followers.get(str(item.get("openid"))), item) for item in asked]
    if any(follower is None for follower, _ in followers):
        raise Refused(40003)
    found = [_described(follower, str(item.get("lang", "zh_CN"))) for follower, item in followers if follower]
    return {"user_info_list": found}


def remark(platform: Platform, call: Call) -> dict[str, Any]:
    follower = platform.followers.get(str(call.body.get("openid")))
    if follower is None or not follower.following:
        raise Refused(40003)
    words = call.body.get("remark")
    if not isinstance(words, str) or len(words.encode()) >= REMARK_BYTES:
        raise Refused(40035)
    follower.remark = words
    return OK


def get(platform: Platform, call: Call) -> dict[str, Any]:
    """A page of openids in the order of following; the last page is followed by an empty one without `data`."""
    openids = [openid for openid, follower in platform.followers.items() if follower.following]
    after = call.query.get("next_openid")
    if after and after not in openids and after in platform.followers:
        # Somebody who has left since: nobody comes after them.
        return {"total": len(openids), "count": 0, "next_openid": ""}
    return {"total": len(openids), **page(openids, after, platform.settings.page_size)}


def changed_openids(platform: Platform, call: Call) -> dict[str, Any]:
    """After a migration of the account: what somebody's openid has become. Here the new ones are made of the old."""
    openids = call.body.get("openid_list")
    if not call.body.get("from_appid"):
        raise Refused(41002)
    if not isinstance(openids, list) or not openids:
        raise Refused(40031)
    if len(openids) > ASKED_AT_ONCE:
        raise Refused(40032)
    return {**OK, "result_list": [_changed(platform, str(openid)) for openid in openids]}


def _changed(platform: Platform, openid: str) -> dict[str, str]:
    if openid not in platform.followers:
        return {"ori_openid": openid, "err_msg": "ori_openid error"}
    digest = hashlib.sha256(f"{platform.account.app_id} {openid}".encode()).hexdigest()
    return {"ori_openid": openid, "new_openid": f"o{digest[:27]}", "err_msg": "ok"}


TABLE: Table = {
    "/cgi-bin/user/info": Endpoint("GET", info, ability="users", daily=5_000_000, sandbox=500_000, empty=True),
    "/cgi-bin/user/info/batchget": Endpoint("POST", batchget, ability="users"),
    "/cgi-bin/user/info/updateremark": Endpoint("POST", remark, ability="users", daily=10_000),
    "/cgi-bin/user/get": Endpoint("GET", get, ability="users", daily=500, sandbox=100, empty=True),
    "/cgi-bin/changeopenid": Endpoint("POST", changed_openids, ability="users"),
}
