"""QR codes with a scene. Source: 「生成带参数的二维码」."""

import secrets
from dataclasses import asdict, dataclass
from typing import Any

SECONDS = 2_592_000
PERMANENT_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Code:
    """A code: `scene` is what its number or string says; `ends` is None for one that stays."""

    ticket: str
    scene: str
    ends: float | None
    url: str

    def valid(self, now: float) -> bool:
        return self.ends is None or now < self.ends


class Codes:
    """All codes of the account, by their tickets."""

    def __init__(self) -> None:
        self._by_ticket: dict[str, Code] = {}

    @property
    def permanent(self) -> int:
        return sum(code.ends is None for code in self._by_ticket.values())

    def create(self, scene: str, ends: float | None, base: str) -> Code:
        """A new code; a permanent one of the same scene stays what it is."""
        for code in self._by_ticket.values():
            if ends is None and code.ends is None and code.scene == scene:
                return code
        ticket = f"gQ{secrets.token_urlsafe(69)[:92]}=="
        code = Code(ticket, scene, ends, f"{base}/q?code={secrets.token_urlsafe(15)}")
        self._by_ticket[ticket] = code
        return code

    def find(self, ticket: str, now: float) -> Code | None:
        code = self._by_ticket.get(ticket)
        return code if code is not None and code.valid(now) else None

    def by_address(self, code: str, now: float) -> Code | None:
        found = (known for known in self._by_ticket.values() if known.url.endswith(f"?code={code}"))
        return next((known for known in found if known.valid(now)), None)

    def saved(self) -> list[dict[str, Any]]:
        return [asdict(code) for code in self._by_ticket.values()]

    def restore(self, saved: list[dict[str, Any]]) -> None:
        self._by_ticket = {code["ticket"]: Code(**code) for code in saved}

    def reset(self) -> None:
        self._by_ticket.clear()
