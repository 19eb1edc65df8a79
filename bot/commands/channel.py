"""`channel …`: the group chats beside the account. Addresses are sealed before they are stored, and never shown."""

from collections.abc import AsyncIterator

from sqlmodel import Session, select

from bot.app import Product
from bot.channels import others, robot
from bot.channels.seal import Seal
from bot.commands.errors import CommandError
from bot.commands.events import Ended, Event, Line
from bot.commands.places import find_node
from models import channel as channels
from models.audit import note
from models.branch import Branch
from models.channel import Channel, ChannelKind
from scheduler.postings import Posted


async def add_channel(product: Product, *, place: str, address: str) -> AsyncIterator[Event]:
    """Adds the channel of a branch; what starts from now on is posted there."""
    kind, kept, label = await _recognised(product, address.strip())
    seal = Seal(product.means.secret)

    def work(db: Session) -> tuple[int, str]:
        node, digest = find_node(db, place), seal.digest(kept)
        known = db.exec(select(Channel).where(Channel.digest == digest)).first()
        if known is not None:
            raise CommandError("channel_known", id=known.id, branch=db.get_one(Branch, known.branch_id).name)
        assert node.id is not None
        now = product.clock.now()
        new = Channel(branch_id=node.id, kind=kind, sealed=seal.close(kept), digest=digest, label=label, since=now)
        db.add(new)
        db.flush()
        assert new.id is not None
        note(db, "channel_add", at=now, by=None, channel=new.id, branch=node.id)
        return new.id, node.name

    number, branch = await product.writer.run(work)
    yield Line(product.texts("commands.channel_added", id=number, branch=branch, label=label), "good")
    yield Line(product.texts("commands.channel_test_hint", id=number))
    yield Ended()


async def _recognised(product: Product, address: str) -> tuple[ChannelKind, str, str]:
    """What an address is of, what is kept of it, and what lists show."""
    key = robot.key_of(address, product.config.wecom.api_base)
    if key is not None:
        return ChannelKind.ROBOT, key, product.texts("commands.channel_robot", tail=key[-4:])
    if robot.PATH in address:
        raise CommandError("channel_foreign", base=product.config.wecom.api_base + robot.PATH)
    schema = await others.schema_of(address)
    if schema is None:
        raise CommandError("channel_unknown_address")
    return ChannelKind.APPRISE, address, product.texts("commands.channel_other", schema=schema)


async def try_channel(product: Product, *, channel_id: int) -> AsyncIterator[Event]:
    """Posts one line there now, and says how that went; a channel that was refused goes on if it works."""

    def read(db: Session) -> tuple[Channel, str]:
        found = _of(db, channel_id)
        branch = db.get_one(Branch, found.branch_id).name
        db.expunge(found)
        return found, branch

    channel, branch = await product.writer.run(read)
    written = await product.scribe.say(channel, product.texts("channel.test", branch=branch))

    def mend(db: Session) -> None:
        works = written.result is Posted.ACCEPTED
        again = _of(db, channel_id)
        if works and again.broken_at is not None:
            # Not what was missed meanwhile: it would come all at once.
            again.broken_at, again.errcode, again.since = None, None, product.clock.now()
        note(db, "channel_try", at=product.clock.now(), by=None, channel=channel_id, worked=works)

    await product.writer.run(mend)
    worked = written.result is Posted.ACCEPTED
    key = f"commands.channel_{written.result}"
    yield Line(product.texts(key, errcode=written.errcode or "-"), "good" if worked else "bad")
    yield Ended(0 if worked else 1)


async def remove_channel(product: Product, *, channel_id: int) -> AsyncIterator[Event]:
    """Takes a channel away, with its address."""

    def work(db: Session) -> str:
        channel = _of(db, channel_id)
        note(db, "channel_remove", at=product.clock.now(), by=None, channel=channel_id, branch=channel.branch_id)
        label = channel.label
        channels.remove(db, channel)
        return label

    label = await product.writer.run(work)
    yield Line(product.texts("commands.channel_removed", id=channel_id, label=label), "good")
    yield Ended()


def _of(db: Session, channel_id: int) -> Channel:
    channel = db.get(Channel, channel_id)
    if channel is None:
        raise CommandError("channel_missing", id=channel_id)
    return channel
