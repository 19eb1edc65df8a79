"""What a call that failed says about the installation: every way a call can fail, by the name of what cures it."""

import os
from collections.abc import Mapping

from bot.doctor.finding import Finding, found
from bot.wechat.errors import (
    ADDRESS_REFUSED,
    CallFailed,
    NotPermitted,
    PlatformError,
    QuotaSpent,
    RetryLater,
    TokenRefused,
)

#: errcode → code, where one number has a cure of its own; 「获取稳定版接口调用凭据」 lists those of the token.
BY_ERRCODE: Mapping[int, str] = {
    ADDRESS_REFUSED: "ip_not_allowed",
    **dict.fromkeys((40001, 40125, 41004), "secret_wrong"),
    **dict.fromkeys((40013, 41002), "app_id_unknown"),
    40243: "secret_frozen",
    **dict.fromkeys((89501, 89503), "ip_unconfirmed"),
    **dict.fromkeys((89506, 89507), "ip_rejected"),
    **dict.fromkeys((50004, 50007), "account_barred"),
    48004: "account_punished",
    **dict.fromkeys((45011, 45102, 45501, 42010), "too_fast"),
}
# Of the classes that have one answer for whatever is in them.
_BY_KIND: Mapping[type[PlatformError], str] = {
    RetryLater: "platform_busy",
    TokenRefused: "token_refused",
    QuotaSpent: "quota_spent",
    NotPermitted: "not_permitted",
}
# By the names that `bot.wechat.client` gives for a call without an answer; the first that fits.
_BY_NAME = (
    ("DNS", "name_unknown"),
    ("Certificate", "encryption_failed"),
    ("SSL", "encryption_failed"),
    ("Timeout", "timed_out"),
    ("Connector", "no_connection"),
    ("Connect", "no_connection"),
    ("HTTP ", "no_answer"),
    ("without a token", "no_answer"),
)
_TOKEN = frozenset({40001, 40014, 42001})
# Our calls never go through a proxy; on a machine that reaches the net by one alone, that looks like this.
_BEFORE_A_CONNECTION = frozenset({"name_unknown", "no_connection", "timed_out"})
_PROXIES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


def named(failure: CallFailed, address: str) -> Finding:
    """The finding for a failed call to the platform at `address`."""
    values = {"host": host_of(address), "reason": str(failure)}
    if isinstance(failure, PlatformError):
        refusal = {"errcode": failure.errcode, "ip": failure.address or "?", "rid": failure.rid or "-"}
        return found(_code_of_refusal(failure), **refusal, **values)
    code = code_of_loss(failure)
    proxy = next((os.environ[name] for name in _PROXIES if os.environ.get(name)), "")
    if proxy and code in _BEFORE_A_CONNECTION:
        return found("proxy_unused", proxy=host_of(proxy).rpartition("@")[2], **values)
    return found(code, **values)


def _code_of_refusal(failure: PlatformError) -> str:
    if failure.errcode in _TOKEN and not isinstance(failure, NotPermitted):
        # In answer to a call with a token; when a token is asked for, the same number is about the secret.
        return "token_refused"
    return BY_ERRCODE.get(failure.errcode) or _BY_KIND.get(type(failure), "call_refused")


def code_of_loss(failure: CallFailed) -> str:
    """The code for a call that brought no answer."""
    return next((code for part, code in _BY_NAME if part in str(failure)), "connection_lost")


def host_of(address: str) -> str:
    """The host, with its port if one is given."""
    return address.partition("://")[2].partition("/")[0]
