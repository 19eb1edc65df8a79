"""Whom a broadcast is for: the database's answer against a plain one, for any combination of conditions."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from models.branch import Branch, BranchKind
from models.checkin import CheckIn
from models.member import Status
from models.role import Participation, Role, RoleKind
from scheduler.audience import member_ids, reachable
from tests.scheduler.stage import Stage, at

TODAY = date(2026, 7, 9)
TAGS = ("书法", "合唱", "Chess", "100%")


class People:
    """A tree of two branches with a group each, and somebody of every kind in each of them."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        north = stage.group("北支部", kind=BranchKind.BRANCH)
        south = stage.group("南支部", kind=BranchKind.BRANCH)
        self.nodes = [stage.root, north, south, stage.group("一组", north), stage.group("二组", south)]
        self.paths = stage.read(lambda db: {node: db.get_one(Branch, node).path for node in self.nodes})
        self.known: list[dict[str, Any]] = []
        for number, node in enumerate(self.nodes * 4):
            self._add(number, node)

    def _add(self, number: int, node: int) -> None:
        tags = [tag for place, tag in enumerate(TAGS) if number >> place & 1]
        fields = {"tags": "、".join(tags), "status": Status.INACTIVE if number == 19 else Status.ACTIVE}
        member_id = self.stage.member(f"某{number}", node, **fields)
        one: dict[str, Any] = {"id": member_id, "homes": {node}, "tags": tags, "roles": [], "days": [], "bound": False}
        if number % 3 == 0:
            self.stage.follow(member_id)
            one["bound"] = True
        if number % 4 == 1:
            kind = (RoleKind.LEADER, RoleKind.SECRETARY)[number % 2]
            until = TODAY if number == 5 else None
            self.stage.add(Role(member_id=member_id, branch_id=node, kind=kind, since=date(2020, 1, 1), until=until))
            one["roles"] = [] if until else [(kind.value, node)]
        if number % 5 == 2:
            elsewhere = self.nodes[(number + 1) % 5]
            self.stage.add(Participation(member_id=member_id, branch_id=elsewhere, since=date(2020, 1, 1)))
            one["homes"].add(elsewhere)
        for back in {number % 7, number % 11} if number % 2 else ():
            day = TODAY - timedelta(days=back)
            self.stage.add(CheckIn(member_id=member_id, day=day, at=at(9, 8)))
            one["days"].append(day)
        if number != 19:
            self.known.append(one)

    def expected(self, audience: dict[str, Any]) -> set[int]:
        """The ids, by the words of `scheduler.audience`."""
        return {one["id"] for one in self.known if self._is_meant(one, audience)}

    def _is_meant(self, one: dict[str, Any], audience: dict[str, Any]) -> bool:
        def lives(root: str) -> bool:
            return any(self.paths[home].startswith(root) for home in one["homes"])

        def checked(days: int) -> bool:
            return any(day > TODAY - timedelta(days=days) for day in one["days"])

        within = audience["within"]
        places = [node for node in audience.get("places", ()) if self.paths[node].startswith(within)]
        held = {kind for kind, node in one["roles"] if self.paths[node].startswith(within)}
        return all(
            (
                lives(within),
                "places" not in audience or any(lives(self.paths[node]) for node in places),
                "roles" not in audience or bool(held & set(audience["roles"])),
                "tags" not in audience or bool(set(one["tags"]) & set(audience["tags"])),
                audience.get("bound") in (None, one["bound"]),
                "checked" not in audience or checked(audience["checked"]),
                "unchecked" not in audience or not checked(audience["unchecked"]),
            )
        )


def some(values: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


def audiences(people: People) -> st.SearchStrategy[dict[str, Any]]:
    within: st.SearchStrategy[Any] = st.sampled_from(sorted(people.paths.values()))
    narrowed: dict[str, st.SearchStrategy[Any]] = {
        "places": some(people.nodes),
        "roles": some(["leader", "secretary", "admin"]),
        "tags": some([*TAGS, "书", "1_0%"]),
        "bound": st.booleans(),
        "checked": st.integers(1, 12),
        "unchecked": st.integers(1, 12),
    }
    return st.fixed_dictionaries({"within": within}, optional=narrowed)


async def test_any_combination_means_what_it_says(stage: Stage) -> None:
    people = People(stage)

    @given(audiences(people))
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    def check(audience: dict[str, Any]) -> None:
        def found(db: Session) -> list[int]:
            query, given_rows = member_ids(db, audience, TODAY)
            return list(db.connection().execute(query.where(*reachable()), given_rows).scalars())

        ids = stage.read(found)
        assert len(ids) == len(set(ids)), "each member once"
        assert set(ids) == people.expected(audience)

    check()
