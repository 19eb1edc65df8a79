"""Templates that no public library has, and a follower's answer to a subscription pop-up."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from starlette.requests import Request

from bot.emulator.controls.call import Calls, Hand, order
from bot.emulator.messages import SUBSCRIPTION_ANSWERS, compose
from bot.emulator.orders import Openid, Order
from bot.emulator.templates import Template, new_id

Answer = Literal["accept", "reject"]
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
    """`POST _/subscriptions`: what a follower taps on the pop-up, or later in the settings of the account.

    `answers` (template → answer) are those of one pop-up that asks for several.
    """

    openid: Openid
    template: TemplateId | None = None
    answer: Answer | None = None
    answers: Annotated[dict[TemplateId, Answer], Field(min_length=1)] | None = None
    place: Literal["popup", "settings"] = "popup"

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.template is None) != (self.answer is None) or (self.template is None) == (self.answers is None):
            raise ValueError("either `template` and `answer` or `answers` must be given")
        return self

    @property
    def all(self) -> dict[str, Answer]:
        """Every answer by its template."""
        if self.template is not None and self.answer is not None:
            return {self.template: self.answer}
        return dict(self.answers or {})


async def make_template(hand: Hand, request: Request) -> dict[str, Any]:
    wanted = await order(request, TemplateOrder)
    named = wanted.model_dump() | {"id": wanted.id or new_id()}
    hand.platform.dirty = True
    return {"id": hand.platform.templates.add(Template(**named)).id}


async def list_templates(hand: Hand, request: Request) -> dict[str, Any]:
    return {"templates": list(hand.platform.templates.saved()["own"])}


async def answer(hand: Hand, request: Request) -> dict[str, Any]:
    """The platform pushes every answer to a pop-up, in one event; but of the settings only refusals."""
    given = await order(request, AnswerOrder)
    platform, told, more = hand.platform, given.all, {"PopupScene": "2"}
    event = "subscribe_msg_popup_event"
    if given.place == "settings":
        event, more = "subscribe_msg_change_event", {}
        for template in [template for template, answer in told.items() if answer == "accept"]:
            hand.follower(given.openid).answered(template, accepted=True)
            del told[template]
        platform.dirty = True
    if not told:
        return {}
    items = [{"TemplateId": template, "SubscribeStatusString": said, **more} for template, said in told.items()]
    fields = {"Event": event, SUBSCRIPTION_ANSWERS[event]: {"List": items}}
    push = compose(platform, given.openid, "event", fields, platform.clock.time())
    return (await hand.callbacks().push(push))[0].shown()


CALLS: Calls = {
    "/_/templates": {"GET": list_templates, "POST": make_template},
    "/_/subscriptions": {"POST": answer},
}
