"""A short storm on PostgreSQL: processes killed, calls failing; nobody lost, nobody twice, every unknown listed."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bench.chaos import chaos
from bench.chaos_report import Findings, Orders
from tests.databases import fresh_postgres

SHORT = Orders(members=160, texts=1, masses=1, kills=4, workers=2, faults=0.1, hurries=True)


@pytest.mark.storm
def test_nobody_is_lost_and_nobody_gets_it_twice(postgres: str, tmp_path: Path) -> None:
    found = chaos(SHORT, fresh_postgres(postgres, "chaos"), tmp_path)

    assert found.complaints() == []
    assert found.statuses.keys() <= {"accepted", "delivered", "unknown"}
    # The others were announced, and the platform knew the key of each mass message that was tried again.
    assert found.by("mass", found.unknown) == set()
    # What the platform did and we couldn't know of is a part of the unknown, and nothing else is.
    assert found.missing <= found.unknown


def test_what_was_not_kept_is_said() -> None:
    one, two, three = ("成员1", 1), ("成员2", 1), ("成员3", 1)
    found = Findings(
        orders=replace(SHORT, members=3, texts=1, masses=0, kills=0),
        seconds=1.0,
        killed=Counter(),
        faults={"-1": 1},
        calls=4,
        statuses=Counter(),
        shown=Counter({one: 2}),
        owed={one: "custom", two: "subscription", three: "template"},
        unknown={two},
        listed=set(),
    )
    assert len(found.complaints()) == 3
    assert "成员1第 1 号" in found.complaints()[0]
    assert "成员3第 1 号" in found.complaints()[1]
    assert "成员2第 1 号" in found.complaints()[2]
