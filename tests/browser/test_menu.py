"""The account's menu at the bottom of the chat: what it looks like, and what a tap does."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.account import Account
from tests.browser.conftest import Visit
from tests.browser.visitor import WIDTHS, Visitor, dialog, opened


def click(name: str) -> dict[str, str]:
    return {"type": "click", "name": name, "key": name}


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    return visit()


@pytest.fixture
def account(visitor: Visitor) -> Account:
    return Account(visitor)


@pytest.fixture
def menu(account: Account) -> Iterator[Account]:
    """The account, which has a menu while the test runs."""
    inside = [click("今日学习"), {"type": "view", "name": "书单", "url": f"{account.base}/q?code=none"}]
    place = {"type": "location_select", "name": "签到", "key": "L"}
    more = {
        "name": "更多",
        "sub_button": [place, {"type": "miniprogram", "name": "小程序", "url": account.base, "appid": "wx1"}],
    }
    account.call("/cgi-bin/menu/create", {"button": [click("打卡"), {"name": "学习", "sub_button": inside}, more]})
    yield account
    account.drop_menu()


@WIDTHS
def test_the_menu_changes_places_with_the_keyboard(visit: Visit, menu: Account, width: int, height: int) -> None:
    side = visit(width, height).phone("member")
    expect(side.get_by_role("group", name="公众号菜单")).to_be_visible()
    expect(side.locator("textarea")).to_be_hidden()
    side.get_by_role("button", name="切换到键盘").click()
    expect(side.locator("textarea")).to_be_focused()
    expect(side.get_by_role("group", name="公众号菜单")).to_be_hidden()
    side.get_by_role("button", name="切换到菜单").click()
    expect(side.get_by_role("button", name="打卡", exact=True)).to_be_visible()


def test_without_a_menu_there_is_the_keyboard_alone(visitor: Visitor) -> None:
    side = visitor.phone("member")
    expect(side.locator("textarea")).to_be_visible()
    expect(side.get_by_role("button", name="切换到菜单")).to_be_hidden()


def test_the_menu_appears_and_goes_while_the_phone_is_open(visitor: Visitor, menu: Account) -> None:
    side = visitor.phone("member")
    visitor.write("member", "打卡")
    expect(side.get_by_role("button", name="学习", exact=True)).to_be_visible()
    menu.drop_menu()
    visitor.write("member", "打卡")
    expect(side.get_by_role("button", name="切换到菜单")).to_be_hidden()


def test_a_menu_that_comes_leaves_what_is_half_written(visitor: Visitor, menu: Account) -> None:
    side = visitor.phone("member")
    menu.drop_menu()
    visitor.write("member", "打卡")
    side.locator("textarea").fill("读了第三")
    menu.call("/cgi-bin/menu/create", {"button": [click("打卡")]})
    with visitor.page.expect_response("**/_/menu*"):
        visitor.write("secretary", "帮助")
    expect(side.locator("textarea")).to_have_value("读了第三")
    expect(side.locator("textarea")).to_be_visible()


def test_a_tap_tells_the_account_which_button_it_was(visit: Visit, menu: Account) -> None:
    visitor = visit()
    with visitor.page.expect_request("**/_/tap") as asked:
        visitor.phone("member").get_by_role("button", name="打卡", exact=True).click()
    assert asked.value.post_data_json == {"openid": menu.openid, "button": [0]}


@WIDTHS
def test_a_sub_menu_pops_up_and_closes(visit: Visit, menu: Account, width: int, height: int) -> None:
    visitor = visit(width, height)
    side = visitor.phone("member")
    opener = side.get_by_role("button", name="更多", exact=True)
    expect(opener).to_have_attribute("aria-expanded", "false")
    opener.click()
    expect(opener).to_have_attribute("aria-expanded", "true")
    box = side.get_by_role("button", name="签到").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    visitor.page.keyboard.press("Escape")
    expect(side.get_by_role("button", name="签到")).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    side.locator(".titlebar").click()
    expect(side.get_by_role("button", name="签到")).to_be_hidden()
    opener.click()
    side.get_by_role("button", name="签到").click()
    expect(side.locator(".mine .article").last).to_contain_text("北京市东城区")
    expect(side.get_by_role("button", name="签到")).to_be_hidden()


def test_a_button_of_a_page_opens_it_inside_the_phone(visit: Visit, menu: Account) -> None:
    visitor = visit()
    side = visitor.phone("member")
    side.get_by_role("button", name="学习", exact=True).click()
    with visitor.page.expect_request("**/_/tap") as asked:
        side.get_by_role("button", name="书单").click()
    assert asked.value.post_data_json == {"openid": menu.openid, "button": [1, 1]}
    expect(opened(side)).to_have_text("这个二维码已失效。")
    expect(dialog(side, "网页").locator(".where")).to_have_text("二维码")
    visitor.page.keyboard.press("Escape")
    expect(dialog(side, "网页")).to_be_hidden()


def test_a_button_of_a_mini_program_says_that_there_is_none(visit: Visit, menu: Account) -> None:
    side = visit().phone("member")
    side.get_by_role("button", name="更多", exact=True).click()
    side.get_by_role("button", name="小程序").click()
    expect(dialog(side, "网页")).to_contain_text("小程序只能在微信里打开。")
