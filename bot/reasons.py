"""From an explanation to its one sentence, for whoever asks: in the chat, at the command line, by the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.texts import Texts
from models.broadcast import BroadcastKind
from scheduler.cause import ARRIVED, NEXT_MESSAGE, Asker, Cause
from scheduler.explain import Explanation

# How much of a broadcast is quoted, to tell which one is meant.
_QUOTED = 10

# What the members themselves read, `why_me.<key>`, where a cause has no sentence of its own there.
_TO_ONESELF: Mapping[Cause, str] = {
    **dict.fromkeys((Cause.DELIVERED, Cause.ACCEPTED), "arrived"),
    **dict.fromkeys((Cause.WAITING, Cause.SENDING, Cause.RETRYING), "soon"),
    Cause.SOLEMN: "later",
    **dict.fromkeys(NEXT_MESSAGE, "here"),
    **dict.fromkeys((Cause.ACCOUNT, Cause.HALTED, Cause.FAILED), "trouble"),
    **dict.fromkeys((Cause.NOT_BOUND, Cause.NOT_AGREED, Cause.NOT_FOLLOWING, Cause.NO_WECHAT), "not_then"),
    **dict.fromkeys((Cause.BLOCKED, Cause.FROZEN), "not_then"),
    **dict.fromkeys((Cause.GRACE, Cause.APPROVAL, Cause.RECALLED, Cause.WITHDRAWN, Cause.STRUCK), "nothing"),
}


@dataclass(frozen=True, slots=True)
class Reasons:
    """Words explanations. `common` is what every sentence may use."""

    texts: Texts
    zone: tzinfo
    common: Mapping[str, object]

    def __call__(self, name: str, found: Explanation, asker: Asker, now: datetime) -> str:
        """Which push it is about, and why its member hasn't got it."""
        return self._about(found, asker, now) + self.sentence(name, found, asker, now)

    def what(self, kind: BroadcastKind, text: str) -> str:
        """What a push is, in a few words."""
        quoted = text if len(text) <= _QUOTED else f"{text[:_QUOTED]}……"
        return self.texts(f"why.what_{kind}", text=quoted)

    def moment(self, at: datetime, now: datetime) -> str:
        """A time as people say it."""
        return self.texts.moment(at.astimezone(self.zone), now.astimezone(self.zone))

    def _about(self, found: Explanation, asker: Asker, now: datetime) -> str:
        # Where it is about the person and not about a push, naming a push would only mislead.
        if found.kind is None or found.at is None:
            return ""
        # What was stopped isn't quoted to those who weren't to read it.
        if asker is Asker.MEMBER and found.cause is Cause.PAUSED:
            return ""
        return self.texts("why.about", when=self.moment(found.at, now), what=self.what(found.kind, found.text))

    def sentence(self, name: str, found: Explanation, asker: Asker, now: datetime) -> str:
        """Why, where it is plain which push is meant."""
        values: dict[str, object] = {**self.common, "name": name}
        if found.wakes_at is not None:
            values["time"] = f"{found.wakes_at.astimezone(self.zone):%-H:%M}"
        if found.until is not None:
            values["until"] = self.moment(found.until, now)
        if found.cause in ARRIVED and found.at is not None:
            # When something was read is told only to those who are told that it was.
            seen = found.seen_at if found.cause in (Cause.ACKNOWLEDGED, Cause.OPENED) else None
            values["when"] = self.moment(seen or found.at, now)
            # An opened link says that it arrived, even where we don't know how.
            values["route"] = self.texts(f"why.route_{found.route or 'unknown'}")
        if asker is Asker.MEMBER:
            return self.texts(f"why_me.{_TO_ONESELF.get(found.cause, found.cause)}", **values)
        return self.texts(f"why.{found.cause}", **values)
