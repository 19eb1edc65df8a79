"""A broadcast on its way: taken back, held, let go on, looked after; and everything stopped at once."""

from sqlmodel import Session

from bot.handlers.broadcast import root_of
from bot.turn import Answer, Turn
from models.audit import note
from models.branch import within
from models.broadcast import Broadcast, BroadcastKind, BroadcastState
from models.push import UNSENT
from scheduler import broadcasts
from scheduler.progress import Progress, measure

# How many of the latest are listed, and how much of each is quoted.
LISTED, QUOTED = 5, 10


def take_back(db: Session, turn: Turn) -> Answer:
    """「撤回」, 「撤回 12」: all of it before it starts; later whatever has not left yet."""
    broadcast = _meant(db, turn)
    if broadcast is None:
        return Answer(turn.say("broadcast.nothing_to_recall"))
    done = broadcasts.recall(db, turn.means.rules, broadcast, turn.now)
    note(db, "recall", at=turn.now, by=turn.person.member_id, broadcast=broadcast.id, have=done.have)
    if not (done.have or done.unknown):
        return Answer(turn.say("broadcast.recalled"))
    key = "broadcast.recalled_rest" if done.stopped else "broadcast.recalled_late"
    said = turn.say(key, have=done.have, stopped=done.stopped)
    if done.unknown:
        names = turn.means.texts.names(done.unknown)
        said += "\n" + turn.say("broadcast.recalled_unknown", count=len(done.unknown), names=names)
    return Answer(said)


def hold(db: Session, turn: Turn) -> Answer:
    """「暂停 12」: what is unsent of one broadcast waits until it is let go."""
    broadcast = _meant(db, turn)
    if broadcast is None or not broadcasts.hold(broadcast):
        return Answer(turn.say("broadcast.not_running", id=turn.words["id"]))
    db.add(broadcast)
    note(db, "hold", at=turn.now, by=turn.person.member_id, broadcast=broadcast.id)
    found = measure(db, broadcast, turn.now)
    return Answer(turn.say("broadcast.held", have=found.arrived, id=broadcast.id))


def let_go(db: Session, turn: Turn) -> Answer:
    """「恢复 12」."""
    broadcast = _meant(db, turn)
    if broadcast is None or not broadcasts.let_go(broadcast):
        return Answer(turn.say("broadcast.not_held", id=turn.words["id"]))
    db.add(broadcast)
    note(db, "let_go", at=turn.now, by=turn.person.member_id, broadcast=broadcast.id)
    return Answer(turn.say("broadcast.let_go", id=broadcast.id))


def show_progress(db: Session, turn: Turn) -> Answer:
    """「广播进度」: the latest broadcasts that aren't over, with their numbers."""
    path = root_of(db, turn).path
    mine = [one for one in db.exec(broadcasts.running(turn.now).limit(100)) if reaches(one, path, turn)]
    rows = [_row(turn, one, measure(db, one, turn.now)) for one in mine[:LISTED]]
    return Answer("\n".join(rows) or turn.say("broadcast.none_running"))


def pause_all(db: Session, turn: Turn) -> Answer:
    """「全部暂停」: no push leaves for the admin's part of the tree, whoever sent it."""
    root = root_of(db, turn)
    assert root.id is not None
    if not broadcasts.pause(db, root.id, turn.person.member_id, turn.now):
        return Answer(turn.say("broadcast.paused_before"))
    note(db, "pause", at=turn.now, by=turn.person.member_id, branch=root.id)
    return Answer(turn.say("broadcast.paused"), alone=True)


def resume_all(db: Session, turn: Turn) -> Answer:
    """「恢复」."""
    root = root_of(db, turn)
    assert root.id is not None
    count = broadcasts.resume(db, root.id, turn.now)
    if count is None:
        return Answer(turn.say("broadcast.not_paused"))
    note(db, "resume", at=turn.now, by=turn.person.member_id, branch=root.id)
    return Answer(turn.say("broadcast.resumed" if count else "broadcast.resumed_nothing", count=count))


def _meant(db: Session, turn: Turn) -> Broadcast | None:
    """The broadcast of that number in the admin's part of the tree; without a number their own latest."""
    assert turn.person.member_id is not None, "the gate lets nobody but admins through"
    if "id" not in turn.words:
        return broadcasts.last_of(db, turn.person.member_id, turn.now)
    if len(turn.words["id"]) > 9:
        return None
    found = db.exec(broadcasts.running(turn.now).where(Broadcast.id == int(turn.words["id"]))).first()
    return found if found is not None and reaches(found, root_of(db, turn).path, turn) else None


def reaches(broadcast: Broadcast, path: str, turn: Turn) -> bool:
    """Whether it is an admin's broadcast that went to the sub-tree at `path` alone, or the writer's own."""
    if broadcast.facts.get("trial") or broadcast.kind != BroadcastKind.TEXT:
        return False
    return broadcast.author_id == turn.person.member_id or within(str(broadcast.audience["within"]), path)


def quoted(broadcast: Broadcast) -> str:
    """A few words of it, to tell which one is meant."""
    words = broadcast.facts["text"] or broadcast.facts.get("card", {}).get("title", "")
    return words if len(words) <= QUOTED else f"{words[:QUOTED]}……"


def _row(turn: Turn, broadcast: Broadcast, found: Progress) -> str:
    values = {"id": broadcast.id, "text": quoted(broadcast), "have": found.arrived}
    values["left"] = sum(found.counts.get(status, 0) for status in UNSENT)
    if broadcast.state == BroadcastState.OPEN and broadcast.starts_at > turn.now:
        when = turn.means.texts.moment(turn.means.local(broadcast.starts_at), turn.means.local(turn.now))
        return turn.say("broadcast.row_later", when=when, **values)
    return turn.say(f"broadcast.row_{BroadcastState(broadcast.state)}", **values)
