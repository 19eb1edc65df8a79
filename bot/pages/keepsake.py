"""`/m/k/…`: a picture or a voice message of a check-in, for whoever has its owner's link of the day."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from bot.keepsakes import PATH, Links, folder
from models.keepsake import Keepsake

if TYPE_CHECKING:
    from bot.app import Product

_HEADERS = {
    "cache-control": "private, no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}


def router(product: "Product") -> APIRouter:
    """The address below which keepsakes are."""
    routes = APIRouter()
    links = Links(product.config.server.public_url, product.means.secret)

    @routes.get(PATH + "{token}")
    async def show(token: str) -> Response:
        known = links.read(token, product.rules.hours.day(product.clock.now()))
        found = await run_in_threadpool(_content, product, known) if known else None
        if found is None:
            return Response(status_code=404, headers=_HEADERS)
        content, content_type = found
        return Response(content, media_type=content_type, headers=_HEADERS)

    return routes


def _content(product: "Product", keepsake_id: str) -> tuple[bytes, str] | None:
    with product.database.reading() as db:
        # The row decides: what is taken back isn't shown any more, even where its file is still there.
        row = db.get(Keepsake, keepsake_id)
        content_type = row.content_type if row else ""
    file = folder(product.config) / keepsake_id
    return (file.read_bytes(), content_type) if content_type and file.exists() else None
