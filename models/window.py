"""Window: what the platform still lets us send to a follower by customer-service message. Pure arithmetic.

The numbers are the platform's since June 2023: a message opens five for 48 hours; a menu tap, a scan or a follow opens
three for one minute. How a new trigger combines with an open window is undocumented for official accounts. Unless told
otherwise, the rule of the platform's mini-program page is applied: the larger count, the later end. A refusal (45015,
45047) corrects us.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

#: `max`: the larger count and the later end of what was open and what opens; `reset`: the latest alone.
Rule = Literal["max", "reset"]

MESSAGE = (5, timedelta(hours=48))
TAP = (3, timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Window:
    """`left` messages may be sent until `until`; closed when either has run out."""

    left: int = 0
    until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether one more message may be sent."""
        return self.left > 0 and self.until is not None and now < self.until

    def opened(self, trigger: tuple[int, timedelta], now: datetime, rule: Rule = "max") -> "Window":
        """The window after the follower did something that opens it (`MESSAGE` or `TAP`)."""
        count, length = trigger
        if rule == "reset" or self.until is None or now >= self.until:
            return Window(count, now + length)
        return Window(max(self.left, count), max(self.until, now + length))


CLOSED = Window()
