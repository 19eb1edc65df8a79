"""One-time links from the chat to a page of one's own: a random number, signed, and nothing about anybody."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

PATH = "/m/data/"

_NONCE, _MAC = 16, 16


class Tickets:
    """Makes and reads such links below `base`, our public address."""

    def __init__(self, base: str, secret: bytes) -> None:
        self._base = base
        self._key = hmac.digest(secret, b"one-time links", "sha256")

    def address(self, nonce: str) -> str:
        """Where the ticket of this number is good."""
        number = bytes.fromhex(nonce)
        return f"{self._base}{PATH}{urlsafe_b64encode(number + self._mac(number)).decode().rstrip('=')}"

    def read(self, token: str) -> str | None:
        """The number at the end of an address, or None if we didn't sign it."""
        try:
            raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except ValueError:
            return None
        number, mac = raw[:_NONCE], raw[_NONCE:]
        return number.hex() if hmac.compare_digest(mac, self._mac(number)) else None

    def _mac(self, number: bytes) -> bytes:
        return hmac.digest(self._key, number, "sha256")[:_MAC]
