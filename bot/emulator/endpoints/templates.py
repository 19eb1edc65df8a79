"""Template messages: `/cgi-bin/message/template/send`, and the account's templates. Source: 「模板消息」."""

from typing import Any

from bot.emulator.clock import month_of
from bot.emulator.endpoints.call import OK, Call, Endpoint, Table
from bot.emulator.errors import Refused
from bot.emulator.followers import Follower
from bot.emulator.platform import Platform
from bot.emulator.template_values import fields, fits, shown
from bot.emulator.templates import LIBRARY, MOST, Keyword, PublicTemplate, Template, made_from

FAMILY = "template"
URL_BYTES = 1024

INDUSTRIES = {
    "1": {"first_class": "IT科技", "second_class": "互联网|电子商务"},
    "16": {"first_class": "教育", "second_class": "培训"},
    "17": {"first_class": "教育", "second_class": "院校"},
    "39": {"first_class": "政府与公共事业", "second_class": "非盈利机构"},
    "41": {"first_class": "其它", "second_class": "其它"},
}

RECEIPTS = {"blocked": "failed:user block", "frozen": "failed: system failed"}


def send(platform: Platform, call: Call) -> dict[str, Any]:
    """The order of the checks is the platform's: receiver, template, values. Whoever switched off messages is told of
    by the receipt alone."""
    body = call.body
    follower = receiver(platform, body)
    if not follower.following:
        raise Refused(43004)
    if follower.blacklisted:
        raise Refused(43019)
    template = chosen(platform, body, FAMILY)
    values = values_of(body)
    if template.state == "marketing":
        platform.templates.hold_back(_held_back(template, values, follower, call.now))
        raise Refused(40249)
    check_values(template, values)
    check_url(body.get("url"), 40039)
    client_msg_id = str(body.get("client_msg_id") or "")
    if client_msg_id and (before := platform.templates.sent_before(follower.openid, client_msg_id, call.now)):
        return {**OK, "msgid": before}
    msgid = platform.next_msg_id()
    if client_msg_id:
        platform.templates.note_sent(follower.openid, client_msg_id, call.now, msgid)
    status = platform.settings.template_receipt or RECEIPTS.get(follower.state, "success")
    if status == "success":
        show(platform, follower, "template", template, values, body, call.now)
    platform.receipt(follower.openid, "TEMPLATESENDJOBFINISH", {"MsgID": msgid, "Status": status})
    return {**OK, "msgid": msgid}


def receiver(platform: Platform, body: dict[str, Any]) -> Follower:
    """Raises Refused for an openid that nobody has."""
    touser = body.get("touser")
    follower = platform.followers.get(touser) if isinstance(touser, str) else None
    if follower is None:
        raise Refused(40003)
    return follower


def chosen(platform: Platform, body: dict[str, Any], family: str) -> Template:
    """The template that is named. Raises Refused for an unknown or a restricted one."""
    template = platform.templates.find(body.get("template_id"), family)
    if template is None:
        raise Refused(40037)
    if template.state == "restricted":
        raise Refused(43116)
    return template


def values_of(body: dict[str, Any]) -> dict[str, str]:
    """key → value of `data`. Raises Refused if it has not the form {"key": {"value": …}}."""
    data = body.get("data")
    if not isinstance(data, dict):
        raise Refused(47003, "data must be an object")
    values = {}
    for key, given in data.items():
        value = given.get("value") if isinstance(given, dict) else None
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise Refused(47003, f"data.{key}.value invalid")
        values[key] = str(value)
    return values


def check_values(template: Template, values: dict[str, str]) -> None:
    """Raises Refused naming the first key whose value is missing or breaks the rule of its type."""
    if template.free:
        return
    for key in fields(template.content):
        if not fits(key, values.get(key, "")):
            raise Refused(47003, f"data.{key}.value invalid")


def check_url(url: object, errcode: int) -> None:
    if url and (not isinstance(url, str) or len(url.encode()) > URL_BYTES or "://" not in url):
        raise Refused(errcode)


def show(
    platform: Platform,
    follower: Follower,
    route: Any,
    template: Template,
    values: dict[str, str],
    body: dict[str, Any],
    now: float,
) -> None:
    """Put the card into the chat, as the phone shows it."""
    lines = shown(template.content, values, free=template.free)
    card = {"title": template.title, "lines": [line.shown() for line in lines], "template_id": template.id}
    for target in ("url", "page", "miniprogram"):
        if body.get(target):
            card["url" if target == "page" else target] = body[target]
    platform.show(follower, route, "template", template.title, now, card)


def _held_back(template: Template, values: dict[str, str], follower: Follower, now: float) -> dict[str, Any]:
    content = "\n".join(f"{key}: {value}" for key, value in values.items())
    return {
        "tmpl_msg_id": template.id,
        "title": template.title,
        "content": content,
        "send_timestamp": int(now),
        "openid": follower.openid,
    }


def add(platform: Platform, call: Call) -> dict[str, Any]:
    """Source: 「选用模板」. Without names the first five fields are taken, as for the older kind of templates."""
    public = next((public for public in LIBRARY if public.id == str(call.body.get("template_id_short", ""))), None)
    if public is None:
        raise Refused(40037)
    if len(platform.templates.of(FAMILY)) >= MOST:
        raise Refused(45026)
    template = made_from(public, _named(public, call.body.get("keyword_name_list")), FAMILY)
    return {**OK, "template_id": platform.templates.add(template).id}


def _named(public: PublicTemplate, names: object) -> list[Keyword]:
    if not names:
        return list(public.keywords[:5])
    known = {keyword.name: keyword for keyword in public.keywords}
    if not isinstance(names, list) or any(name not in known for name in names):
        raise Refused(40097, "keyword_name_list")
    return [known[name] for name in names]


def listed(platform: Platform, call: Call) -> dict[str, Any]:
    """Source: 「获取已选用模板列表」."""
    return {"template_list": [_described(platform, template) for template in platform.templates.of(FAMILY)]}


def _described(platform: Platform, template: Template) -> dict[str, Any]:
    industry = platform.templates.industry or {}
    return {
        "template_id": template.id,
        "title": template.title,
        "primary_industry": industry.get("primary_industry", {}).get("first_class", ""),
        "deputy_industry": industry.get("primary_industry", {}).get("second_class", ""),
        "content": template.content,
        "example": template.example,
    }


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    template = platform.templates.find(call.body.get("template_id"), FAMILY)
    if template is None:
        raise Refused(40037)
    del platform.templates.own[template.id]
    return OK


def set_industry(platform: Platform, call: Call) -> dict[str, Any]:
    """Source: 「设置所属行业」; once a month."""
    ids = [str(call.body.get(name, "")) for name in ("industry_id1", "industry_id2")]
    if any(not id.isdecimal() for id in ids):
        raise Refused(40102)
    if platform.templates.industry_set_in == month_of(call.now):
        raise Refused(43100)
    primary, secondary = (INDUSTRIES.get(id, INDUSTRIES["41"]) for id in ids)
    platform.templates.industry = {"primary_industry": primary, "secondary_industry": secondary}
    platform.templates.industry_set_in = month_of(call.now)
    return OK


def get_industry(platform: Platform, call: Call) -> dict[str, Any]:
    if platform.templates.industry is None:
        raise Refused(40102)
    return platform.templates.industry


def blocked(platform: Platform, call: Call) -> dict[str, Any]:
    """Source: 「查询拦截的模板消息」."""
    limit, after = call.body.get("limit", 20), call.body.get("largest_id", 0)
    if not isinstance(limit, int) or not 1 <= limit <= 100 or not isinstance(after, int):
        raise Refused(40097)
    found = [
        message
        for message in platform.templates.blocked
        if message["tmpl_msg_id"] == call.body.get("tmpl_msg_id") and message["id"] > after
    ]
    return {**OK, "msginfo": found[:limit]}


TABLE: Table = {
    "/cgi-bin/message/template/send": Endpoint("POST", send, ability="template", daily=100_000, sandbox=10_000),
    "/cgi-bin/template/api_add_template": Endpoint("POST", add, ability="template"),
    "/cgi-bin/template/get_all_private_template": Endpoint("ANY", listed, ability="template", empty=True),
    "/cgi-bin/template/del_private_template": Endpoint("POST", delete, ability="template"),
    "/cgi-bin/template/api_set_industry": Endpoint("POST", set_industry, ability="template"),
    "/cgi-bin/template/get_industry": Endpoint("ANY", get_industry, ability="template", empty=True),
    "/wxa/sec/queryblocktmplmsg": Endpoint("POST", blocked, ability="template"),
}
