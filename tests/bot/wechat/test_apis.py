"""The single APIs: what is sent is what the platform's pages ask for, and what comes back is read."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from bot.wechat import custom, jssdk, mass, media, menus, oauth, probes, qrcodes, templates
from bot.wechat.call import File
from bot.wechat.client import Client
from bot.wechat.errors import NotPermitted, OutcomeUnknown, RequestWrong
from bot.wechat.probes import Quota
from bot.wechat.replies import Article
from bot.wechat.templates import Notice

SECRET = "0123456789abcdef0123456789abcdef"
APP_ID = "wx0123456789abcdef"
OPENID = "oTEST00000000000000000000001"
OK = {"errcode": 0, "errmsg": "ok"}
LOST = httpx.ReadError("gone")


class Platform:
    """Answers every call with `answer`, and keeps the last one."""

    def __init__(self) -> None:
        self.answer: Any = OK
        self.call = httpx.Request("GET", "http://nowhere")
        self.client = Client(
            base="https://api.weixin.qq.com", app_id=APP_ID, app_secret=SECRET, transport=httpx.MockTransport(self)
        )

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/cgi-bin/stable_token"):
            return httpx.Response(200, json={"access_token": "T", "expires_in": 7200})
        self.call = request
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer if isinstance(self.answer, httpx.Response) else httpx.Response(200, json=self.answer)

    def was(self, method: str, path: str, **query: str) -> Any:
        """Checks how the last call was made; its body."""
        assert (self.call.method, self.call.url.path) == (method, path)
        assert dict(self.call.url.params) == {**query, "access_token": "T"}
        return json.loads(self.call.content) if self.call.content else None


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    made = Platform()
    async with made.client:
        yield made


# --- customer-service messages ---


async def test_a_picture_a_card_and_a_question_are_sent(platform: Platform) -> None:
    client = platform.client
    await custom.send_image(client, OPENID, "MEDIA")
    assert platform.was("POST", custom.SEND) == {"touser": OPENID, "msgtype": "image", "image": {"media_id": "MEDIA"}}
    await custom.send_news(client, OPENID, Article("标题", "说明", "https://a/p.jpg", "https://a/1"))
    card = {"title": "标题", "description": "说明", "url": "https://a/1", "picurl": "https://a/p.jpg"}
    assert platform.was("POST", custom.SEND)["news"] == {"articles": [card]}
    await custom.send_choices(client, OPENID, "打卡了吗？", {"1": "打了", "2": "还没有"}, "点一下就行")
    assert platform.was("POST", custom.SEND)["msgmenu"] == {
        "head_content": "打卡了吗？",
        "list": [{"id": "1", "content": "打了"}, {"id": "2", "content": "还没有"}],
        "tail_content": "点一下就行",
    }


# --- templates ---

NOTICE = Notice(OPENID, "TPL", {"thing1": "每周学习", "time2": "2026-10-12 20:00"}, key="p-12", url="https://a/1")
DATA = {"thing1": {"value": "每周学习"}, "time2": {"value": "2026-10-12 20:00"}}


async def test_a_template_message_has_a_number_beyond_32_bits(platform: Platform) -> None:
    platform.answer = {**OK, "msgid": 3000000000123456789}
    assert await templates.send(platform.client, NOTICE) == 3000000000123456789
    assert platform.was("POST", "/cgi-bin/message/template/send") == {
        "touser": OPENID,
        "template_id": "TPL",
        "client_msg_id": "p-12",
        "url": "https://a/1",
        "data": DATA,
    }


async def test_a_subscription_notice_names_its_page(platform: Platform) -> None:
    mini = {"appid": "wx1", "pagepath": "p"}
    await templates.notify(platform.client, Notice(OPENID, "SUB", {"thing1": "题"}, url="https://a", miniprogram=mini))
    assert platform.was("POST", "/cgi-bin/message/subscribe/bizsend") == {
        "touser": OPENID,
        "template_id": "SUB",
        "page": "https://a",
        "miniprogram": mini,
        "data": {"thing1": {"value": "题"}},
    }


async def test_whoever_sends_is_told_that_it_may_have_been_done_when_the_line_breaks(platform: Platform) -> None:
    platform.answer, client = LOST, platform.client
    # These carry a key, by which they can be repeated; how long depends on when it was first tried.
    with pytest.raises(OutcomeUnknown):
        await templates.send(client, NOTICE)
    with pytest.raises(OutcomeUnknown):
        await templates.send(client, Notice(OPENID, "TPL", {}))
    with pytest.raises(OutcomeUnknown):
        await templates.notify(client, NOTICE)
    with pytest.raises(OutcomeUnknown):
        await mass.send(client, ["o1", "o2"], mass.text("好"), "key")
    with pytest.raises(OutcomeUnknown):
        await custom.send_image(client, OPENID, "MEDIA")
    with pytest.raises(OutcomeUnknown):
        await oauth.visitor(client, "CODE")
    with pytest.raises(OutcomeUnknown):
        await qrcodes.create(client, "branch_07", None)


async def test_templates_are_listed(platform: Platform) -> None:
    platform.answer = {"template_list": [{"template_id": "T1", "content": "{{thing1.DATA}}"}]}
    assert await templates.templates(platform.client) == [{"template_id": "T1", "content": "{{thing1.DATA}}"}]
    platform.was("GET", "/cgi-bin/template/get_all_private_template")
    platform.answer = {**OK, "data": [{"priTmplId": "S1", "type": 2}]}
    assert await templates.subscription_templates(platform.client) == [{"priTmplId": "S1", "type": 2}]
    platform.was("GET", "/wxaapi/newtmpl/gettemplate")


# --- mass messages ---


async def test_a_mass_message_goes_to_openids_or_to_a_tag_and_never_to_everybody(platform: Platform) -> None:
    platform.answer = {**OK, "msg_id": 3147483655}
    assert await mass.send(platform.client, ["o1", "o2"], mass.text("开会"), "b-1") == 3147483655
    sent = platform.was("POST", "/cgi-bin/message/mass/send")
    assert sent == {"touser": ["o1", "o2"], "msgtype": "text", "text": {"content": "开会"}, "clientmsgid": "b-1"}
    assert await mass.send_to_tag(platform.client, 101, mass.text("开会"), "b-2") == 3147483655
    assert platform.was("POST", "/cgi-bin/message/mass/sendall") == {
        "filter": {"is_to_all": False, "tag_id": 101},
        "msgtype": "text",
        "text": {"content": "开会"},
        "clientmsgid": "b-2",
    }


async def test_a_mass_message_that_is_there_already_is_as_good_as_sent(platform: Platform) -> None:
    platform.answer = {"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": 3147483655}
    assert await mass.send(platform.client, ["o1", "o2"], mass.text("好"), "b-1") == 3147483655


@pytest.mark.parametrize(("count", "key"), [(1, "k"), (10_001, "k"), (2, ""), (2, "k" * 33)])
async def test_a_mass_message_that_would_be_refused_is_not_sent(platform: Platform, count: int, key: str) -> None:
    with pytest.raises(ValueError, match=r"openids|bytes"):
        await mass.send(platform.client, ["o"] * count, mass.text("好"), key)


# --- menus ---


async def test_a_menu_is_published_read_and_taken_away(platform: Platform) -> None:
    menu = {"button": [{"type": "click", "name": "打卡", "key": "CHECKIN"}]}
    await menus.create(platform.client, menu)
    assert platform.was("POST", "/cgi-bin/menu/create") == menu
    assert "打卡" in platform.call.content.decode()
    platform.answer = {"menu": {**menu, "menuid": 1}, "conditionalmenu": []}
    assert await menus.get(platform.client) == menus.Published(menu, 0)
    platform.was("GET", "/cgi-bin/menu/get")
    await menus.delete(platform.client)
    platform.was("GET", "/cgi-bin/menu/delete")
    platform.answer = {"is_menu_open": 1, "selfmenu_info": {}}
    assert (await menus.shown(platform.client))["is_menu_open"] == 1
    platform.was("GET", "/cgi-bin/get_current_selfmenu_info")


async def test_no_menu_is_an_answer_and_no_permission_is_not(platform: Platform) -> None:
    platform.answer = {"errcode": 46003, "errmsg": "menu no exist"}
    assert await menus.get(platform.client) is None
    platform.answer = {"errcode": 48001, "errmsg": "api unauthorized"}
    with pytest.raises(NotPermitted):
        await menus.get(platform.client)


# --- media ---


async def test_a_file_is_uploaded_under_the_name_media(platform: Platform) -> None:
    platform.answer = {"type": "image", "media_id": "MEDIA", "created_at": 1760000000}
    picture = File("封面.png", b"\x89PNG\r\n", "image/png")
    assert await media.upload(platform.client, "image", picture) == "MEDIA"
    assert dict(platform.call.url.params) == {"type": "image", "access_token": "T"}
    assert platform.call.headers["content-type"].startswith("multipart/form-data; boundary=")
    body = platform.call.content
    assert 'name="media"; filename="封面.png"'.encode() in body
    assert b"Content-Type: image/png" in body
    assert b"\x89PNG\r\n" in body
    platform.answer = {"type": "thumb", "thumb_media_id": "THUMB"}
    assert await media.upload(platform.client, "thumb", picture) == "THUMB"


async def test_a_file_is_downloaded_with_its_name_and_a_video_as_an_address(platform: Platform) -> None:
    headers = {"content-type": "image/jpeg", "content-disposition": 'attachment; filename="MEDIA.jpg"'}
    platform.answer = httpx.Response(200, content=b"\xff\xd8", headers=headers)
    assert await media.download(platform.client, "MEDIA") == File("MEDIA.jpg", b"\xff\xd8", "image/jpeg")
    platform.was("GET", "/cgi-bin/media/get", media_id="MEDIA")
    platform.answer = {"video_url": "https://a/v.mp4"}
    assert await media.download(platform.client, "MEDIA") == "https://a/v.mp4"


@pytest.mark.parametrize("declared", ["application/json; encoding=utf-8", "text/plain"])
async def test_a_file_that_is_gone_is_a_refusal_and_not_a_file(platform: Platform, declared: str) -> None:
    body = b'{"errcode":40007,"errmsg":"invalid media_id rid: 1-2"}'
    platform.answer = httpx.Response(200, content=body, headers={"content-type": declared})
    with pytest.raises(RequestWrong, match="40007"):
        await media.download(platform.client, "MEDIA")


# --- pages ---


async def test_who_opened_a_page_is_found_by_the_secret_and_no_token(platform: Platform) -> None:
    platform.answer = {"access_token": "OTHER", "openid": OPENID, "scope": "snsapi_base", "expires_in": 7200}
    assert await oauth.visitor(platform.client, "CODE") == oauth.Visitor(OPENID)
    assert platform.call.url.path == "/sns/oauth2/access_token"
    assert dict(platform.call.url.params) == {
        "appid": APP_ID,
        "secret": SECRET,
        "code": "CODE",
        "grant_type": "authorization_code",
    }
    platform.answer |= {"is_snapshotuser": 1}
    assert (await oauth.visitor(platform.client, "CODE")).snapshot
    platform.answer = {"errcode": 40163, "errmsg": "code been used"}
    with pytest.raises(RequestWrong):
        await oauth.visitor(platform.client, "CODE")


def test_the_way_to_the_consent_page_keeps_its_order() -> None:
    there = oauth.address(APP_ID, "https://study.example.org/m/back?a=1&b=二", "s1")
    parts = urlsplit(there)
    assert (parts.netloc, parts.path, parts.fragment) == (
        "open.weixin.qq.com",
        "/connect/oauth2/authorize",
        "wechat_redirect",
    )
    assert parse_qsl(parts.query) == [
        ("appid", APP_ID),
        ("redirect_uri", "https://study.example.org/m/back?a=1&b=二"),
        ("response_type", "code"),
        ("scope", "snsapi_base"),
        ("state", "s1"),
    ]


async def test_a_page_is_signed_as_the_platforms_page_signs_its_example(platform: Platform) -> None:
    kept = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    url = "http://mp.weixin.qq.com?params=value"
    signed = jssdk.signature(kept, "Wm3WZYTPz0wzccnW", 1414587457, f"{url}#top")
    assert signed == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
    platform.answer = {**OK, "ticket": kept, "expires_in": 7200}
    signer, now = jssdk.Signer(platform.client, "wx1"), datetime(2026, 7, 1, 8, tzinfo=UTC)
    for later in (timedelta(), timedelta(minutes=100)):
        told = await signer.sign(url, now + later)
        written = int((now + later).timestamp())
        signed = jssdk.signature(kept, str(told["nonceStr"]), written, url)
        assert told == {**told, "appId": "wx1", "timestamp": written, "signature": signed}
    platform.was("GET", "/cgi-bin/ticket/getticket", type="jsapi")


async def test_a_code_carries_a_word_for_thirty_days_or_for_ever(platform: Platform) -> None:
    platform.answer = {"ticket": "gQ", "expire_seconds": 2592000, "url": "http://weixin.qq.com/q/02"}
    assert await qrcodes.create(platform.client, "branch_07", timedelta(days=400)) == "http://weixin.qq.com/q/02"
    scene = {"scene": {"scene_str": "branch_07"}}
    sent = platform.was("POST", "/cgi-bin/qrcode/create")
    assert sent == {"action_name": "QR_STR_SCENE", "expire_seconds": 2592000, "action_info": scene}
    await qrcodes.create(platform.client, "branch_07", None)
    sent = platform.was("POST", "/cgi-bin/qrcode/create")
    assert sent == {"action_name": "QR_LIMIT_STR_SCENE", "action_info": scene}


# --- questions ---


async def test_quota_addresses_callback_and_follower_are_asked_for(platform: Platform) -> None:
    platform.answer = {**OK, "quota": {"daily_limit": 500000, "used": 7, "remain": 499993}}
    assert await probes.quota(platform.client, custom.SEND) == Quota(500000, 7, 499993)
    assert platform.was("POST", "/cgi-bin/openapi/quota/get") == {"cgi_path": custom.SEND}
    platform.answer = {"ip_list": ["203.0.113.0/24"]}
    assert await probes.callback_addresses(platform.client) == ["203.0.113.0/24"]
    platform.was("GET", "/cgi-bin/getcallbackip")
    platform.answer = {"dns": [], "ping": []}
    assert await probes.check_callback(platform.client) == {"dns": [], "ping": []}
    sent = platform.was("POST", "/cgi-bin/callback/check")
    assert sent == {"action": "all", "check_operator": "DEFAULT"}
    platform.answer = {"subscribe": 1, "openid": OPENID}
    assert (await probes.follower(platform.client, OPENID))["subscribe"] == 1
    platform.was("GET", "/cgi-bin/user/info", openid=OPENID, lang="zh_CN")
