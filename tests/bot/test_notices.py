"""A broadcast by subscription notice: its fields hold the reader's own words, and a card leads to its page."""

from datetime import UTC, date, datetime
from typing import Any

from bot.config import Config
from bot.notices import Notices
from bot.texts import Texts
from bot.wechat.templates import Notice
from bot.wording import Wording
from models.broadcast import BroadcastKind
from scheduler.messenger import Outgoing
from scheduler.routes import Route

DAY, DUE = date(2026, 7, 1), datetime(2026, 7, 1, 1, tzinfo=UTC)


def notice_of(facts: dict[str, Any], own: dict[str, Any]) -> Notice:
    form = {"template": "TPL", "fields": {"thing1": "{title}", "thing2": "{text}"}}
    config = Config.model_validate({"notices": {"text": form}})
    push = Outgoing(1, 1, 1, "oTEST", "林小满", BroadcastKind.TEXT, DAY, DAY, DUE, facts=facts, own=own)
    texts = Texts.load("party")
    notice = Notices(config, texts, Wording(texts).link)(Route.SUBSCRIPTION, push)
    assert notice is not None
    return notice


def test_columns_and_names_are_filled_in() -> None:
    found = notice_of({"text": "{称呼}坐{座位}"}, {"columns": {"座位": "一座"}})
    assert found.values["thing2"] == "林小满同志坐一座"


def test_a_card_leads_to_its_page() -> None:
    card = {"title": "主题党日", "url": "https://example.org/1", "picture_url": ""}
    found = notice_of({"text": "请早到", "card": card}, {})
    assert (found.values["thing1"], found.values["thing2"], found.url) == (
        "主题党日",
        "请早到",
        "https://example.org/1",
    )
