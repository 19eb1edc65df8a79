"""The checks in their order, and how they are run: all of them, whatever the first ones find."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from bot.doctor import account, callback, setting, storage
from bot.doctor.failures import named
from bot.doctor.finding import Finding, State, found
from bot.doctor.patient import Patient
from bot.wechat.errors import CallFailed


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report. `needs` are what an earlier check has to have put into `Patient.has`.

    `examine` returns None where it has nothing to say about such an installation.
    """

    name: str
    examine: Callable[[Patient], Awaitable[Finding | None]]
    needs: tuple[str, ...] = ()


#: The name of the line about the file itself, which comes before there is a patient.
CONFIGURATION = "configuration"

CHECKS = (
    Check("account", setting.account),
    Check("platform", setting.platform),
    Check("secrets", setting.secrets),
    Check("key", setting.key),
    Check("timezone", setting.timezone),
    Check("alerts", setting.alerts),
    Check("folder", storage.folder),
    Check("disk", storage.disk),
    Check("owner", storage.owner),
    Check("database", storage.database),
    Check("schema", storage.schema, needs=("database",)),
    Check("days", storage.days, needs=("database",)),
    Check("database_clock", storage.database_clock, needs=("database",)),
    Check("token", account.token, needs=("account",)),
    Check("clock", account.clock, needs=("account",)),
    Check("kind", account.kind, needs=("account", "token")),
    Check("quota", account.quota, needs=("account", "token", "kind")),
    Check("menu", account.menu, needs=("account", "token")),
    Check("templates", account.templates_present, needs=("account", "token")),
    Check("address", callback.address),
    Check("callback", callback.answering, needs=("account", "address")),
    Check("certificate", callback.certificate, needs=("address",)),
    Check("network", callback.seen_from_the_platform, needs=("account", "token", "address")),
)


async def examine(patient: Patient) -> AsyncIterator[tuple[Check, Finding]]:
    """Runs the checks one after the other and yields what each found as soon as it did."""
    for check in CHECKS:
        missing = next((need for need in check.needs if need not in patient.has), None)
        if missing is not None:
            yield check, found(f"without_{missing}")
            continue
        try:
            finding = await check.examine(patient)
        except CallFailed as failure:
            finding = named(failure, patient.config.wechat.api_base)
        except SQLAlchemyError as error:
            finding = storage.unreachable(error)
        if finding is not None:
            yield check, finding


def worst(findings: list[Finding]) -> State:
    """The worst state of all: a problem, a warning, or ok."""
    states = {finding.state for finding in findings}
    return next((state for state in (State.PROBLEM, State.WARNING) if state in states), State.OK)
