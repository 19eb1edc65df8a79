"""`/m/data/…`: a member's own data as a file, once. Opening the page uses nothing up: programs open links too."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from bot import own_data, relief
from bot.commands.exports import View
from bot.pages.screen import HEADERS, Screen
from bot.tickets import PATH, Tickets
from models import ticket

if TYPE_CHECKING:
    from bot.app import Product


def router(product: "Product") -> APIRouter:
    """The page behind the link in the chat, and the file behind its button."""
    routes = APIRouter()
    tickets, screen = Tickets(product.config.server.public_url, product.means.secret), Screen(product.texts)

    def over() -> Response:
        return screen("told.html", 410, "privacy.file_name", text=product.texts("privacy.page_over"))

    @routes.get(PATH + "{token}")
    async def page(token: str) -> Response:
        nonce = tickets.read(token)
        told = await run_in_threadpool(_told, product, nonce) if nonce else None
        return over() if told is None else screen("own_data.html", 200, "privacy.file_name", told=told)

    @routes.post(PATH + "{token}")
    async def file(token: str) -> Response:
        nonce = tickets.read(token)
        now = product.clock.now()
        member_id = await product.writer.run(lambda db: ticket.use(db, nonce, now)) if nonce else None
        if member_id is None:
            return over()
        # Made when it is asked for, and sent from memory: nothing of it ever lies about.
        content = await run_in_threadpool(_made, product, member_id)
        name = quote(f"{product.texts('privacy.file_name')}.zip")
        headers = {**HEADERS, "content-disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(content, media_type="application/zip", headers=headers)

    return routes


def _told(product: "Product", nonce: str) -> list[str] | None:
    """What is to be said beside the button; None where the link is good no more."""
    hours, now = product.rules.hours, product.clock.now()
    with product.database.reading() as db:
        if not ticket.is_good(db, nonce, now):
            return None
        return relief.told(db, product.config, product.texts, hours, hours.day(now))


def _made(product: "Product", member_id: int) -> bytes:
    view = View(product.config, product.texts, product.rules, product.clock.now())
    with product.database.reading() as db:
        return own_data.packed(db, member_id, view)
