"""`/m/l/…`: on to where a link in a push leads, noting that it was opened."""

import re
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from bot.handlers.follow import OPENING_COUNTS_SINCE
from bot.links import PATH, Mark, links_in
from bot.pages.screen import HEADERS, Screen
from models import acknowledgement, claim, consent
from models.broadcast import Broadcast, BroadcastKind
from models.library import TABLES, is_available
from models.push import Push
from scheduler.outgoing import facts_of, outgoing

if TYPE_CHECKING:
    from bot.app import Product

# Programs that look at a link before, or instead of, a person.
_PROGRAM = re.compile(
    r"bot\b|bot/|spider|crawl|preview|prefetch|fetch|scan|monitor|facebookexternalhit|whatsapp|slack|curl|wget|python|"
    r"java/|okhttp|go-http|headless|axios|httpclient|urlmanager",
    re.IGNORECASE,
)


def router(product: "Product") -> APIRouter:
    """The address below which links in pushes lead."""
    routes = APIRouter()
    screen = Screen(product.texts)

    def told(status: int, key: str) -> Response:
        return screen("told.html", status, "common.product", text=product.texts(key, **product.means.common))

    @routes.api_route(PATH + "{token}", methods=["GET", "HEAD"])
    async def follow(request: Request, token: str) -> Response:
        mark = product.links.read(token)
        target, count = await run_in_threadpool(_look_up, product, mark) if mark else ("", False)
        if mark is None or not target:
            return told(404, "page.link_unknown")
        now = product.clock.now()
        if product.rules.hours.day(now) > mark.until:
            return told(410, "page.link_over")
        if await run_in_threadpool(_is_gone, product, mark):
            return told(410, "page.link_gone")
        if count and product.config.privacy.count_links and _is_person(request):
            push_id = mark.push_id
            await product.writer.run(lambda db: acknowledgement.opened(db.connection(), push_id, now))
        return Response(status_code=302, headers={**HEADERS, "location": target})

    return routes


def _look_up(product: "Product", mark: Mark) -> tuple[str, bool]:
    """Where it leads ("" for nowhere any more), and whether an opening would be news that we may note."""
    with product.database.reading() as db:
        push = db.get(Push, mark.push_id)
        if push is None:
            return "", False
        row = claim.claimed(db.connection(), [mark.push_id])[0]
        shared = facts_of(db.connection(), {row.broadcast_id})[row.broadcast_id]
        text = product.wording.plain(outgoing(row, shared, product.rules, product.clock.now()))
        places = links_in(text)
        if mark.place >= len(places):
            return "", False
        begin, end = places[mark.place]
        return text[begin:end], push.opened_at is None and _was_told(db, push.member_id)


def _is_gone(product: "Product", mark: Mark) -> bool:
    """Whether it leads to an item of the library that was withdrawn, or is valid no longer."""
    with product.database.reading() as db:
        sent_with = db.get_one(Broadcast, db.get_one(Push, mark.push_id).broadcast_id)
        table = TABLES.get(BroadcastKind(sent_with.kind))
        item = db.get(table, sent_with.item_id) if table and sent_with.item_id else None
        return item is not None and not is_available(item, product.rules.hours.day(product.clock.now()))


def _was_told(db: Session, member_id: int) -> bool:
    """Whether this member agreed to a wording that says that opening a link counts."""
    agreed = consent.current(db, member_id)
    return agreed is not None and agreed.version.isdecimal() and int(agreed.version) >= OPENING_COUNTS_SINCE


def _is_person(request: Request) -> bool:
    """Whether a person opens it, as far as a request can tell; whoever isn't counted is led on all the same."""
    headers = request.headers
    agent = headers.get("user-agent", "")
    purpose = " ".join(headers.get(name, "") for name in ("purpose", "sec-purpose", "x-purpose", "x-moz"))
    return (
        request.method == "GET"
        and agent.startswith("Mozilla/")
        and not _PROGRAM.search(agent)
        and not re.search("prefetch|preview|prerender", purpose, re.IGNORECASE)
        and headers.get("sec-fetch-dest", "document") == "document"
    )
