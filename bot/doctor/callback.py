"""Checks of the address to which the platform pushes, asked the way the platform asks.

https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Access_Overview.html 「接入概述」
"""

import asyncio
import hashlib
import secrets
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bot.doctor.failures import code_of_loss, host_of
from bot.doctor.finding import Finding, found
from bot.doctor.patient import Patient
from bot.webhook import PATH
from bot.wechat import probes
from bot.wechat.errors import CallFailed, PlatformError

_NO_ADDRESS_ENTERED = 40201
#: The platform pushes to these alone.
_PORTS = {"http": 80, "https": 443}
_ENDING_SOON = timedelta(days=14)

# How a visit without an answer is called here, where our own server is at fault.
_LOST = {"timed_out": "callback_slow", "encryption_failed": "callback_encryption"}


async def address(patient: Patient) -> Finding:
    """Whether there is an address, and the platform would go there."""
    public = patient.config.server.public_url
    if not public:
        return found("address_unset")
    patient.has.add("address")
    if not patient.on_wechat:
        return found("address_local", address=public + PATH)
    return found("address_right" if _usual_port(public) else "address_port", address=public + PATH)


async def answering(patient: Patient) -> Finding:
    """Whether our server answers the platform's check there, and nobody else's."""
    public = patient.config.server.public_url
    values = {"address": public + PATH, "host": host_of(public)}
    echo = secrets.token_hex(8)
    try:
        status, text = await patient.client.visit(public + PATH, _signed(patient, echo, patient.config.wechat.token))
        if (status, text) == (200, echo):
            forged = _signed(patient, echo, secrets.token_hex(8))
            stranger, _ = await patient.client.visit(public + PATH, forged)
            return found("callback_open" if stranger == 200 else "callback_verified", **values)
    except CallFailed as failure:
        code = code_of_loss(failure)
        return found(_LOST.get(code, "callback_unreachable"), reason=str(failure), **values)
    return found(_wrong_answer(status), status=status, **values)


async def certificate(patient: Patient) -> Finding | None:
    """How long the certificate is good; nothing to say of an address without one."""
    parts = urlsplit(patient.config.server.public_url)
    if parts.scheme != "https":
        return None
    try:
        ends = await _end_of_certificate(parts.hostname or "", parts.port or _PORTS["https"])
    except ssl.SSLError as error:
        return found("certificate_refused", host=parts.hostname, reason=getattr(error, "verify_message", "") or error)
    except (OSError, TimeoutError) as error:
        return found("callback_unreachable", address=parts.geturl(), host=parts.hostname, reason=type(error).__name__)
    days = (ends - patient.now()).days
    code = "certificate_ending" if ends - patient.now() < _ENDING_SOON else "certificate_good"
    return found(code, host=parts.hostname, days=days)


async def seen_from_the_platform(patient: Patient) -> Finding:
    """What the platform's own look from its networks brought."""
    try:
        answer = await probes.check_callback(patient.client)
    except PlatformError as refusal:
        if refusal.errcode == _NO_ADDRESS_ENTERED:
            return found("network_unset", address=patient.config.server.public_url + PATH)
        raise
    places, pings = answer.get("dns") or [], answer.get("ping") or []
    if not places:
        return found("network_no_address", host=host_of(patient.config.server.public_url))
    ips = "、".join(sorted({str(place.get("ip", "")) for place in places}))
    lost = pings and all(str(ping.get("package_loss", "")).startswith("100") for ping in pings)
    return found("network_no_ping" if lost else "network_good", ips=ips)


def _usual_port(public: str) -> bool:
    parts = urlsplit(public)
    usual = _PORTS[parts.scheme]
    return (parts.port or usual) == usual


def _signed(patient: Patient, echo: str, token: str) -> dict[str, str]:
    """The query by which the platform checks an address, signed with a token."""
    timestamp, nonce = str(int(patient.now().timestamp())), secrets.token_hex(5)
    signed = "".join(sorted((token, timestamp, nonce))).encode()
    signature = hashlib.sha1(signed, usedforsecurity=False).hexdigest()
    return {"signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": echo}


def _wrong_answer(status: int) -> str:
    if status == 403:
        return "callback_token_differs"
    if 300 <= status < 400:
        return "callback_redirected"
    if status >= 500:
        return "callback_failing"
    return "callback_not_ours" if status >= 400 else "callback_no_echo"


async def _end_of_certificate(host: str, port: int) -> datetime:
    """Raises ssl.SSLError if it isn't trusted, OSError or TimeoutError if nobody answers."""
    async with asyncio.timeout(10):
        _, writer = await asyncio.open_connection(host, port, ssl=ssl.create_default_context())
    try:
        shown = writer.get_extra_info("peercert")
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), UTC)
    finally:
        writer.close()
