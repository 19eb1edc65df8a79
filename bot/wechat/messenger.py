"""The scheduler's way out, over this account's API, each failure as what it decides."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.wechat import custom, metrics, templates
from bot.wechat.client import Client
from bot.wechat.errors import (
    ACCOUNT_WIDE,
    TOO_FAST,
    CallFailed,
    Duplicate,
    NotPermitted,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    QuotaSpent,
    RecipientUnreachable,
    RetryLater,
    TokenRefused,
    WindowClosed,
)
from bot.wechat.replies import Article
from bot.wechat.template_fields import lint_values
from bot.wechat.templates import Notice
from scheduler.messenger import Outcome, Outgoing, Result
from scheduler.routes import Route

# About 2,048 bytes are shown; beyond that the platform refuses with 45002.
TEXT_BYTES = 2000

_log = logging.getLogger(__name__)

_RESULTS: tuple[tuple[type[CallFailed], Result], ...] = (
    (NotSent, Result.LATER),
    (RetryLater, Result.LATER),
    (OutcomeUnknown, Result.UNKNOWN),
    (WindowClosed, Result.WINDOW_OVER),
    (RecipientUnreachable, Result.UNREACHABLE),
    (QuotaSpent, Result.QUOTA_SPENT),
    (Duplicate, Result.ACCEPTED),
    # A token that is refused even when new is the account's trouble, not the push's.
    (TokenRefused, Result.ACCOUNT_REFUSED),
    (NotPermitted, Result.NOT_PERMITTED),
)

_COUNT_USED = 45047
_NOT_GRANTED = 43101
_BLOCKED = frozenset({48002, 10703, 43019, 62751})
_FROZEN = frozenset({50002, 70000})


_MEDIA_UNKNOWN = 40007

# What a push is sent as instead of its text: a card, or the id of an uploaded picture; the second argument is an id
# that the platform has just refused.
Attach = Callable[[Outgoing, str], Awaitable[Article | str | None]]


class WechatMessenger:
    """Sends pushes by this account's API.

    `word(push)` gives a push its text, `digest(texts)` makes one text of several, and `notice(route, push)` the fields
    of a template; None where no template is set up for its kind. `attach` says what goes instead of a text.
    """

    def __init__(
        self,
        client: Client,
        word: Callable[[Outgoing], str],
        digest: Callable[[Sequence[str]], str],
        notice: Callable[[Route, Outgoing], Notice | None],
        attach: Attach | None = None,
    ) -> None:
        self._client = client
        self._word = word
        self._digest = digest
        self._notice = notice
        self._attach = attach

    def fits(self, route: Route, pushes: Sequence[Outgoing]) -> bool:
        """Whether the text can be shown whole, or the platform takes all fields of the template."""
        if route is Route.CUSTOM:
            return 0 < len(self._text(pushes).encode()) <= TEXT_BYTES
        notice = self._notice(route, pushes[0]) if len(pushes) == 1 else None
        return notice is not None and not any(fault.is_refused for fault in lint_values(notice.values))

    async def send(self, route: Route, pushes: Sequence[Outgoing]) -> Outcome:
        """Sends one message."""
        outcome = await self._send(route, pushes)
        metrics.count_push(route, outcome.result)
        return outcome

    async def _send(self, route: Route, pushes: Sequence[Outgoing]) -> Outcome:
        first = pushes[0]
        try:
            if route is Route.CUSTOM:
                await self._send_custom(pushes)
                return Outcome(Result.ACCEPTED, 0)
            notice = self._notice(route, first)
            assert notice is not None, "what has no template doesn't fit"
            if route is Route.SUBSCRIPTION:
                await templates.notify(self._client, notice, push=first.id)
                return Outcome(Result.ACCEPTED, 0)
            return Outcome(Result.ACCEPTED, 0, msg_id=str(await templates.send(self._client, notice, push=first.id)))
        except CallFailed as failure:
            outcome = outcome_of(failure)
            if outcome.result is Result.WRONG:
                _log.error(
                    "push %d: our request is at fault (errcode=%s rid=%s)", first.id, outcome.errcode, outcome.rid
                )
            return outcome

    def _text(self, pushes: Sequence[Outgoing]) -> str:
        texts = [self._word(push) for push in pushes]
        return texts[0] if len(texts) == 1 else self._digest(texts)

    async def _send_custom(self, pushes: Sequence[Outgoing], refused: str = "") -> None:
        first = pushes[0]
        # In a digest, cards and pictures are words like the others.
        instead = await self._attach(first, refused) if self._attach and len(pushes) == 1 else None
        if instead is None:
            await custom.send_text(self._client, first.openid, self._text(pushes), push=first.id)
        elif isinstance(instead, Article):
            await custom.send_news(self._client, first.openid, instead, push=first.id)
        else:
            await self._send_picture(first, instead, refused)

    async def _send_picture(self, push: Outgoing, media_id: str, refused: str) -> None:
        try:
            await custom.send_image(self._client, push.openid, media_id, push=push.id)
        except PlatformError as failure:
            if failure.errcode != _MEDIA_UNKNOWN or refused:
                raise
            # It has expired, or belongs to another account: uploaded anew, and nothing has been sent yet.
            await self._send_custom([push], refused=media_id)


def outcome_of(failure: CallFailed) -> Outcome:
    """What a failed call means for the scheduler."""
    result = next((result for kind, result in _RESULTS if isinstance(failure, kind)), Result.WRONG)
    if not isinstance(failure, PlatformError):
        return Outcome(result)
    if failure.errcode == _COUNT_USED:
        result = Result.COUNT_USED
    elif failure.errcode == _NOT_GRANTED:
        return Outcome(Result.NOT_GRANTED, failure.errcode, failure.rid)
    elif failure.errcode in TOO_FAST:
        result = Result.TOO_FAST
    elif failure.errcode in ACCOUNT_WIDE:
        result = Result.ACCOUNT_REFUSED
    refused = _refused(failure.errcode) if result is Result.UNREACHABLE else ""
    return Outcome(result, failure.errcode, failure.rid, refused, failure.address)


def _refused(errcode: int) -> str:
    if errcode in _BLOCKED:
        return "blocked"
    return "frozen" if errcode in _FROZEN else "unfollowed"
