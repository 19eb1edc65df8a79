"""What a tour is made of: calls of a foreign client, what each must give, and what happens between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ALICE = "oALICE0000000000000000000001"
BOB = "oBOB000000000000000000000002"

OK = {"errcode": 0, "errmsg": "ok"}
SEND = "message/custom/send"
PNG, JPG, AMR, MP4 = ({"file": name} for name in ("a.png", "a.jpg", "a.amr", "a.mp4"))


@dataclass(frozen=True, slots=True)
class Step:
    """One call: the API that it reaches ("" for none), the client's method with its arguments, and what comes of it.

    `gives`: what the client returns, see `fits`; `keep`: under this name later steps find it, as "$name" or, a part of
    it, as "$name.key". `errcode`: with which the call is refused. `after`: the errcode of a first attempt, after
    which the client by itself makes a second.
    """

    api: str
    method: str
    args: list[Any] = field(default_factory=list)
    named: dict[str, Any] = field(default_factory=dict)
    gives: Any = None
    keep: str = ""
    errcode: int = 0
    after: int = 0

    def __str__(self) -> str:
        return f"{self.method}({', '.join(map(repr, self.args))}) → {self.api}"


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Something that happens at the control door."""

    path: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Visit:
    """A person opens an address that an earlier step kept, saying also what `adds` says: who it is, what they tap.

    What the page then hands to the account's own page is kept under `keep`.
    """

    api: str
    address: str
    adds: dict[str, str]
    keep: str = ""


Stage = Step | Meanwhile | Visit


@dataclass(frozen=True, slots=True)
class Tour:
    """All that a client is asked. `error` is what it raises for a refusal; `code` whether that has the errcode as a
    field, or else its message begins with it."""

    name: str
    error: str
    code: bool
    steps: list[Stage]


def step(api: str, method: str, *args: Any, gives: Any = OK, keep: str = "", after: int = 0, **named: Any) -> Step:
    """A call that succeeds; `api` is below /cgi-bin/ unless it begins with a slash."""
    return Step(_path(api), method, list(args), named, gives, keep, after=after)


def refused(errcode: int, api: str, method: str, *args: Any, keep: str = "", **named: Any) -> Step:
    """A call that is refused; what it keeps is the rid, with which its words end."""
    return Step(_path(api), method, list(args), named, keep=keep, errcode=errcode)


def _path(api: str) -> str:
    return api if api.startswith("/") or not api else f"/cgi-bin/{api}"


def writes(openid: str) -> Meanwhile:
    """A follower writes, so that the account may write to them again."""
    return Meanwhile("messages", {"openid": openid, "type": "text", "content": "打卡"})


def fits(pattern: Any, value: Any) -> bool:
    """Whether `value` is what `pattern` says: a type stands for anything of it but nothing, a dict for one that has at
    least these items, a list for one of that length; else it is the value itself."""
    if isinstance(pattern, type):
        return isinstance(value, pattern) and (bool(value) or pattern is int)
    if isinstance(pattern, Mapping):
        return isinstance(value, Mapping) and all(key in value and fits(pattern[key], value[key]) for key in pattern)
    if isinstance(pattern, list):
        return isinstance(value, list) and len(value) == len(pattern) and all(map(fits, pattern, value))
    return bool(pattern == value)
