"""Which row of a roster is which member. Pure: called with the rows and the members of one name in one branch."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.files.faults import Remark
from bot.files.rows import Said
from models.member import Member, Status

# What tells two people of one name apart, the surest first.
TELLING = ("mobile", "born_on")


@dataclass(frozen=True, slots=True)
class Match:
    """A row and the member it means; None for somebody new."""

    said: Said
    member: Member | None


def match(rows: Sequence[Said], members: Sequence[Member]) -> tuple[list[Match], list[Remark]]:
    """Pairs rows with members by mobile, then by birth date, then by being the only one left.

    Rows that could mean several people come back as remarks that say what to add.
    """
    matches: list[Match] = []
    rows_left, left = list(rows), list(members)
    for field in TELLING:
        for said in list(rows_left):
            same = [member for member in left if said.facts.get(field) and _of(member, field) == said.facts[field]]
            if len(same) == 1:
                matches.append(Match(said, same[0]))
                rows_left.remove(said)
                left.remove(same[0])
    found, remarks = _rest(rows_left, left, [pair.said for pair in matches], alone=len(rows) == len(members) == 1)
    return [*matches, *found], remarks


def _rest(
    rows: Sequence[Said], members: Sequence[Member], matched: Sequence[Said], *, alone: bool
) -> tuple[list[Match], list[Remark]]:
    matches: list[Match] = []
    remarks: list[Remark] = []
    for said in rows:
        others = [other for other in rows if other is not said]
        candidates = _candidates(said, members, alone=alone)
        alike = [other for other in (others if candidates else [*others, *matched]) if not _differ(said, other)]
        if alike:
            earlier = min(other.number for other in alike)
            remarks.append(Remark(said.number, "twins_in_file", {"other": earlier, **_named(said)}))
        elif alone and not candidates:
            remarks.append(Remark(said.number, "born_differs", _named(said)))
        elif not candidates:
            matches.append(Match(said, None))
        elif len(candidates) == 1 and not any(candidates[0] in _candidates(o, members, alone=False) for o in others):
            matches.append(Match(said, candidates[0]))
        else:
            remarks.append(Remark(said.number, "twins_on_roster", _named(said)))
    return matches, remarks


def _candidates(said: Said, members: Sequence[Member], *, alone: bool) -> list[Member]:
    """The members that a row doesn't contradict; of two, one is still here and one has left: the one who is here.

    A new telephone number contradicts nothing where there is only one person of that name, a birth date always does.
    """
    telling = ("born_on",) if alone else TELLING
    open_ = [member for member in members if not any(_contradicts(said, member, field) for field in telling)]
    return [member for member in open_ if member.status != Status.INACTIVE] or open_


def _contradicts(said: Said, member: Member, field: str) -> bool:
    new, old = said.facts.get(field), _of(member, field)
    return bool(new and old and new != old)


def _differ(one: Said, other: Said) -> bool:
    """Whether two rows of one name are certainly two people: the surest thing that both say decides."""
    for field in TELLING:
        if one.facts.get(field) and other.facts.get(field):
            return bool(one.facts[field] != other.facts[field])
    return False


def _of(member: Member, field: str) -> object:
    return getattr(member, field)


def _named(said: Said) -> dict[str, object]:
    return {"name": said.facts["name"]}
