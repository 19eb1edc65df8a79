"""The load generator, a process of its own: `python -m bench.load`, its orders on standard input, its findings on
standard output, both JSON.

Every connection sends its next request when the answer to the last one is there. The requests come ready-made from a
file, plain non-blocking sockets carry them, and answers are checked only afterwards: so little is left to do per
message that the server, not the load, is what is measured.
"""

import gc
import json
import pickle
import re
import selectors
import socket
import subprocess
import sys
import time
from array import array
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.machine import ROOT, Failed, cpu_seconds, pin
from bench.messages import WrongAnswer, check_answer

# How long answers are waited for after the last request went out.
_PATIENCE_SECONDS = 10.0

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Orders:
    """What to send to whom: until the time is up or the requests are used up, whatever comes first."""

    port: int
    process: int
    requests: str
    checked: bool
    connections: int = 64
    warm_up_seconds: float = 1.0
    seconds: float = 3.0


@dataclass(frozen=True)
class Findings:
    """What came of it. `acknowledged` counts the warm-up too, everything else only what was measured after it."""

    acknowledged: int
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float | None
    busy: float


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    number: int = -1
    sent: float = 0.0
    data: bytes = b""


@dataclass(slots=True)
class _Phase:
    latencies: "array[float]" = field(default_factory=lambda: array("d"))
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    seconds: float = 0.0


Requests = Iterator[tuple[int, bytes]]


def drive(connections: list[_Connection], requests: Requests, seconds: float) -> _Phase:
    """Sends until the time or the requests run out, and waits for the last answer."""
    phase = _Phase()
    started = time.perf_counter()
    until = started + seconds
    with selectors.DefaultSelector() as selector:
        waiting = 0
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            waiting += _send(connection, requests)
        while waiting:
            ready = selector.select(_PATIENCE_SECONDS)
            if not ready or time.perf_counter() > until + _PATIENCE_SECONDS:
                raise Failed(f"{waiting} requests were never answered")
            for key, _ in ready:
                connection = key.data
                if not _receive(connection, phase):
                    continue
                if time.perf_counter() >= until or not _send(connection, requests):
                    waiting -= 1
    phase.seconds = time.perf_counter() - started
    return phase


def _send(connection: _Connection, requests: Requests) -> bool:
    number, request = next(requests, (-1, b""))
    if not request:
        return False
    connection.number, connection.data, connection.sent = number, b"", time.perf_counter()
    if connection.socket.send(request) != len(request):
        raise Failed("a request did not fit into the socket's buffer")
    return True


def _receive(connection: _Connection, phase: _Phase) -> bool:
    """Takes in what has come; True once the answer is complete."""
    part = connection.socket.recv(65536)
    data = connection.data = connection.data + part
    head, end, body = data.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if not part or (end and not (length and head.startswith(b"HTTP/1.1 200"))):
        raise Failed(f"not an answer: {data[:300]!r}")
    if not end or not length or len(body) < int(length[1]):
        return False
    if len(body) > int(length[1]):
        raise Failed(f"more than was asked for: {data[:300]!r}")
    phase.latencies.append(time.perf_counter() - connection.sent)
    phase.answers.append((connection.number, body))
    return True


def measure(orders: Orders) -> Findings:
    """Warms up, measures, and checks every answer; raises `Failed` if one is missing or wrong."""
    # Our own file, written a moment ago by `bench.checkin`.
    requests: list[tuple[int, bytes]] = pickle.loads(Path(orders.requests).read_bytes())
    some = len(requests) // 4
    with ExitStack() as stack:
        connections = [_Connection(stack.enter_context(_connected(orders.port))) for _ in range(orders.connections)]
        gc.disable()
        warm_up = drive(connections, iter(requests[:some]), orders.warm_up_seconds)
        theirs, ours = cpu_seconds(orders.process), time.process_time()
        measured = drive(connections, iter(requests[some:]), orders.seconds)
        taken, busy = cpu_seconds(orders.process), (time.process_time() - ours) / measured.seconds
        gc.enable()
    if orders.checked:
        for number, body in warm_up.answers + measured.answers:
            check_answer(number, body)
    count = len(measured.answers)
    spread = sorted(measured.latencies)
    return Findings(
        acknowledged=len(warm_up.answers) + count,
        per_second=count / measured.seconds,
        p50_ms=spread[count // 2] * 1000,
        p99_ms=spread[count * 99 // 100] * 1000,
        cpu_us=None if theirs is None or taken is None else (taken - theirs) / count * 1e6,
        busy=busy,
    )


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setblocking(False)
    return connection


def loaded(orders: Orders) -> Findings:
    """Runs the generator as a process on a core of its own; raises `Failed` with what it said if it fails."""
    limit = orders.warm_up_seconds + orders.seconds + 60
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        cwd=ROOT,
        input=json.dumps(asdict(orders)),
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )
    if done.returncode:
        raise Failed(done.stderr.strip())
    return Findings(**json.loads(done.stdout))


def main() -> None:
    """Obeys the orders on standard input."""
    pin(0, load=True)
    try:
        findings = measure(Orders(**json.load(sys.stdin)))
    except (Failed, WrongAnswer, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    json.dump(asdict(findings), sys.stdout)


if __name__ == "__main__":
    main()
