"""Which kind of account it is, told by what it may do. Pure.

Source: the platform's table 「接口权限说明」, and the pages of the single interfaces where they say 适用范围.
"""

from collections.abc import Mapping

from bot.doctor.finding import Finding, found

_VERIFIED = frozenset({"menu", "users", "material"})
_HAS: Mapping[str, frozenset[str]] = {
    "subscription": frozenset(),
    "service": frozenset(),
    "verified-subscription": _VERIFIED,
    "test": _VERIFIED | {"template"},
    "verified-service": _VERIFIED | {"template", "subscription"},
}
# Whether an unverified service account may publish a menu, the platform's pages say both ways.
_DISPUTED = frozenset({"menu"})


def compared(configured: str, granted: frozenset[str]) -> Finding:
    """What follows for an account that is configured as one kind and was granted these abilities."""
    actual = _kinds_with(granted)
    if configured in actual:
        return found("kind_right", configured=configured)
    if not actual:
        return found("kind_unclear", configured=configured, abilities=sorted(granted))
    # Of the unverified kinds, which may do the same, the one that is nearer to what was written.
    kind = next((kind for kind in actual if configured.endswith(kind)), actual[0])
    lacking = _HAS[configured] - granted
    code = "kind_less" if lacking else "kind_more"
    if lacking == {"subscription"}:
        # A service account that hasn't opened its notices yet looks the same as a test account.
        code = "kind_without_notices"
    return found(code, configured=configured, actual=kind)


def _kinds_with(granted: frozenset[str]) -> list[str]:
    """The kinds that have just these abilities."""
    return [kind for kind, has in _HAS.items() if has == granted or (not has and granted <= _DISPUTED)]
