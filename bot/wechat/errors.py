"""What can go wrong between WeChat and us, arranged by what the caller has to decide.

WechatError
├── Forbidden                 a request to our webhook that is not the platform's: answer 403
└── CallFailed                a call to the platform's API that brought no result
    ├── NotSent               nothing was done there: the call may be repeated as it is
    ├── OutcomeUnknown        it may have been done: only a call that carries a key may be repeated
    └── PlatformError         the platform answered with an errcode
        ├── RetryLater            busy, too fast, or without a token for now: may succeed after a pause
        ├── TokenRefused          the access token is refused even after it was renewed
        ├── RecipientUnreachable  this person can't be reached until they act: don't try again
        ├── WindowClosed          the customer-service window is over or its messages are used up
        ├── QuotaSpent            used up until midnight or next month, Beijing time
        ├── Duplicate             the platform already has it: as good as success
        ├── RequestWrong          our request is at fault, or the code is unknown: never repeat it
        └── NotPermitted          the account, its settings or a penalty forbid it: tell the operator
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_RID = re.compile(r"\brid: ?([0-9A-Za-z-]+)\s*$")
_ADDRESS = re.compile(r"\binvalid ip ([0-9A-Fa-f.:]+)")

#: The refusal that names the address from which the account doesn't take calls.
ADDRESS_REFUSED = 40164


class WechatError(Exception):
    """Root of everything this package raises on purpose."""


class Forbidden(WechatError):
    """A request to the webhook that is not the platform's, or not meant for this account."""


class CallFailed(WechatError):
    """A call to the platform's API brought no result."""


class NotSent(CallFailed):
    """Nothing was done at the platform; the call may be repeated."""


class OutcomeUnknown(CallFailed):
    """The call may have been carried out, but no readable answer came back."""


class PlatformError(CallFailed):
    """The platform answered with an errcode.

    `errcode` and `errmsg` are the platform's own, `rid` its number for the request ("" if none; its console
    explains one for seven days), `answer` the whole answer: some refusals carry a result, such as the
    `msg_id` beside 45065.
    """

    def __init__(self, errcode: int, errmsg: str, rid: str = "", answer: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{errcode} {errmsg}")
        self.errcode = errcode
        self.errmsg = errmsg
        self.rid = rid
        self.answer: Mapping[str, Any] = answer or {}

    @property
    def address(self) -> str:
        """The address of ours that has to go on the account's whitelist (IP白名单); "" where that isn't the matter."""
        found = _ADDRESS.search(self.errmsg) if self.errcode == ADDRESS_REFUSED else None
        return found[1] if found else ""


class RetryLater(PlatformError):
    """The platform is busy, we are too fast, or it has no token for us but the one it refuses."""


class TokenRefused(PlatformError):
    """The access token is refused, even after it was renewed."""


class RecipientUnreachable(PlatformError):
    """This person can't be reached until they act themselves."""


class WindowClosed(PlatformError):
    """The customer-service window is over, or its messages are used up."""


class QuotaSpent(PlatformError):
    """A daily, monthly or total quota of the account is used up."""


class Duplicate(PlatformError):
    """The platform has this message already."""


class RequestWrong(PlatformError):
    """Our request is at fault, or the errcode is one we don't know."""


class NotPermitted(PlatformError):
    """The account's kind, its settings, its standing or its credentials forbid the call."""


# https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html and the pages of the
# single interfaces. WeCom uses some of these numbers with other meanings: never share the table with it.
_CODES: dict[type[PlatformError], tuple[int, ...]] = {
    RetryLater: (
        *(-1, 45011, 45066, 45102, 45501, 42010, 43108, 43117, 45169, 46007, 61450, 61503, 9001002, 268487001),
        *(89501, 89503, 89504, 89505),  # an administrator has yet to confirm this IP or this mass send
    ),
    TokenRefused: (40001, 40014, 42001, 42007, 42002),
    RecipientUnreachable: (
        *(40003, 43004, 50005, 46004, 65315, 49003, 48002, 43019, 50002, 43101, 70000, 10700, 10703, 62751),
    ),
    WindowClosed: (45015, 45047, 45080, 45081, 10706),
    QuotaSpent: (45009, 45028, 45029, 45040, 45093, 45104, 48006, 45026, 200012, 45056, 65305),
    Duplicate: (45065,),
    RequestWrong: (
        *(40002, 40004, 40005, 40006, 40007, 40008, 40009, 40012, 40015, 40016, 40017, 40018, 40019, 40020),
        *(40023, 40025, 40027, 40029, 40163, 42003, 40030, 40031, 40032, 40033, 40035, 40036, 40037, 40039),
        *(40048, 40052, 40053, 40054, 40055, 40059, 40060, 40062, 40097, 40119, 40121, 40130, 40132, 40137),
        *(40152, 40155, 40201, 40202, 40203, 40204, 41001, 41002, 41004, 41005, 41006, 41008, 41009, 41030),
        *(43001, 43002, 43003, 44001, 44002, 44003, 44004, 44005, 45001, 45002, 45003, 45004, 45005, 45006),
        *(45007, 45008, 45010, 45012, 45016, 45057, 45058, 45059, 45064, 45067, 45072, 45083, 45084, 45157),
        *(45158, 45159, 45162, 45164, 45166, 45168, 46001, 46002, 46003, 47001, 47002, 47003, 48005, 61500),
        *(61501, 65301, 65303, 65304, 65316, 65317, 76003, 76021, 53600),
    ),
    NotPermitted: (
        *(40013, 40125, 40164, 40243, 40200, 40249, 43116, 43107, 43100, 43104, 43106, 45027, 45062, 45087),
        *(45094, 48001, 48003, 48004, 48008, 48010, 48011, 50001, 50003, 50004, 50007, 61003, 61004, 61007),
        *(65306, 65309, 65400, 65401, 76022, 88000, 89506, 89507, 200011, 200013, 53503, 53504, 53505),
    ),
}

#: errcode → class, for every code the platform's pages list.
KINDS: Mapping[int, type[PlatformError]] = MappingProxyType(
    {errcode: kind for kind, errcodes in _CODES.items() for errcode in errcodes}
)

#: More calls than the platform takes in a minute: the same API has to rest.
TOO_FAST = frozenset({45011, 45102, 45501, 42010})

#: Nothing works: the account is penalised, or its id, its secret, its token (a new one too, or there is no other) or
#: this machine's address is refused.
ACCOUNT_WIDE = frozenset(
    {40001, 40014, 42001, 40013, 40125, 40164, 40243, 48004, 50004, 50007, 89501, 89503, 89506, 89507, 41002, 41004}
)


def platform_error(errcode: int, errmsg: str, answer: Mapping[str, Any] | None = None) -> PlatformError:
    """Return (not raise) the error for an answer with this non-zero errcode; unknown codes are `RequestWrong`."""
    found = _RID.search(errmsg)
    return KINDS.get(errcode, RequestWrong)(errcode, errmsg, found[1] if found else "", answer)
