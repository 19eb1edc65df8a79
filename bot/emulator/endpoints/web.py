"""Web authorisation, and the JS-SDK's ticket: `/connect/oauth2/authorize`, `/sns/…`.

Source: 「网页授权」 and 「JS-SDK 使用步骤」.
"""

from typing import Any
from urllib.parse import urlencode, urlsplit

from bot.emulator.endpoints.call import Call, Endpoint, Table
from bot.emulator.errors import Refused
from bot.emulator.pages import Choice, Page, choosing, moved
from bot.emulator.platform import Platform
from bot.emulator.web import CODE_SECONDS, REFRESH_SECONDS, TOKEN_SECONDS, Grant

SCOPES = ("snsapi_base", "snsapi_userinfo")
STATE_BYTES = 128
TICKETS = ("jsapi", "wx_card")


def authorize(platform: Platform, call: Call) -> Page:
    """Asks for `snsapi_userinfo`, and goes straight on for `snsapi_base`. `openid` says who opened the page: the
    emulated phone adds it, or says so in a cookie; without either the page asks."""
    query = call.opened
    trouble = _trouble(platform, query)
    if trouble:
        return Page(f'<!doctype html><meta charset="utf-8"><h3>{trouble}</h3>'.encode(), status=400)
    if not query["openid"]:
        return choosing(platform, query, "谁打开了这个页面？")
    scope, answer = query["scope"], query.get("answer")
    if scope == "snsapi_userinfo" and answer is None:
        ways = [Choice("允许", {**query, "answer": "yes"}), Choice("拒绝", {**query, "answer": "no"})]
        return choosing(platform, query, "该网页申请获取您的昵称和头像", ways)
    if answer == "no":
        return Page("<!doctype html><meta charset=utf-8><p>您没有同意。".encode())
    snapshot = platform.settings.snapshot_pages
    code = platform.web.grant(query["openid"], scope, call.now, snapshot=snapshot)
    platform.dirty = True
    back = query["redirect_uri"]
    return moved(f"{back}{'&' if '?' in back else '?'}{urlencode({'code': code, 'state': query.get('state', '')})}")


def _trouble(platform: Platform, query: dict[str, str]) -> str:
    back, state = urlsplit(query.get("redirect_uri", "")), query.get("state", "")
    if not platform.may("web"):
        return "该公众号没有网页授权的权限，错误码：10005"
    if query.get("appid") != platform.account.app_id:
        return "appid 参数错误，错误码：10012"
    if back.scheme not in ("http", "https") or platform.settings.web_domain not in ("", back.hostname):
        return "redirect_uri 域名与后台配置不一致，错误码：10003"
    if query.get("response_type") != "code" or query.get("scope") not in SCOPES:
        return "scope 参数错误，错误码：10005"
    if len(state.encode()) > STATE_BYTES or not ((state.isascii() and state.isalnum()) or not state):
        return "state 参数错误，错误码：10015"
    return ""


def exchange(platform: Platform, call: Call) -> dict[str, Any]:
    """A code is good for five minutes and for one exchange."""
    _check_account(platform, call, secret=True)
    if call.query.get("grant_type") != "authorization_code":
        raise Refused(40002)
    code = call.query.get("code")
    if not code:
        raise Refused(41008)
    grant = platform.web.grants.get(code)
    if grant is None:
        raise Refused(40029)
    if grant.used:
        raise Refused(40163)
    if call.now - grant.since >= CODE_SECONDS:
        raise Refused(42003)
    platform.web.issue(grant, call.now)
    return _tokens(grant)


def _check_account(platform: Platform, call: Call, *, secret: bool) -> None:
    if call.query.get("appid") != platform.account.app_id:
        raise Refused(40013 if call.query.get("appid") else 41002)
    if secret and call.query.get("secret") != platform.account.app_secret:
        raise Refused(40125 if call.query.get("secret") else 41004)


def _tokens(grant: Grant) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "access_token": grant.token,
        "expires_in": TOKEN_SECONDS,
        "refresh_token": grant.refresh,
        "openid": grant.openid,
        "scope": grant.scope,
    }
    return {**answer, "is_snapshotuser": 1} if grant.snapshot else answer


def refresh(platform: Platform, call: Call) -> dict[str, Any]:
    _check_account(platform, call, secret=False)
    grant = platform.web.by_refresh(call.query.get("refresh_token", ""))
    if call.query.get("grant_type") != "refresh_token":
        raise Refused(40002)
    if grant is None:
        raise Refused(40030)
    if call.now - grant.issued >= REFRESH_SECONDS:
        raise Refused(42002)
    grant.token_at = call.now
    return _tokens(grant)


def _granted(platform: Platform, call: Call) -> Grant:
    """Whose token it is. Raises Refused for one that isn't valid, or is somebody else's."""
    grant = platform.web.by_token(call.query.get("access_token", ""))
    if grant is None:
        raise Refused(40001)
    if call.now - grant.token_at >= TOKEN_SECONDS:
        raise Refused(42001)
    if call.query.get("openid") != grant.openid:
        raise Refused(40003)
    return grant


def check(platform: Platform, call: Call) -> dict[str, Any]:
    _granted(platform, call)
    return {"errcode": 0, "errmsg": "ok"}


def userinfo(platform: Platform, call: Call) -> dict[str, Any]:
    """Sex and place are empty since 2021. Names are people's own, and the emulator knows none."""
    grant = _granted(platform, call)
    if grant.scope != "snsapi_userinfo":
        raise Refused(48001)
    return {
        "openid": grant.openid,
        "nickname": "微信用户",
        "sex": 0,
        "language": "",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": f"{call.base}/_/media/EMULATED_IMAGE",
        "privilege": [],
    }


def ticket(platform: Platform, call: Call) -> dict[str, Any]:
    type = call.query.get("type", "")
    if type not in TICKETS:
        raise Refused(40097, "type")
    ticket, seconds = platform.web.ticket(type, call.now)
    return {"errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": seconds}


TABLE: Table = {
    "/connect/oauth2/authorize": Endpoint("GET", authorize, token=False),
    "/sns/oauth2/access_token": Endpoint("GET", exchange, ability="web", token=False),
    "/sns/oauth2/refresh_token": Endpoint("GET", refresh, ability="web", token=False),
    "/sns/auth": Endpoint("GET", check, ability="web", token=False),
    "/sns/userinfo": Endpoint("GET", userinfo, ability="web", token=False),
    "/cgi-bin/ticket/getticket": Endpoint("GET", ticket),
}
