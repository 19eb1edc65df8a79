"""What `/metrics` tells of our calls: how many, how they ended, how long they took. Per process.

Everything is counted by API and by what an errcode decides, never by openid or text: a label is kept for ever.
"""

from functools import cache

from prometheus_client import Counter, Histogram

from bot.wechat import errors
from bot.wechat.errors import CallFailed

_CALLS = Counter("chenzhong_platform_calls", "Calls to the platform's API, by how they ended", ["api", "outcome"])
_SECONDS = Histogram(
    "chenzhong_platform_call_seconds",
    "How long calls to the platform's API took",
    ["api"],
    buckets=(0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60),
)
_TOKENS = Counter("chenzhong_token_refreshes", "Access tokens asked for, and how that ended", ["forced", "outcome"])
_PUSHES = Counter("chenzhong_pushes_sent", "Pushes handed to the platform, by route and result", ["route", "result"])

_OUTCOMES: dict[type[CallFailed], str] = {
    errors.NotSent: "not_sent",
    errors.OutcomeUnknown: "unknown",
    errors.RetryLater: "retry",
    errors.TokenRefused: "token",
    errors.RecipientUnreachable: "recipient",
    errors.WindowClosed: "window",
    errors.QuotaSpent: "quota",
    errors.Duplicate: "duplicate",
    errors.RequestWrong: "bug",
    errors.NotPermitted: "permission",
}


def outcome_of(failure: CallFailed | None) -> str:
    """The word for how a call ended: "ok", or the class of its errcode."""
    return "ok" if failure is None else _OUTCOMES[type(failure)]


def count_call(api: str, outcome: str, seconds: float) -> None:
    """Counts one call, which cost that much."""
    _call(api, outcome).inc()
    _duration(api).observe(seconds)


def count_token(forced: bool, outcome: str) -> None:
    """Counts one call for an access token."""
    _TOKENS.labels(str(forced).lower(), outcome).inc()


def count_push(route: str, result: str) -> None:
    """Counts one push that was sent, or tried."""
    _push(route, result).inc()


# Looking up a child by its labels costs more than counting.
@cache
def _call(api: str, outcome: str) -> Counter:
    return _CALLS.labels(api, outcome)


@cache
def _duration(api: str) -> Histogram:
    return _SECONDS.labels(api)


@cache
def _push(route: str, result: str) -> Counter:
    return _PUSHES.labels(route, result)
