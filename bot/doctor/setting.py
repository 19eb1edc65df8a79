"""Checks of what is written in the configuration; they ask nobody."""

import tomllib
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.channels import others
from bot.commands.ownership import database_file
from bot.config import Config, ConfigError
from bot.doctor.finding import Finding, found
from bot.doctor.patient import Patient

# What `config.toml` publishes for the emulated platform. Nobody's account at WeChat is this one.
PUBLISHED_APP_ID = "wx0123456789abcdef"

_BEIJING = "Asia/Shanghai"


async def account(patient: Patient) -> Finding:
    """Whether all is there that a real account needs; that each looks right is a matter of reading the file."""
    config = patient.config
    wechat = config.wechat
    try:
        config.check_account()
    except ConfigError as error:
        return found("account_incomplete", reason=str(error))
    if patient.on_wechat and wechat.app_id == PUBLISHED_APP_ID:
        return found("account_published", app_id=wechat.app_id)
    patient.has.add("account")
    if wechat.mode == "plain":
        return found("mode_plain", app_id=wechat.app_id)
    return found("account_complete", app_id=wechat.app_id, mode=wechat.mode)


async def alerts(patient: Patient) -> Finding:
    """Whether the operator would hear of trouble by another road; nothing is sent to find out."""
    addresses = patient.config.alerts.addresses
    unknown = [address for address in addresses if await others.schema_of(address) is None]
    if unknown:
        # Of an address, what stands before the colon is no secret.
        return found("alerts_unknown", kinds="、".join(address.partition(":")[0][:20] for address in unknown))
    return found("alerts_set", count=len(addresses)) if addresses else found("alerts_none")


async def platform(patient: Patient) -> Finding:
    """Where calls go, and by whose clock days turn."""
    config = patient.config
    if not patient.on_wechat:
        return found("platform_emulated", address=config.wechat.api_base)
    if config.development.clock_url:
        return found("platform_other_clock", address=config.development.clock_url)
    if config.wechat.api_base.startswith("http://"):
        return found("platform_in_clear", address=config.wechat.api_base)
    return found("platform_real", address=config.wechat.api_base)


async def secrets(patient: Patient) -> Finding:
    """Whether other users of this machine can read a file with secrets in it."""
    files = [patient.file] if _holds_secrets(patient) else []
    files += [patient.config.data_folder / "secret.key", *filter(None, [database_file(patient.config)])]
    readable = [str(file) for file in files if file.exists() and file.stat().st_mode & 0o007]
    if readable:
        return found("secrets_readable", files="、".join(readable), paths=" ".join(readable))
    return found("secrets_private")


def _holds_secrets(patient: Patient) -> bool:
    written = tomllib.loads(patient.file.read_text(encoding="utf-8-sig"))
    return any(
        written.get(section, {}).get(name)
        for section, model in Config()
        for name, key in type(model).model_fields.items()
        if key.repr is False and written.get(section, {}).get(name) != key.default
    )


async def key(patient: Patient) -> Finding:
    """The key that signs links. One that isn't there yet isn't made here."""
    config = patient.config
    if config.server.secret:
        return found("key_set")
    if database_file(config) is None:
        return found("key_per_machine")
    file = config.data_folder / "secret.key"
    if not file.exists():
        return found("key_to_come", path=file)
    try:
        config.secret()
    except (ConfigError, OSError):
        return found("key_damaged", path=file)
    return found("key_kept", path=file)


async def timezone(patient: Patient) -> Finding:
    """Whether this machine knows the zones, and how far the organisation's clock is from the platform's."""
    name = patient.config.organisation.timezone
    try:
        here, beijing = (patient.now().astimezone(ZoneInfo(zone)) for zone in (name, _BEIJING))
    except ZoneInfoNotFoundError:
        return found("timezone_data_missing", zone=name)
    time = f"{here:%H:%M}"
    if here.utcoffset() != beijing.utcoffset():
        return found("timezone_elsewhere", zone=name, time=time, beijing=f"{beijing:%H:%M}")
    return found("timezone_right", zone=name, time=time)
