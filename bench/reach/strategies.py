"""What simpler strategies would reach, and what nobody could surpass: pure, from the month's events.

The model of the platform's window here is compared with the emulated platform in `tests/bench/test_reach.py`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.reach.habits import GRANT, MESSAGE, TAP, UNSUBSCRIBE, Event, Life

# What opens a window: messages, and for how long.
OPENS = {MESSAGE: (5, timedelta(hours=48)), TAP: (3, timedelta(minutes=1))}

# The routes that accounts of each kind have by the platform's table.
ROUTES = {
    "subscription": {"passive"},
    "verified-subscription": {"passive", "custom", "mass"},
    "service": {"passive"},
    "verified-service": {"passive", "custom", "subscription", "template", "mass"},
    "test": {"passive", "custom", "template"},
}
# A verified service account's follower gets at most four mass sends a month, a subscription account sends one a day.
MASS_A_MONTH = 4
# Never by mass send: what is addressed to one person.
PERSONAL = frozenset({"birthday", "oath", "birthday_list", "probation", "answer", "news"})


@dataclass(frozen=True, slots=True)
class Owed:
    """A push: to whom, of what kind, and between which moments it has to be on the phone."""

    member: int
    kind: str
    due: datetime
    quiet: datetime


@dataclass(frozen=True, slots=True)
class Ordered:
    """A mass send that the admin ordered: for a push of which kind, due when, and when it went."""

    kind: str
    due: datetime
    at: datetime


@dataclass
class Window:
    """The platform's window of one follower, by `rule`."""

    rule: str = "max"
    left: int = 0
    until: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def open(self, what: str, at: datetime) -> None:
        """The follower did something."""
        count, length = OPENS[what]
        if self.rule == "max" and at < self.until:
            self.left, self.until = max(self.left, count), max(self.until, at + length)
        else:
            self.left, self.until = count, at + length

    def is_open(self, at: datetime) -> bool:
        """Whether one more message would be taken."""
        return self.left > 0 and at < self.until


def by_custom_only(owed: Sequence[Owed], life: Life, rule: str) -> int:
    """Sent at once where the window is open, and otherwise as soon as it opens that day; no other route."""
    reached = 0
    for member, pushes in _by_member(owed).items():
        if member in life.states:
            continue
        events = life.of(member)
        window, waiting, next_ = Window(rule), list(pushes), 0
        # What falls due at the moment of an event comes after it.
        moments = sorted({event.at for event in events} | {push.due for push in pushes})
        for at in moments:
            while next_ < len(events) and events[next_].at <= at:
                event, next_ = events[next_], next_ + 1
                if event.what in OPENS:
                    window.open(event.what, event.at)
                elif event.what == UNSUBSCRIBE:
                    waiting = []
            waiting = [push for push in waiting if at < push.quiet]
            for push in [push for push in waiting if push.due <= at]:
                if window.is_open(at):
                    window.left -= 1
                    waiting.remove(push)
                    reached += 1
    return reached


def by_template_only(owed: Sequence[Owed], life: Life) -> int:
    """Everybody who follows and doesn't refuse, at once: against the platform's policy for this kind of content."""
    left = _left_at(life)
    return sum(1 for push in owed if push.member not in life.states and push.due < left.get(push.member, push.quiet))


def bound(
    owed: Sequence[Owed],
    life: Life,
    kind: str,
    routes: Collection[str],
    ordered: Collection[Ordered] | None = None,
) -> int:
    """The most that any planner could reach by these routes, knowing all that will happen.

    How many messages a window has left is not looked at, which only makes the bound higher. Mass sends are those that
    the admin `ordered`; None: each member gets those that suit them best, as if there were an admin for each.
    """
    can = ROUTES[kind] & set(routes)
    by_mass = None if ordered is None else {(one.kind, one.due): one.at for one in ordered}
    return sum(_bound_of(pushes, life, member, kind, can, by_mass) for member, pushes in _by_member(owed).items())


def _bound_of(
    pushes: Sequence[Owed],
    life: Life,
    member: int,
    kind: str,
    can: Collection[str],
    ordered: dict[tuple[str, datetime], datetime] | None,
) -> int:
    if member in life.states:
        return 0
    events = life.of(member)
    gone = next((event.at for event in events if event.what == UNSUBSCRIBE), None)
    present = [push for push in pushes if gone is None or push.due < gone]
    missing = [push for push in present if not has_chance(push, events, can)]
    reached = len(present) - len(missing)
    if "mass" in can and ordered is not None:
        # Before the grants, which any later push can use as well.
        sent = _by_order(missing, kind, ordered, gone)
        reached, missing = reached + len(sent), [push for push in missing if push not in sent]
    if "subscription" in can:
        granted = _by_grants(missing, events)
        reached, missing = reached + len(granted), [push for push in missing if push not in granted]
    if "mass" in can and ordered is None:
        reached += _by_mass([push for push in missing if push.kind not in PERSONAL], kind)
    return reached


def has_chance(push: Owed, events: Iterable[Event], can: Collection[str]) -> bool:
    """Whether some moment of its day would have done, by an answer or inside a window."""
    for event in events:
        if event.what not in OPENS:
            continue
        if "passive" in can and push.due < event.at < push.quiet:
            return True
        if "custom" in can and event.at < push.quiet and push.due < event.at + OPENS[event.what][1]:
            return True
    return False


def _by_grants(missing: Sequence[Owed], events: Iterable[Event]) -> list[Owed]:
    """Which of them a grant is left for, each grant used once: the earliest first, which is the best there is."""
    grants = [event.at for event in events if event.what == GRANT]
    reached = []
    for push in sorted(missing, key=lambda push: push.quiet):
        usable = next((at for at in grants if at < push.quiet), None)
        if usable is not None:
            grants.remove(usable)
            reached.append(push)
    return reached


def _by_mass(missing: Sequence[Owed], kind: str) -> int:
    if kind == "verified-subscription":
        return len({push.due.date() for push in missing})
    a_month = Counter((push.due.year, push.due.month) for push in missing)
    return sum(min(MASS_A_MONTH, count) for count in a_month.values())


def _by_order(
    missing: Sequence[Owed], kind: str, ordered: dict[tuple[str, datetime], datetime], gone: datetime | None
) -> list[Owed]:
    """Which of them were mass-sent in time; the earliest first, where there are more than a month has."""
    had: Counter[tuple[int, int]] = Counter()
    sent = []
    for push in sorted(missing, key=lambda push: push.quiet):
        at = ordered.get((push.kind, push.due))
        if at is None or at >= push.quiet or (gone is not None and gone <= at):
            continue
        month = (at.year, at.month)
        if kind == "verified-subscription" or had[month] < MASS_A_MONTH:
            had[month] += 1
            sent.append(push)
    return sent


def _left_at(life: Life) -> dict[int, datetime]:
    return {event.member: event.at for event in life.events if event.what == UNSUBSCRIBE}


def _by_member(owed: Iterable[Owed]) -> dict[int, list[Owed]]:
    found: defaultdict[int, list[Owed]] = defaultdict(list)
    for push in sorted(owed, key=lambda push: (push.due, push.kind)):
        found[push.member].append(push)
    return found
