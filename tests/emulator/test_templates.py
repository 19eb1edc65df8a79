"""Template messages: what the platform takes, what the phone shows, and what the receipt says."""

from typing import Any

import pytest

from bot.emulator.template_values import cut, fits
from tests.emulator.desk import ALICE, BOB, Desk

NAMES = ["学习内容", "打卡时间", "打卡状态"]
GOOD = {"thing1": "每周主题学习", "time2": "2026-10-12 20:00", "phrase3": "已打卡"}


async def added(desk: Desk) -> str:
    answer = await desk.post("template/api_add_template", {"template_id_short": "43216", "keyword_name_list": NAMES})
    return str(answer["template_id"])


def message(template: str, openid: str = ALICE, values: dict[str, str] = GOOD, **more: Any) -> dict[str, Any]:
    data = {key: {"value": value} for key, value in values.items()}
    return {"touser": openid, "template_id": template, "data": data, **more}


async def sent(desk: Desk, template: str, openid: str = ALICE, **more: Any) -> Any:
    return await desk.post("message/template/send", message(template, openid, **more))


async def free(desk: Desk, content: str) -> str:
    await desk.order("account", kind="test")
    return str((await desk.order("templates", title="学习提醒", content=content, free=True))["id"])


async def card(desk: Desk, openid: str = ALICE) -> dict[str, Any]:
    fields: dict[str, Any] = (await desk.phone(openid))[-1]["fields"]
    return fields


async def test_a_message_arrives_as_a_card_without_any_window(desk: Desk) -> None:
    await desk.follow(ALICE)
    template = await added(desk)
    answer = await sent(desk, template, url="https://study.example.org/c/1")
    assert (answer["errcode"], answer["msgid"] > 2**53) == (0, True)
    item = (await desk.phone(ALICE))[0]
    assert (item["route"], item["type"], item["content"]) == ("template", "template", "打卡结果通知")
    assert item["fields"]["lines"] == [
        {"label": "学习内容", "value": "每周主题学习"},
        {"label": "打卡时间", "value": "2026-10-12 20:00"},
        {"label": "打卡状态", "value": "已打卡"},
    ]
    assert item["fields"]["url"] == "https://study.example.org/c/1"


@pytest.mark.parametrize(
    ("state", "status", "shown"),
    [("following", "success", 1), ("blocked", "failed:user block", 0), ("frozen", "failed: system failed", 0)],
)
async def test_the_receipt_says_what_became_of_it(desk: Desk, state: str, status: str, shown: int) -> None:
    await desk.follow(ALICE)
    await desk.http.patch(f"/_/followers/{ALICE}", json={"state": state})
    answer = await sent(desk, await added(desk))
    receipt = (await desk.receipts())[0]
    assert (receipt.event, receipt.source, receipt.id, receipt.status) == (
        "templatesendjobfinish", ALICE, answer["msgid"], status,
    )  # fmt: skip
    assert len(await desk.phone(ALICE)) == shown


async def test_a_receipt_can_be_ordered_to_fail_to_come_twice_or_not_at_all(desk: Desk) -> None:
    await desk.follow(ALICE)
    template = await added(desk)
    await desk.order("settings", template_receipt="failed:freq limit", receipt_copies=2)
    await sent(desk, template)
    assert [receipt.status for receipt in await desk.receipts()] == ["failed:freq limit"] * 2
    await desk.order("settings", receipt_copies=0)
    await sent(desk, template)
    assert len(await desk.receipts()) == 2


async def test_somebody_who_left_and_a_stranger_are_refused(desk: Desk) -> None:
    await desk.follow(ALICE)
    await desk.http.patch(f"/_/followers/{ALICE}", json={"state": "unfollowed"})
    template = await added(desk)
    assert (await sent(desk, template))["errcode"] == 43004
    assert (await sent(desk, template, BOB))["errcode"] == 40003


async def test_the_same_client_msg_id_is_sent_once_in_ten_minutes(desk: Desk) -> None:
    await desk.follow(ALICE, BOB)
    template = await added(desk)
    first = await sent(desk, template, client_msg_id="ci-1")
    assert (await sent(desk, template, client_msg_id="ci-1"))["msgid"] == first["msgid"]
    assert (await sent(desk, template, BOB, client_msg_id="ci-1"))["msgid"] != first["msgid"]
    await desk.order("clock", advance_seconds=599)
    await sent(desk, template, client_msg_id="ci-1")
    assert len(await desk.phone(ALICE)) == 1
    await desk.order("clock", advance_seconds=1)
    await sent(desk, template, client_msg_id="ci-1")
    assert (len(await desk.phone(ALICE)), len(await desk.receipts())) == (2, 3)


@pytest.mark.parametrize("missing", ["thing1", "time2"])
async def test_a_value_that_is_missing_is_named(desk: Desk, missing: str) -> None:
    await desk.follow(ALICE)
    values = {key: value for key, value in GOOD.items() if key != missing}
    answer = await sent(desk, await added(desk), values=values)
    assert answer["errcode"] == 47003
    assert answer["errmsg"].startswith(f"argument invalid! data.{missing}.value invalid rid: ")


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("thing1", ["一" * 20, "a b，c!"], ["一" * 21, "", "两\n行"]),
        ("number1", ["1" * 32, "3.14"], ["1" * 33, "三", "1a"]),
        ("letter1", ["a" * 32], ["a" * 33, "a1"]),
        ("symbol1", ["!?#"], ["!!!!!!", "a"]),
        ("character_string1", ["AB-12/3"], ["编号1", "a" * 33]),
        (
            "time1",
            ["2026年10月12日 20:00", "2026-10-12 20:00", "20:00", "2026-10-12 08:00~2026-10-12 09:00"],
            ["明天", "25:00"],
        ),
        ("date1", ["2026年10月12日", "2026-10-12"], ["十月十二日"]),
        ("amount1", ["¥1234567890", "12.50元", "8"], ["12345678901", "十元"]),
        ("phone_number1", ["+86 138-0000-1111"], ["1" * 18, "电话"]),
        ("car_number1", ["京A12345", "粤Z12345港"], ["京A1234567", "京京A1"]),
        ("name1", ["一" * 10, "Lin Xiaoman"], ["一" * 11, "a" * 21]),
        ("phrase1", ["已打卡"], ["已经打卡了呀", "ok"]),
        ("const1", ["一" * 20], ["一" * 21]),
    ],
)
def test_every_type_has_its_rule(key: str, good: list[str], bad: list[str]) -> None:
    assert [value for value in good if not fits(key, value)] == []
    assert [value for value in bad if fits(key, value)] == []


async def test_a_value_that_breaks_its_rule_is_refused_and_nothing_is_shown(desk: Desk) -> None:
    await desk.follow(ALICE)
    answer = await sent(desk, await added(desk), values=GOOD | {"phrase3": "已经打卡完成"})
    assert (answer["errcode"], "data.phrase3.value" in answer["errmsg"]) == (47003, True)
    assert (await desk.phone(ALICE), await desk.receipts()) == ([], [])


async def test_old_templates_show_neither_head_nor_tail_nor_emoji_nor_more_than_twenty_characters(desk: Desk) -> None:
    await desk.follow(ALICE)
    content = "{{first.DATA}}\n主题：{{keyword1.DATA}}\n时间：{{keyword2.DATA}}\n{{remark.DATA}}"
    template = (await desk.order("templates", title="学习提醒", content=content))["id"]
    values = {"first": "您好", "keyword1": "📚" + "长" * 25, "keyword2": "今晚\n八点", "remark": "请准时"}
    assert (await sent(desk, template, values=values))["errcode"] == 0
    assert (await card(desk))["lines"] == [
        {"label": "主题", "value": "长" * 20 + "…"},
        {"label": "时间", "value": "今晚 八点"},
    ]


async def test_a_test_accounts_first_variable_vanishes_without_words_before_it(desk: Desk) -> None:
    await desk.follow(ALICE)
    template = await free(desk, "{{a.DATA}}\n书：{{b.DATA}}")
    await sent(desk, template, values={"a": "看不见", "b": "看得见"})
    assert (await card(desk))["lines"] == [{"label": "书", "value": "看得见"}]
    template = await free(desk, "提示：{{a.DATA}}")
    await sent(desk, template, values={"a": "看得见"})
    assert (await card(desk))["lines"] == [{"label": "提示", "value": "看得见"}]


def test_twenty_characters_are_shown_whole() -> None:
    assert cut("一" * 20) == "一" * 20


async def test_marketing_is_refused_and_listed_as_held_back(desk: Desk) -> None:
    await desk.follow(ALICE)
    template = (await desk.order("templates", title="促销", content="{{thing1.DATA}}", state="marketing"))["id"]
    assert (await sent(desk, template, values={"thing1": "大减价"}))["errcode"] == 40249
    ask = {"tmpl_msg_id": template, "largest_id": 0, "limit": 100}
    held = (await desk.post("/wxa/sec/queryblocktmplmsg", ask))["msginfo"]
    assert [(message["id"], message["title"], message["openid"]) for message in held] == [(1, "促销", ALICE)]


async def test_a_restricted_an_unknown_and_a_deleted_template_are_refused(desk: Desk) -> None:
    await desk.follow(ALICE)
    restricted = (await desk.order("templates", title="停用", content="{{thing1.DATA}}", state="restricted"))["id"]
    template = await added(desk)
    assert (await desk.post("template/del_private_template", {"template_id": template}))["errcode"] == 0
    codes = [(await sent(desk, id))["errcode"] for id in (restricted, "nothing", template)]
    assert codes == [43116, 40037, 40037]


async def test_an_account_has_at_most_25_templates(desk: Desk) -> None:
    for _ in range(25):
        assert await added(desk)
    answer = await desk.post("template/api_add_template", {"template_id_short": "43216"})
    assert answer["errcode"] == 45026
    assert len((await desk.get("template/get_all_private_template"))["template_list"]) == 25


async def test_the_list_tells_fields_and_industry(desk: Desk) -> None:
    template = await added(desk)
    assert (await desk.get("template/get_industry"))["errcode"] == 40102
    assert (await desk.post("template/api_set_industry", {"industry_id1": "16", "industry_id2": 17}))["errcode"] == 0
    again = await desk.post("template/api_set_industry", {"industry_id1": "1", "industry_id2": "2"})
    assert again["errcode"] == 43100
    listed = (await desk.post("template/get_all_private_template", {}))["template_list"]
    assert [(item["template_id"], item["primary_industry"]) for item in listed] == [(template, "教育")]
    assert listed[0]["content"].splitlines()[0] == "学习内容：{{thing1.DATA}}"


@pytest.mark.parametrize("kind", ["subscription", "verified-subscription", "service"])
async def test_only_a_verified_service_account_has_templates(desk: Desk, kind: str) -> None:
    await desk.order("account", kind=kind)
    await desk.follow(ALICE)
    assert (await sent(desk, "any"))["errcode"] == 48001


async def test_names_of_fields_that_the_library_lacks_are_refused(desk: Desk) -> None:
    wrong = {"template_id_short": "43216", "keyword_name_list": ["没有的"]}
    assert (await desk.post("template/api_add_template", wrong))["errcode"] == 40097
    assert (await desk.post("template/api_add_template", {"template_id_short": "1"}))["errcode"] == 40037
