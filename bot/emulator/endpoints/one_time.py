"""One-time subscription (一次性订阅消息): the page on which somebody agrees, and the one message that follows.

It reaches people who don't follow the account too. Source: 「公众号一次性订阅消息」.
"""

from typing import Any
from urllib.parse import urlencode, urlsplit

from bot.emulator.endpoints.call import OK, Call, Endpoint, Table
from bot.emulator.endpoints.templates import check_url
from bot.emulator.errors import Refused
from bot.emulator.pages import Choice, Page, choosing, moved
from bot.emulator.platform import Platform

SCENES = 10_000
TITLE_CHARS = 15
CONTENT_CHARS = 200


def page(platform: Platform, call: Call) -> Page:
    """`action=get_confirm` asks; `confirm` and `cancel`, which its buttons lead to, go back to the account's page.

    Who is asked stands in `openid`, which the emulated phone adds, or in its cookie.
    """
    query = call.opened
    scene, back, openid = query.get("scene", ""), query.get("redirect_url", ""), query["openid"]
    if query.get("appid") != platform.account.app_id or not query.get("template_id"):
        return Page("参数错误：appid 或 template_id".encode(), status=400)
    if not (scene.isdecimal() and int(scene) <= SCENES and urlsplit(back).scheme in ("http", "https")):
        return Page("参数错误：scene 或 redirect_url".encode(), status=400)
    if not openid:
        return choosing(platform, query, "谁打开了这个页面？")
    if query.get("action") == "get_confirm":
        ways = [Choice("允许", {**query, "action": "confirm"}), Choice("不允许", {**query, "action": "cancel"})]
        return choosing(platform, query, "公众号申请给您发一条消息", ways)
    confirmed = query.get("action") == "confirm"
    if confirmed:
        platform.templates.one_time.append((openid, query["template_id"], scene))
        platform.dirty = True
    result = {"template_id": query["template_id"], "action": "confirm" if confirmed else "cancel", "scene": scene}
    told = {"openid": openid, **result, "reserved": query.get("reserved", "")}
    return moved(f"{back}{'&' if '?' in back else '?'}{urlencode(told)}")


def send(platform: Platform, call: Call) -> dict[str, Any]:
    body = call.body
    openid, title, scene = body.get("touser"), body.get("title"), str(body.get("scene", ""))
    if not isinstance(openid, str) or not openid:
        raise Refused(40003)
    if not isinstance(title, str) or not 0 < len(title) <= TITLE_CHARS:
        raise Refused(40062)
    content = _content(body)
    check_url(body.get("url"), 40039)
    agreed = (openid, str(body.get("template_id", "")), scene)
    if agreed not in platform.templates.one_time:
        raise Refused(43101)
    platform.templates.one_time.remove(agreed)
    follower = platform.known(openid, call.now)
    card: dict[str, Any] = {"title": title, "lines": [{"label": "", "value": content}], "template_id": agreed[1]}
    card |= {target: body[target] for target in ("url", "miniprogram") if body.get(target)}
    platform.show(follower, "subscribe", "template", title, call.now, card)
    return OK


def _content(body: dict[str, Any]) -> str:
    data = body.get("data")
    given = data.get("content") if isinstance(data, dict) else None
    content = given.get("value") if isinstance(given, dict) else None
    if not isinstance(content, str) or not 0 < len(content) <= CONTENT_CHARS:
        raise Refused(47003, "data.content.value invalid")
    return content


TABLE: Table = {
    "/mp/subscribemsg": Endpoint("GET", page, ability="template", token=False),
    "/cgi-bin/message/template/subscribe": Endpoint("POST", send, ability="template"),
}
