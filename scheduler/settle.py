"""What a send's outcome means for its row, for the window, and for the follower."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from models import grant, open_question, sending
from models.broadcast import BroadcastKind
from models.database import running_now
from models.halt import HaltKind
from models.push import PushStatus
from scheduler import receipts
from scheduler.calendar import ONE_DAY
from scheduler.cause import Cause
from scheduler.halts import ends_at
from scheduler.messenger import Outcome, Outgoing, Result
from scheduler.routes import Route
from scheduler.rules import Rules

# Running time between two tries, spread by a fifth so that a burst doesn't come back as a burst; then it has failed.
PAUSES = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5))
SPREAD = 0.2

# The kind of open question that a birthday greeting leaves: a few words are welcome, until the day is over.
BIRTHDAY_QUESTION = "birthday"


# The platform compares the keys of template messages for ten minutes; a call may take one of them to arrive.
KEY_LASTS = timedelta(minutes=9)

# How the platform refuses a follower, where that isn't a block.
REFUSED = {"unfollowed": Cause.NOT_FOLLOWING, "frozen": Cause.FROZEN}


@dataclass(frozen=True, slots=True)
class Finished:
    """A message that came to an end by one route, and the how manieth try it was.

    `pinned`: an earlier try may have arrived.
    """

    pushes: tuple[Outgoing, ...]
    route: Route
    outcome: Outcome
    attempt: int
    pinned: bool = False

    @property
    def openid(self) -> str:
        """Whom it was for."""
        return self.pushes[0].openid


def record(connection: Connection, owner: str, finished: Sequence[Finished], now: datetime, rules: Rules) -> None:
    """Writes everything that follows from sends that have finished; the caller has locked their followers."""
    running = running_now(connection)
    rows = [row for done in finished for row in _rows(done, now, running)]
    sending.record(connection, owner, rows)
    sending.move_windows(connection, [move | {"now": now} for done in finished if (move := _window_move(done))])
    refused = [done for done in finished if done.outcome.refused]
    sending.refuse(connection, [{"openid": done.openid, "refused": done.outcome.refused} for done in refused])
    _correct_grants(connection, finished, rules)
    receipts.overtaking(connection, [done for done in finished if _is_accepted(done)], rules)
    invite(connection, [done.openid for done in finished if _greets(done)], now, rules)


def _correct_grants(connection: Connection, finished: Sequence[Finished], rules: Rules) -> None:
    """Gives back what was spent on notices that were not sent; forgets what the platform says isn't there."""
    by_grant = [done for done in finished if done.route is Route.SUBSCRIPTION]
    unused = {key for done in by_grant if done.outcome.result in _NOT_SENT and (key := grant_of(done.pushes, rules))}
    grant.give_back(connection, unused)
    gone = [done for done in by_grant if done.outcome.result is Result.NOT_GRANTED]
    grant.ended(connection, {(done.openid, rules.notices[done.pushes[0].kind].template_id) for done in gone})


def grant_of(pushes: Sequence[Outgoing], rules: Rules) -> grant.Key | None:
    """The grant that a subscription notice for this push spends; None where one accept is for any number."""
    notice = rules.notices[pushes[0].kind]
    return None if notice.lasting else (pushes[0].openid, notice.template_id)


def invite(connection: Connection, openids: Sequence[str], now: datetime, rules: Rules) -> None:
    """Opens the question for a few words, until the end of the organisation's day, where no other one is open."""
    ends = rules.hours.at(rules.hours.day(now) + ONE_DAY, datetime.min.time())
    open_question.ask_if_free(connection, BIRTHDAY_QUESTION, openids, now, ends)


def _is_accepted(done: Finished) -> bool:
    return done.outcome.result is Result.ACCEPTED


def _greets(done: Finished) -> bool:
    return _is_accepted(done) and any(push.kind == BroadcastKind.BIRTHDAY for push in done.pushes)


def _rows(done: Finished, now: datetime, running: datetime) -> list[dict[str, Any]]:
    verdict = {
        "errcode": done.outcome.errcode,
        "rid": done.outcome.rid[:64],
        "msg_id": done.outcome.msg_id[:32],
        "sent_at": now,
        "run_at": None,
        "free_at": None,
        "repeat_until": None,
        **_verdict(done, now, running),
    }
    first, *rest = done.pushes
    together = {"cause": Cause.DIGEST} if _is_accepted(done) else {}
    return [{"id": first.id, **verdict}, *({"id": push.id, **verdict, **together} for push in rest)]


def _verdict(done: Finished, now: datetime, running: datetime) -> dict[str, Any]:
    result = done.outcome.result
    if result is Result.LATER or (result is Result.UNKNOWN and done.route is Route.TEMPLATE):
        return _again(done, running)
    if result is Result.TOO_FAST:
        again = {"status": PushStatus.DUE, "cause": Cause.RETRYING, "run_at": ends_at(HaltKind.SLOW, now)}
        return again | _pin(done, running)
    if result is Result.UNREACHABLE:
        return {"status": PushStatus.FAILED, "cause": REFUSED.get(done.outcome.refused, Cause.BLOCKED)}
    if result is Result.WRONG:
        return _at_fault(done)
    status, cause = _VERDICTS[result]
    return {"status": status, "cause": cause} | (_pin(done, running) if status is PushStatus.DUE else {})


def _again(done: Finished, running: datetime) -> dict[str, Any]:
    """Soon, and spread; what may have arrived already only while the platform still knows its key."""
    unsure = done.pinned or done.outcome.result is Result.UNKNOWN
    if done.attempt > len(PAUSES):
        return {"status": PushStatus.UNKNOWN if unsure else PushStatus.FAILED, "cause": _END[unsure]}
    pause = PAUSES[done.attempt - 1] * random.uniform(1 - SPREAD, 1 + SPREAD)
    return {"status": PushStatus.DUE, "cause": Cause.RETRYING, "free_at": running + pause} | _pin(done, running)


_END = {True: Cause.UNKNOWN, False: Cause.FAILED}


def _pin(done: Finished, running: datetime) -> dict[str, Any]:
    """Keeps a message that may have arrived to its route; how long, is from the first such try on."""
    unsure = done.pinned or done.outcome.result is Result.UNKNOWN
    return {"repeat_until": running + KEY_LASTS} if unsure else {}


def _at_fault(done: Finished) -> dict[str, Any]:
    """Our own request was wrong: a template that has changed, mostly, so that the words can still go another way."""
    if done.pinned:
        return {"status": PushStatus.UNKNOWN, "cause": Cause.UNKNOWN}
    if done.route is Route.CUSTOM:
        return {"status": PushStatus.FAILED, "cause": Cause.FAILED}
    return {"status": PushStatus.HELD, "cause": Cause.ACCOUNT}


# What comes back to `due` is sorted anew: by then the ledger, the grants and the halts know of it.
_VERDICTS = {
    Result.ACCEPTED: (PushStatus.ACCEPTED, ""),
    Result.UNKNOWN: (PushStatus.UNKNOWN, Cause.UNKNOWN),
    Result.WINDOW_OVER: (PushStatus.DUE, Cause.WINDOW),
    Result.COUNT_USED: (PushStatus.DUE, Cause.COUNT_USED),
    Result.NOT_GRANTED: (PushStatus.DUE, Cause.WINDOW),
    Result.QUOTA_SPENT: (PushStatus.DUE, Cause.QUOTA),
    Result.NOT_PERMITTED: (PushStatus.DUE, Cause.ACCOUNT),
    # Nothing is claimed while the account is refused, so that it needs no other time.
    Result.ACCOUNT_REFUSED: (PushStatus.DUE, Cause.ACCOUNT),
}


_NOT_SENT = frozenset(
    {
        *(Result.LATER, Result.QUOTA_SPENT, Result.TOO_FAST),
        *(Result.NOT_PERMITTED, Result.ACCOUNT_REFUSED, Result.WRONG),
    }
)


def _window_move(done: Finished) -> dict[str, Any] | None:
    """How the ledger is corrected: the message given back where nothing was sent, none left where we were refused."""
    if done.route is not Route.CUSTOM:
        return None
    if done.outcome.result in _NOT_SENT:
        return {"openid": done.openid, "more": 1, "over": 0}
    over = {Result.COUNT_USED: 1, Result.WINDOW_OVER: 2}.get(done.outcome.result)
    return {"openid": done.openid, "more": 0, "over": over} if over else None
