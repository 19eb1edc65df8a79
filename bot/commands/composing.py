"""From what was typed after `broadcast` to the order that is sent: audience, words, card, picture, letters."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from bot import content, pictures
from bot.audience import Addressed, by_check_ins, described, read
from bot.commands.broadcast import Order
from bot.commands.errors import CommandError
from bot.commands.exports import View
from bot.commands.places import all_places, find_node
from bot.commands.screen import say
from bot.commands.setting import read_file
from bot.files.letters import Letter, Letters, Reader, packed, samples, write_letters
from bot.files.sheet import read_sheet
from bot.misread import Misread
from bot.relief import off_by
from bot.ride_along import REPLY_BYTES
from bot.wording import wording_of
from models.branch import Branch
from models.follower import Follower
from models.member import Member, Precision, Status
from scheduler import audience as audiences
from scheduler.calendar import years_since

# More faults say nothing new.
MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Written:
    """What was typed."""

    text: str
    audience: str
    title: str
    link: str
    cover: str
    image: Path | None
    file: Path | None
    keep_good: bool
    asks: bool = False

    @property
    def is_something(self) -> bool:
        """Whether there is anything to send."""
        return bool(self.text or self.title or self.link)


@dataclass(frozen=True, slots=True)
class Composed:
    """The order, its people as the forecast asks for them, and what is shown before the number is asked for.

    `names` says whether the forecast may name people.
    """

    order: Order
    people: Mapping[str, Any]
    preview: Sequence[str]
    names: bool


def compose(db: Session, view: View, written: Written) -> Composed:
    """Understands what was typed. Raises `CommandError`."""
    try:
        return _letters(db, view, written) if written.file else _same_for_all(db, view, written)
    except Misread as error:
        raise CommandError("file_refused", reason=error.said(view.texts)) from None


def _same_for_all(db: Session, view: View, written: Written) -> Composed:
    places = all_places(db, written.audience, view.texts)
    addressed = read(written.audience, places)
    text, shown, picture = _content(written)
    words = wording_of(view.config, view.texts)
    whole = words.broadcast({"text": text, **shown}, view.texts("commands.somebody"), addressed.node.name, "")
    if len(whole.encode()) > REPLY_BYTES:
        limit = (REPLY_BYTES - len(whole.encode()) + len(text.encode())) // 3
        raise CommandError("text_too_long", limit=limit)
    people = described(addressed, places, view.texts)
    order = Order(text, dict(addressed.audience), _id(addressed), people, content=shown, picture=picture)
    names = not by_check_ins(addressed.audience) or off_by(db, view.config) is not None
    return Composed(order, addressed.audience, [view.texts("broadcast.forecast_text", text=whole)], names)


def _content(written: Written) -> tuple[str, dict[str, Any], str]:
    """The words, what else there is, and the bytes of a picture in base64. Raises `Misread`, `CommandError`."""
    text, shown, picture = _shown(written)
    return text, {**shown, "asks": True} if written.asks else shown, picture


def _shown(written: Written) -> tuple[str, dict[str, Any], str]:
    if written.image is not None:
        if written.title or written.link:
            raise Misread("broadcast.card_or_picture")
        file = read_file(written.image, lambda read_bytes: read_bytes)
        pictures.content_type(file)
        return written.text, {"picture": {"id": pictures.new_id()}}, base64.b64encode(file).decode()
    if written.title or written.link:
        parts = {"title": written.title, "url": written.link, "picture_url": written.cover}
        text, card = content.card(written.text, **parts)
        return text, {"card": card}, ""
    return written.text, {}, ""


def _letters(db: Session, view: View, written: Written) -> Composed:
    assert written.file is not None
    if written.audience:
        raise CommandError("audience_and_file")
    root, texts = find_node(db, ""), view.texts
    text, shown, picture = _content(written)
    words = wording_of(view.config, texts)

    def whole(letter: Letter) -> str:
        facts, own = {"text": text, **shown}, {"columns": letter.columns}
        return words.broadcast(facts, letter.reader.name, root.name, "", own)

    sheet = read_file(written.file, read_sheet)
    lint_text = "\n".join([text, *shown.get("card", {}).values()])
    found = write_letters(
        sheet, lint_text, _readers(db, view), lambda letter: len(whole(letter).encode()) <= REPLY_BYTES
    )
    _show_faults(view, found, keep_good=written.keep_good)
    preview = []
    for letter in samples(found.good, lambda letter: len(whole(letter))):
        preview += [texts("commands.letters_sample", name=letter.reader.name), whole(letter)]
    within = audiences.within(root.path)
    letters = list(packed(found.good))
    order = Order(
        text, within, root.id or 0, texts("commands.letters_people"), content=shown, picture=picture, letters=letters
    )
    people = audiences.these([member_id for member_id, _ in letters])
    return Composed(order, people, preview, names=True)


def _show_faults(view: View, found: Letters, *, keep_good: bool) -> None:
    for remark in found.remarks:
        say(remark.said(view.texts), "warning")
    for fault in found.faults[:MOST_FAULTS]:
        say(fault.said(view.texts), "bad")
    if len(found.faults) > MOST_FAULTS:
        say(view.texts("commands.more_faults", count=len(found.faults) - MOST_FAULTS), "bad")
    if found.faults and (not keep_good or not found.good):
        raise CommandError("letters_refused", wrong=len(found.faults))
    if found.faults:
        say(view.texts("commands.letters_left_out", wrong=len(found.faults)), "warning")


def _readers(db: Session, view: View) -> list[Reader]:
    """Everybody on the roster who may be written to."""
    query = (
        select(Member, Branch.name, Follower.openid)
        .join(Branch, col(Branch.id) == col(Member.branch_id))
        .outerjoin(Follower, col(Follower.member_id) == col(Member.id))
        .where(Member.status != Status.INACTIVE)
    )
    return [Reader(m.id or 0, m.name, group, openid or "", _years(m, view)) for m, group, openid in db.exec(query)]


def _years(member: Member, view: View) -> int | None:
    """Whole years since joining; None where the day isn't known, or there are none yet."""
    if member.joined_on is None or member.status == Status.PROBATIONARY:
        return None
    if member.joined_precision == Precision.MONTH and member.joined_on.month == view.today.month:
        return None
    return max(years_since(member.joined_on, view.today), 0) or None


def _id(addressed: Addressed) -> int:
    assert addressed.node.id is not None
    return addressed.node.id
