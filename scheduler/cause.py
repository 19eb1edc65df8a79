"""Why a push hasn't arrived (or won't): the closed list. Its words are in `bot/texts`, `why.<cause>`.

Every cause is on the page docs/causes.md, in the part it belongs to here.
"""

from enum import StrEnum


class Cause(StrEnum):
    """What `Push.cause` holds, and what `scheduler.explain` answers."""

    # It arrived: for certain, or as far as the platform tells.
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    ACKNOWLEDGED = "acknowledged"
    OPENED = "opened"
    DIGEST = "digest"
    # It will be sent by itself.
    GRACE = "grace"
    NOT_YET = "not_yet"
    APPROVAL = "approval"
    WAITING = "waiting"
    SENDING = "sending"
    RETRYING = "retrying"
    QUIET = "quiet"
    QUOTA = "quota"
    PAUSED = "paused"
    HALTED = "halted"
    SOLEMN = "solemn"
    # It waits for the member's next message.
    WINDOW = "window"
    WINDOW_NEVER = "window_never"
    COUNT_USED = "count_used"
    NO_PUSH = "no_push"
    NO_GRANT = "no_grant"
    POLICY = "policy"
    LATE = "late"
    MASS_FAILED = "mass_failed"
    # Somebody has to do something.
    NOT_BOUND = "not_bound"
    NOT_AGREED = "not_agreed"
    NOT_FOLLOWING = "not_following"
    NO_WECHAT = "no_wechat"
    BLOCKED = "blocked"
    FROZEN = "frozen"
    ACCOUNT = "account"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    # We don't send it, on purpose. A member's own choice and their place on the roster are not told apart to others.
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"
    STRUCK = "struck"
    MUTED = "muted"
    AWAY = "away"
    NOT_BY_STATUS = "not_by_status"
    NOTHING = "nothing"


ARRIVED = frozenset(
    {
        *(Cause.DELIVERED, Cause.ACCEPTED, Cause.ACKNOWLEDGED, Cause.OPENED),
        Cause.DIGEST,
    }
)
BY_ITSELF = frozenset(
    {
        *(Cause.GRACE, Cause.NOT_YET, Cause.APPROVAL, Cause.WAITING, Cause.SENDING, Cause.RETRYING, Cause.QUIET),
        *(Cause.QUOTA, Cause.PAUSED, Cause.HALTED, Cause.SOLEMN),
    }
)
NEXT_MESSAGE = frozenset(
    {
        *(Cause.WINDOW, Cause.WINDOW_NEVER, Cause.COUNT_USED, Cause.NO_PUSH),
        *(Cause.NO_GRANT, Cause.POLICY, Cause.LATE, Cause.MASS_FAILED),
    }
)
SOMEBODY = frozenset(
    {
        *(Cause.NOT_BOUND, Cause.NOT_AGREED, Cause.NOT_FOLLOWING, Cause.NO_WECHAT, Cause.BLOCKED),
        *(Cause.FROZEN, Cause.ACCOUNT, Cause.FAILED, Cause.UNKNOWN, Cause.EXPIRED),
    }
)
ON_PURPOSE = frozenset(
    {
        *(Cause.RECALLED, Cause.WITHDRAWN, Cause.STRUCK, Cause.MUTED, Cause.AWAY, Cause.NOT_BY_STATUS, Cause.NOTHING),
    }
)


class Asker(StrEnum):
    """Who wants to know: the member themselves, or whoever holds a role over them."""

    MEMBER = "member"
    LEADER = "leader"
    SECRETARY = "secretary"
    ADMIN = "admin"


# Nobody but the member is told that they muted us, or are on leave.
_PRIVATE = {Cause.MUTED: Cause.NOT_BY_STATUS, Cause.AWAY: Cause.NOT_BY_STATUS}

# A leader of a group isn't told who left or shut us out, nor what was read.
_NOT_FOR_LEADERS = {
    **_PRIVATE,
    Cause.NOT_FOLLOWING: Cause.NOT_BY_STATUS,
    Cause.BLOCKED: Cause.NOT_BY_STATUS,
    Cause.FROZEN: Cause.NOT_BY_STATUS,
    Cause.STRUCK: Cause.NOT_BY_STATUS,
    Cause.OPENED: Cause.DELIVERED,
}

# What those in charge are still deciding, or decided against, isn't told to whom it would have gone.
_NOT_FOR_ONESELF = dict.fromkeys(
    (Cause.GRACE, Cause.APPROVAL, Cause.RECALLED, Cause.WITHDRAWN, Cause.STRUCK), Cause.NOTHING
)

_INSTEAD = {
    Asker.MEMBER: _NOT_FOR_ONESELF,
    Asker.LEADER: _NOT_FOR_LEADERS,
    Asker.SECRETARY: _PRIVATE,
    Asker.ADMIN: _PRIVATE,
}


def told(cause: Cause, asker: Asker) -> Cause:
    """The cause as this asker may know it."""
    return _INSTEAD[asker].get(cause, cause)
