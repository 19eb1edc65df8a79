"""Each errcode of the platform becomes the decision its caller has to take."""

import pytest

from bot.wechat import errors
from bot.wechat.errors import KINDS, PlatformError, RequestWrong, platform_error

# The platform's return codes by what they ask of a client, in the order of its pages; written down apart from the
# table that they test.
ROWS: dict[type[PlatformError], str] = {
    errors.RetryLater: """
        -1 45011 45066 45102 45501 42010 43108 43117 45169 46007 61450 61503 9001002 268487001 89501 89503 89504
        89505
    """,
    errors.TokenRefused: "40001 40014 42001 42007 42002",
    errors.RecipientUnreachable: """
        40003 43004 50005 46004 65315 49003 48002 43019 50002 43101 70000 10700 10703 62751
    """,
    errors.WindowClosed: "45015 45047 45080 45081 10706",
    errors.QuotaSpent: "45009 45028 45029 45040 45093 45104 48006 45026 200012 45056 65305",
    errors.Duplicate: "45065",
    errors.RequestWrong: """
        40002 40004 40005 40006 40007 40008 40009 40012 40015 40016 40017 40018 40019 40020 40023 40025 40027
        40029 40163 42003 40030 40031 40032 40033 40035 40036 40037 40039 40048 40052 40053 40054 40055 40059
        40060 40062 40097 40119 40121 40130 40132 40137 40152 40155 40201 40202 40203 40204 41001 41002 41004
        41005 41006 41008 41009 41030 43001 43002 43003 44001 44002 44003 44004 44005 45001 45002 45003 45004
        45005 45006 45007 45008 45010 45012 45016 45057 45058 45059 45064 45067 45072 45083 45084 45157 45158
        45159 45162 45164 45166 45168 46001 46002 46003 47001 47002 47003 48005 61500 61501 65301 65303 65304
        65316 65317 76003 76021 53600
    """,
    errors.NotPermitted: """
        40013 40125 40164 40243 40200 40249 43116 43107 43100 43104 43106 45027 45062 45087 45094 48001 48003
        48004 48008 48010 48011 50001 50003 50004 50007 61003 61004 61007 65306 65309 65400 65401 76022 88000
        89506 89507 200011 200013 53503 53504 53505
    """,
}

LISTED = [(int(errcode), kind) for kind, errcodes in ROWS.items() for errcode in errcodes.split()]


@pytest.mark.parametrize(("errcode", "kind"), LISTED)
def test_an_errcode_becomes_a_decision(errcode: int, kind: type[PlatformError]) -> None:
    error = platform_error(errcode, "some words rid: 68ebc1d0-1a2b3c4d-5e6f7a8b")
    assert type(error) is kind
    assert (error.errcode, error.rid) == (errcode, "68ebc1d0-1a2b3c4d-5e6f7a8b")


def test_no_code_is_classed_that_no_page_lists() -> None:
    assert dict(LISTED) == dict(KINDS)


@pytest.mark.parametrize("errcode", [123456, 40000, 45016 * 10, -2, 81013])
def test_a_code_that_no_page_lists_is_our_bug(errcode: int) -> None:
    assert type(platform_error(errcode, "words")) is RequestWrong


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
