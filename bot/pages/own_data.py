"""`/m/data/…`: a member's own data as a file, once. Opening the page uses nothing up: programs open links too."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from bot import own_data, relief
from bot.commands.exports import View
from bot.tickets import PATH, Tickets
from models import ticket

if TYPE_CHECKING:
    from bot.app import Product

_HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}


def router(product: "Product") -> APIRouter:
    """The page behind the link in the chat, and the file behind its button."""
    routes = APIRouter()
    tickets = Tickets(product.config.server.public_url, product.means.secret)

    @routes.get(PATH + "{token}")
    async def page(token: str) -> Response:
        nonce = tickets.read(token)
        told = await run_in_threadpool(_told, product, nonce) if nonce else None
        if told is None:
            return _page(product, 410, "privacy.page_over")
        return _page(product, 200, "privacy.page_ready", told, button=True)

    @routes.post(PATH + "{token}")
    async def file(token: str) -> Response:
        nonce = tickets.read(token)
        now = product.clock.now()
        member_id = await product.writer.run(lambda db: ticket.use(db, nonce, now)) if nonce else None
        if member_id is None:
            return _page(product, 410, "privacy.page_over")
        # Made when it is asked for, and sent from memory: nothing of it ever lies about.
        content = await run_in_threadpool(_made, product, member_id)
        name = quote(f"{product.texts('privacy.file_name')}.zip")
        headers = {**_HEADERS, "content-disposition": f"attachment; filename*=UTF-8''{name}"}
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


def _page(product: "Product", status: int, key: str, told: Sequence[str] = (), *, button: bool = False) -> HTMLResponse:
    title, text = product.texts("privacy.file_name"), product.texts(key)
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>body{{font:17px/1.8 sans-serif;max-width:32em;margin:3em auto;padding:0 1em}}"
        "button{font:inherit;width:100%;padding:.6em;border:0;border-radius:8px;background:#07c160;color:#fff}</style>"
    )
    form = f'<form method="post"><button>{product.texts("privacy.page_button")}</button></form>' if button else ""
    said = "".join(f"<p>{escape(line)}</p>" for line in (text, *told))
    page = f'<!doctype html><html lang="zh-CN">{head}<h1>{title}</h1>{said}{form}</html>'
    return HTMLResponse(page, status_code=status, headers=_HEADERS)
