"""Template messages and subscription notices: what is set up, and sending it. For verified service accounts.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html 「模板消息」
https://developers.weixin.qq.com/doc/offiaccount/Subscription_Messages/api.html 「订阅通知」

All raise `CallFailed`. What is accepted is not yet delivered: a receipt tells of that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.wechat.client import Client


@dataclass(frozen=True, slots=True)
class Notice:
    """One template message or subscription notice.

    `values` are the template's fields by their keys; `url` opens when it is tapped, a mini-program's page
    (`{"appid", "pagepath"}`) before that where both are given. `key` is ours: within ten minutes the platform sends a
    template message of one key to one openid once, so that one whose fate is unknown may be repeated.
    """

    openid: str
    template_id: str
    values: Mapping[str, str]
    key: str = ""
    url: str = ""
    miniprogram: Mapping[str, str] = field(default_factory=dict)


async def templates(client: Client) -> list[dict[str, Any]]:
    """The account's templates: `template_id`, `title`, `content` with its fields, `example`; a test account's too."""
    answer = await client.call("/cgi-bin/template/get_all_private_template", method="GET")
    return list(answer.get("template_list") or [])


async def subscription_templates(client: Client) -> list[dict[str, Any]]:
    """The templates of subscription notices: `priTmplId`, `title`, `content`, `type` (2 once, 3 lasting)."""
    answer = await client.call("/wxaapi/newtmpl/gettemplate", method="GET")
    return list(answer.get("data") or [])


async def send(client: Client, notice: Notice, *, push: int | None = None) -> int:
    """Send a template message; returns the platform's number for it, by which the receipt comes."""
    answer = await client.call("/cgi-bin/message/template/send", json=_body(notice, "url"), push=push)
    return int(answer.get("msgid") or 0)


async def notify(client: Client, notice: Notice, *, push: int | None = None) -> None:
    """Send a subscription notice, for which its reader accepted once (43101: not, or used up already).

    Whether the platform heeds the key here is not written anywhere: never repeat one whose fate is unknown.
    """
    await client.call("/cgi-bin/message/subscribe/bizsend", json=_body(notice, "page"), push=push)


def _body(notice: Notice, address: str) -> dict[str, Any]:
    optional: Sequence[tuple[str, Any]] = (
        ("client_msg_id", notice.key),
        (address, notice.url),
        ("miniprogram", dict(notice.miniprogram)),
    )
    return {
        "touser": notice.openid,
        "template_id": notice.template_id,
        "data": {name: {"value": value} for name, value in notice.values.items()},
        **{name: value for name, value in optional if value},
    }
