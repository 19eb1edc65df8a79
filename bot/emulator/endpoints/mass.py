"""Mass messages: `/cgi-bin/message/mass/…`. Source: 「群发接口」.

errcode 0 means that a job was submitted: what became of it comes as MASSSENDJOBFINISH.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from bot.emulator.endpoints.call import OK, Call, Endpoint, Table
from bot.emulator.endpoints.custom import text
from bot.emulator.endpoints.drafts import cards, draft_of
from bot.emulator.errors import Refused
from bot.emulator.followers import Follower
from bot.emulator.mass import HELPER, PAUSE_SECONDS, Job
from bot.emulator.platform import Platform

FEWEST, MOST = 2, 10_000
SPEEDS = (80, 60, 45, 30, 10)
SHOWN = {"voice": "[语音]", "image": "[图片]", "mpvideo": "[视频]", "wxcard": "[卡券]"}


def sendall(platform: Platform, call: Call) -> dict[str, Any]:
    chosen = call.body.get("filter")
    if not isinstance(chosen, dict):
        raise Refused(40097, "filter")
    # Old clients say group_id and mean a tag.
    tag = chosen.get("tag_id", chosen.get("group_id"))
    if chosen.get("is_to_all"):
        audience: Iterable[str] = list(platform.followers)
    elif isinstance(tag, int | str) and str(tag).isdecimal():
        audience = platform.tagged(int(tag))
    else:
        raise Refused(40152)
    return _submit(platform, call, audience, to_all=bool(chosen.get("is_to_all")))


def send(platform: Platform, call: Call) -> dict[str, Any]:
    openids = call.body.get("touser")
    if not isinstance(openids, list) or not all(isinstance(openid, str) for openid in openids):
        raise Refused(40031)
    if len(openids) > MOST:
        raise Refused(40032)
    if len(openids) < FEWEST:
        raise Refused(40130)
    return _submit(platform, call, dict.fromkeys(openids), to_all=False)


def _submit(platform: Platform, call: Call, audience: Iterable[str], *, to_all: bool) -> dict[str, Any]:
    body = call.body
    kind, words, fields = _content(platform, call)
    openids = list(audience)
    key = _key(platform, body, openids, to_all)
    if same := platform.mass.same(key, call.now):
        if call.now - same.at < PAUSE_SECONDS:
            raise Refused(45066)
        raise Refused(45065, more={"msg_id": same.msg_id})
    subscription = platform.account.kind == "verified-subscription"
    if (to_all or subscription) and not platform.mass.spend_on_all(call.now, daily=subscription):
        raise Refused(45028)
    job = platform.mass.begin(key, call.now, platform.next_msg_id() // 1000)
    refused = platform.settings.mass_refused
    counts, more = _nobody(len(openids)), dict[str, Any]()
    if not refused:
        if kind == "mpnews":
            fields, more = _consumed(platform, call)
        counts = _delivered(platform, call.now, openids, kind, words, fields) | more
    job.ends = "SEND_FAIL" if refused else "SEND_SUCCESS"
    if not platform.settings.receipt_delay_ms:
        job.finish()
    status = f"err({refused})" if refused else "send success"
    platform.receipt(HELPER, "MASSSENDJOBFINISH", {"MsgID": job.msg_id, "Status": status, **counts}, job.finish)
    data_id = {"msg_data_id": platform.next_msg_id()} if kind == "mpnews" else {}
    return {"errcode": 0, "errmsg": "send job submission success", "msg_id": job.msg_id, **data_id}


def _key(platform: Platform, body: dict[str, Any], openids: list[str], to_all: bool) -> str:
    """By what a repeat is known: the caller's own, or a digest of audience and content. Raises Refused."""
    own = body.get("clientmsgid")
    if own:
        if len(str(own).encode()) > platform.settings.clientmsgid_bytes:
            raise Refused(45067)
        return f"own {own}"
    content = {name: value for name, value in body.items() if name not in ("touser", "filter")}
    whole = json.dumps([content, "all" if to_all else openids], sort_keys=True)
    return f"digest {hashlib.sha256(whole.encode()).hexdigest()}"


def _delivered(
    platform: Platform, now: float, openids: list[str], kind: str, words: str, fields: dict[str, Any] | None
) -> dict[str, Any]:
    """Show it to whoever can be shown it, and count as the receipt does: what is filtered beforehand is no error."""
    sent = failed = 0
    each = platform.account.kind != "verified-subscription"
    for openid in openids:
        follower = platform.followers.get(openid)
        if follower is None or not _eligible(platform, follower, now, each=each):
            continue
        if follower.state != "following":
            failed += 1
            continue
        platform.mass.count(openid)
        platform.show(follower, "mass", kind, words, now, fields)
        sent += 1
    return {"TotalCount": len(openids), "FilterCount": sent + failed, "SentCount": sent, "ErrorCount": failed}


def _eligible(platform: Platform, follower: Follower, now: float, *, each: bool) -> bool:
    return (
        follower.following and not follower.blacklisted and not (each and platform.mass.left(follower.openid, now) <= 0)
    )


def _nobody(total: int) -> dict[str, Any]:
    return {"TotalCount": total, "FilterCount": 0, "SentCount": 0, "ErrorCount": 0}


def _content(platform: Platform, call: Call) -> tuple[str, str, dict[str, Any] | None]:
    """Kind, words and fields as the phone shows them. Raises Refused."""
    kind = call.body.get("msgtype")
    payload = call.body.get(str(kind))
    if kind == "image" and payload is None:
        payload = call.body.get("images")
    if kind not in ("text", "mpnews", *SHOWN):
        raise Refused(40008)
    if not isinstance(payload, dict):
        raise Refused(44004)
    if kind == "text":
        return "text", text(payload), None
    if kind == "mpnews":
        items = draft_of(platform, payload.get("media_id")).items
        return "mpnews", str(items[0]["title"]), {"articles": cards(platform, call.base, call.now, items)}
    if kind == "wxcard":
        if not payload.get("card_id"):
            raise Refused(40097, "card_id")
    else:
        ids = payload.get("media_ids") or [payload.get("media_id")]
        media = [platform.media.find(id, call.now) for id in ids] if isinstance(ids, list) else []
        if not media or media[0] is None or None in media:
            raise Refused(40007)
        words = {"title": media[0].title} if media[0].title else {}
        payload = {**words, **payload, "media_id": ids[0]}
    return str(kind), str(payload.get("title") or SHOWN[str(kind)]), payload


def _consumed(platform: Platform, call: Call) -> tuple[dict[str, Any], dict[str, Any]]:
    """The draft becomes articles with addresses: what the phone shows of them, and what the receipt tells."""
    draft = draft_of(platform, call.body["mpnews"]["media_id"])
    article = platform.articles.publish(draft, "", call.now)
    urls = [{"ArticleIdx": n, "ArticleUrl": article.address(call.base, n)} for n in range(1, len(article.items) + 1)]
    checked = {"Count": 0, "ResultList": "", "CheckState": 1}
    shown = {"articles": cards(platform, call.base, call.now, article.items, article)}
    return shown, {
        "CopyrightCheckResult": checked,
        "ArticleUrlResult": {"Count": len(urls), "ResultList": {"item": urls}},
    }


def preview(platform: Platform, call: Call) -> dict[str, Any]:
    """`towxname` wins; a WeChat name is known of nobody here but those whose openid it is."""
    follower = platform.followers.get(str(call.body.get("towxname") or call.body.get("touser")))
    if follower is None:
        raise Refused(40132 if call.body.get("towxname") else 40003)
    if not follower.following:
        raise Refused(43004)
    kind, words, fields = _content(platform, call)
    platform.show(follower, "mass", kind, words, call.now, fields)
    return {"errcode": 0, "errmsg": "preview success", "msg_id": platform.next_msg_id() // 1000}


def _job(platform: Platform, call: Call) -> Job:
    number = str(call.body.get("msg_id", ""))
    job = platform.mass.jobs.get(int(number)) if number.isdecimal() else None
    if job is None:
        raise Refused(40059)
    return job


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    """Takes articles and videos off; what the quota has lost it doesn't get back."""
    index = call.body.get("article_idx", 0)
    if not isinstance(index, int) or index < 0:
        raise Refused(40060)
    _job(platform, call).status = "DELETE"
    return OK


def get(platform: Platform, call: Call) -> dict[str, Any]:
    job = _job(platform, call)
    return {"msg_id": job.msg_id, "msg_status": job.status}


def speed(platform: Platform, call: Call) -> dict[str, Any]:
    return {"speed": platform.mass.speed, "realspeed": SPEEDS[platform.mass.speed]}


def set_speed(platform: Platform, call: Call) -> dict[str, Any]:
    wanted = call.body.get("speed")
    if wanted is None:
        raise Refused(45084)
    if not isinstance(wanted, int) or not 0 <= wanted < len(SPEEDS):
        raise Refused(45083)
    platform.mass.speed = wanted
    return OK


# Sends, previews and readings have a hundred calls a day each.
TABLE: Table = {
    "/cgi-bin/message/mass/sendall": Endpoint("POST", sendall, ability="mass", daily=100, sandbox=10),
    "/cgi-bin/message/mass/send": Endpoint("POST", send, ability="mass by openid", daily=100, sandbox=10),
    "/cgi-bin/message/mass/preview": Endpoint("POST", preview, ability="mass", daily=100, sandbox=10),
    "/cgi-bin/message/mass/delete": Endpoint("POST", delete, ability="mass", daily=10),
    "/cgi-bin/message/mass/get": Endpoint("POST", get, ability="mass", daily=100),
    "/cgi-bin/message/mass/speed/get": Endpoint("ANY", speed, ability="mass", empty=True),
    "/cgi-bin/message/mass/speed/set": Endpoint("POST", set_speed, ability="mass"),
}
