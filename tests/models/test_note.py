"""The wall of a branch: over random trees, exactly the notes that belong on it."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlmodel import Session, select

from models import note
from models.branch import Branch, BranchKind, home_branch, plant, within
from models.consent import Consent, Purpose
from models.database import Database
from models.member import Member, Status
from models.note import Comment, Note

NOON = datetime(2026, 7, 1, 4, tzinfo=UTC)


def a_tree(db: Session, random: Random) -> list[Branch]:
    """Branches below branches, groups below those; more than nine of them, so that "/1" begins "/10"."""
    nodes = [plant(db, "根")]
    while len(nodes) < 14:
        parent = random.choice([node for node in nodes if node.kind == BranchKind.BRANCH])
        nodes.append(plant(db, f"第{len(nodes)}", parent, random.choice(list(BranchKind))))
    return nodes


def a_life(db: Session, random: Random, nodes: list[Branch]) -> None:
    """People, half of whom may be named, who write and comment where they are; then some move, and some leave."""
    people = [Member(branch_id=random.choice(nodes).id or 0, name=f"人{number}") for number in range(20)]
    db.add_all(people)
    db.flush()
    for person in people[::2]:
        db.add(Consent(member_id=person.id or 0, purpose=Purpose.SHARING, version="1", agreed_at=NOON))
    for place in range(30):
        author, at = random.choice(people), NOON + timedelta(minutes=random.randrange(10))
        home = home_branch(db, db.get_one(Branch, author.branch_id))
        one = Note(member_id=author.id or 0, at=at, text=f"心得{place}")
        db.add(one)
        db.flush()
        if random.random() < 0.8:
            note.share(db, one, home, at)
        other = random.choice(people)
        there = home_branch(db, db.get_one(Branch, other.branch_id))
        db.add(Comment(note_id=one.id or 0, member_id=other.id or 0, branch_id=there.id or 0, at=at, text="好"))
    for person in people:
        person.branch_id = random.choice(nodes).id or 0 if random.random() < 0.3 else person.branch_id
        person.status = Status.INACTIVE if random.random() < 0.2 else Status.ACTIVE
    db.flush()


@pytest.mark.parametrize("seed", range(3))
def test_a_wall_shows_what_it_may_and_nothing_else(database: Database, seed: int) -> None:
    random = Random(seed)
    with Session(database.engine) as db, db.begin():
        nodes = a_tree(db, random)
        a_life(db, random, nodes)
        paths = {node.id: node.path for node in nodes}
        people = {person.id: person for person in db.exec(select(Member))}
        written = db.exec(select(Note)).all()
        named = set(db.exec(select(Consent.member_id)))

        def shown(member_id: int) -> str | None:
            return people[member_id].name if member_id in named else None

        def stands(one: Note) -> bool:
            author = people[one.member_id]
            stays = one.shared_in is not None and within(paths[author.branch_id], paths[one.shared_in])
            return one.shared_at is not None and stays and author.status != Status.INACTIVE

        for node in nodes:
            right = [one for one in written if stands(one) and within(paths[one.shared_in], node.path)]
            right.sort(key=lambda one: (one.shared_at, one.id), reverse=True)
            pages = [note.wall(db, node.path, first, 4) for first in range(0, 32, 4)]
            found = [(one.id, name) for page in pages for one, name in page]
            assert found == [(one.id, shown(one.member_id)) for one in right]
            assert note.wall_size(db, node.path) == len(right)
            seen = {one.id for one in written if note.on_wall(db, node.path, one.id or 0)}
            assert seen == {one.id for one in right}
            led = {one.id for one in written if note.governed(db, node.path, one.id or 0)}
            below = {one.id for one in written if within(paths[people[one.member_id].branch_id], node.path)}
            assert led == {one.id for one in written if stands(one)} & below
        for member_id in people:
            mine = {one.id for one in written if stands(one) and one.member_id == member_id}
            assert note.standing(db, member_id or 0) == mine
        comments = db.exec(select(Comment)).all()
        for one in written:
            about = [said for said in comments if said.note_id == one.id]
            heard = [
                shown(said.member_id)
                for said in about
                if within(paths[people[said.member_id].branch_id], paths[said.branch_id])
                and people[said.member_id].status != Status.INACTIVE
            ]
            assert [name for name, _ in note.comments(db, one.id or 0)] == heard


def test_ones_own_notes_are_no_others(database: Database) -> None:
    with Session(database.engine) as db, db.begin():
        root = plant(db, "根")
        author, reader = (Member(branch_id=root.id or 0, name=name) for name in ("甲", "乙"))
        db.add_all([author, reader])
        db.flush()
        db.add_all(
            Note(member_id=author.id or 0, at=NOON, text=f"第{number}", shared_in=root.id, shared_at=NOON)
            for number in range(30)
        )
        db.flush()
        assert len(note.others_words(db, root.path, reader.id or 0, 20)) == 20
        assert note.others_words(db, root.path, author.id or 0, 20) == []
