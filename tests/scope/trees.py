"""Random trees of branches with people, roles and all that hangs on them; words of their own say whose it is."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlmodel import Session

from bot.script import simplified
from models.branch import Branch, BranchKind, plant
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.calendar_day import CalendarDay, DayKind
from models.checkin import CheckIn
from models.follower import Follower
from models.member import Member, Status
from models.note import Note
from models.plan import Plan, PlanKind
from models.push import Push, PushStatus
from models.role import Role, RoleKind
from models.transfer import Transfer

NOW = datetime(2026, 7, 1, 2, tzinfo=UTC)
TODAY = date(2026, 7, 1)
SOLEMN = date(2026, 8, 3)
_DAILY = "FREQ=DAILY;BYHOUR=12;BYMINUTE=0;BYSECOND=0"
_STATES = (BroadcastState.OPEN, BroadcastState.PAUSED, BroadcastState.WAITING)
# Written alike in simplified and in traditional characters, and in no sentence of ours.
_CHARACTERS = [one for one in map(chr, range(0x5C0B, 0x5D00)) if simplified(one) == one]


@dataclass(slots=True)
class Node:
    """A branch or group of the tree."""

    id: int
    name: str
    path: str
    kind: BranchKind


@dataclass(slots=True)
class Tree:
    """What was built. `words` are names, titles, texts and numbers, each with the paths of those it is about."""

    nodes: list[Node] = field(default_factory=list)
    members: dict[int, str] = field(default_factory=dict)
    # The path of each member's place; and of what else has a number of its own.
    places: dict[int, str] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    broadcasts: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    # Whoever holds a role: those name each other when somebody moves.
    heads: set[str] = field(default_factory=set)
    # The branches in which each holds one: they may be far apart.
    posts: dict[int, set[str]] = field(default_factory=dict)
    # Those of them who can write.
    writers: list[int] = field(default_factory=list)
    # The parts whose secretary each is.
    secretaries: dict[int, set[str]] = field(default_factory=dict)

    def secretary_of(self, number: int) -> str:
        """The widest part whose secretary a member is; one in which nothing lies if there is none."""
        return min(self.secretaries.get(number, ()), key=len, default="\0")


class Builder:
    """Plants one tree in the caller's transaction, as chance has it."""

    def __init__(self, db: Session, chance: Random) -> None:
        self.db, self.chance, self.tree = db, chance, Tree()
        self._next = 0
        # Who can write.
        self._able: list[int] = []

    def build(self) -> Tree:
        self._branches()
        for _ in range(self.chance.randint(7, 10)):
            self._member()
        if self._able:
            self._roles()
        for _ in range(4):
            self._broadcast()
        for _ in range(3):
            self._note()
        self._plans()
        self._solemn_days()
        self._moves()
        self.db.flush()
        return self.tree

    def _word(self, begin: str, *paths: str) -> str:
        """A word that occurs nowhere else."""
        self._next += 1
        word = begin + _CHARACTERS[self._next] + _CHARACTERS[-self._next]
        self.tree.words[word] = list(paths)
        return word

    def _branches(self) -> None:
        nodes: list[Branch] = []
        for number in range(self.chance.randint(4, 7)):
            parents = [one for one in nodes if one.kind == BranchKind.BRANCH]
            parent = self.chance.choice(parents) if parents else None
            group = number > 2 and self.chance.random() < 0.4
            name = self._word("部")
            nodes.append(plant(self.db, name, parent, BranchKind.GROUP if group else BranchKind.BRANCH))
            self.tree.words[name] = [nodes[-1].path]
        self.tree.nodes = [Node(one.id or 0, one.name, one.path, one.kind) for one in nodes]

    def _member(self) -> None:
        node, chance = self.chance.choice(self.tree.nodes), self.chance
        name = self._word("王", node.path)
        status = chance.choice([*Status, Status.ACTIVE, Status.ACTIVE, Status.ACTIVE])
        member = Member(branch_id=node.id, name=name, status=status, joined_on=date(2000, 7, chance.randint(1, 28)))
        member.without_wechat, member.tags = chance.random() < 0.1, "书法"
        self.db.add(member)
        self.db.flush()
        number = member.id or 0
        self.tree.members[number], self.tree.places[number] = name, node.path
        if chance.random() < 0.8:
            window = NOW + timedelta(hours=chance.randint(-20, 40))
            follower = Follower(openid=f"o{number}", member_id=number, followed_at=NOW, window_until=window)
            follower.agreed_at = follower.bound_at = NOW - timedelta(days=3)
            follower.window_left = chance.randint(0, 3)
            # Some have been silent for long.
            follower.last_at = NOW - timedelta(days=chance.choice((1, 40)))
            self.db.add(follower)
            if status != Status.INACTIVE:
                self._able.append(number)
        self.db.add(CheckIn(member_id=number, day=TODAY, at=NOW, note=self._word("读", node.path)))

    def _roles(self) -> None:
        for _ in range(self.chance.randint(3, 5)):
            number = self.chance.choice(self._able)
            node, kind = self.chance.choice(self.tree.nodes[1:]), self.chance.choice(list(RoleKind))
            self.db.add(Role(member_id=number, branch_id=node.id, kind=kind, since=date(2020, 1, 1)))
            self.tree.heads.add(self.tree.members[number])
            self.tree.posts.setdefault(number, set()).add(node.name)
            if number not in self.tree.writers:
                self.tree.writers.append(number)
            if kind is RoleKind.SECRETARY:
                self.tree.secretaries.setdefault(number, set()).add(node.path)

    def _broadcast(self) -> None:
        node = self.chance.choice(self.tree.nodes)
        inside = [number for number, path in self.tree.places.items() if path.startswith(node.path)]
        text, number = self._word("请", node.path, *self._above(node)), 70001 + len(self.tree.broadcasts)
        self.tree.words[str(number)] = self.tree.words[text]
        until, state = NOW + timedelta(days=2), self.chance.choice(_STATES)
        facts: dict[str, object] = {"text": text, "asks": True}
        if state == BroadcastState.WAITING:
            facts["approval"] = {"count": len(inside)}
        one = Broadcast(
            id=number,
            kind=BroadcastKind.TEXT,
            facts=facts,
            branch_id=node.id,
            state=state,
            audience={"within": node.path},
            created_at=NOW,
            starts_at=NOW - timedelta(minutes=self.chance.randint(1, 9)),
            ring_until=until,
            show_until=until,
        )
        self.db.add(one)
        self.db.flush()
        for member in inside:
            status = self.chance.choice((PushStatus.HELD, PushStatus.ACCEPTED, PushStatus.UNKNOWN))
            self.db.add(Push(broadcast_id=number, member_id=member, status=status, run_at=NOW, asks=True))
        self.tree.broadcasts.append(number)

    def _above(self, node: Node) -> list[str]:
        """What is for everybody below a node is known below it."""
        return [one.path for one in self.tree.nodes if one.path.startswith(node.path)]

    def _note(self) -> None:
        member = self.chance.choice(list(self.tree.members))
        path, number = self.tree.places[member], 80001 + len(self.tree.notes)
        text, home = self._word("记", path), next(one for one in self.tree.nodes if path.startswith(one.path))
        self.tree.words[str(number)] = [path]
        self.db.add(Note(id=number, member_id=member, at=NOW, text=text, shared_in=home.id, shared_at=NOW))
        self.tree.notes.append(number)

    def _plans(self) -> None:
        for node in self.tree.nodes:
            for kind in (PlanKind.BOOK, PlanKind.BIRTHDAY, PlanKind.TOPIC):
                if self.chance.random() < 0.5:
                    plan = Plan(branch_id=node.id, kind=kind, rrule=_DAILY, starts_on=TODAY, next_at=NOW)
                    plan.next_at, plan.paused = NOW + timedelta(hours=2), self.chance.random() < 0.3
                    self.db.add(plan)

    def _solemn_days(self) -> None:
        for node in self.tree.nodes:
            if self.chance.random() < 0.4:
                name = self._word("念", *self._above(node))
                self.db.add(CalendarDay(day=SOLEMN, kind=DayKind.SOLEMN, branch_id=node.id, name=name))

    def _moves(self) -> None:
        branches = [node for node in self.tree.nodes if node.kind == BranchKind.BRANCH]
        member = self.chance.choice(list(self.tree.members))
        home = next(node for node in reversed(branches) if self.tree.places[member].startswith(node.path))
        target = self.chance.choice(branches)
        if target.id != home.id:
            self.db.add(Transfer(member_id=member, from_branch_id=home.id, to_branch_id=target.id, asked_at=NOW))
