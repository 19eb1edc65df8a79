"""`/console/in/…` and `/console…`: who may come in, what they are shown, and the way out again."""

import hmac
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from bot.console import broadcasts, parts
from bot.handlers.console_link import PATH
from bot.pages.screen import HEADERS, Screen
from models import console
from models.audit import note
from models.member import Member, Status
from models.role import ADMINS, roles_of

if TYPE_CHECKING:
    from bot.app import Product

COOKIE = "chenzhong_console"
HOME = "/console"
OUT, BROADCASTS = f"{HOME}/out", f"{HOME}/broadcasts/"
_NUMBER = re.compile(r"[0-9]{1,9}")
# Nobody frames the console to have its buttons pressed unseen.
GUARDED = {
    **HEADERS,
    "x-frame-options": "DENY",
    "content-security-policy": f"{HEADERS['content-security-policy']}; frame-ancestors 'none'",
}


def router(product: "Product") -> APIRouter:
    """The pages; each request looks anew whether its visitor is still an admin."""
    routes = APIRouter()
    door = _Door(product)

    @routes.get(PATH + "{secret}")
    async def ask(secret: str) -> Response:
        return await run_in_threadpool(door.ask, secret)

    @routes.post(PATH + "{secret}")
    async def enter(secret: str) -> Response:
        return await product.writer.run(lambda db: door.enter(db, secret))

    async def inside(request: Request, page: Callable[[Session, Member], Response]) -> Response:
        """A page for whoever is signed in; it is made on a connection that only reads."""
        member_id = await product.writer.run(lambda db: door.admit(db, request.cookies))
        return await run_in_threadpool(door.show, member_id, page)

    @routes.get(HOME)
    async def home(request: Request) -> Response:
        return await inside(request, lambda db, member: door.home(db, member, request.cookies))

    @routes.get(BROADCASTS + "{broadcast_id}")
    async def broadcast(request: Request, broadcast_id: str) -> Response:
        return await inside(request, lambda db, member: door.broadcast(db, member, broadcast_id))

    @routes.post(OUT)
    async def leave(request: Request) -> Response:
        form = await request.form()
        return await product.writer.run(lambda db: door.leave(db, request.cookies, str(form.get("csrf", ""))))

    return routes


class _Door:
    """What each address shows and does."""

    def __init__(self, product: "Product") -> None:
        self._product = product
        self._screen = Screen(product.texts)
        self._key = hmac.digest(product.means.secret, b"forms of the console", "sha256")

    def ask(self, secret: str) -> Response:
        """A button: programs that look at links press none, so that they use nothing up."""
        with self._product.database.reading() as db:
            if console.link_of(db, secret, self._product.clock.now()) is None:
                return self._told(410, "console.link_over")
        return self._page("console_door.html", 200, text=self._product.texts("console.enter_text"))

    def enter(self, db: Session, secret: str) -> Response:
        """Uses the link up and opens a session, for who is an admin still."""
        now = self._product.clock.now()
        member_id = console.use_link(db, secret, now)
        if member_id is None or not self._is_admin(db, member_id):
            return self._told(410, "console.link_over")
        session = console.open_session(db, member_id, now)
        note(db, "console_in", at=now, by=member_id, member=member_id)
        response = RedirectResponse(HOME, status_code=303, headers=GUARDED)
        secure = self._product.config.server.public_url.startswith("https://")
        age = int(console.SESSION_LIFETIME.total_seconds())
        response.set_cookie(COOKIE, session, age, path=HOME, secure=secure, httponly=True, samesite="lax")
        return response

    def admit(self, db: Session, cookies: Mapping[str, str]) -> int | None:
        """The member who is signed in; None for nobody."""
        session = self._admitted(db, cookies)
        return session.member_id if session else None

    def show(self, member_id: int | None, page: Callable[[Session, Member], Response]) -> Response:
        """The page, for somebody; else the way in."""
        if member_id is None:
            return self._told(401, "console.signed_out")
        with self._product.database.reading() as db:
            return page(db, db.get_one(Member, member_id))

    def home(self, db: Session, member: Member, cookies: Mapping[str, str]) -> Response:
        """What an admin wants to know first, the latest broadcasts, and the way out."""
        means, now = self._product.means, self._product.clock.now()
        values = {
            "signed_in": means.texts("console.signed_in", name=member.name),
            "parts": list(parts.answers(db, means, member, now)),
            "broadcasts": broadcasts.listed(db, parts.turn_of(db, means, member, now)),
        }
        where = {"at": BROADCASTS, "out": OUT, "csrf": self._csrf(cookies[COOKIE])}
        return self._page("console_home.html", 200, **values, **where)

    def broadcast(self, db: Session, member: Member, number: str) -> Response:
        """One broadcast, if it went to this admin's part of the tree."""
        turn = parts.turn_of(db, self._product.means, member, self._product.clock.now())
        found = broadcasts.shown(db, turn, int(number)) if _NUMBER.fullmatch(number) else None
        if found is None:
            return self._told(404, "console.no_broadcast")
        return self._page("console_broadcast.html", 200, home=HOME, one=found)

    def leave(self, db: Session, cookies: Mapping[str, str], csrf: str) -> Response:
        """Ends the session, if its own form asks for it."""
        if self._admitted(db, cookies) is None:
            return self._told(401, "console.signed_out")
        if not hmac.compare_digest(csrf.encode(), self._csrf(cookies[COOKIE]).encode()):
            return self._told(403, "console.form_old")
        console.close_session(db, cookies[COOKIE])
        response = self._told(200, "console.signed_out")
        response.delete_cookie(COOKIE, path=HOME)
        return response

    def _admitted(self, db: Session, cookies: Mapping[str, str]) -> console.ConsoleSession | None:
        now = self._product.clock.now()
        session = console.session_of(db, cookies.get(COOKIE, ""), now)
        if session is None:
            return None
        if not self._is_admin(db, session.member_id):
            console.shut_out(db, session.member_id)
            return None
        if now - session.seen_at >= console.NOTED_EVERY:
            console.note_use(db, session.digest, now)
        return session

    def _is_admin(self, db: Session, member_id: int) -> bool:
        held = roles_of(db, member_id, self._product.rules.hours.day(self._product.clock.now()))
        member = db.get(Member, member_id)
        return member is not None and member.status != Status.INACTIVE and any(kind in ADMINS for kind, _ in held)

    def _csrf(self, session: str) -> str:
        return hmac.digest(self._key, session.encode(), "sha256").hex()

    def _told(self, status: int, key: str) -> Response:
        return self._page("told.html", status, text=self._product.texts(key))

    def _page(self, template: str, status: int, **values: Any) -> Response:
        page = self._screen(template, status, "console.title", **values)
        page.headers.update(GUARDED)
        return page
