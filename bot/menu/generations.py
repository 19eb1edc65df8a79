"""The menus that were there before ours, one file each, so that a publication can be taken back.

`menus/20261125-224700.json` in the data folder holds `{"menu": {"button": […]}}`, or `{"menu": null}` where there was
none. Once put back, its file ends in `.undone.json` and holds the menu that had to go for it.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

_UNDONE = ".undone.json"


@dataclass(frozen=True, slots=True)
class Generation:
    """A menu that was taken down, and where it lies."""

    path: Path
    menu: dict[str, Any] | None


class Generations:
    """The saved menus of one installation."""

    def __init__(self, data_folder: Path) -> None:
        self._folder = data_folder / "menus"

    def save(self, menu: dict[str, Any] | None, now: datetime) -> Generation:
        """Keeps a menu that is about to go. Raises `OSError`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{now:%Y%m%d-%H%M%S-%f}.json"
        _write(path, menu)
        return Generation(path, menu)

    def latest(self) -> Generation | None:
        """The newest one that was not put back yet. Raises `OSError` and `ValueError` for an unreadable file."""
        saved = sorted(path for path in self._folder.glob("*.json") if not path.name.endswith(_UNDONE))
        if not saved:
            return None
        menu = json.loads(saved[-1].read_text(encoding="utf-8"))["menu"]
        return Generation(saved[-1], menu)

    def forget(self, generation: Generation) -> None:
        """Takes back `save`: the menu was not replaced after all."""
        generation.path.unlink()

    def undone(self, generation: Generation, replaced: dict[str, Any] | None) -> Path:
        """Notes that a generation was put back; where the menu lies that had to go for it."""
        kept = generation.path.with_name(generation.path.name.removesuffix(".json") + _UNDONE)
        _write(kept, replaced)
        generation.path.unlink()
        return kept


def _write(path: Path, menu: dict[str, Any] | None) -> None:
    path.write_text(json.dumps({"menu": menu}, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
