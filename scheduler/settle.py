"""What a send's outcome means for its row, for the window, and for the follower."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from models import open_question, sending
from models.broadcast import BroadcastKind
from models.database import running_now
from models.halt import HaltKind
from models.push import PushStatus
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


@dataclass(frozen=True, slots=True)
class Finished:
    """A send that came to an end, and the how manieth try it was."""

    push: Outgoing
    outcome: Outcome
    attempt: int


def record(connection: Connection, owner: str, finished: Sequence[Finished], now: datetime, rules: Rules) -> None:
    """Writes everything that follows from sends that have finished; the caller has locked their followers."""
    running = running_now(connection)
    sending.record(connection, owner, [_row(done, now, running) for done in finished])
    sending.move_windows(connection, [move for done in finished if (move := _window_move(done))])
    refused = [done for done in finished if done.outcome.refused]
    sending.refuse(connection, [{"openid": done.push.openid, "refused": done.outcome.refused} for done in refused])
    invite(connection, [done.push.openid for done in finished if _greets(done)], now, rules)


def invite(connection: Connection, openids: Sequence[str], now: datetime, rules: Rules) -> None:
    """Opens the question for a few words, until the end of the organisation's day, where no other one is open."""
    ends = rules.hours.at(rules.hours.day(now) + ONE_DAY, datetime.min.time())
    open_question.ask_if_free(connection, BIRTHDAY_QUESTION, openids, now, ends)


def _greets(done: Finished) -> bool:
    return done.push.kind == BroadcastKind.BIRTHDAY and done.outcome.result is Result.ACCEPTED


def _row(done: Finished, now: datetime, running: datetime) -> dict[str, Any]:
    row = {
        "id": done.push.id,
        "route": Route.CUSTOM,
        "errcode": done.outcome.errcode,
        "rid": done.outcome.rid[:64],
        "sent_at": now,
        "run_at": None,
        "free_at": None,
    }
    return row | _verdict(done, now, running)


def _verdict(done: Finished, now: datetime, running: datetime) -> dict[str, Any]:
    result = done.outcome.result
    if result is Result.LATER:
        if done.attempt > len(PAUSES):
            return {"status": PushStatus.FAILED, "cause": Cause.FAILED}
        pause = PAUSES[done.attempt - 1] * random.uniform(1 - SPREAD, 1 + SPREAD)
        return {"status": PushStatus.DUE, "cause": Cause.RETRYING, "free_at": running + pause}
    if result is Result.QUOTA_SPENT:
        return {"status": PushStatus.DUE, "cause": Cause.QUOTA, "run_at": ends_at(HaltKind.QUOTA, now)}
    if result is Result.TOO_FAST:
        return {"status": PushStatus.DUE, "cause": Cause.RETRYING, "run_at": ends_at(HaltKind.SLOW, now)}
    if result is Result.UNREACHABLE:
        gone = done.outcome.refused == "unfollowed"
        return {"status": PushStatus.FAILED, "cause": Cause.NOT_FOLLOWING if gone else Cause.BLOCKED}
    status, cause = _VERDICTS[result]
    return {"status": status, "cause": cause}


_VERDICTS = {
    Result.ACCEPTED: (PushStatus.ACCEPTED, ""),
    Result.UNKNOWN: (PushStatus.UNKNOWN, Cause.UNKNOWN),
    Result.WINDOW_OVER: (PushStatus.HELD, Cause.WINDOW),
    Result.COUNT_USED: (PushStatus.HELD, Cause.COUNT_USED),
    Result.NOT_PERMITTED: (PushStatus.HELD, Cause.ACCOUNT),
    # Nothing is claimed while the account is refused, so that it needs no other time.
    Result.ACCOUNT_REFUSED: (PushStatus.DUE, Cause.ACCOUNT),
    Result.WRONG: (PushStatus.FAILED, Cause.FAILED),
}


_NOT_SENT = frozenset(
    {
        *(Result.LATER, Result.QUOTA_SPENT, Result.TOO_FAST),
        *(Result.NOT_PERMITTED, Result.ACCOUNT_REFUSED, Result.WRONG),
    }
)


def _window_move(done: Finished) -> dict[str, Any] | None:
    """How the ledger is corrected: the message given back where nothing was sent, none left where we were refused."""
    if done.outcome.result in _NOT_SENT:
        return {"openid": done.push.openid, "more": 1, "over": 0}
    if done.outcome.result in (Result.WINDOW_OVER, Result.COUNT_USED):
        return {"openid": done.push.openid, "more": 0, "over": 1}
    return None
