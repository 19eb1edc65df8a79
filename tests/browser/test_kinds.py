"""Every kind of message on the demo's phone, as WeChat shows it; what is hostile stays text."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.account import Account
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

ELSEWHERE = "https://elsewhere.example.org/page"
HOSTILE = '<script>document.title = "taken"</script><img src=x onerror=\'document.title = "taken"\'>'


class Phone:
    """The member's phone, and the account that sends to it."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.account = Account(visitor)
        self.side = visitor.phone("member")

    def shows(self, msgtype: str, payload: dict[str, Any]) -> Locator:
        """The newest line of the chat, once a customer-service message has come."""
        with self.next_line() as line:
            self.account.send(msgtype, payload)
        return line

    def next_line(self) -> "NextLine":
        """The line that appears because of what is done meanwhile."""
        return NextLine(self.side.locator(".chat > .theirs"))


class NextLine:
    def __init__(self, lines: Locator) -> None:
        self._lines = lines
        self._before = lines.count()

    def __enter__(self) -> Locator:
        return self._lines.nth(self._before)

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            expect(self._lines.nth(self._before)).to_be_attached()


@pytest.fixture
def phone(visit: Visit) -> Phone:
    return Phone(visit())


def loaded(picture: Locator) -> None:
    """The picture came, from the emulator."""
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("picture => picture.naturalWidth") > 0
    assert "/emulator/_/media/" in (picture.get_attribute("src") or "")


def test_a_link_in_a_text_opens_and_one_that_sends_a_text_sends_it(phone: Phone) -> None:
    send = "weixin://bizmsgmenu?msgmenucontent=%E6%88%91%E7%9A%84%E6%89%93%E5%8D%A1&amp;msgmenuid=7"
    line = phone.shows("text", {"content": f"看<a href=\"{ELSEWHERE}\">这里</a>，或<a href='{send}'>点一下</a>"})
    link = line.get_by_role("link", name="这里")
    assert (link.get_attribute("href"), link.get_attribute("rel")) == (ELSEWHERE, "noopener noreferrer")
    with phone.visitor.page.expect_request("**/_/messages") as asked:
        line.get_by_role("button", name="点一下").click()
    sent: Any = asked.value.post_data_json
    assert (sent["content"], sent["bizmsgmenuid"]) == ("我的打卡", "7")
    expect(phone.side.locator(".mine").last).to_contain_text("我的打卡")


def test_a_menu_message_sends_what_is_tapped_with_its_id(phone: Phone) -> None:
    options = [{"id": "101", "content": "打卡"}, {"id": "102", "content": "荐书"}]
    payload = {"head_content": "今天完成了吗？", "list": options, "tail_content": "点选即可。"}
    line = phone.shows("msgmenu", payload)
    words = (line.locator(".bubble").text_content() or "").split("：", 1)[1]
    assert words == "今天完成了吗？\n打卡\n荐书\n点选即可。"
    with phone.visitor.page.expect_request("**/_/messages") as asked:
        line.get_by_role("button", name="荐书").click()
    sent: Any = asked.value.post_data_json
    assert (sent["content"], sent["bizmsgmenuid"]) == ("荐书", "102")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "/console"])
def test_an_address_of_another_kind_is_no_link(phone: Phone, address: str) -> None:
    line = phone.shows("text", {"content": f'看<a href="{address}">这里</a>'})
    expect(line).to_contain_text("看这里")
    assert line.locator("a, button").count() == 0
    line = phone.shows("news", {"articles": [{"title": "看这里", "url": address}]})
    expect(line).to_contain_text("看这里")
    assert line.locator("a, button").count() == 0


@pytest.mark.parametrize(
    ("msgtype", "payload"),
    [
        ("text", {"content": HOSTILE}),
        ("text", {"content": f'<a href="{ELSEWHERE}">{HOSTILE}</a>'}),
        ("news", {"articles": [{"title": HOSTILE, "description": HOSTILE, "url": ELSEWHERE}]}),
        ("music", {"title": HOSTILE, "description": HOSTILE, "thumb_media_id": "EMULATED_THUMB"}),
        ("video", {"title": HOSTILE, "media_id": "EMULATED_VIDEO"}),
        ("miniprogrampage", {"title": HOSTILE, "thumb_media_id": "EMULATED_THUMB"}),
        ("msgmenu", {"head_content": HOSTILE, "list": [{"id": HOSTILE, "content": HOSTILE}]}),
        ("wxcard", {"card_id": HOSTILE}),
    ],
)
def test_tags_are_shown_as_they_are_written(phone: Phone, msgtype: str, payload: dict[str, Any]) -> None:
    line = phone.shows(msgtype, payload)
    expect(line).to_contain_text(HOSTILE)
    assert line.locator("script, [onerror]").count() == 0
    expect(phone.visitor.page).to_have_title("晨钟 · 演示")


def test_a_picture_comes_from_the_emulator_and_opens(phone: Phone) -> None:
    line = phone.shows("image", {"media_id": phone.account.picture()})
    picture = line.get_by_role("img", name="图片")
    loaded(picture)
    picture.click()
    expect(phone.side.get_by_role("dialog", name="网页").locator("iframe")).to_be_visible()
    phone.side.get_by_role("button", name="关闭网页").click()
    expect(phone.side.locator("iframe")).to_have_count(0)


def test_a_picture_that_has_expired_is_said_to_be_gone(phone: Phone) -> None:
    phone.account.order("messages", {"openid": phone.account.openid, "type": "image", "MediaId": "nothing"})
    expect(phone.side.locator(".mine").last).to_contain_text("图片已过期")


def test_a_voice_plays_or_says_that_it_cannot(phone: Phone) -> None:
    """The emulator's own voice is AMR, which no browser plays."""
    line = phone.shows("voice", {"media_id": "EMULATED_VOICE"})
    with phone.visitor.page.expect_request("**/_/media/EMULATED_VOICE"):
        line.get_by_role("button", name="语音").click()
    expect(line).to_contain_text("浏览器播放不了这段语音")


def test_a_voice_of_the_follower_shows_what_was_heard(phone: Phone) -> None:
    heard = {"openid": phone.account.openid, "type": "voice", "Recognition": "打卡"}
    phone.account.order("messages", heard)
    line = phone.side.locator(".mine").last
    expect(line.get_by_role("button", name="语音")).to_be_visible()
    expect(line).to_contain_text("打卡")


def test_a_film_has_its_title_and_its_cover(phone: Phone) -> None:
    thumb = phone.account.picture()
    payload = {"media_id": "EMULATED_VIDEO", "thumb_media_id": thumb, "title": "微党课", "description": "三分钟"}
    line = phone.shows("video", payload)
    film = line.locator("video")
    assert film.get_attribute("src") == "/emulator/_/media/EMULATED_VIDEO"
    assert film.get_attribute("poster") == f"/emulator/_/media/{thumb}"
    expect(line).to_contain_text("微党课三分钟")


def test_a_song_has_a_cover_and_leads_to_its_music(phone: Phone) -> None:
    song = {"title": "国际歌", "description": "合唱", "musicurl": ELSEWHERE, "thumb_media_id": phone.account.picture()}
    line = phone.shows("music", song)
    loaded(line.get_by_role("link", name="国际歌").locator("img"))
    assert line.get_by_role("link").get_attribute("href") == ELSEWHERE


def test_one_article_is_a_big_card(phone: Phone) -> None:
    picture = phone.account.address(phone.account.picture())
    article = {"title": "怎样读一份说明书", "description": "讲得清楚，读得下去。", "url": ELSEWHERE, "picurl": picture}
    line = phone.shows("news", {"articles": [article]})
    card = line.get_by_role("link", name="怎样读一份说明书")
    loaded(card.locator("img.banner"))
    expect(card).to_contain_text("讲得清楚，读得下去。")
    assert card.get_attribute("href") == ELSEWHERE


def test_a_picture_from_elsewhere_is_not_fetched(phone: Phone) -> None:
    """The visit fails at its end if the page asked anybody else for anything."""
    article = {"title": "外面的图", "url": ELSEWHERE, "picurl": "https://elsewhere.example.org/picture.png"}
    line = phone.shows("news", {"articles": [article]})
    expect(line).to_contain_text("外部图片，不显示")
    assert line.locator("img").count() == 0


def test_several_articles_are_a_list_and_a_mass_message_says_so(phone: Phone) -> None:
    account = phone.account
    draft = account.draft("第一课", "第二课", "第三课")
    receivers = [account.openid, phone.visitor.ask("people")["secretary"]]
    with phone.next_line() as line:
        body = {"touser": receivers, "msgtype": "mpnews", "mpnews": {"media_id": draft}}
        account.call("/cgi-bin/message/mass/send", body)
    expect(line.locator(".lead-article")).to_have_text("第一课")
    expect(line.locator(".row-article")).to_have_text(["第二课", "第三课"])
    for picture in line.locator(".sheet img").all():
        loaded(picture)
    expect(line.locator(".mark")).to_have_text("群发")
    line.get_by_role("link", name="第二课").click()
    expect(phone.side.frame_locator("iframe").get_by_text("第二课的正文")).to_be_visible()


def test_what_answers_is_shown_though_it_spells_its_fields_otherwise(phone: Phone) -> None:
    """The product answers with texts alone, so these come in place of the chat's history."""
    picture = phone.account.picture()
    article = {"Description": "", "PicUrl": phone.account.address(picture), "Url": ELSEWHERE}
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("news", {"articles": [article | {"Title": "第一篇"}, article | {"Title": "第二篇"}]}),
        ("music", {"Title": "国际歌", "MusicUrl": ELSEWHERE, "ThumbMediaId": picture}),
        ("video", {"MediaId": "EMULATED_VIDEO", "Title": "微党课"}),
        ("image", {"MediaId": picture}),
    ]
    shared = {"from": "account", "route": "passive", "content": "", "at": "2026-07-01T08:00:00+08:00"}
    items = [{"n": n, "type": kind, "fields": fields, **shared} for n, (kind, fields) in enumerate(kinds, 1)]
    page = phone.visitor.page
    page.route("**/_/phone?**", lambda route: route.fulfill(json={"items": items}))
    page.reload(wait_until="domcontentloaded")
    page.wait_for_selector("body.ready")
    lines = phone.side.locator(".theirs")
    expect(lines).to_have_count(len(kinds))
    expect(lines.nth(0).locator(".lead-article")).to_have_text("第一篇")
    loaded(lines.nth(0).get_by_role("link", name="第二篇").locator("img"))
    loaded(lines.nth(1).get_by_role("link", name="国际歌").locator("img"))
    expect(lines.nth(2).locator("video")).to_have_attribute("src", "/emulator/_/media/EMULATED_VIDEO")
    loaded(lines.nth(3).get_by_role("img", name="图片"))


def test_articles_sent_by_their_ids_are_cards(phone: Phone) -> None:
    account = phone.account
    line = phone.shows("mpnews", {"media_id": account.draft("支部学习安排", digest="本周三篇")})
    expect(line.locator(".article strong")).to_have_text("支部学习安排")
    expect(line.locator(".article")).to_contain_text("本周三篇")
    loaded(line.locator("img.banner"))
    publication = account.call("/cgi-bin/freepublish/submit", {"media_id": account.draft("学习笔记")})["publish_id"]
    article = account.call("/cgi-bin/freepublish/get", {"publish_id": publication})["article_id"]
    line = phone.shows("mpnewsarticle", {"article_id": article})
    expect(line.get_by_role("link", name="学习笔记")).to_be_visible()


def test_a_mini_program_is_a_card_with_its_picture(phone: Phone) -> None:
    line = phone.shows("miniprogrampage", {"title": "支部小程序", "thumb_media_id": phone.account.picture()})
    expect(line.locator(".program")).to_contain_text("小程序支部小程序")
    loaded(line.locator("img"))


def test_what_the_follower_sends_is_shown_by_its_kind(phone: Phone) -> None:
    account = phone.account
    account.order("messages", {"openid": account.openid, "type": "location", "Label": "一楼会议室"})
    expect(phone.side.locator(".mine .article").last).to_contain_text("一楼会议室")
    link = {"openid": account.openid, "type": "link", "Title": "一篇文章", "Description": "摘要", "Url": ELSEWHERE}
    account.order("messages", link)
    expect(phone.side.locator(".mine").last.get_by_role("link", name="一篇文章")).to_have_attribute("href", ELSEWHERE)


def test_a_template_message_is_a_card_with_its_lines_and_details(phone: Phone) -> None:
    account = phone.account
    template = account.template("template", "打卡结果通知", "学习内容：{{thing1.DATA}}", "累计天数：{{number2.DATA}}")
    data = {"thing1": {"value": "<b>第三章</b>"}, "number2": {"value": "12"}}
    body = {"touser": account.openid, "template_id": template, "data": data}
    with phone.next_line() as line:
        account.call("/cgi-bin/message/template/send", body | {"url": ELSEWHERE})
    expect(line.locator(".slip strong")).to_have_text("打卡结果通知")
    expect(line.locator("dt")).to_have_text(["学习内容", "累计天数"])
    expect(line.locator("dd")).to_have_text(["<b>第三章</b>", "12"])
    assert line.get_by_role("link", name="详情", exact=True).get_attribute("href") == ELSEWHERE
    with phone.next_line() as line:
        account.call("/cgi-bin/message/template/send", body)
    expect(line.locator(".slip")).to_be_visible()
    expect(line.get_by_text("详情")).to_have_count(0)
