"""Tags of the account: their names. Who carries which stands with the followers. Source: 「用户标签管理」."""

from typing import Any

from bot.emulator.errors import Refused

MOST = 100
NAME_CHARS = 30
# The platform's own: nobody can change them.
SYSTEM = {1: "黑名单", 2: "星标组"}
FIRST = 100


class Tags:
    """id → name, in the order of making."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self._last = FIRST - 1

    def create(self, name: object) -> int:
        """Raises Refused."""
        checked = self._checked(name)
        if len(self.names) >= MOST:
            raise Refused(45056)
        self._last += 1
        self.names[self._last] = checked
        return self._last

    def rename(self, tag: object, name: object) -> None:
        """Raises Refused."""
        self.names[self.own(tag)] = self._checked(name)

    def own(self, tag: object) -> int:
        """A tag that the account made. Raises Refused for the platform's and unknown ones."""
        number = int(tag) if isinstance(tag, int | str) and str(tag).isdecimal() else -1
        if number in SYSTEM or number == 0:
            raise Refused(45058)
        if number not in self.names:
            raise Refused(45159)
        return number

    def _checked(self, name: object) -> str:
        if not isinstance(name, str) or not name or name in self.names.values():
            raise Refused(45157)
        if len(name) > NAME_CHARS:
            raise Refused(45158)
        return name

    def saved(self) -> dict[str, Any]:
        return {"names": list(self.names.items()), "last": self._last}

    def restore(self, saved: dict[str, Any]) -> None:
        self.names = dict(saved["names"])
        self._last = saved["last"]

    def reset(self) -> None:
        """With the followers go their tags, and so the tags."""
        self.names.clear()
