"""The benchmark's own promise: figures only from runs in which everything acknowledged was stored, and answered."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.checkin import TARGETS, Target, measured, written
from bench.machine import Failed
from bench.options import parse
from bench.report import Goal, Report, Row
from bench.targets import chenzhong

SHORT = replace(
    parse(["--quick", "--without-peers"], {"checkin": None})[1],
    seconds=0.2,
    warm_up_seconds=0.1,
    connections=8,
    members=400,
)


def constant(folder: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "bench.targets.constant", str(port)]


def test_it_counts_every_check_in_that_the_product_acknowledged(tmp_path: Path) -> None:
    chenzhong.seed(tmp_path / "seed.db", SHORT.members)
    product = next(target for target in TARGETS if target.name == "chenzhong")

    found = measured(product, tmp_path, written(tmp_path, SHORT.members), replace(SHORT, connections=2))

    assert 0 < found.acknowledged <= SHORT.members
    assert found.p50_ms <= found.p99_ms


def test_a_server_that_stored_less_than_it_acknowledged_has_no_figures(tmp_path: Path) -> None:
    forgetful = Target("forgetful", "forgetful", constant, stored=lambda folder: {"rows": 1}, checked=False)
    with pytest.raises(Failed, match=r"acknowledged, but 1 rows stored"):
        measured(forgetful, tmp_path, written(tmp_path, SHORT.members), SHORT)


def test_a_server_that_answers_nonsense_has_no_figures(tmp_path: Path) -> None:
    nonsense = Target("nonsense", "nonsense", constant)
    with pytest.raises(Failed, match="not the answer"):
        measured(nonsense, tmp_path, written(tmp_path, SHORT.members), SHORT)


def test_a_server_that_does_not_start_is_named_with_what_it_said(tmp_path: Path) -> None:
    broken = Target("broken", "broken", lambda folder, port: [sys.executable, "-c", "raise SystemExit('no disk')"])
    with pytest.raises(Failed, match="no disk"):
        measured(broken, tmp_path, written(tmp_path, SHORT.members), SHORT)


def test_ratios_are_taken_within_each_round() -> None:
    # The machine was four times slower in the second round, for both.
    ours = Row("ours", "ours", [{"per_second": 4000.0}, {"per_second": 1000.0}, {"per_second": 4400.0}])
    other = Row("other", "other", [{"per_second": 2000.0}, {"per_second": 500.0}, {"per_second": 2000.0}])
    report = Report("name", "title", (), (ours, other), "per_second", ())

    assert report.ratio("ours", "other", "per_second") == 2.0
    assert report.ratio("ours", "absent", "per_second") is None


def test_goals_have_a_direction() -> None:
    assert Goal("ours", "other", "per_second", 1.8).is_met_by(1.9)
    assert not Goal("ours", "other", "p99_ms", 3, at_most=True).is_met_by(3.1)


def test_options_can_be_short_and_without_peers() -> None:
    names, options = parse(["--quick", "--without-peers"], {"checkin": None})
    assert names == ["checkin"]
    assert (options.rounds, options.peers) == (1, False)
    assert options.members >= 10_000
