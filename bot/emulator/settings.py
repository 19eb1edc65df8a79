"""What is uncertain about the platform, or differs from day to day, as settings of the emulator."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """`POST _/settings`; a call changes the keys it names."""

    model_config = ConfigDict(extra="forbid", strict=True)

    deadline_ms: int = Field(5000, ge=1, le=60_000)
    """How long the webhook may take for one attempt."""
    attempts: int = Field(3, ge=1, le=10)
    """How often a push is tried in all: the platform's page says three repeats, observers count three requests."""
    window_rule: Literal["max", "reset"] = "max"
    """How a new trigger combines with an open window; documented for mini-programs only (max)."""
    display: Literal["strict", "lenient"] = "strict"
    """What happens to more than the phone can show: strict refuses, lenient cuts."""
    latency_ms: int = Field(0, ge=0, le=60_000)
    """How long every API call takes before anything happens."""
    unfollowed_errcode: Literal[45015, 43004] = 45015
    """What a customer-service message to somebody who left is refused with; the platform's page lists both."""
    service_menu: bool = False
    """Whether an unverified 服务号 may publish a menu: the old table says yes, the page of 2026 no."""
    unverified_media: bool = False
    """Whether an unverified account may upload and fetch temporary media: no page says."""
    test_mass: bool = True
    """Whether a test account may send mass messages: no page says."""
    template_receipt: Literal["", "failed: system failed", "failed:freq limit"] = ""
    """What TEMPLATESENDJOBFINISH says of everybody, instead of what the follower's state makes of the message."""
    clientmsgid_bytes: Literal[32, 64] = 64
    """The longest clientmsgid of a mass message: the platform's pages say both."""
    mass_refused: Literal[0, 10001, 20001, 20013, 40001, 40002] = 0
    """What keeps a mass message from being sent after it was submitted, as `err(n)`; 40001 and 40002: the administrator
    refused, or didn't answer in half an hour."""
    publish_status: Literal[0, 2, 3, 4] = 0
    """What becomes of a publication: 0 well, 2 not original, 3 failed, 4 refused by the platform's review."""
    snapshot_pages: bool = False
    """Whether pages are opened as 快照页, whose visitors are not real."""
    web_domain: str = ""
    """The 网页授权域名; empty: any."""
    token_refused: Literal[0, 40243, 50004, 50007, 89501, 89503, 89506, 89507] = 0
    """What asking for a token is refused with: a frozen secret, a barred or frozen account, an address that the
    administrator hasn't confirmed. Tokens that were given out go on."""
    calls_per_minute: dict[str, int] = {}
    """Path → calls a minute, beyond which 45011; the platform doesn't publish them."""
    receipt_delay_ms: int = Field(0, ge=0, le=600_000)
    """How long after a message its receipt leaves."""
    receipt_jitter_ms: int = Field(0, ge=0, le=600_000)
    """How much longer at most, so that receipts overtake one another."""
    receipt_copies: int = Field(1, ge=0, le=10)
    """How often each receipt is pushed; 0: they get lost."""
    page_size: int = Field(10_000, ge=1, le=10_000)
    """Openids per page of user/get; small pages let a small test turn them."""
    blacklist_page: int = Field(1_000, ge=1, le=10_000)
    """Openids per page of getblacklist: the old page says 10,000, the new one 1,000."""
    ip_allow_list: list[str] = []
    """Addresses that may ask for tokens; empty: everybody."""
