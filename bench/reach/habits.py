"""What the members of the simulated month do: events by dice, from the shares in `bench/habits.toml`."""

import random
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FILE = Path(__file__).parent.parent / "habits.toml"
BEIJING = ZoneInfo("Asia/Shanghai")

MESSAGE, TAP, GRANT, UNSUBSCRIBE = "message", "tap", "grant", "unsubscribe"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a member did."""

    at: datetime
    member: int
    what: str


@dataclass(frozen=True)
class Month:
    """The frame in which it all happens."""

    members: int
    first_day: date
    days: int
    slot_minutes: int
    broadcast_at: time
    # Kind of account → kind of push → when its admin has the rest of that day's mass-sent.
    mass_at: Mapping[str, Mapping[str, time]]

    def broadcasts_on(self, day: date) -> bool:
        """Whether the secretary broadcasts on that day: on Wednesdays."""
        return day.weekday() == 2

    def orders_on(self, day: date, account: str) -> Mapping[str, time]:
        """What is mass-sent on a day; on that of a broadcast nothing else, since some accounts have one a day."""
        all_ = self.mass_at.get(account, {})
        return {kind: at for kind, at in all_.items() if (kind == "text") == self.broadcasts_on(day)}

    @property
    def dates(self) -> list[date]:
        """Its days."""
        return [self.first_day + timedelta(days=day) for day in range(self.days)]


class Life:
    """One seed's month: what happens when, in order, and in which state of the platform's members begin."""

    def __init__(self, month: Month, events: Sequence[Event], states: Mapping[int, str]) -> None:
        self.month = month
        self.events = events
        self.states = states
        self._of: defaultdict[int, list[Event]] = defaultdict(list)
        for event in events:
            self._of[event.member].append(event)

    def of(self, member: int) -> list[Event]:
        """What one member does, in order."""
        return self._of[member]


def read(file: Path = FILE, **changes: Any) -> tuple[Month, list[dict[str, Any]]]:
    """The file's month, with changes for a shorter one, and its habits."""
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    month = {**found["month"], **changes, "broadcast_at": time.fromisoformat(found["month"]["broadcast_at"])}
    mass_at = {
        account: {kind: time.fromisoformat(at) for kind, at in orders.items()}
        for account, orders in found["mass"].items()
    }
    return Month(mass_at=mass_at, **month), found["habit"]


def lives(month: Month, habits: Sequence[Mapping[str, Any]], seed: int) -> Life:
    """What everybody does in the month; members are numbered from 0, habit by habit as their shares are."""
    dice = random.Random(seed)
    events: list[Event] = []
    states: dict[int, str] = {}
    for member, habit in enumerate(_shared_out(month.members, habits)):
        if state := habit.get("state"):
            states[member] = state
        events += _month_of(member, habit, month, dice)
    return Life(month, sorted(events, key=lambda event: (event.at, event.member)), states)


def _shared_out(members: int, habits: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    share = 0.0
    for habit in habits:
        share += habit["share"]
        found += [habit] * (round(share * members) - len(found))
    return found


def _month_of(member: int, habit: Mapping[str, Any], month: Month, dice: random.Random) -> list[Event]:
    events: dict[datetime, Event] = {}
    grants: list[Event] = []
    for day in month.dates:
        for doing in habit["does"]:
            if doing.get("workdays") and day.weekday() >= 5:
                continue
            if dice.random() >= doing["chance"]:
                continue
            at = _moment(day, doing, month.slot_minutes, dice)
            # One thing at a time: a second one in the same slot didn't happen.
            events.setdefault(at, Event(at, member, doing["what"]))
            if doing["what"] == UNSUBSCRIBE:
                return [*events.values(), *grants]
            if doing["what"] == MESSAGE and dice.random() < habit.get("grants", 0):
                grants.append(Event(at + timedelta(minutes=month.slot_minutes), member, GRANT))
    return [*events.values(), *grants]


def _moment(day: date, doing: Mapping[str, Any], slot: int, dice: random.Random) -> datetime:
    first, last = (_minutes(doing[end]) for end in ("from", "until"))
    minute = dice.randrange(first, last) // slot * slot + slot
    return datetime.combine(day, time(), BEIJING) + timedelta(minutes=minute)


def _minutes(wall: str) -> int:
    clock = time.fromisoformat(wall)
    return clock.hour * 60 + clock.minute
