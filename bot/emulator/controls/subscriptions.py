"""Templates that no public library has, and a follower's answer to a subscription pop-up."""

from typing import Annotated, Any, Literal

from pydantic import Field
from starlette.requests import Request

from bot.emulator.controls.call import Calls, Hand, order
from bot.emulator.messages import SUBSCRIPTION_ANSWERS, compose
from bot.emulator.orders import Openid, Order
from bot.emulator.templates import Template, new_id

TemplateId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class TemplateOrder(Order):
    """`POST _/templates`: a template of the account, made or replaced by hand; see `templates.Template`."""

    id: TemplateId | None = None
    family: Literal["template", "subscription"] = "template"
    title: Annotated[str, Field(min_length=1, max_length=60)]
    content: Annotated[str, Field(min_length=1, max_length=2000)]
    kind: Literal[2, 3] = 2
    free: bool = False
    state: Literal["ok", "marketing", "restricted"] = "ok"


class AnswerOrder(Order):
    """`POST _/subscriptions`: what a follower taps on the pop-up, or later in the settings of the account."""

    openid: Openid
    template: TemplateId
    answer: Literal["accept", "reject"]
    place: Literal["popup", "settings"] = "popup"


async def make_template(hand: Hand, request: Request) -> dict[str, Any]:
    wanted = await order(request, TemplateOrder)
    named = wanted.model_dump() | {"id": wanted.id or new_id()}
    hand.platform.dirty = True
    return {"id": hand.platform.templates.add(Template(**named)).id}


async def list_templates(hand: Hand, request: Request) -> dict[str, Any]:
    return {"templates": list(hand.platform.templates.saved()["own"])}


async def answer(hand: Hand, request: Request) -> dict[str, Any]:
    """The platform pushes every answer to a pop-up, but of the settings only a refusal."""
    given = await order(request, AnswerOrder)
    platform = hand.platform
    event = "subscribe_msg_popup_event" if given.place == "popup" else "subscribe_msg_change_event"
    item = {"TemplateId": given.template, "SubscribeStatusString": given.answer}
    if given.place == "popup":
        item["PopupScene"] = "2"
    elif given.answer == "accept":
        hand.follower(given.openid).answered(given.template, accepted=True)
        platform.dirty = True
        return {}
    fields = {"Event": event, SUBSCRIPTION_ANSWERS[event]: {"List": [item]}}
    push = compose(platform, given.openid, "event", fields, platform.clock.time())
    return (await hand.callbacks().push(push))[0].shown()


CALLS: Calls = {
    "/_/templates": {"GET": list_templates, "POST": make_template},
    "/_/subscriptions": {"POST": answer},
}
