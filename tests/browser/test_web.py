"""Pages that open inside the phone: the platform asks who is there, and the way back leads to the chat."""

from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.account import Account
from tests.browser.conftest import Visit
from tests.browser.visitor import WIDTHS, Visitor, dialog


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    return visit()


@pytest.fixture
def account(visitor: Visitor) -> Account:
    return Account(visitor)


def authorize(account: Account, back: str, scope: str = "snsapi_userinfo") -> str:
    """Where a page sends its visitors to learn who they are, on the platform itself."""
    query = {"appid": account.app_id, "redirect_uri": back, "response_type": "code", "scope": scope, "state": "s1"}
    return f"https://open.weixin.qq.com/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"


@WIDTHS
def test_a_page_asks_who_opened_it_and_the_phone_comes_back(visit: Visit, width: int, height: int) -> None:
    visitor = visit(width, height)
    account, side = Account(visitor), visitor.phone("member")
    back = f"{visitor.address}healthz?page=notes"
    account.send("text", {"content": f'<a href="{authorize(account, back)}">我的笔记</a>'})
    side.get_by_role("link", name="我的笔记").last.click()
    panel = dialog(side, "网页")
    expect(panel.locator(".where")).to_have_text("该网页申请获取您的昵称和头像")
    with visitor.page.expect_request("**/healthz?**") as asked:
        side.frame_locator("iframe").get_by_role("link", name="允许").click()
    code = asked.value.url.split("code=")[1].split("&")[0]
    assert asked.value.url.startswith(f"{back}&code=")
    assert account.visitor(code) == account.openid
    panel.get_by_role("button", name="关闭网页，回到聊天").click()
    expect(panel).to_be_hidden()
    expect(side.get_by_role("link", name="我的笔记").last).to_be_focused()


def test_a_page_that_leads_on_to_the_platform_learns_whose_phone_it_is(visitor: Visitor, account: Account) -> None:
    """Only the address of the account's own page stands in the chat: a draft whose text leads on."""
    query = authorize(account, f"{visitor.address}healthz", "snsapi_base").partition("?")[2]
    title = "去签到"
    content = f"<a href='{account.base}/connect/oauth2/authorize?{query}'>签到</a>"
    draft = account.call(
        "/cgi-bin/draft/add",
        {"articles": [{"title": title, "content": content, "thumb_media_id": "EMULATED_IMAGE"}]},
    )["media_id"]
    publication = account.call("/cgi-bin/freepublish/submit", {"media_id": draft})["publish_id"]
    article = account.call("/cgi-bin/freepublish/get", {"publish_id": publication})["article_id"]
    account.send("mpnewsarticle", {"article_id": article})
    side = visitor.phone("member")
    side.get_by_role("link", name=title).click()
    with visitor.page.expect_request("**/healthz?**") as asked:
        side.frame_locator("iframe").get_by_role("link", name="签到").click()
    assert account.visitor(asked.value.url.split("code=")[1].split("&")[0]) == account.openid


def test_a_page_of_another_site_opens_in_a_tab_of_its_own(visitor: Visitor, account: Account) -> None:
    """Also where only the way back leads there: inside the phone nothing of another site may be shown."""
    away = authorize(account, "https://study.example.org/m")
    account.send("text", {"content": f'<a href="{away}">外面</a>'})
    link = visitor.phone("member").get_by_role("link", name="外面").last
    with visitor.page.context.expect_page() as page:
        link.click()
    page.value.close()
    assert link.get_attribute("target") == "_blank"
    expect(dialog(visitor.phone("member"), "网页")).to_be_hidden()


def test_a_page_that_may_not_be_framed_is_offered_in_a_tab(visitor: Visitor, account: Account) -> None:
    """The demo's own page says so of itself."""
    account.send("text", {"content": f'<a href="{visitor.address}">演示</a>'})
    side = visitor.phone("member")
    side.get_by_role("link", name="演示").last.click()
    expect(dialog(side, "网页")).to_contain_text("这个网页不能在这里显示。")
    link = dialog(side, "网页").get_by_role("link", name="在新标签页打开")
    assert link.get_attribute("href") == visitor.address


def test_a_one_time_subscription_is_confirmed_on_the_phone(visitor: Visitor, account: Account) -> None:
    query = {
        "action": "get_confirm", "appid": account.app_id, "scene": "8", "template_id": "ONE",
        "redirect_url": f"{visitor.address}healthz",
    }  # fmt: skip
    account.send("text", {"content": f"https://mp.weixin.qq.com/mp/subscribemsg?{urlencode(query, quote_via=quote)}"})
    side = visitor.phone("member")
    side.locator(".theirs").last.get_by_role("link").click()
    with visitor.page.expect_request("**/healthz?**"):
        side.frame_locator("iframe").get_by_role("link", name="允许", exact=True).click()
    body = {
        "touser": account.openid,
        "template_id": "ONE",
        "scene": "8",
        "title": "开课",
        "data": {"content": {"value": "明天见"}},
    }
    account.call("/cgi-bin/message/template/subscribe", body)
    expect(side.locator(".theirs").last).to_contain_text("开课明天见订阅通知")
