"""Subscription notices: `/cgi-bin/message/subscribe/bizsend`, and the account's templates for them.

Source: 「订阅通知」. A follower's accept of a one-time template is one send; the platform keeps the count.
"""

from typing import Any

from bot.emulator.endpoints.call import OK, Call, Endpoint, Table
from bot.emulator.endpoints.templates import check_url, check_values, chosen, receiver, show, values_of
from bot.emulator.errors import Refused
from bot.emulator.platform import Platform
from bot.emulator.templates import LIBRARY, MOST, PublicTemplate, Template, made_from

FAMILY = "subscription"
FIELDS = (2, 5)
SCENE_CHARS = 15
PAGE_SIZE = 30
LONG_TERM = 3

CATEGORIES = [{"id": 612, "name": "教育信息服务"}]


def send(platform: Platform, call: Call) -> dict[str, Any]:
    """One accept is spent by each notice that the platform takes, whether or not the phone shows it."""
    body = call.body
    follower = receiver(platform, body)
    template = chosen(platform, body, FAMILY)
    check_url(body.get("page"), 41030)
    values = values_of(body)
    check_values(template, values)
    grants = follower.grants or {}
    if not follower.following or (template.kind != LONG_TERM and not grants.get(template.id)):
        raise Refused(43101)
    if template.kind != LONG_TERM:
        grants[template.id] -= 1
        follower.grants = {name: left for name, left in grants.items() if left} or None
    reached = follower.state == "following"
    if reached:
        show(platform, follower, "subscribe", template, values, body, call.now)
    sent = {
        "TemplateId": template.id,
        "MsgID": platform.next_msg_id(),
        "ErrorCode": 0 if reached else 1,
        "ErrorStatus": "success" if reached else "failed: user block",
    }
    platform.receipt(follower.openid, "subscribe_msg_sent_event", {"SubscribeMsgSentEvent": {"List": [sent]}})
    return OK


def add(platform: Platform, call: Call) -> dict[str, Any]:
    """Source: 「选用模板」 of the subscription notices."""
    public = _public(call.body.get("tid"))
    numbers = call.body.get("kidList")
    known = {keyword.number: keyword for keyword in public.keywords}
    if not isinstance(numbers, list) or not FIELDS[0] <= len(numbers) <= FIELDS[1]:
        raise Refused(200021)
    if any(number not in known for number in numbers):
        raise Refused(200022)
    if len(str(call.body.get("sceneDesc", ""))) > SCENE_CHARS:
        raise Refused(200023)
    if len(platform.templates.of(FAMILY)) >= MOST:
        raise Refused(200012)
    template = made_from(public, [known[number] for number in numbers], FAMILY)
    return {**OK, "priTmplId": platform.templates.add(template).id}


def _public(tid: object) -> PublicTemplate:
    public = next((public for public in LIBRARY if public.id == str(tid)), None)
    if public is None:
        raise Refused(200014)
    return public


def listed(platform: Platform, call: Call) -> dict[str, Any]:
    return {**OK, "data": [_described(template) for template in platform.templates.of(FAMILY)]}


def _described(template: Template) -> dict[str, Any]:
    return {
        "priTmplId": template.id,
        "title": template.title,
        "content": template.content,
        "example": template.example,
        "type": template.kind,
    }


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    template = platform.templates.find(call.body.get("priTmplId"), FAMILY)
    if template is None:
        raise Refused(40037)
    del platform.templates.own[template.id]
    return OK


def categories(platform: Platform, call: Call) -> dict[str, Any]:
    return {**OK, "data": CATEGORIES}


def titles(platform: Platform, call: Call) -> dict[str, Any]:
    """A page of the library, by `start` and `limit`."""
    start, limit = (call.query.get(name, default) for name, default in (("start", "0"), ("limit", str(PAGE_SIZE))))
    if not (start.isdecimal() and limit.isdecimal() and int(limit) <= PAGE_SIZE):
        raise Refused(40097)
    page = LIBRARY[int(start) : int(start) + int(limit)]
    data = [{"tid": int(public.id), "title": public.title, "type": 2, "categoryId": "612"} for public in page]
    return {**OK, "count": len(LIBRARY), "data": data}


def keywords(platform: Platform, call: Call) -> dict[str, Any]:
    data = [
        {"kid": keyword.number, "name": keyword.name, "example": keyword.example, "rule": keyword.type}
        for keyword in _public(call.query.get("tid")).keywords
    ]
    return {**OK, "count": len(data), "data": data}


TABLE: Table = {
    "/cgi-bin/message/subscribe/bizsend": Endpoint("POST", send, ability="subscription"),
    "/wxaapi/newtmpl/addtemplate": Endpoint("POST", add, ability="subscription"),
    "/wxaapi/newtmpl/gettemplate": Endpoint("ANY", listed, ability="subscription", empty=True),
    "/wxaapi/newtmpl/deltemplate": Endpoint("POST", delete, ability="subscription"),
    "/wxaapi/newtmpl/getcategory": Endpoint("ANY", categories, ability="subscription", empty=True),
    "/wxaapi/newtmpl/getpubtemplatetitles": Endpoint("ANY", titles, ability="subscription", empty=True),
    "/wxaapi/newtmpl/getpubtemplatekeywords": Endpoint("ANY", keywords, ability="subscription", empty=True),
}
