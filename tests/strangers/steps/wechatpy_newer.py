"""The rest of wechatpy's tour: APIs that it has no methods for. People call those by their path, with `get` and `post`,
which do the rest. And its other client, for WeCom.
"""

from typing import Any

from bot.emulator import Account
from bot.emulator.wecom import Wecom
from tests.strangers.step import ALICE, OK, PNG, Stage, Step, Visit, refused, step
from tests.strangers.steps.things import DRAFT, SUBMITTED

ACCOUNT = Account()
WECOM = Wecom()
ROBOT = {"key": next(iter(WECOM.robots))}
OUTSIDE = "https://api.weixin.qq.com"


def post(path: str, data: dict[str, Any], gives: Any = OK, keep: str = "") -> Step:
    """A step of an API that it has no method for."""
    return step(path, "post", _url(path), gives=gives, keep=keep, data=data)


def get(path: str, params: dict[str, Any], gives: Any) -> Step:
    """The same with GET."""
    return step(path, "get", _url(path), gives=gives, params=params)


def _url(path: str) -> str:
    return f"{OUTSIDE}{path}" if path.startswith("/") else path


MESSAGES: list[Stage] = [
    post("message/custom/typing", {"touser": ALICE, "command": "Typing"}),
    post("/wxa/sec/queryblocktmplmsg", {"tmpl_msg_id": "OLD_TEMPLATE", "limit": 20}, {**OK, "msginfo": []}),
    post("message/mass/speed/set", {"speed": 2}),
    post("message/mass/speed/get", {}, {"speed": 2, "realspeed": 45}),
]
LIBRARY: list[Stage] = [
    get("/wxaapi/newtmpl/getcategory", {}, {**OK, "data": [{"id": int, "name": str}]}),
    get("/wxaapi/newtmpl/getpubtemplatetitles", {"ids": "612", "start": 0, "limit": 30}, {**OK, "data": list}),
    get("/wxaapi/newtmpl/getpubtemplatekeywords", {"tid": "43216"}, {**OK, "count": 4}),
    post(
        "/wxaapi/newtmpl/addtemplate",
        {"tid": "43216", "kidList": [1, 2], "sceneDesc": "打卡"},
        {**OK, "priTmplId": str},
        keep="notice",
    ),
    get("/wxaapi/newtmpl/gettemplate", {}, {**OK, "data": [dict, {"priTmplId": "$notice.priTmplId"}]}),
    post("/wxaapi/newtmpl/deltemplate", {"priTmplId": "$notice.priTmplId"}),
]
ARTICLES: list[Stage] = [
    post("draft/add", {"articles": [DRAFT]}, {"media_id": str}, keep="draft"),
    post("draft/update", {"media_id": "$draft.media_id", "index": 0, "articles": {**DRAFT, "title": "第四章"}}),
    post("draft/get", {"media_id": "$draft.media_id"}, {"news_item": [{"title": "第四章"}]}),
    get("draft/count", {}, {"total_count": 1}),
    post("draft/batchget", {"offset": 0, "count": 20}, {"total_count": 1, "item": [dict]}),
    post("freepublish/submit", {"media_id": "$draft.media_id"}, {**OK, "publish_id": str}, keep="job"),
    post(
        "freepublish/get",
        {"publish_id": "$job.publish_id"},
        {"publish_status": 0, "article_id": str, "article_detail": {"item": [{"article_url": str}]}},
        keep="article",
    ),
    Visit("/s", "$article.article_detail.item.0.article_url", {}),
    post("freepublish/getarticle", {"article_id": "$article.article_id"}, {"news_item": [{"title": "第四章"}]}),
    post("freepublish/batchget", {"offset": 0, "count": 20}, {"total_count": 1, "item": [dict]}),
    post("freepublish/delete", {"article_id": "$article.article_id", "index": 0}),
    post("draft/add", {"articles": [DRAFT]}, {"media_id": str}, keep="draft"),
    step("message/mass/sendall", "message.send_mass_article", None, "$draft.media_id", is_to_all=True, gives=SUBMITTED),
    post("draft/add", {"articles": [DRAFT]}, {"media_id": str}, keep="draft"),
    post("draft/delete", {"media_id": "$draft.media_id"}),
]
OPERATING: list[Stage] = [
    step("getcallbackip", "misc.get_wechat_ips", gives=["127.0.0.1"]),
    get("get_api_domain_ip", {}, {"ip_list": ["127.0.0.1"]}),
    post("callback/check", {"action": "all", "check_operator": "DEFAULT"}, {"dns": [dict], "ping": [dict]}),
    post("openapi/quota/get", {"cgi_path": "/cgi-bin/user/get"}, {"quota": {"daily_limit": 500, "used": 1}}),
    post("openapi/quota/clear", {"cgi_path": "/cgi-bin/user/get"}),
    post("openapi/quota/get", {"cgi_path": "/cgi-bin/user/get"}, {"quota": {"daily_limit": 500, "used": 0}}),
    refused(76002, "openapi/rid/get", "post", "openapi/rid/get", data={"rid": "?"}),
    post("clear_quota", {"appid": ACCOUNT.app_id}),
    refused(40013, "clear_quota", "post", "clear_quota", data={"appid": "wxother"}, keep="rid"),
    post("openapi/rid/get", {"rid": "$rid"}, {**OK, "request": {"request_body": '{"appid": "wxother"}'}}),
    post("clear_quota/v2", {"appid": ACCOUNT.app_id, "appsecret": ACCOUNT.app_secret}),
    post(
        "stable_token",
        {"grant_type": "client_credential", "appid": ACCOUNT.app_id, "secret": ACCOUNT.app_secret},
        {"access_token": str, "expires_in": int},
    ),
]
CORPORATION: list[Stage] = [
    step("gettoken", "work.fetch_access_token", gives={**OK, "access_token": str}),
    step(
        *("message/send", "work.message.send_text", WECOM.agent_id, WECOM.members, "今晚学习"),
        gives={**OK, "invaliduser": ""},
    ),
    refused(81013, "message/send", "work.message.send_text", WECOM.agent_id, ["nobody"], "今晚学习"),
    step(
        "webhook/send", "work.post", "webhook/send", params=ROBOT, data={"msgtype": "text", "text": {"content": "好"}}
    ),
    step(
        *("webhook/upload_media", "work.post", "webhook/upload_media"),
        params={**ROBOT, "type": "file"},
        files={"media": PNG},
        gives={**OK, "media_id": str},
    ),
]
NEWER = [*MESSAGES, *LIBRARY, *ARTICLES, *OPERATING, *CORPORATION]
