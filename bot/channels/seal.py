"""Addresses of channels at rest: whoever has one can write into the group, so the database alone must not tell it."""

import base64
import hmac

from cryptography.fernet import Fernet, InvalidToken


class Seal:
    """Seals with a key made of the installation's own secret, which isn't in the database."""

    def __init__(self, secret: bytes) -> None:
        key = hmac.digest(secret, b"the address of a channel", "sha256")
        self._fernet = Fernet(base64.urlsafe_b64encode(key))
        self._digest_key = hmac.digest(secret, b"the digest of a channel", "sha256")

    def close(self, address: str) -> str:
        """The address, sealed."""
        return self._fernet.encrypt(address.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """The address; None where it was sealed with another secret."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def digest(self, address: str) -> str:
        """By what the same address is known again."""
        return hmac.new(self._digest_key, address.encode(), "sha256").hexdigest()
