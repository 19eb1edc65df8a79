"""What the platform says when it refuses: an errcode, its own words, and a `rid` of its own for each refusal.

Clients must not compare errmsg by equality.
"""

import random
from typing import Any

from bot.emulator.errcodes import ERRMSG


class Refused(Exception):
    """An API call that the platform refuses with `errcode`.

    `detail` follows the platform's own words, or `words` where they are another's; `more` is what the answer holds
    besides.
    """

    def __init__(
        self, errcode: int, detail: str = "", more: dict[str, Any] | None = None, words: str | None = None
    ) -> None:
        super().__init__(errcode, detail)
        self.words = ERRMSG.get(errcode, "error") if words is None else words
        self.errcode = errcode
        self.detail = detail
        self.more = more or {}


def refusal(refused: Refused, now: float) -> dict[str, Any]:
    """The body of a refusal at `now` (seconds since the epoch)."""
    words = f"{refused.words} {refused.detail}" if refused.detail else refused.words
    return {"errcode": refused.errcode, "errmsg": f"{words} rid: {_new_rid(now)}", **refused.more}


def rid_of(answer: dict[str, Any]) -> str:
    """The rid at the end of a refusal."""
    return str(answer["errmsg"]).rpartition(" ")[2]


def _new_rid(now: float) -> str:
    return f"{int(now):08x}-{random.getrandbits(32):08x}-{random.getrandbits(32):08x}"
