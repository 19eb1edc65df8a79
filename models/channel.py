"""Channel: a group chat beside the account, of one branch. Posting: a broadcast that is to stand there, once."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Index, UniqueConstraint, delete, func, or_, select, update
from sqlmodel import Field, Session, SQLModel, col

from models.branch import Branch
from models.broadcast import Broadcast
from models.database import choice
from models.statement import insert_for


class ChannelKind(StrEnum):
    """A robot of a WeCom group, or whatever else Apprise can write to."""

    ROBOT = "robot"
    APPRISE = "apprise"


class Channel(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    branch_id: int = Field(foreign_key="branch.id", index=True)
    kind: ChannelKind = Field(sa_type=choice(ChannelKind))
    # Whoever has the address can write there: sealed by whoever hands it over, see bot/channels/seal.py.
    sealed: str
    # A keyed digest of the address: nothing is posted twice into one group.
    digest: str = Field(max_length=64, unique=True)
    # What lists show of it.
    label: str = Field(max_length=60)
    # Only what starts later is posted.
    since: datetime
    # Since when the address is refused: nothing is tried there until a test succeeds.
    broken_at: datetime | None = None
    errcode: int | None = None


class PostingState(StrEnum):
    """As of a push; in `unknown` nobody knows whether it stands there, and it isn't posted again."""

    DUE = "due"
    SENDING = "sending"
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Posting(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("channel_id", "broadcast_id"), Index("ix_posting_state", "state", "run_at"))

    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id")
    broadcast_id: int = Field(foreign_key="broadcast.id", index=True)
    state: PostingState = Field(default=PostingState.DUE, sa_type=choice(PostingState))
    # Calendar time before which it isn't posted.
    run_at: datetime
    # Running time: whose it is, and before when nobody else may take it.
    owner: str = Field(default="", max_length=64)
    free_at: datetime | None = None
    attempts: int = 0
    errcode: int | None = None
    posted_at: datetime | None = None


def with_paths(db: Session) -> list[tuple[Channel, str]]:
    """All channels that work, each with the path of its branch."""
    query = select(Channel, col(Branch.path)).join(Branch, col(Branch.id) == col(Channel.branch_id))
    rows = db.execute(query.where(col(Channel.broken_at).is_(None)).order_by(col(Channel.id)))
    return [(row[0], row[1]) for row in rows]


def owe(connection: Connection, channel_id: int, broadcast_id: int, run_at: datetime) -> None:
    """Writes a posting; twice is once."""
    row = {"channel_id": channel_id, "broadcast_id": broadcast_id, "run_at": run_at, "state": PostingState.DUE}
    new = insert_for(connection)(Posting).values(**row, owner="", attempts=0)
    connection.execute(new.on_conflict_do_nothing(index_elements=["channel_id", "broadcast_id"]))


def due(db: Session, now: datetime, running: datetime) -> list[tuple[Posting, Channel, Broadcast]]:
    """The postings whose turn it is, the oldest first, with all they are about; locked until the transaction ends."""
    free = or_(col(Posting.free_at).is_(None), col(Posting.free_at) <= running)
    query = (
        select(Posting, Channel, Broadcast)
        .join(Channel, col(Channel.id) == col(Posting.channel_id))
        .join(Broadcast, col(Broadcast.id) == col(Posting.broadcast_id))
        .where(col(Posting.state) == PostingState.DUE, col(Posting.run_at) <= now, free)
        .order_by(col(Posting.run_at), col(Posting.id))
        .limit(500)
        # The channels too: so two processes never post into one group at once, nor count its minute wrongly.
        .with_for_update(of=(Posting, Channel), skip_locked=True)
    )
    return [(row[0], row[1], row[2]) for row in db.execute(query)]


def busy(db: Session) -> set[int]:
    """The channels into which something is being posted just now."""
    return set(db.execute(select(col(Posting.channel_id)).where(col(Posting.state) == PostingState.SENDING)).scalars())


def posted_since(db: Session, channel_id: int, since: datetime) -> list[datetime]:
    """When a channel was last written to, since then."""
    times = select(col(Posting.posted_at)).where(col(Posting.channel_id) == channel_id, col(Posting.posted_at) > since)
    return [at for at in db.execute(times.order_by(col(Posting.posted_at))).scalars() if at is not None]


def lose(connection: Connection, running: datetime) -> int:
    """Makes postings whose lease has run out `unknown`; returns how many."""
    gone = (col(Posting.state) == PostingState.SENDING, col(Posting.free_at) <= running)
    lost = update(Posting).where(*gone).values(state=PostingState.UNKNOWN, owner="", free_at=None)
    return connection.execute(lost).rowcount


def counts(db: Session) -> dict[int, dict[str, int]]:
    """Channel → how many of its postings have which state."""
    query = select(col(Posting.channel_id), col(Posting.state), func.count())
    found: dict[int, dict[str, int]] = {}
    for channel_id, state, count in db.execute(query.group_by(col(Posting.channel_id), col(Posting.state))):
        found.setdefault(channel_id, {})[str(state)] = count
    return found


def remove(db: Session, channel: Channel) -> None:
    """Takes a channel away, with what was to be posted there."""
    db.connection().execute(delete(Posting).where(col(Posting.channel_id) == channel.id))
    db.delete(channel)
    db.flush()
