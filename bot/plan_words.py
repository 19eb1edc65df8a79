"""Plans and their firings in words, alike in the chat and at the command line."""

from collections.abc import Sequence
from datetime import datetime

from bot.texts import Texts
from models.branch import Branch
from models.plan import Plan
from scheduler.preview import Coming
from scheduler.rules import Rules


class PlanWords:
    """Words for what `scheduler.preview` finds."""

    def __init__(self, texts: Texts, rules: Rules, now: datetime) -> None:
        self._texts = texts
        self._zone = rules.hours.zone
        self._today = rules.hours.day(now)

    def kind(self, plan: Plan) -> str:
        """What a plan brings."""
        return self._texts(f"plans.kind_{plan.kind}")

    def plan(self, plan: Plan, branch: Branch) -> str:
        """A plan in one line: its number, its branch, what it brings, its rule, when it fires next."""
        marks = [
            self._texts(f"plans.{word}")
            for word, holds in (
                ("workdays", plan.workdays_only),
                ("makeup", plan.workdays_only and plan.on_makeup_days),
                ("asks", plan.needs_approval),
                ("paused", plan.paused),
            )
            if holds
        ]
        values = {"id": plan.id, "branch": branch.name, "what": self.kind(plan), "rule": plan.rrule}
        line = self._texts("plans.line", **values)
        if plan.next_at is not None and not plan.paused:
            marks.append(self._texts("plans.next", when=self._moment(plan.next_at)))
        return line + (f"（{'，'.join(marks)}）" if marks else "")

    def coming(self, one: Coming, *, named: bool) -> str:
        """A firing, or why there is none that day; with `named` also of what."""
        when = self._moment(one.at)
        if named:
            when += f" {self.kind(one.plan)}"
        if one.skip is not None:
            reason = self._texts(f"plans.skip_{one.skip.reason}")
            return self._texts("plans.skipped", when=when, reason=one.skip.name or reason)
        if one.until is not None:
            return self._texts("plans.put_off", when=when, until=self._moment(one.until))
        return self._texts("plans.only_suitable", when=when) if one.solemn is not None else when

    def all(self, coming: Sequence[Coming], *, named: bool) -> list[str]:
        """One line each."""
        return [self.coming(one, named=named) for one in coming]

    def _moment(self, at: datetime) -> str:
        local = at.astimezone(self._zone)
        return f"{self._texts.date(local.date(), self._today)} {local:%-H:%M}"
