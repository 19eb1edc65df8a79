"""The reminder that a probation is nearly over: on which day, and to whom."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.member import Precision, Status
from models.plan import PlanKind
from models.role import Role, RoleKind
from scheduler.planners.probation import months_after
from tests.scheduler.stage import EIGHT, Stage, at

EIGHT_OCLOCK = at(1, 8)
SOON = EIGHT_OCLOCK + timedelta(hours=30)


@pytest.mark.parametrize(
    ("joined", "told"),
    [
        (date(2025, 8, 1), date(2026, 7, 1)),
        (date(2025, 1, 15), date(2025, 12, 15)),
        # Where the month has no such day, its last.
        (date(2025, 3, 31), date(2026, 2, 28)),
        (date(2023, 3, 30), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2025, 1, 29)),
    ],
)
def test_eleven_months_are_counted_by_the_calendar(joined: date, told: date) -> None:
    assert months_after(joined, 11) == told


async def test_each_secretary_hears_of_their_own_and_no_admin_of_anybody(stage: Stage) -> None:
    stage.plan(PlanKind.PROBATION, EIGHT, EIGHT_OCLOCK)
    second = stage.group("第二支部")
    for name, branch, kind in (
        ("书记", stage.root, RoleKind.SECRETARY),
        ("二支部书记", second, RoleKind.SECRETARY),
        ("管理员", stage.root, RoleKind.ADMIN),
    ):
        member_id = stage.reachable(name, branch, until=SOON)
        stage.add(Role(member_id=member_id, branch_id=branch, kind=kind, since=date(2026, 1, 1)))
    joining: dict[str, Any] = {"status": Status.PROBATIONARY, "joined_on": date(2025, 8, 1)}
    stage.reachable("小爱", until=SOON, **joining)
    stage.member("小白", second, **joining, joined_precision=Precision.MONTH)
    stage.member("不知哪天", second, status=Status.PROBATIONARY)
    stage.member("积极分子", status=Status.APPLICANT, joined_on=date(2025, 8, 1))
    assert sorted(await stage.run(EIGHT_OCLOCK)) == ["书记", "二支部书记"]
    told = {push.name: [row["name"] for row in push.facts["rows"]] for push in stage.postman.sent}
    assert told == {"书记": ["小爱"], "二支部书记": ["小白"]}
    assert stage.postman.sent[0].facts["rows"][0]["day"] == "2026-08-01"


async def test_a_morning_that_was_missed_is_made_up_for(stage: Stage) -> None:
    stage.plan(PlanKind.PROBATION, EIGHT, EIGHT_OCLOCK)
    later = at(3, 9)
    secretary = stage.reachable("书记", until=later + timedelta(hours=1))
    stage.add(Role(member_id=secretary, branch_id=stage.root, kind=RoleKind.SECRETARY, since=date(2026, 1, 1)))
    stage.member("小爱", status=Status.PROBATIONARY, joined_on=date(2025, 8, 2))
    await stage.run(later)
    assert [row["name"] for broadcast in stage.all_broadcasts() for row in broadcast.facts["rows"]] == ["小爱"]
