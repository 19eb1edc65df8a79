"""The rules of what the platform doesn't let us use for now: what begins a halt, whom it holds back, what ends it.

Pure: outcomes and times in, `Halt` rows out; they are kept in `models.halt` for all processes.

A halt is in force until its time. What was merely spent or too fast goes on by itself then. What was forbidden may be
tried again then: if it is refused again the halt is renewed, without telling anybody twice; if it succeeds, the halt
is over. All times are calendar time, since both the platform's midnight and its minute are on its own clock.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.halt import Halt, HaltKind
from scheduler.calendar import ONE_DAY, Hours
from scheduler.messenger import Outcome, Result
from scheduler.routes import Account

#: The name of a halt that holds back every route.
EVERYTHING = "everything"

# The platform counts its days in Beijing, wherever the organisation lives.
PLATFORM_DAYS = Hours(ZoneInfo("Asia/Shanghai"))

ONE_MINUTE = timedelta(minutes=1)
# An account in trouble is tried again soon at first, then ever more seldom: asking for tokens with a wrong secret or
# from a foreign address again and again can get an account locked.
LONGEST = timedelta(hours=1)

_KINDS = {
    Result.TOO_FAST: HaltKind.SLOW,
    Result.QUOTA_SPENT: HaltKind.QUOTA,
    Result.NOT_PERMITTED: HaltKind.FEATURE,
    Result.ACCOUNT_REFUSED: HaltKind.ACCOUNT,
}

# Whether the operator has something to do; the others pass by themselves.
SERIOUS = frozenset({HaltKind.QUOTA, HaltKind.FEATURE, HaltKind.ACCOUNT})
_TRIED_AGAIN = frozenset({HaltKind.FEATURE, HaltKind.ACCOUNT})


def account_key(identity: str, account: Account) -> str:
    """What halts know an account by: its credentials' digest, and its kind, which the operator may correct."""
    return f"{identity}:{account}"


def next_midnight(now: datetime) -> datetime:
    """When the platform's quotas of a day begin anew."""
    return PLATFORM_DAYS.at(PLATFORM_DAYS.day(now) + ONE_DAY, datetime.min.time())


def ends_at(kind: HaltKind, now: datetime, times: int = 1) -> datetime:
    """Until when a halt that begins now, or begins for the how manieth time in a row, is in force."""
    if kind is HaltKind.SLOW:
        return now + ONE_MINUTE
    if kind is HaltKind.QUOTA:
        return next_midnight(now)
    if kind is HaltKind.FEATURE:
        return now + ONE_DAY
    return now + min(LONGEST, ONE_MINUTE * (1 << min(times - 1, 6)))


def after(known: Sequence[Halt], outcome: Outcome, route: str, account: str, now: datetime) -> Halt | None:
    """The halt that an outcome of a send on this route begins or renews; None if all stays as it is.

    Calls that were under way when a halt began come back with the same refusal, which says nothing new; and a shorter
    halt doesn't end a longer one.
    """
    kind = _KINDS.get(outcome.result)
    if kind is None:
        return None
    name = EVERYTHING if kind is HaltKind.ACCOUNT else route
    before = next((halt for halt in known if halt.name == name and halt.account == account), None)
    alike = before if before is not None and before.kind is kind else None
    if alike is not None and now < alike.until:
        return None
    again = alike if kind in _TRIED_AGAIN else None
    times = again.times + 1 if again is not None else 1
    until = ends_at(kind, now, times)
    if before is not None and until <= before.until:
        return None
    return Halt(
        name=name,
        kind=kind,
        since=again.since if again is not None else now,
        until=until,
        times=times,
        errcode=outcome.errcode,
        rid=outcome.rid[:64],
        address=outcome.address[:64],
        account=account,
    )


def holding(halts: Sequence[Halt], route: str, account: str, now: datetime) -> Halt | None:
    """What keeps an account from a route now: of several, the one that lasts longest."""
    found = [halt for halt in in_force(halts, account, now) if halt.name in (route, EVERYTHING)]
    return max(found, key=lambda halt: halt.until, default=None)


def in_force(halts: Sequence[Halt], account: str, now: datetime) -> list[Halt]:
    """Those that hold this account back now."""
    return [halt for halt in halts if halt.account == account and now < halt.until]


def standing(halts: Sequence[Halt], account: str, now: datetime) -> list[Halt]:
    """Those that an operator should know of: in force, or forbidden and not yet known to work again."""
    ours = [halt for halt in halts if halt.account == account]
    return [halt for halt in ours if now < halt.until or halt.kind in _TRIED_AGAIN]


def over(halts: Sequence[Halt], route: str, account: str, now: datetime) -> list[str]:
    """The names of those that a send accepted on this route ends.

    Of a halt that is in force it proves nothing: it was under way when the halt began. One of another account or
    other credentials has no say any more.
    """
    about = [halt for halt in halts if halt.name in (route, EVERYTHING)]
    return [halt.name for halt in about if halt.account != account or now >= halt.until]


def told(halt: Halt) -> str:
    """A halt in the words of the log: what is the matter, until when, and what can be done about it."""
    if halt.kind is HaltKind.SLOW:
        words = "too many calls a minute; limits.sends_per_minute can keep us below that"
    elif halt.kind is HaltKind.QUOTA and halt.errcode is None:
        words = "limits.sends_per_day is reached"
    elif halt.kind is HaltKind.QUOTA:
        words = "the platform's quota for today is spent"
    elif halt.address:
        words = f"the platform takes no calls from {halt.address}: add it to the account's IP whitelist (IP白名单)"
    elif halt.kind is HaltKind.FEATURE:
        words = "the platform doesn't permit this account to use it; see its console, and wechat.account"
    else:
        words = "the platform refuses the account or its credentials; see its console, and wechat.app_secret"
    return f"{halt.name} is halted until {_wall(halt.until)}: {words} (errcode={halt.errcode} rid={halt.rid or '-'})"


def _wall(at: datetime) -> str:
    return f"{at.astimezone(PLATFORM_DAYS.zone):%Y-%m-%d %H:%M} Beijing time"
