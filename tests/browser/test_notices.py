"""The pop-up in which the account asks whether it may send notices."""

from playwright.sync_api import expect

from tests.browser.account import Account
from tests.browser.conftest import Visit
from tests.browser.visitor import WIDTHS, dialog


@WIDTHS
def test_chosen_notices_are_allowed_and_the_others_refused(visit: Visit, width: int, height: int) -> None:
    visitor = visit(width, height)
    account, side = Account(visitor), visitor.phone("member")
    wanted = account.template("subscription", "学习安排通知", "学习主题：{{thing1.DATA}}")
    other = account.template("subscription", f"纪念日通知{width}", "姓名：{{name1.DATA}}")
    account.order("subscriptions", {"openid": account.openid, "template": other, "answer": "accept"})
    side.get_by_role("button", name="公众号资料").click()
    side.get_by_role("button", name="订阅通知").click()
    panel = dialog(side, "订阅通知")
    expect(panel).to_contain_text("「晨钟学习」想给您发送以下通知")
    unwanted = panel.get_by_role("checkbox", name=f"纪念日通知{width}")
    expect(panel.locator("li").filter(has_text=f"纪念日通知{width}")).to_contain_text("还可收 1 条")
    unwanted.uncheck()
    with visitor.page.expect_response("**/_/subscriptions"):
        panel.get_by_role("button", name="允许").click()
    expect(panel).to_be_hidden()
    grants = account.asks(f"followers/{account.openid}")["grants"]
    assert (grants.get(wanted), grants.get(other)) == (1, None)
    data = {"thing1": {"value": "十月第二周主题"}}
    account.call("/cgi-bin/message/subscribe/bizsend", {"touser": account.openid, "template_id": wanted, "data": data})
    line = side.locator(".theirs").last
    expect(line.locator(".slip")).to_contain_text("学习安排通知学习主题十月第二周主题")
    expect(line.locator(".mark")).to_have_text("订阅通知")


def test_whoever_cancels_the_pop_up_refuses(visit: Visit) -> None:
    visitor = visit()
    account = Account(visitor)
    template = account.template("subscription", "学习安排通知", "学习主题：{{thing1.DATA}}")
    account.order("subscriptions", {"openid": account.openid, "template": template, "answer": "accept"})
    side = visitor.phone("member")
    side.get_by_role("button", name="公众号资料").click()
    side.get_by_role("button", name="订阅通知").click()
    with visitor.page.expect_response("**/_/subscriptions"):
        dialog(side, "订阅通知").get_by_role("button", name="取消").click()
    assert account.asks(f"followers/{account.openid}")["grants"] == {}


@WIDTHS
def test_the_page_for_notices_asks_and_the_answer_reaches_us(visit: Visit, width: int, height: int) -> None:
    visitor = visit(width, height)
    account = Account(visitor)
    before = account.asks(f"followers/{account.openid}")["grants"].get("DEMO_BRANCH_NOTICE", 0)
    visitor.write("member", "订阅通知")
    side = visitor.phone("member")
    side.get_by_role("link", name="/m/notices").last.click()
    page = side.frame_locator("iframe")
    expect(page.locator(".kinds li")).to_have_text(["通知"])
    page.get_by_role("button", name="选择要接收的通知").click()
    asked = page.get_by_role("dialog", name="订阅通知")
    expect(asked).to_contain_text("支部事项通知")
    asked.get_by_role("button", name="允许").click()
    expect(page.get_by_role("status")).to_contain_text("记下了")
    assert account.asks(f"followers/{account.openid}")["grants"]["DEMO_BRANCH_NOTICE"] == before + 1
    dialog(side, "网页").get_by_role("button", name="关闭网页，回到聊天").click()
    assert f"通知 {before + 1} 次" in visitor.write("member", "订阅通知")
