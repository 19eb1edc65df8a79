"""The platform's record of refused requests, which `openapi/rid/get` explains for seven days."""

from typing import Any

SECONDS = 7 * 86400
# A test may be refused thousands of times.
REMEMBERED = 1000


class Journal:
    """rid → the request it names."""

    def __init__(self) -> None:
        self._requests: dict[str, tuple[float, dict[str, Any]]] = {}

    def note(self, rid: str, now: float, request: dict[str, Any]) -> None:
        self._requests[rid] = (now, request)
        if len(self._requests) > REMEMBERED:
            del self._requests[next(iter(self._requests))]

    def find(self, rid: str, now: float) -> dict[str, Any] | None:
        """The request that was given this rid in the last seven days."""
        at, request = self._requests.get(rid, (0.0, None))
        return request if request is not None and now - at < SECONDS else None

    def reset(self) -> None:
        self._requests.clear()
