"""What a check can find. A code is for programs and stays as it is; its sentence and its cure are in the texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """How bad it is. A warning is worth reading and fails nothing; skipped is what an earlier problem made useless."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    SKIPPED = "skipped"


_STATES: Mapping[State, tuple[str, ...]] = {
    State.OK: (
        *("config_read", "account_complete", "platform_real", "platform_emulated", "secrets_private"),
        *("alerts_set", "alerts_none"),
        *("key_set", "key_kept", "key_to_come", "timezone_right"),
        *("folder_writable", "folder_to_come", "disk_enough", "owner_running", "owner_none"),
        *("sqlite_good", "sqlite_wal_bug", "postgresql_good", "schema_current", "database_clock_right"),
        "days_known",
        *("token_given", "clock_right", "clock_followed"),
        *("kind_right", "quota_enough", "menu_published", "menu_from_console", "templates_listed", "templates_none"),
        *("address_right", "address_local", "callback_verified", "certificate_good", "network_good"),
    ),
    State.WARNING: (
        *("mode_plain", "secrets_readable", "key_per_machine", "timezone_elsewhere"),
        *("disk_low", "database_to_come", "postgresql_old", "address_unset", "days_unknown"),
        *("kind_more", "kind_without_notices", "kind_unclear", "quota_low", "menu_missing", "menu_closed"),
        *("templates_outdated", "certificate_ending", "network_no_ping"),
    ),
    State.PROBLEM: (
        *("config_unreadable", "account_incomplete", "account_published", "platform_in_clear", "platform_other_clock"),
        *("key_damaged", "timezone_data_missing", "folder_unusable", "disk_full"),
        *("database_unreachable", "schema_old", "schema_newer", "database_clock_off"),
        # What calls of the platform's can run into.
        *("secret_wrong", "app_id_unknown", "secret_frozen", "ip_not_allowed", "ip_unconfirmed", "ip_rejected"),
        *("account_barred", "account_punished", "not_permitted", "token_refused", "platform_busy", "too_fast"),
        *("quota_spent", "call_refused"),
        *("name_unknown", "no_connection", "proxy_unused", "encryption_failed"),
        *("timed_out", "connection_lost", "no_answer"),
        *("alerts_unknown", "clock_off", "kind_less", "quota_used_up"),
        *("address_port", "callback_token_differs", "callback_open", "callback_redirected", "callback_not_ours"),
        *("callback_failing", "callback_no_echo", "callback_unreachable", "callback_slow", "callback_encryption"),
        *("certificate_refused", "network_no_address", "network_unset"),
    ),
    State.SKIPPED: (
        *("without_account", "without_database", "without_token", "without_kind", "without_address"),
        *("without_date", "without_sending"),
    ),
}

#: code → how bad it is.
CODES: Mapping[str, State] = MappingProxyType({code: state for state, codes in _STATES.items() for code in codes})


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: a code, and the values that its sentences name. Raises KeyError for an unknown code."""

    code: str
    values: Mapping[str, object]

    @property
    def state(self) -> State:
        """How bad it is."""
        return CODES[self.code]


def found(code: str, **values: object) -> Finding:
    """A finding with its values."""
    return Finding(code, values)
