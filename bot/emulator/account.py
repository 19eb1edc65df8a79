"""The emulated account: its credentials, and what an account of its kind may do.

Source: the platform's table 「接口权限说明」, and the pages of the single interfaces where they say 适用范围.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["subscription", "verified-subscription", "service", "verified-service", "test"]
Mode = Literal["plain", "compatible", "safe"]
Format = Literal["xml", "json"]

_VERIFIED: frozenset[Kind] = frozenset({"verified-subscription", "verified-service", "test"})
_SERVICE: frozenset[Kind] = frozenset({"verified-service", "test"})

# Ability → the kinds that have it. An ability that no line names belongs to every kind.
ABILITIES: dict[str, frozenset[Kind]] = {
    "menu": _VERIFIED,
    "custom": _VERIFIED,
    "users": _VERIFIED,
    "media": _VERIFIED,
    "material": _VERIFIED,
    "mass": frozenset({"verified-subscription", "verified-service"}),
    "mass by openid": frozenset({"verified-service"}),
    "publish": frozenset({"verified-subscription", "verified-service"}),
    "template": _SERVICE,
    "subscription": frozenset({"verified-service"}),
    "qr": _SERVICE,
    "web": _SERVICE,
}
# (ability, kind) → the setting that decides, where the platform's pages disagree or are silent.
DISPUTED: dict[tuple[str, Kind], str] = {
    ("menu", "service"): "service_menu",
    ("media", "subscription"): "unverified_media",
    ("media", "service"): "unverified_media",
    ("mass", "test"): "test_mass",
    ("mass by openid", "test"): "test_mass",
}


@dataclass(frozen=True, slots=True)
class Account:
    """One 公众号 or 服务号. The defaults are the test credentials that the project publishes."""

    app_id: str = "wx0123456789abcdef"
    app_secret: str = "0123456789abcdef0123456789abcdef"
    token: str = "chenzhong_demo"
    encoding_aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    original_id: str = "gh_0123456789ab"
    kind: Kind = "verified-service"
    mode: Mode = "safe"
    format: Format = "xml"

    def may(self, ability: str) -> bool:
        """Whether an account of this kind has `ability` (a key of ABILITIES)."""
        kinds = ABILITIES.get(ability)
        return kinds is None or self.kind in kinds

    @property
    def sandbox(self) -> bool:
        """A test account (测试号) has daily limits of its own."""
        return self.kind == "test"
