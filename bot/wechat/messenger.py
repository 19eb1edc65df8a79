"""The scheduler's way out, over this account's API: customer-service messages, each failure as what it decides."""

import logging
from collections.abc import Callable, Sequence

from bot.wechat import custom, metrics
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
_BLOCKED = frozenset({48002, 10703, 43019, 62751})
_FROZEN = frozenset({50002, 70000})


class WechatMessenger:
    """Sends pushes as customer-service messages; `word(push)` gives a push its text."""

    def __init__(self, client: Client, word: Callable[[Outgoing], str]) -> None:
        self._client = client
        self._word = word

    def fits(self, route: Route, push: Outgoing) -> bool:
        """Whether the text can be shown whole."""
        return route is Route.CUSTOM and 0 < len(self._word(push).encode()) <= TEXT_BYTES

    async def send(self, route: Route, pushes: Sequence[Outgoing]) -> list[Outcome]:
        """Sends each push once, one after the other."""
        outcomes = [await self._send(push) for push in pushes]
        for outcome in outcomes:
            metrics.count_push(route, outcome.result)
        return outcomes

    async def _send(self, push: Outgoing) -> Outcome:
        try:
            await custom.send_text(self._client, push.openid, self._word(push), push=push.id)
        except CallFailed as failure:
            outcome = _outcome(failure)
            if outcome.result is Result.WRONG:
                _log.error(
                    "push %d: our request is at fault (errcode=%s rid=%s)", push.id, outcome.errcode, outcome.rid
                )
            return outcome
        return Outcome(Result.ACCEPTED, 0)


def _outcome(failure: CallFailed) -> Outcome:
    result = next((result for kind, result in _RESULTS if isinstance(failure, kind)), Result.WRONG)
    if not isinstance(failure, PlatformError):
        return Outcome(result)
    if failure.errcode == _COUNT_USED:
        result = Result.COUNT_USED
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
