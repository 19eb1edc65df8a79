"""Which menu a follower sees: the account's own, one for a tag or a kind of phone, or one made in the console."""

from typing import Any, Protocol

Buttons = list[dict[str, Any]]


class Looker(Protocol):
    """Whoever looks at the menu."""

    @property
    def tags(self) -> tuple[int, ...] | None: ...


class Menus:
    """Conditional menus in the order of making; `console` is a menu that no API made."""

    def __init__(self) -> None:
        self.conditional: list[dict[str, Any]] = []
        self.console: Buttons | None = None

    def seen_by(self, looker: Looker | None, phone: str, default: dict[str, Any] | None) -> dict[str, Any] | None:
        """The latest conditional menu whose rule fits, else the default; `phone` is 1 iOS, 2 Android, 3 another."""
        tags = {str(tag) for tag in (looker.tags if looker else None) or ()}
        menu: dict[str, Any]
        for menu in reversed(self.conditional):
            rule = menu["matchrule"]
            tag, platform = str(rule.get("tag_id", "")), str(rule.get("client_platform_type", ""))
            if (not tag or tag in tags) and (not platform or platform == phone):
                return menu
        if default is not None:
            return default
        return {"button": self.console} if self.console else None

    def saved(self) -> dict[str, Any]:
        return {"conditional": self.conditional, "console": self.console}

    def restore(self, saved: dict[str, Any]) -> None:
        self.conditional, self.console = saved["conditional"], saved["console"]

    def reset(self) -> None:
        """Menus stay, as the default one does."""
