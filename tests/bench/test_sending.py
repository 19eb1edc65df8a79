"""The sending benchmark's own promise: a figure only where the platform got what the sender says it sent."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.machine import Failed
from bench.options import Options, parse
from bench.sending import PRODUCT, Sender, measured, platform
from bench.targets import people

SHORT = replace(parse(["--quick", "--without-peers"], {"sending": None})[1], pushes=300)


def test_the_product_plans_and_sends_to_everybody(tmp_path: Path) -> None:
    people.gather(tmp_path / "seed.db", SHORT.pushes)
    with platform(tmp_path) as (port, process):
        found = measured(PRODUCT, tmp_path, port, process, SHORT)
    assert min(found["planned"] or 0, found["per_second"] or 0, found["cpu_us"] or 0) > 0


def boasting(port: int, count: int, seconds: float) -> list[str]:
    found = '{"sent": 7, "seconds": 1, "cpu_seconds": 1}'
    return [sys.executable, "-c", f"print('{found}')"]


def test_who_says_more_than_it_sent_has_no_figures(tmp_path: Path) -> None:
    with platform(tmp_path) as (port, process), pytest.raises(Failed, match="7 sent, but 0 received"):
        measured(Sender("boasting", "boasting", boasting), tmp_path, port, process, _few(SHORT))


def _few(options: Options) -> Options:
    return replace(options, pushes=20)
