"""How two menus differ, as a tree that people can read. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Mark = Literal["added", "removed", "changed", "same", "reordered"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the tree. `depth` 0 or 1; `before` and `after` are buttons in the platform's form, where there are.

    "reordered" stands for a whole level: its buttons are the same, and come in another order.
    """

    depth: int
    mark: Mark
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """The name of its button; "" for a level."""
        return str((self.after or self.before or {"name": ""})["name"])


def difference(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]], depth: int = 0) -> list[Line]:
    """The lines from one list of buttons to another: in the new order, what is gone at the end of its level.

    Buttons are the same ones where their names are; twice the same name goes by the order.
    """
    left = list(before)
    places: list[int] = []
    lines: list[Line] = []
    for button in after:
        old = next((one for one in left if one["name"] == button["name"]), None)
        if old is not None:
            left.remove(old)
            places.append(next(place for place, one in enumerate(before) if one is old))
        lines += _of_button(old, button, depth)
    for gone in left:
        lines += _of_button(gone, None, depth)
    if places != sorted(places):
        lines.append(Line(depth, "reordered"))
    return lines


def _of_button(old: dict[str, Any] | None, new: dict[str, Any] | None, depth: int) -> Iterator[Line]:
    if old is None or new is None:
        mark: Mark = "added" if old is None else "removed"
    else:
        # A button with others below it is itself the same: what changed are those.
        mark = "same" if _own(old) == _own(new) else "changed"
    yield Line(depth, mark, old, new)
    yield from difference(_below(old), _below(new), depth + 1)


def _below(button: dict[str, Any] | None) -> list[dict[str, Any]]:
    return list((button or {}).get("sub_button") or [])


def _own(button: dict[str, Any]) -> dict[str, Any]:
    """What a button does itself."""
    return {"opens": bool(button.get("sub_button"))} | {k: v for k, v in button.items() if k != "sub_button"}
