"""Each errcode of the platform becomes the decision its caller has to take."""

import pytest

from bot.wechat import errors
from bot.wechat.errors import KINDS, PlatformError, RequestWrong, platform_error


@pytest.mark.parametrize(
    ("errcode", "kind"),
    [
        (-1, errors.RetryLater),
        (45011, errors.RetryLater),
        (40001, errors.TokenRefused),
        (42001, errors.TokenRefused),
        (43004, errors.RecipientUnreachable),
        (48002, errors.RecipientUnreachable),
        (43101, errors.RecipientUnreachable),
        (45015, errors.WindowClosed),
        (45047, errors.WindowClosed),
        (45009, errors.QuotaSpent),
        (45065, errors.Duplicate),
        (47003, errors.RequestWrong),
        (48001, errors.NotPermitted),
        (40164, errors.NotPermitted),
        (123456, errors.RequestWrong),
    ],
)
def test_an_errcode_becomes_a_decision(errcode: int, kind: type[PlatformError]) -> None:
    error = platform_error(errcode, "some words rid: 68ebc1d0-1a2b3c4d-5e6f7a8b")
    assert type(error) is kind
    assert (error.errcode, error.rid) == (errcode, "68ebc1d0-1a2b3c4d-5e6f7a8b")


def test_every_code_has_one_class_and_every_class_has_codes() -> None:
    listed = [errcode for errcodes in errors._CODES.values() for errcode in errcodes]
    assert len(listed) == len(set(listed)) == len(KINDS)
    assert set(PlatformError.__subclasses__()) == set(KINDS.values())
    assert 0 not in KINDS


@pytest.mark.parametrize(
    ("errmsg", "rid"),
    [
        ("invalid credential rid: 68ebc1d0-1a2b3c4d-5e6f7a8b", "68ebc1d0-1a2b3c4d-5e6f7a8b"),
        ("ok rid:68ebc1d0-1a2b3c4d-5e6f7a8b ", "68ebc1d0-1a2b3c4d-5e6f7a8b"),
        ("system error hint: [Abc123]", ""),
        ("", ""),
    ],
)
def test_the_platforms_number_of_a_request_is_found(errmsg: str, rid: str) -> None:
    assert platform_error(-1, errmsg).rid == rid


def test_a_refusal_can_carry_a_result() -> None:
    error = platform_error(45065, "clientmsgid exist", {"errcode": 45065, "msg_id": 3147483655})
    assert error.answer["msg_id"] == 3147483655
    assert platform_error(99, "x").answer == {}
    assert isinstance(platform_error(99, "x"), RequestWrong)
    assert str(platform_error(99, "unheard of")) == "99 unheard of"
