"""`menu push`: the difference first; then, once confirmed, the old menu is kept and the new one published."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.commands.events import Tone
from bot.commands.screen import say
from bot.config import Config
from bot.dispatch import is_command
from bot.doctor.failures import named
from bot.doctor.wording import cure, sentence
from bot.menu.difference import Line, Mark, difference
from bot.menu.file import plain
from bot.menu.generations import Generation, Generations
from bot.menu.lint import faults
from bot.texts import Texts
from bot.wechat import menus
from bot.wechat.client import Client
from bot.wechat.errors import CallFailed, PlatformError

_DONE, _NOT_DONE, _IMPOSSIBLE = 0, 1, 2
_NOT_PERMITTED = 48001

_TONES: Mapping[Mark, Tone] = {
    "added": "good",
    "removed": "warning",
    "changed": "warning",
    "same": "plain",
    "reordered": "warning",
}


@dataclass
class MenuPush:
    """One menu on its way to the account. `confirmed` asks the question it is given; `now` names the saved file."""

    config: Config
    texts: Texts
    client: Client
    confirmed: Callable[[str], bool]
    now: datetime
    dry_run: bool

    def __post_init__(self) -> None:
        self.generations = Generations(self.config.data_folder)

    async def publish(self, menu: dict[str, Any]) -> int:
        """Publishes a menu in the platform's form; the exit status."""
        found = faults(menu, is_command)
        for fault in found:
            say(self.texts(f"menu.{fault.code}", **fault.values), "bad" if fault.refused else "warning")
        if any(fault.refused for fault in found):
            say(self.texts("menu.refused"), "bad")
            return _NOT_DONE
        return await self._guarded(menu, None)

    async def undo(self) -> int:
        """Puts the menu back that was there before the latest publication; the exit status."""
        try:
            generation = self.generations.latest()
        except (OSError, ValueError, KeyError) as error:
            say(self.texts("menu.saved_unreadable", reason=error), "bad")
            return _IMPOSSIBLE
        if generation is None:
            say(self.texts("menu.nothing_to_undo"), "bad")
            return _IMPOSSIBLE
        return await self._guarded(generation.menu, generation)

    async def _guarded(self, wanted: dict[str, Any] | None, generation: Generation | None) -> int:
        try:
            return await self._replace(wanted, generation)
        except CallFailed as failure:
            if isinstance(failure, PlatformError) and failure.errcode == _NOT_PERMITTED:
                say(self.texts("menu.not_allowed"), "bad")
            else:
                finding = named(failure, self.config.wechat.api_base)
                say(self.texts("menu.failed", reason=sentence(self.texts, finding)), "bad")
                say(cure(self.texts, finding), "bad")
            return _IMPOSSIBLE

    async def _replace(self, wanted: dict[str, Any] | None, generation: Generation | None) -> int:
        """`generation`: the saved menu that `wanted` is, where it is one."""
        published = await menus.get(self.client)
        before = plain(published.menu) if published else None
        self._show(before, wanted)
        if before == wanted:
            if generation and not self.dry_run:
                self.generations.forget(generation)
            say(self.texts("menu.same"), "good")
            return _DONE
        await self._warn(published)
        if self.dry_run:
            say(self.texts("menu.would"))
            return _DONE
        if not self.confirmed(self.texts("menu.confirm" if wanted else "menu.confirm_delete")):
            say(self.texts("menu.not_published"), "warning")
            return _NOT_DONE
        return await self._exchange(before, wanted, generation)

    async def _warn(self, published: menus.Published | None) -> None:
        """What of the present menu the difference doesn't show."""
        if published is None:
            shown = await menus.shown(self.client)
            buttons = (shown.get("selfmenu_info") or {}).get("button") or []
            if shown.get("is_menu_open") and buttons:
                names = "、".join(str(button.get("name", "")) for button in buttons)
                say(self.texts("menu.from_console", names=names), "warning")
        elif published.conditional:
            say(self.texts("menu.conditional", count=published.conditional), "warning")

    async def _exchange(
        self, before: dict[str, Any] | None, wanted: dict[str, Any] | None, generation: Generation | None
    ) -> int:
        if await self._present() != before:
            say(self.texts("menu.changed_meanwhile"), "bad")
            return _IMPOSSIBLE
        saved = None if generation else self.generations.save(before, self.now)
        try:
            await (menus.create(self.client, wanted) if wanted else menus.delete(self.client))
        except PlatformError:
            # The platform said no, so that the old menu is still there; after anything else nobody knows.
            if saved:
                self.generations.forget(saved)
            raise
        kept = self.generations.undone(generation, before) if generation else None
        if await self._present() != wanted:
            say(self.texts("menu.differs"), "bad")
            return _NOT_DONE
        self._tell(saved, kept if before else None, wanted)
        return _DONE

    def _tell(self, saved: Generation | None, kept: Any, wanted: dict[str, Any] | None) -> None:
        say(self.texts("menu.published" if saved else "menu.undone" if wanted else "menu.deleted", path=kept), "good")
        if saved and saved.menu:
            say(self.texts("menu.kept", path=saved.path))

    async def _present(self) -> dict[str, Any] | None:
        published = await menus.get(self.client)
        return plain(published.menu) if published else None

    def _show(self, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        if before is None:
            say(self.texts("menu.none_now"))
        lines = difference((before or {"button": []})["button"], (after or {"button": []})["button"])
        for line in lines:
            say("".join(self._written(line)), _TONES[line.mark])
        if any(line.mark != "same" for line in lines):
            say(self.texts("menu.legend"))

    def _written(self, line: Line) -> Iterator[str]:
        yield "　　" * line.depth
        before, after = (self._does(button) for button in (line.before, line.after))
        action = after or before
        yield self.texts(f"menu.tree_{line.mark}", name=line.name, action=action, before=before, after=after)

    def _does(self, button: dict[str, Any] | None) -> str:
        """What a button does, in words."""
        if button is None:
            return ""
        if button.get("sub_button"):
            return self.texts("menu.does_open")
        match button.get("type"):
            case "click":
                return self.texts("menu.does_click", key=button.get("key"))
            case "view":
                return self.texts("menu.does_view", url=button.get("url"))
            case "miniprogram":
                return self.texts("menu.does_miniprogram", name=button.get("appid"), page=button.get("pagepath"))
            case "article_id" | "article_view_limited":
                return self.texts("menu.does_article", name=button.get("article_id"))
        what = button.get("key") or button.get("media_id") or ""
        return self.texts("menu.does_other", kind=button.get("type"), name=what)
