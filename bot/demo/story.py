"""What the demo itself remembers between runs, beside the product's data and the platform's state: one small file."""

import json
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bot.emulator.clock import PlatformClock


@dataclass(slots=True)
class Story:
    """`id` names this demo (a fresh one has another), `member` and `secretary` are the openids of the two phones.

    `now` is the demo's time when it was last written: while nothing runs, its time stands still.
    """

    id: str
    member: str
    secretary: str
    now: datetime

    def shown(self) -> dict[str, str]:
        """What the page may know."""
        return {"id": self.id, "member": self.member, "secretary": self.secretary}

    def save(self, file: Path) -> None:
        """Writes it in one go: a demo that is killed keeps the last whole one."""
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps(asdict(self) | {"now": self.now.isoformat()}), encoding="utf-8")
        draft.replace(file)

    @classmethod
    def load(cls, file: Path) -> "Story":
        """Raises FileNotFoundError where no demo has been set up."""
        kept = json.loads(file.read_text(encoding="utf-8"))
        return cls(**{**kept, "now": datetime.fromisoformat(kept["now"])})


class StoryClock(PlatformClock):
    """The platform's clock, begun at any moment, also one that is past; from there it runs by real time."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._offset = now.timestamp() - time.time()

    def resume(self, *, offset: float, frozen_at: float | None) -> None:
        """Nothing: it was begun where the demo's time stood still, not where real time has gone since."""
