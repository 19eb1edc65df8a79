"""What a running command tells: progress, lines, facts, and its end. All of them can be sent as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Tone = Literal["plain", "good", "warning", "bad"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is; `total` may be 0 while nobody knows it yet."""

    done: int
    total: int
    what: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence for the operator."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something for the program that asked, not for the operator: the id of a new broadcast, the rows of a file."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Ended:
    """The last event. `status` is the exit status: 0, or 1 where something has to be put right first."""

    status: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """Sent instead of an end where the function raised a `CommandError`."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


Event = Progress | Line | Fact | Ended
_KINDS = {kind.__name__: kind for kind in (Progress, Line, Fact, Ended, Failed)}


def packed(event: Event | Failed) -> dict[str, Any]:
    """The event as JSON can carry it."""
    return {"event": type(event).__name__, **asdict(event)}


def unpacked(data: dict[str, Any]) -> Event | Failed:
    """The event that `packed` packed."""
    kind = _KINDS[data.pop("event")]
    event: Event | Failed = kind(**data)
    return event
