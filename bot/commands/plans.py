"""`plans`, `plans next` and `plans set`: what happens by itself, when, and how to change it."""

from collections.abc import AsyncIterator
from itertools import islice

from sqlmodel import Session

from bot.app import Product
from bot.commands.errors import CommandError
from bot.commands.events import Ended, Event, Line
from bot.commands.exports import View
from bot.misread import Misread
from bot.plan_words import PlanWords
from bot.times import Rhythm, rhythm
from models.audit import note
from models.branch import Branch
from models.calendar_day import EVERYWHERE
from models.plan import Plan
from scheduler.days import days_of
from scheduler.occasions import Recurrence, RuleError
from scheduler.preview import coming, plans_of
from scheduler.tick import recurrence_of

# So many firings are shown, and are asked whether they fall into the night.
SHOWN = 10


def list_lines(db: Session, view: View) -> list[str]:
    """All plans, one line each."""
    words = PlanWords(view.texts, view.rules, view.now)
    found = [words.plan(plan, branch) for plan, branch in plans_of(db, EVERYWHERE)]
    return found or [view.texts("plans.none")]


def next_lines(db: Session, view: View, plan_id: int) -> list[str]:
    """The next firings of a plan, and the days that it leaves out. Raises `CommandError` if there is no such plan."""
    plan = db.get(Plan, plan_id)
    if plan is None:
        raise CommandError("no_such_plan", id=plan_id)
    branch = db.get_one(Branch, plan.branch_id)
    words = PlanWords(view.texts, view.rules, view.now)
    found = coming(db, plan, branch, view.rules, view.now, SHOWN)
    return [words.plan(plan, branch), *words.all(found, named=False)]


async def set_plan(
    product: Product,
    *,
    plan: int,
    when: str | None,
    workdays: bool | None,
    makeup: bool | None,
    paused: bool | None,
) -> AsyncIterator[Event]:
    """Changes what is given, and shows the plan as it then is."""
    now = product.clock.now()

    def work(db: Session) -> str:
        found = db.get(Plan, plan)
        if found is None:
            raise CommandError("no_such_plan", id=plan)
        branch = db.get_one(Branch, found.branch_id)
        _change(found, _understood(when) if when else None, workdays=workdays, makeup=makeup, paused=paused)
        try:
            recurrence = recurrence_of(found, product.rules, days_of(db.connection(), branch.path))
        except RuleError:
            raise CommandError("when_unclear", value=when) from None
        if when:
            _check(recurrence, product, when)
        found.next_at = recurrence.after(now)
        note(db, "plan", at=now, by=None, plan=plan, rule=found.rrule, paused=found.paused)
        return PlanWords(product.texts, product.rules, now).plan(found, branch)

    yield Line(await product.writer.run(work))
    yield Line(product.texts("plans.changed"), "good")
    yield Ended()


def _understood(when: str) -> Rhythm:
    try:
        return rhythm(when)
    except Misread:
        raise CommandError("when_unclear", value=when) from None


def _change(
    plan: Plan, meant: Rhythm | None, *, workdays: bool | None, makeup: bool | None, paused: bool | None
) -> None:
    if (meant, workdays, makeup, paused) == (None,) * 4:
        raise CommandError("nothing_to_change")
    if meant is not None:
        plan.rrule = meant.rule
        workdays = meant.workdays if workdays is None else workdays
    given = {"workdays_only": workdays, "on_makeup_days": makeup, "paused": paused}
    plan.sqlmodel_update({name: value for name, value in given.items() if value is not None})


def _check(recurrence: Recurrence, product: Product, when: str) -> None:
    """Refuses a rhythm that never comes, or comes at night."""
    steps = [step.at for step in islice(recurrence.steps(product.clock.now()), SHOWN)]
    if not steps:
        raise CommandError("when_never", value=when)
    if any(product.rules.hours.quiet(at) for at in steps):
        raise CommandError("when_quiet", value=when)
