"""The staff of customer service: `/customservice/…`. Source: 「客服管理」「会话控制」「获取聊天记录」."""

import re
from dataclasses import asdict
from typing import Any

from bot.emulator.endpoints.call import OK, Call, Endpoint, Table
from bot.emulator.endpoints.media import address, sent
from bot.emulator.errors import Refused
from bot.emulator.media import checked
from bot.emulator.platform import Platform
from bot.emulator.staff import MOST_ACCOUNTS, Session, Worker

MOST_RECORDS, RECORDS_SECONDS = 10_000, 86_400
# Six Chinese characters.
NICKNAME_CHARACTERS = 16
_NAME = re.compile(r"[A-Za-z0-9]{1,10}@[\w-]+")


def _worker(platform: Platform, values: dict[str, Any]) -> Worker:
    found = platform.staff.workers.get(str(values.get("kf_account")))
    if found is None:
        raise Refused(65401)
    return found


def _nickname(call: Call) -> str:
    nickname = call.body.get("nickname")
    if not isinstance(nickname, str) or not 0 < len(nickname) <= NICKNAME_CHARACTERS:
        raise Refused(65403)
    return nickname


def add(platform: Platform, call: Call) -> dict[str, Any]:
    name = call.body.get("kf_account")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Refused(65404)
    nickname = _nickname(call)
    if name in platform.staff.workers:
        raise Refused(65406)
    if len(platform.staff.workers) >= MOST_ACCOUNTS:
        raise Refused(65405)
    platform.staff.hire(name, nickname)
    return OK


def update(platform: Platform, call: Call) -> dict[str, Any]:
    _worker(platform, call.body).nickname = _nickname(call)
    return OK


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    platform.staff.dismiss(_worker(platform, {**call.query, **call.body}).kf_account)
    return OK


def picture(platform: Platform, call: Call) -> dict[str, Any]:
    worker, file = _worker(platform, call.query), sent(call)
    kind, format = checked("image", file.content)
    kept = platform.media.add(kind, file.filename, format, file.content, call.now, permanent=True)
    worker.picture = address(call.base, kept)
    return OK


def invite(platform: Platform, call: Call) -> dict[str, Any]:
    """Nobody confirms here: who is invited is there at once."""
    worker, who = _worker(platform, call.body), call.body.get("invite_wx")
    if not isinstance(who, str) or not who:
        raise Refused(65409)
    if any(one.invited == who for one in platform.staff.workers.values()):
        raise Refused(65407)
    worker.invited = who
    return OK


def all_of(platform: Platform, call: Call) -> dict[str, Any]:
    return {
        "kf_list": [
            {
                "kf_account": one.kf_account,
                "kf_nick": one.nickname,
                "kf_id": str(one.kf_id),
                "kf_headimgurl": one.picture,
                **({"kf_wx": one.invited} if one.invited else {}),
            }
            for one in platform.staff.workers.values()
        ]
    }


def online(platform: Platform, call: Call) -> dict[str, Any]:
    """Whoever was invited sits at their desk all day."""
    return {
        "kf_online_list": [
            {
                "kf_account": one.kf_account,
                "status": 1,
                "kf_id": str(one.kf_id),
                "accepted_case": len(platform.staff.attended_by(one.kf_account)),
            }
            for one in platform.staff.workers.values()
            if one.invited
        ]
    }


def _follower(platform: Platform, values: dict[str, Any]) -> str:
    openid = str(values.get("openid"))
    if openid not in platform.followers:
        raise Refused(40003)
    return openid


def open_session(platform: Platform, call: Call) -> dict[str, Any]:
    worker, openid = _worker(platform, call.body), _follower(platform, call.body)
    if not worker.invited:
        raise Refused(65415)
    attending = platform.staff.sessions.get(openid)
    if attending and attending.kf_account != worker.kf_account:
        raise Refused(65414)
    platform.staff.sessions.setdefault(openid, Session(worker.kf_account, int(call.now)))
    return OK


def close_session(platform: Platform, call: Call) -> dict[str, Any]:
    worker, openid = _worker(platform, call.body), _follower(platform, call.body)
    if openid not in platform.staff.attended_by(worker.kf_account):
        raise Refused(65413)
    del platform.staff.sessions[openid]
    return OK


def session(platform: Platform, call: Call) -> dict[str, Any]:
    found = platform.staff.sessions.get(_follower(platform, call.query))
    return asdict(found or Session("", 0))


def sessions(platform: Platform, call: Call) -> dict[str, Any]:
    attended = platform.staff.attended_by(_worker(platform, call.query).kf_account)
    return {"sessionlist": [{"openid": openid, "createtime": one.createtime} for openid, one in attended.items()]}


def waiting(platform: Platform, call: Call) -> dict[str, Any]:
    """Nobody waits: what a follower writes goes to the account's server, which answers it."""
    return {"count": 0, "waitcaselist": []}


def _whole(call: Call, name: str) -> int:
    value = call.body.get(name)
    if not isinstance(value, int):
        raise Refused(65416)
    return value


def records(platform: Platform, call: Call) -> dict[str, Any]:
    start, end, first, number = (_whole(call, name) for name in ("starttime", "endtime", "msgid", "number"))
    if not 0 <= end - start <= RECORDS_SECONDS or first < 1 or not 1 <= number <= MOST_RECORDS:
        raise Refused(65416)
    numbered = list(enumerate(platform.staff.records, start=1))[first - 1 :]
    found = [(n, one) for n, one in numbered if start <= one.time <= end][:number]
    last = found[-1][0] + 1 if found else first
    return {"recordlist": [asdict(one) for _, one in found], "number": len(found), "msgid": last}


TABLE: Table = {
    "/customservice/kfaccount/add": Endpoint("POST", add, ability="custom"),
    "/customservice/kfaccount/update": Endpoint("POST", update, ability="custom"),
    "/customservice/kfaccount/del": Endpoint("ANY", delete, ability="custom", empty=True),
    "/customservice/kfaccount/uploadheadimg": Endpoint("POST", picture, ability="custom", form=True),
    "/customservice/kfaccount/inviteworker": Endpoint("POST", invite, ability="custom"),
    "/cgi-bin/customservice/getkflist": Endpoint("GET", all_of, ability="custom"),
    "/cgi-bin/customservice/getonlinekflist": Endpoint("GET", online, ability="custom"),
    "/customservice/kfsession/create": Endpoint("POST", open_session, ability="custom"),
    "/customservice/kfsession/close": Endpoint("POST", close_session, ability="custom"),
    "/customservice/kfsession/getsession": Endpoint("GET", session, ability="custom"),
    "/customservice/kfsession/getsessionlist": Endpoint("GET", sessions, ability="custom"),
    "/customservice/kfsession/getwaitcase": Endpoint("GET", waiting, ability="custom"),
    "/customservice/msgrecord/getmsglist": Endpoint("POST", records, ability="custom"),
}
