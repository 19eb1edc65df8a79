"""A member's way from the chat into the pages below `/m`: a signed link that says who comes, for half an hour."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

# Long enough to read and to write something; a link that was passed on is worth nothing soon.
LIFETIME = timedelta(minutes=30)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MEMBER, _MINUTES, _MAC = 5, 4, 12


def badge(secret: bytes, member_id: int, now: datetime) -> str:
    """What lets this member in, as a part of an address."""
    minutes = (now + LIFETIME - _EPOCH) // timedelta(minutes=1)
    said = member_id.to_bytes(_MEMBER) + minutes.to_bytes(_MINUTES)
    return urlsafe_b64encode(said + _mac(secret, said)).decode().rstrip("=")


def admitted(secret: bytes, badge: str, now: datetime) -> int | None:
    """Whom a badge lets in; None for one that we didn't sign, or whose time is over."""
    try:
        raw = urlsafe_b64decode(badge.encode("ascii") + b"=" * (-len(badge) % 4))
    except ValueError:
        return None
    said, mac = raw[:-_MAC], raw[-_MAC:]
    if len(said) != _MEMBER + _MINUTES or not hmac.compare_digest(mac, _mac(secret, said)):
        return None
    until = _EPOCH + timedelta(minutes=int.from_bytes(said[_MEMBER:]))
    return int.from_bytes(said[:_MEMBER]) if now < until else None


def _mac(secret: bytes, said: bytes) -> bytes:
    key = hmac.digest(secret, b"a member's way into the pages", "sha256")
    return hmac.digest(key, said, "sha256")[:_MAC]
