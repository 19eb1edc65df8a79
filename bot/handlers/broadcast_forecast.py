"""The forecast of a broadcast in the chat."""

from datetime import datetime, timedelta

from bot.turn import Turn
from scheduler.cause import Cause
from scheduler.forecast import Forecast


def forecast_text(
    turn: Turn, whole: str, people: str, seen: Forecast, starts_at: datetime | None, *, names: bool
) -> str:
    """What will be sent, to whom, when, and what becomes of it; a line each, those of nobody left out."""
    lines = [
        turn.say("broadcast.forecast_text", text=whole),
        turn.say("broadcast.forecast_audience", audience=people, count=seen.total),
    ]
    lines += [turn.say("broadcast.forecast_at", time=_time(turn, starts_at))] if starts_at else []
    if not turn.means.account.may_write_first:
        lines.append(turn.say("broadcast.forecast_no_push"))
    if seen.now_count:
        lines.append(turn.say("broadcast.forecast_now", count=seen.now_count))
    for key, count, listed, causes in (
        ("next", seen.next_count, seen.next, seen.causes(phone=False)),
        ("phone", seen.phone_count, seen.phone, seen.causes(phone=True)),
    ):
        if count:
            lines.append(_group(turn, key, count, listed if names else ()))
            lines.append(turn.say("broadcast.forecast_causes", causes=causes_text(turn, causes)))
    limit = turn.means.config.limits.approve_above
    if limit and seen.total > limit:
        lines.append(turn.say("approval.needed", limit=limit))
    if _is_quiet(turn, starts_at):
        lines.append(turn.say("broadcast.forecast_quiet", time=f"{turn.means.hours.quiet_until:%-H:%M}"))
    return "\n".join(lines)


def causes_text(turn: Turn, causes: dict[Cause, int]) -> str:
    """「两天没来消息 12 人，……」."""
    return "，".join(turn.say(f"broadcast.cause_{cause}", count=count) for cause, count in causes.items())


def _group(turn: Turn, key: str, count: int, names: tuple[str, ...]) -> str:
    if not names:
        return turn.say(f"broadcast.forecast_{key}_count", count=count)
    return turn.say(f"broadcast.forecast_{key}", count=count, names=turn.means.texts.names(names, of=count))


def _is_quiet(turn: Turn, starts_at: datetime | None) -> bool:
    goes_at = turn.now + timedelta(seconds=turn.means.rules.grace_seconds)
    return turn.means.hours.quiet(max(goes_at, starts_at) if starts_at else goes_at)


def _time(turn: Turn, at: datetime) -> str:
    return turn.means.texts.moment(at, turn.means.local(turn.now))
