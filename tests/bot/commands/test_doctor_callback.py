"""The doctor at the door that the platform pushes to."""

import asyncio
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.config import Config
from bot.config_keys import Server, WeChat
from bot.doctor import callback
from bot.doctor.patient import patient

from .clinic import Answering, Clinic


def test_no_address(clinic: Clinic) -> None:
    clinic.terminal.configures(clinic.terminal.config.server.public_url, "")
    codes = clinic.codes()
    assert codes["address"] == "address_unset"
    assert {codes[check] for check in ("callback", "certificate", "network")} == {"without_address"}


@pytest.mark.parametrize(
    ("public_url", "code"),
    [
        ("https://study.example.org", "address_right"),
        ("http://study.example.org:80", "address_right"),
        ("https://study.example.org:8443", "address_port"),
        ("http://study.example.org:443", "address_port"),
    ],
)
async def test_the_platform_pushes_to_two_ports_alone(public_url: str, code: str) -> None:
    config = Config(server=Server(public_url=public_url), wechat=WeChat())
    of_wechat = patient(config, Path("config.toml"), 1.0)
    async with of_wechat.client:
        assert (await callback.address(of_wechat)).code == code


def test_a_token_that_the_running_server_does_not_have(clinic: Clinic) -> None:
    clinic.terminal.configures('token = "chenzhong_demo"', 'token = "another_token"')
    assert clinic.codes()["callback"] == "callback_token_differs"


@pytest.mark.parametrize(
    ("server", "code"),
    [
        (Answering(301), "callback_redirected"),
        (Answering(403), "callback_token_differs"),
        (Answering(404), "callback_not_ours"),
        (Answering(502), "callback_failing"),
        (Answering(200, b"<html>nginx</html>"), "callback_no_echo"),
        (Answering(echoes=True), "callback_open"),
    ],
)
def test_a_door_that_is_not_ours(clinic: Clinic, server: Answering, code: str) -> None:
    clinic.door.app = server
    status, found = clinic.asks()
    assert (status, found["callback"]["code"]) == (1, code)


@contextmanager
def unanswered() -> Iterator[int]:
    """A port that takes calls and says nothing."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        yield silent.getsockname()[1]


def test_a_door_that_nobody_opens(clinic: Clinic) -> None:
    public = clinic.terminal.config.server.public_url
    with unanswered() as port:
        clinic.terminal.configures(public, f"http://127.0.0.1:{port}")
        assert clinic.codes("--timeout", "0.5")["callback"] == "callback_slow"
    clinic.terminal.configures(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}/")
    assert clinic.codes()["callback"] == "callback_unreachable"


def test_an_address_that_was_not_entered_at_the_platform(clinic: Clinic) -> None:
    clinic.fails("/cgi-bin/callback/check", errcode=40201)
    assert clinic.codes()["network"] == "network_unset"


@contextmanager
def encrypted(folder: Path, days: float) -> Iterator[tuple[int, Path]]:
    """A port of this machine behind a certificate that ends after so many days; also the certificate's file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=300))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, secret = folder / "shown.pem", folder / "secret.pem"
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown, secret)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        loop = asyncio.new_event_loop()
        server = loop.run_until_complete(asyncio.start_server(_hang_up, sock=bound, ssl=context))
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield bound.getsockname()[1], shown
        finally:
            loop.call_soon_threadsafe(server.close)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


@pytest.mark.parametrize(("days", "code"), [(90.5, "certificate_good"), (13.5, "certificate_ending")])
def test_a_certificate_near_its_end(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: float, code: str
) -> None:
    with encrypted(tmp_path, days) as (port, shown):
        monkeypatch.setenv("SSL_CERT_FILE", str(shown))
        clinic.terminal.configures(clinic.terminal.config.server.public_url, f"https://localhost:{port}")
        certificate = clinic.asks()[1]["certificate"]
    assert certificate["code"] == code
    assert f"还有 {int(days)} 天到期" in certificate["sentence"]


def test_a_certificate_that_nobody_trusts(clinic: Clinic, tmp_path: Path) -> None:
    with encrypted(tmp_path, 90) as (port, _):
        clinic.terminal.configures(clinic.terminal.config.server.public_url, f"https://localhost:{port}")
        codes = clinic.codes()
    assert (codes["certificate"], codes["callback"]) == ("certificate_refused", "callback_encryption")
