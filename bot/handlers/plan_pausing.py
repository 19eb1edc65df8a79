"""「计划」「暂停计划 荐书」「恢复计划 荐书」: an admin sees, stops and lets go on what comes by itself."""

from datetime import datetime

from sqlmodel import Session

from bot.handlers import settings
from bot.plan_words import PlanWords
from bot.turn import Answer, Turn, Who, scope
from models.audit import note
from models.branch import Branch
from models.plan import Plan, PlanKind
from scheduler.days import days_of
from scheduler.occasions import RuleError
from scheduler.preview import plans_of
from scheduler.tick import recurrence_of

KINDS: dict[PlanKind, tuple[str, ...]] = {
    PlanKind.TOPIC: ("学习", "学习内容", "每日学习"),
    PlanKind.BOOK: ("荐书",),
    PlanKind.BIRTHDAY: ("祝贺", "生日", "生日祝贺", "政治生日", "政治生日祝贺", "纪念日", "纪念日祝贺"),
    PlanKind.BIRTHDAY_LIST: ("生日名单", "政治生日名单", "纪念日名单"),
    PlanKind.NUDGE: ("提醒", "打卡提醒"),
    PlanKind.QUIZ: ("答题", "每日一题"),
    PlanKind.PROBATION: ("转正提醒", "转正材料提醒"),
}
WORDS = "|".join(sorted((word for words in KINDS.values() for word in words), key=len, reverse=True))
_KIND = {word: kind for kind, words in KINDS.items() for word in words}
# What members stop and start for themselves with the same words.
_OWN = frozenset(settings.WORDS.split("|"))


def show(db: Session, turn: Turn) -> Answer:
    """「计划」: what comes by itself, when it comes next, and what is paused."""
    found = plans_of(db, _mine(db, turn))
    if not found:
        return Answer(turn.say("plans.none_here"))
    rows = [_row(turn, plan, branch) for plan, branch in found]
    return Answer("\n".join([turn.say("plans.list_head"), *rows, turn.say("plans.list_foot")]))


def pause(db: Session, turn: Turn) -> Answer:
    """「暂停计划 荐书」: nothing of that kind is planned any more in the admin's part of the tree."""
    found = _found(db, turn)
    if isinstance(found, Answer):
        return found
    running = [(plan, branch) for plan, branch in found if not plan.paused]
    what = _what(turn, found[0][0])
    if not running:
        return Answer(turn.say("plans.paused_before", what=what, word=turn.words["kind"]))
    for plan, _ in running:
        plan.paused = True
    _note(db, turn, [plan for plan, _ in running], paused=True)
    said = turn.say("plans.now_paused", what=what, branch=_places(running), word=turn.words["kind"])
    due = min((plan.next_at for plan, _ in running if plan.next_at is not None), default=None)
    # Nudges have no hour of their own: each member chose one.
    if due is None or found[0][0].kind == PlanKind.NUDGE:
        return Answer(said)
    return Answer(said + turn.say("plans.would_have", when=_moment(turn, due)))


def go_on(db: Session, turn: Turn) -> Answer:
    """「恢复计划 荐书」: from now on; what was left out meanwhile is not made up for."""
    found = _found(db, turn)
    if isinstance(found, Answer):
        return found
    held = [(plan, branch) for plan, branch in found if plan.paused]
    what = _what(turn, found[0][0])
    if not held:
        return Answer(turn.say("plans.not_paused", what=what))
    try:
        for plan, branch in held:
            days = days_of(db.connection(), branch.path)
            plan.next_at = recurrence_of(plan, turn.means.rules, days).after(turn.now)
            plan.paused = False
    except RuleError:
        return Answer(turn.say("plans.broken", what=what))
    _note(db, turn, [plan for plan, _ in held], paused=False)
    said = turn.say("plans.now_on", what=what, branch=_places(held))
    due = min((plan.next_at for plan, _ in held if plan.next_at is not None), default=None)
    if due is None or found[0][0].kind == PlanKind.NUDGE:
        return Answer(said)
    return Answer(said + turn.say("plans.next_is", when=_moment(turn, due)))


def pause_or_stop(db: Session, turn: Turn) -> Answer:
    """「暂停 荐书」: an admin's plan; anybody else means what comes to themselves."""
    if scope(db, turn, Who.ADMIN):
        return pause(db, turn)
    return settings.stop(db, turn) if turn.words["kind"] in _OWN else Answer(turn.say("roles.not_admin"))


def go_on_or_start(db: Session, turn: Turn) -> Answer:
    """「恢复 荐书」: an admin's plan where it is paused; else what comes to the writer."""
    mine = scope(db, turn, Who.ADMIN)
    own = turn.words["kind"] in _OWN
    if mine and (not own or any(_is_held(turn, plan) for plan, _ in plans_of(db, mine))):
        return go_on(db, turn)
    return settings.start_again(db, turn) if own else Answer(turn.say("roles.not_admin"))


def _is_held(turn: Turn, plan: Plan) -> bool:
    return plan.paused and plan.kind == _KIND[turn.words["kind"]]


def _found(db: Session, turn: Turn) -> list[tuple[Plan, Branch]] | Answer:
    """The plans of that kind in the writer's part of the tree: one above it serves others too."""
    kind = _KIND[turn.words["kind"]]
    found = [(plan, branch) for plan, branch in plans_of(db, _mine(db, turn)) if plan.kind == kind]
    return found or Answer(turn.say("plans.none_of_kind", what=turn.means.texts(f"plans.kind_{kind}")))


def _note(db: Session, turn: Turn, plans: list[Plan], *, paused: bool) -> None:
    action = "plan_pause" if paused else "plan_resume"
    note(db, action, at=turn.now, by=turn.person.member_id, kind=plans[0].kind, plans=[plan.id for plan in plans])


def _row(turn: Turn, plan: Plan, branch: Branch) -> str:
    values = {"what": _what(turn, plan), "branch": branch.name}
    if plan.paused:
        return turn.say("plans.row_paused", **values)
    if plan.kind == PlanKind.NUDGE or plan.next_at is None:
        return turn.say("plans.row_on", **values)
    return turn.say("plans.row_next", when=_moment(turn, plan.next_at), **values)


def _what(turn: Turn, plan: Plan) -> str:
    return PlanWords(turn.means.texts, turn.means.rules, turn.now).kind(plan)


def _places(plans: list[tuple[Plan, Branch]]) -> str:
    return "、".join(branch.name for _, branch in plans)


def _moment(turn: Turn, at: datetime) -> str:
    local = turn.means.local(at)
    return f"{turn.means.texts.date(local.date(), turn.today)} {local:%-H:%M}"


def _mine(db: Session, turn: Turn) -> str:
    mine = scope(db, turn, Who.ADMIN)
    assert mine is not None, "the gate lets nobody but admins through"
    return mine
