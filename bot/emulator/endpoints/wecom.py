"""WeCom: `/cgi-bin/gettoken`, `/cgi-bin/message/send`, `/cgi-bin/webhook/…`; see `bot.emulator.wecom`."""

import json
import secrets
from typing import Any

from bot.emulator.clock import iso
from bot.emulator.endpoints.call import OK, Call, Endpoint, Table
from bot.emulator.endpoints.media import sent
from bot.emulator.errors import Refused
from bot.emulator.platform import Platform
from bot.emulator.wecom import ERRMSG, FILE_SECONDS, MEMBER_A_MINUTE, ROBOT_A_MINUTE

TEXT_BYTES, MARKDOWN_BYTES = 2048, 4096
ARTICLES = 8
FILE_BYTES = (5, 20 * 2**20)
REPEAT_SECONDS = 1800
RECIPIENTS = 1000

# msgtype → the fields one of which must be there, and the longest text in them.
ROBOT_KINDS: dict[str, tuple[str, int]] = {
    "text": ("content", TEXT_BYTES),
    "markdown": ("content", MARKDOWN_BYTES),
    "markdown_v2": ("content", MARKDOWN_BYTES),
    "image": ("base64", 0),
    "news": ("articles", 0),
    "file": ("media_id", 0),
    "voice": ("media_id", 0),
    "template_card": ("card_type", 0),
}
APP_KINDS: dict[str, tuple[str, int]] = {
    "text": ("content", TEXT_BYTES),
    "markdown": ("content", TEXT_BYTES),
    "textcard": ("title", 128),
    "image": ("media_id", 0),
    "voice": ("media_id", 0),
    "video": ("media_id", 0),
    "file": ("media_id", 0),
    "news": ("articles", 0),
    "mpnews": ("articles", 0),
    "miniprogram_notice": ("appid", 0),
    "template_card": ("card_type", 0),
}


def refused(errcode: int, detail: str = "") -> Refused:
    """A refusal in WeCom's words."""
    return Refused(errcode, detail, words=ERRMSG[errcode])


def token(platform: Platform, call: Call) -> dict[str, Any]:
    if call.query.get("corpid") != platform.wecom.corp_id:
        raise refused(40013)
    if call.query.get("corpsecret") != platform.wecom.secret:
        raise refused(40001)
    issued, seconds = platform.wecom.token(call.now)
    return {**OK, "access_token": issued, "expires_in": seconds}


def send(platform: Platform, call: Call) -> dict[str, Any]:
    """To members by their ids, or "@all"; unknown ones are named, and refused only if nobody is left."""
    wecom, body = platform.wecom, call.body
    if errcode := wecom.refuses(call.query.get("access_token", ""), call.now):
        raise refused(errcode)
    if body.get("agentid") != wecom.agent_id:
        raise refused(40056)
    kind, payload = _content(body, APP_KINDS)
    if kind == "text":
        # Longer texts of an application are cut, not refused.
        payload = {**payload, "content": str(payload["content"]).encode()[:TEXT_BYTES].decode("utf-8", "ignore")}
    wanted = [name for name in str(body.get("touser") or "").split("|") if name]
    if not wanted:
        raise refused(82001)
    members = wecom.members if wanted == ["@all"] else [name for name in wanted if name in wecom.members]
    invalid = [name for name in wanted if name not in wecom.members and name != "@all"]
    if not members or len(wanted) > RECIPIENTS:
        raise refused(81013)
    _deliver(platform, call, members, {"type": kind, "content": payload})
    return {**OK, "invaliduser": "|".join(invalid), "msgid": secrets.token_urlsafe(24)}


def _deliver(platform: Platform, call: Call, members: list[str], message: dict[str, Any]) -> None:
    """What comes too fast, or again where the sender asked for a check, is dropped without a word."""
    wecom, body = platform.wecom, call.body
    again = int(body.get("duplicate_check_interval") or REPEAT_SECONDS) if body.get("enable_duplicate_check") else 0
    words = json.dumps([members, message], sort_keys=True)
    if again and wecom.said_before(words, call.now, again):
        return
    for member in members:
        if not wecom.too_fast(f"member {member}", call.now, MEMBER_A_MINUTE):
            wecom.keep(wecom.inboxes.setdefault(member, []), {**message, "at": iso(call.now)})


def _content(body: dict[str, Any], kinds: dict[str, tuple[str, int]]) -> tuple[str, dict[str, Any]]:
    """Kind and payload. Raises Refused."""
    kind = str(body.get("msgtype"))
    if kind not in kinds:
        raise refused(40008)
    needed, most = kinds[kind]
    payload = body.get(kind)
    if not isinstance(payload, dict) or not payload.get(needed):
        raise refused(44004)
    if kinds is ROBOT_KINDS and most and len(str(payload[needed]).encode()) > most:
        raise refused(45002)
    if needed == "articles" and not (isinstance(payload[needed], list) and len(payload[needed]) <= ARTICLES):
        raise refused(40058, "articles")
    return kind, payload


def _robot(platform: Platform, call: Call) -> list[dict[str, Any]]:
    """What the group of this robot was sent. Raises Refused for a key that nobody gave out."""
    robot = platform.wecom.robots.get(call.query.get("key", ""))
    if robot is None:
        raise refused(93000)
    return robot


def post(platform: Platform, call: Call) -> dict[str, Any]:
    robot = _robot(platform, call)
    kind, payload = _content(call.body, ROBOT_KINDS)
    if "media_id" in payload and call.now >= platform.wecom.files.get(str(payload["media_id"]), 0.0):
        raise refused(40058, "media_id")
    if platform.wecom.too_fast(f"robot {call.query['key']}", call.now, ROBOT_A_MINUTE):
        raise refused(45009)
    platform.wecom.keep(robot, {"type": kind, "content": payload, "at": iso(call.now)})
    return OK


def upload(platform: Platform, call: Call) -> dict[str, Any]:
    _robot(platform, call)
    kind = call.query.get("type", "")
    if kind not in ("file", "voice"):
        raise refused(40058, "type")
    file = sent(call)
    if not FILE_BYTES[0] <= len(file.content) <= FILE_BYTES[1]:
        raise refused(40058, "media")
    id = secrets.token_urlsafe(48)
    platform.wecom.files[id] = call.now + FILE_SECONDS
    return {**OK, "type": kind, "media_id": id, "created_at": str(int(call.now))}


TABLE: Table = {
    "/cgi-bin/gettoken": Endpoint("GET", token, token=False),
    "/cgi-bin/message/send": Endpoint("POST", send, token=False),
    "/cgi-bin/webhook/send": Endpoint("POST", post, token=False),
    "/cgi-bin/webhook/upload_media": Endpoint("POST", upload, token=False, form=True),
}
