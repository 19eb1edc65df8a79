"""What the control door takes: the bodies of its calls, checked before anything is done."""

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.emulator.account import Format, Kind, Mode

Openid = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Count = Annotated[int, Field(ge=1, le=1_000_000)]


class BadOrder(ValueError):
    """A call of the control door that is refused with 400; the sentence names the field."""


class Order(BaseModel):
    """Unknown fields are mistakes: a misspelt one would be ignored and the test would prove nothing."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ResetOrder(Order):
    """`POST _/reset`: nothing to say."""


class AccountOrder(Order):
    """`POST _/account`: what changes, in the forms that the platform's console gives it."""

    app_id: Annotated[str, Field(pattern=r"^wx[A-Za-z0-9]{16}$")] | None = None
    app_secret: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{32}$")] | None = None
    token: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{3,32}$")] | None = None
    encoding_aes_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{43}$")] | None = None
    original_id: Annotated[str, Field(pattern=r"^gh_[A-Za-z0-9]{1,32}$")] | None = None
    kind: Kind | None = None
    mode: Mode | None = None
    format: Format | None = None
    webhook: Annotated[str, Field(pattern=r"^https?://[^\s/]+")] | None = None


class FollowersOrder(Order):
    """`POST _/followers`: so many new ones, or these."""

    count: Count | None = None
    openids: list[Openid] | None = None
    window_open: bool = False
    announce: bool = False

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.count is None) == (self.openids is None):
            raise ValueError("either `count` or `openids` must be given")
        return self


class FollowerOrder(Order):
    """`PATCH _/followers/OPENID`."""

    state: Literal["following", "blocked", "unfollowed", "frozen"] | None = None
    grants: dict[str, Annotated[int, Field(ge=0)]] | None = None


class MessageOrder(BaseModel):
    """`POST _/messages`: everything else in the body is a field of the message."""

    model_config = ConfigDict(extra="allow", strict=True)

    openid: Openid
    type: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
    times: int = Field(1, ge=1, le=10_000)
    concurrent: bool = False

    @property
    def fields(self) -> dict[str, Any]:
        return self.model_extra or {}


class ClockOrder(Order):
    """`POST _/clock`: so far ahead, or to that moment."""

    advance_seconds: float | None = None
    now: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.advance_seconds is None) == (self.now is None):
            raise ValueError("either `advance_seconds` or `now` must be given")
        return self


def sentence(error: ValidationError) -> str:
    """The first complaint as one sentence that names the field."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    what = first["msg"]
    if first["type"] == "value_error":
        # Our own sentences name their fields themselves.
        what = what.removeprefix("Value error, ")
        return f"{where}: {what}" if where else what
    return f"`{where}`: {what}" if where else f"the body: {what}"
