"""Why a push hasn't arrived (or won't): the closed list. The words are in `bot/texts`, `why.<cause>`."""

from enum import StrEnum


class Cause(StrEnum):
    """Stored in `Push.cause`, and what `scheduler.explain` answers."""

    # It arrived, or is on its way.
    ARRIVED = "arrived"
    SOON = "soon"
    QUIET = "quiet"
    WAITING = "waiting"
    PAUSED = "paused"
    # It waits for the member's next message.
    WINDOW = "window"
    COUNT = "count"
    ACCOUNT = "account"
    LATE = "late"
    NOT_BOUND = "not_bound"
    NOT_AGREED = "not_agreed"
    REFUSED = "refused"
    PERMISSION = "permission"
    QUOTA = "quota"
    # It won't arrive.
    WITHOUT_WECHAT = "without_wechat"
    EXPIRED = "expired"
    RECALLED = "recalled"
    UNREACHABLE = "unreachable"
    PLATFORM = "platform"
    REQUEST = "request"
    UNKNOWN = "unknown"
    NOT_ADDRESSED = "not_addressed"
    # A member's own choice or place on the roster: not told apart, so that nobody learns who left or muted us.
    SETTINGS = "settings"
