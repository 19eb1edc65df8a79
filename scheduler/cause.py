"""Why a push hasn't arrived (or won't): the closed list. Its words are in `bot/texts`, `why.<cause>`."""

from enum import StrEnum


class Cause(StrEnum):
    """What `Push.cause` holds, and what `scheduler.explain` answers."""

    # It arrived: for certain, or as far as the platform tells.
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    # It will be sent by itself.
    GRACE = "grace"
    APPROVAL = "approval"
    WAITING = "waiting"
    SENDING = "sending"
    RETRYING = "retrying"
    QUIET = "quiet"
    QUOTA = "quota"
    PAUSED = "paused"
    # It waits for the member's next message.
    WINDOW = "window"
    WINDOW_NEVER = "window_never"
    COUNT_USED = "count_used"
    NO_PUSH = "no_push"
    LATE = "late"
    # Somebody has to do something.
    NOT_BOUND = "not_bound"
    NOT_AGREED = "not_agreed"
    NOT_FOLLOWING = "not_following"
    NO_WECHAT = "no_wechat"
    BLOCKED = "blocked"
    ACCOUNT = "account"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    # We don't send it, on purpose. A member's own choice and their place on the roster are not told apart.
    RECALLED = "recalled"
    STRUCK = "struck"
    NOT_BY_STATUS = "not_by_status"
    NOTHING = "nothing"
