"""The scheduler's part of the configuration: when things ring, how long they are shown, how fast they go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from scheduler.calendar import Hours
from scheduler.policy import Policy


@dataclass(frozen=True, slots=True)
class Notice:
    """The template of subscription notices for a kind of push; `lasting`: one accept is for any number of them."""

    template_id: str
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """Keys of the same names in `[schedule]` and `[limits]`; all times on the organisation's clock.

    `oath` says whether the terminology pack has an oath to send after a birthday greeting. `notices` and `templates`
    hold what kinds of push (`BroadcastKind`) may go by subscription notice and by template message; `policy` is
    `[policy]`.
    """

    hours: Hours
    topic_at: time = time(7, 40)
    topic_ring_until: time = time(12)
    book_at: time = time(12)
    book_show_days: int = 7
    birthday_at: time = time(8)
    birthday_ring_until: time = time(20)
    birthday_show_days: int = 7
    broadcast_show_days: int = 3
    quiz_at: time = time(12, 30)
    nudge_before_close: bool = False
    solemn_days: tuple[str, ...] = ("清明", "12-13")
    grace_seconds: int = 60
    concurrency: int = 20
    sends_per_minute: int = 0
    sends_per_day: int = 0
    oath: bool = True
    notices: Mapping[str, Notice] = field(default_factory=dict)
    templates: frozenset[str] = frozenset()
    policy: Policy = field(default_factory=Policy)

    def ring_until(self, occasion: datetime, wall: time) -> datetime:
        """When something that was due at `occasion` stops being sent by itself: at `wall` of that day.

        Where that has passed already (the plan fires in the evening, say), when the quiet hours begin.
        """
        day = self.hours.day(occasion)
        end = self.hours.at(day, wall)
        return end if end > occasion else max(occasion, self.hours.at(day, self.hours.quiet_from))

    def shown_for(self, occasion: datetime, days: int) -> datetime:
        """When something stops being shown at all: that many days later."""
        return occasion + timedelta(days=days)
