"""What the person at the keyboard can choose: `python -m bench --help`."""

import argparse
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Options:
    """How much to measure. Everybody takes a turn in each round, so that what disturbs the machine disturbs all."""

    rounds: int
    seconds: float
    warm_up_seconds: float
    connections: int
    members: int
    pushes: int
    queued: tuple[int, ...]
    finished: tuple[int, int]
    reach_members: int
    reach_days: int
    seeds: int
    peers: bool


_FULL = Options(
    rounds=5,
    seconds=3.0,
    warm_up_seconds=1.0,
    connections=64,
    members=40_000,
    pushes=100_000,
    queued=(1_000, 100_000, 1_000_000),
    finished=(10_000, 10_000_000),
    reach_members=1000,
    reach_days=30,
    seeds=5,
    peers=True,
)
_QUICK = Options(
    rounds=1,
    seconds=0.6,
    warm_up_seconds=0.2,
    connections=64,
    members=10_000,
    pushes=3_000,
    queued=(1_000, 20_000),
    finished=(10_000, 100_000),
    reach_members=100,
    reach_days=7,
    seeds=1,
    peers=True,
)


def parse(arguments: Sequence[str], known: Collection[str]) -> tuple[list[str], Options]:
    """The benchmarks asked for, all of the known ones unless told, and the options."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="晨钟的性能测试 / the benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"测哪几项，默认全部：{'、'.join(known)}")
    parser.add_argument("--quick", action="store_true", help="只测短短一轮，看能不能跑通，数字不作准")
    parser.add_argument("--rounds", type=int, help="测几轮，取中位数")
    parser.add_argument("--without-peers", action="store_true", help="不测别的框架，也就不用装它们")
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(known):
        parser.error(f"没有这一项：{'、'.join(sorted(unknown))}")
    base = _QUICK if given.quick else _FULL
    rounds = max(given.rounds or base.rounds, 1)
    return list(given.names) or list(known), replace(base, rounds=rounds, peers=not given.without_peers)
