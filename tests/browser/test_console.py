"""The console as a secretary sees it, who came in by the link that the account gave them in the chat."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.visitor import WIDTHS, Visitor


def fits(page: Page) -> bool:
    """Whether nothing stands out at the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def comes_in(visitor: Visitor) -> Page:
    answer = visitor.write("secretary", "后台")
    address = re.search(r"http://\S+/console/in/[\w-]+", answer)
    assert address, answer
    assert visitor.page.context.browser is not None
    page = visitor.page.context.browser.new_context().new_page()
    page.goto(address[0])
    page.get_by_role("button", name="进入").click()
    return page


@WIDTHS
def test_the_first_page_shows_what_goes_on_and_leads_to_each_broadcast(visit: Visit, width: int, height: int) -> None:
    visitor = visit()
    visitor.play(4)
    page = comes_in(visitor)
    page.set_viewport_size({"width": width, "height": height})
    for heading in ("正在发的广播", "收不到的人", "最近的操作"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    assert fits(page)
    page.get_by_role("link").filter(has_text="明天下午三点在三楼会").first.click()
    expect(page.get_by_text(re.compile(r"共 \d+ 人，\d+ 人收到了。"))).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="回首页").click()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_text("请在公众号里写「后台」")).to_be_visible()
    page.context.close()


def test_a_member_gets_no_link(visit: Visit) -> None:
    assert "http" not in visit().write("member", "后台")
