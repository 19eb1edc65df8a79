"""`/m/notes/…`: the wall of notes to read on a phone, and a page to write one on, by a signed link from the chat."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from bot import entry, likeness, notes
from bot.notes import PATH, WRITE, Author, Verdict
from bot.pages.screen import HEADERS, Screen
from models import note
from models.follower import of_member
from models.member import Member, Status
from models.note import Note

if TYPE_CHECKING:
    from bot.app import Product

T = TypeVar("T")

# Two screens of a phone.
PAGE = 10
# As far as a number in the database goes.
_LARGEST = 2**31
_NUMBER = re.compile(r"[0-9]{1,9}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class _Over(Exception):
    """The link lets nobody in any more: it is too old, or its member has left."""


class _TooLong(Exception):
    """Nobody writes that much by hand."""


def router(product: "Product") -> APIRouter:
    """The pages; each request looks anew whether its member may come in."""
    routes = APIRouter()
    pages = _Pages(product)

    @routes.get(PATH + "{badge}")
    async def wall(badge: str, p: int = 1) -> Response:
        return await pages.reading(badge, lambda db, by: pages.wall(db, by, badge, max(1, min(p, 10_000))))

    @routes.get(PATH + "{badge}" + WRITE)
    async def write(badge: str, saved: int = 0) -> Response:
        return await pages.reading(badge, lambda db, by: pages.written(db, by, badge, saved))

    @routes.post(PATH + "{badge}" + WRITE)
    async def keep(request: Request, badge: str) -> Response:
        return await pages.writing(request, badge, pages.keep)

    @routes.post(PATH + "{badge}/comments")
    async def comment(request: Request, badge: str) -> Response:
        return await pages.writing(request, badge, pages.comment)

    @routes.post(PATH + "{badge}/thanks")
    async def thank(request: Request, badge: str) -> Response:
        return await pages.writing(request, badge, pages.thank)

    return routes


class _Pages:
    """What each address shows and does."""

    def __init__(self, product: "Product") -> None:
        self._product = product
        self._screen = Screen(product.texts)

    async def reading(self, badge: str, show: Callable[[Session, Author], Response]) -> Response:
        """A page for whoever the badge lets in."""

        def work() -> Response:
            with self._product.database.reading() as db:
                return show(db, self._admitted(db, badge, self._product.clock.now()))

        try:
            return await run_in_threadpool(work)
        except _Over:
            return self._over()

    async def writing(
        self, request: Request, badge: str, act: Callable[[Session, Author, str, dict[str, str], datetime], Response]
    ) -> Response:
        """What a form asks for, done in one transaction."""
        try:
            form, now = await self._form(request), self._product.clock.now()
            return await self._product.writer.run(lambda db: act(db, self._admitted(db, badge, now), badge, form, now))
        except _Over:
            return self._over()
        except _TooLong:
            return Response(status_code=413, headers=HEADERS)

    async def _form(self, request: Request) -> dict[str, str]:
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > self._product.config.limits.body_bytes:
            raise _TooLong
        return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}

    def _admitted(self, db: Session, badge: str, now: datetime) -> Author:
        member_id = entry.admitted(self._product.means.secret, badge, now)
        follower = of_member(db, member_id) if member_id else None
        if member_id is None or follower is None or follower.agreed_at is None:
            raise _Over
        member = db.get_one(Member, member_id)
        if member.status == Status.INACTIVE:
            raise _Over
        return notes.author_of(db, member_id, member.branch_id)

    def _over(self) -> Response:
        return self._screen("told.html", 410, "notes.page_wall", text=self._product.texts("notes.page_over"))

    def wall(self, db: Session, by: Author, badge: str, page: int) -> Response:
        """One page of the wall."""
        first = (page - 1) * PAGE
        found = note.wall(db, by.home.path, first, PAGE)
        thanked = note.thanked_by(db, by.member_id, [one.id for one, _ in found if one.id])
        values = {
            "here": f"{PATH}{badge}",
            "write": WRITE,
            "most": notes.MOST_IN_COMMENT,
            "page": page,
            "older": note.wall_size(db, by.home.path) > first + PAGE,
            "notes": [self._shown(db, one, name, by, thanked) for one, name in found],
        }
        return self._screen("notes_wall.html", 200, "notes.page_wall", **values)

    def _shown(self, db: Session, one: Note, name: str | None, by: Author, thanked: set[int]) -> dict[str, Any]:
        assert one.id is not None
        hours, now, texts = self._product.rules.hours, self._product.clock.now(), self._product.texts
        return {
            "id": one.id,
            "name": notes.signed(texts, name),
            "date": texts.date(hours.day(one.shared_at or one.at), hours.day(now)),
            "text": one.text,
            "comments": [(notes.signed(texts, who), text) for who, text in note.comments(db, one.id)],
            "own": one.member_id == by.member_id,
            "thanked": one.id in thanked,
        }

    def written(self, db: Session, by: Author, badge: str, saved: int) -> Response:
        """The empty form; above it which note was kept just before."""
        said = ""
        if 0 < saved < _LARGEST and note.own(db, by.member_id, saved):
            key = "notes.page_saved_shared" if saved in note.standing(db, by.member_id) else "notes.page_saved"
            said = self._product.texts(key, id=saved)
        return self._form_page(badge, said=said)

    def keep(self, db: Session, by: Author, badge: str, form: dict[str, str], now: datetime) -> Response:
        """Keeps what was written; or the form again, with what stands in the way."""
        text, fewest = _plain(form.get("text", "")), self._fewest
        found = notes.verdict(db, by, text, fewest)
        if found is None or (found is Verdict.NEAR and _is_answered(form, text)):
            kept = notes.keep(db, by, text, now)
            if form.get("share"):
                note.share(db, kept, by.home, now)
            return RedirectResponse(f"{PATH}{badge}{WRITE}?saved={kept.id}", status_code=303, headers=HEADERS)
        # The check counts letters, the limit all there is.
        have = len(text) if found is Verdict.LONG else likeness.length(text)
        said = self._product.texts(f"notes.page_{found.value}", count=fewest, have=have, most=notes.MOST)
        return self._form_page(badge, said=said, text=text, near=found is Verdict.NEAR, share=bool(form.get("share")))

    def _form_page(self, badge: str, *, said: str, text: str = "", near: bool = False, share: bool = False) -> Response:
        values = {"said": said, "text": text, "near": near, "share": share, "most": notes.MOST, "count": self._fewest}
        return self._screen("notes_write.html", 200, "notes.page_write", here=f"{PATH}{badge}", write=WRITE, **values)

    def thank(self, db: Session, by: Author, badge: str, form: dict[str, str], now: datetime) -> Response:
        """Thanks for a note of the wall, and back to it."""
        found = self._named(db, by, form)
        if found and found.member_id != by.member_id:
            notes.thank(db, found, by.member_id, now)
        return _back(badge, form)

    def comment(self, db: Session, by: Author, badge: str, form: dict[str, str], now: datetime) -> Response:
        """A comment on a note of the wall, cut where the form's field ends, and back to it."""
        found, said = self._named(db, by, form), _plain(form.get("text", ""))[: notes.MOST_IN_COMMENT]
        if found and said:
            notes.comment(db, found, by, said, now)
        return _back(badge, form)

    def _named(self, db: Session, by: Author, form: dict[str, str]) -> Note | None:
        """The note that a form is about, if it stands on the wall that its sender sees."""
        found = note.on_wall(db, by.home.path, _number(form, "id"))
        return found[0] if found else None

    @property
    def _fewest(self) -> int:
        return self._product.config.limits.note_characters


def _number(form: dict[str, str], name: str) -> int:
    return int(form[name]) if _NUMBER.fullmatch(form.get(name, "")) else 0


def _back(badge: str, form: dict[str, str]) -> Response:
    """To the note on its page of the wall."""
    at = f"{PATH}{badge}?p={max(1, _number(form, 'p'))}#n{_number(form, 'id')}"
    return RedirectResponse(at, status_code=303, headers=HEADERS)


def _is_answered(form: dict[str, str], text: str) -> bool:
    """Whether the author was asked about this text before, and wants it as it is or has added something."""
    added = likeness.length(text) - likeness.length(form["before"]) if form.get("before") else 0
    return bool(form.get("anyway")) or added >= notes.FEWEST_ADDED


def _plain(text: str) -> str:
    """What was typed, with line breaks as the chat has them; PostgreSQL stores no control characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n")).strip()
