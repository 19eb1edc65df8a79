"""Checks of the account by harmless questions: may we ask, what may it do, how much is left, what is set up."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from bot.doctor.failures import named
from bot.doctor.finding import Finding, found
from bot.doctor.kinds import compared
from bot.doctor.patient import Patient
from bot.wechat import menus, probes, templates
from bot.wechat.client import Client
from bot.wechat.errors import CallFailed, PlatformError
from bot.wechat.template_fields import HIDDEN, fields

# Links expire and codes are judged by our clock, windows by the platform's.
SKEW = timedelta(seconds=60)
LOW_SHARE = 0.1
_NOT_PERMITTED = 48001
_NOT_COUNTED = frozenset({76021, 76022, _NOT_PERMITTED})

# A question per ability (the platform's table 「接口权限说明」) that changes nothing and costs hardly any quota.
_QUESTIONS: Mapping[str, Callable[[Client], Awaitable[Any]]] = {
    "users": lambda client: client.call("/cgi-bin/tags/get", method="GET"),
    "material": lambda client: client.call("/cgi-bin/material/get_materialcount", method="GET"),
    "menu": menus.get,
    "template": templates.templates,
    "subscription": templates.subscription_templates,
}
# Ability → the API that sends by it, in the order in which they are told.
_SENDS = (
    ("users", "custom", "/cgi-bin/message/custom/send"),
    ("template", "template", "/cgi-bin/message/template/send"),
    ("subscription", "subscription", "/cgi-bin/message/subscribe/bizsend"),
)


async def token(patient: Patient) -> Finding:
    """Whether the platform gives this machine a token, and takes it: id, secret and whitelist in one question."""
    try:
        await probes.callback_addresses(patient.client)
    except CallFailed as failure:
        return named(failure, patient.config.wechat.api_base)
    finally:
        # By now: what comes later would make the answer look old.
        patient.seconds_ahead = seconds_ahead(patient.now(), patient.client.dated)
    patient.has.add("token")
    return found("token_given")


def seconds_ahead(now: datetime, dated: str) -> float | None:
    """How far `now` is ahead of a header `Date`; None for one that a machine in between left out or spoilt."""
    try:
        return (now - parsedate_to_datetime(dated)).total_seconds()
    except (ValueError, TypeError):
        return None


async def clock(patient: Patient) -> Finding:
    """This machine's clock beside the platform's."""
    if patient.config.development.clock_url:
        return found("clock_followed", address=patient.config.development.clock_url)
    if patient.seconds_ahead is None:
        return found("without_date")
    seconds = round(abs(patient.seconds_ahead))
    if seconds <= SKEW.total_seconds():
        return found("clock_right", seconds=seconds)
    return found("clock_off", seconds=seconds, way="fast" if patient.seconds_ahead > 0 else "slow")


async def kind(patient: Patient) -> Finding:
    """Asks for everything, and compares what was refused with the configured kind."""
    for ability, question in _QUESTIONS.items():
        try:
            patient.answers[ability] = await question(patient.client)
        except CallFailed as failure:
            patient.answers[ability] = failure
    for answer in patient.answers.values():
        if isinstance(answer, CallFailed) and getattr(answer, "errcode", 0) != _NOT_PERMITTED:
            raise answer
    patient.has.add("kind")
    return compared(patient.config.wechat.account, frozenset(filter(patient.may, patient.answers)))


async def quota(patient: Patient) -> Finding:
    """How many messages may still be sent today, and whether that is little."""
    left: list[tuple[str, probes.Quota]] = []
    for ability, route, path in _SENDS:
        if not patient.may(ability):
            continue
        try:
            left.append((route, await probes.quota(patient.client, path)))
        except PlatformError as refusal:
            if refusal.errcode not in _NOT_COUNTED:
                raise
    limited = [(route, quota) for route, quota in left if quota.limit]
    if not limited:
        return found("without_sending")
    share = min(quota.left / quota.limit for _, quota in limited)
    code = "quota_used_up" if share <= 0 else "quota_low" if share < LOW_SHARE else "quota_enough"
    return found(code, routes=[(route, quota.left, quota.limit) for route, quota in limited])


async def menu(patient: Patient) -> Finding:
    """Whether followers see a menu, and who made it."""
    published = _answer(patient, "menu") if patient.may("menu") or _failed(patient, "menu") else None
    shown = await menus.shown(patient.client)
    seen = published.menu if published else shown.get("selfmenu_info") or {}
    names = "、".join(str(button.get("name", "")) for button in seen.get("button") or [])
    if published and not shown.get("is_menu_open"):
        return found("menu_closed", names=names)
    if published:
        return found("menu_published", names=names)
    return found("menu_from_console", names=names) if shown.get("is_menu_open") else found("menu_missing")


async def templates_present(patient: Patient) -> Finding | None:
    """The account's templates and their fields; nothing to say where it can't have any."""
    if not patient.may("template"):
        return None if not _failed(patient, "template") else _answer(patient, "template")
    listed = [(str(one.get("title", "")), fields(str(one.get("content", "")))) for one in patient.answers["template"]]
    if not listed:
        return found("templates_none")
    outdated = [title for title, keys in listed if HIDDEN & set(keys)]
    names = "；".join(f"{title}（{'、'.join(keys)}）" for title, keys in listed)
    return found("templates_outdated" if outdated else "templates_listed", names=names, titles="、".join(outdated))


def _failed(patient: Patient, ability: str) -> bool:
    """Whether nobody knows if the account has the ability: its question failed for another reason."""
    return not patient.may(ability) and getattr(patient.answers.get(ability), "errcode", 0) != _NOT_PERMITTED


def _answer(patient: Patient, ability: str) -> Any:
    answer = patient.answers.get(ability)
    if isinstance(answer, CallFailed):
        raise answer
    return answer
