"""`/console/api/broadcasts/…`: how far a broadcast is, for programs; by a link that is signed, and names nobody."""

import hmac
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from models.broadcast import Broadcast, BroadcastKind
from scheduler.progress import measure

if TYPE_CHECKING:
    from bot.app import Product

ADDRESS = "/console/api/broadcasts/"


def key_of(secret: bytes, broadcast_id: int) -> str:
    """What opens the progress of one broadcast, and nothing else."""
    return hmac.digest(secret, f"progress of broadcast {broadcast_id}".encode(), "sha256").hex()[:32]


def link(base: str, secret: bytes, broadcast_id: int) -> str:
    """The signed address of a broadcast's progress."""
    return f"{base}{ADDRESS}{broadcast_id}?key={key_of(secret, broadcast_id)}"


def router(product: "Product") -> APIRouter:
    """The one address; it reads, and is asked as often as somebody likes."""
    routes = APIRouter()

    @routes.get(ADDRESS + "{broadcast_id}")
    async def progress(broadcast_id: int, request: Request) -> JSONResponse:
        given = request.query_params.get("key") or request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), key_of(product.means.secret, broadcast_id).encode()):
            return JSONResponse({"error": "forbidden"}, status_code=403)
        found = await run_in_threadpool(_read, product, broadcast_id)
        return JSONResponse(found or {"error": "not found"}, status_code=200 if found else 404)

    return routes


def _read(product: "Product", broadcast_id: int) -> dict[str, Any] | None:
    with product.database.reading() as db:
        broadcast = db.get(Broadcast, broadcast_id)
        if broadcast is None or broadcast.kind != BroadcastKind.TEXT:
            return None
        found = measure(db, broadcast, product.clock.now())
        return {
            "broadcast": broadcast_id,
            "state": found.state.value,
            "starts_at": broadcast.starts_at.isoformat(timespec="seconds"),
            "planned": found.planned,
            "total": found.total,
            "leaving": found.leaving,
            "done": found.total - found.leaving,
            "by_status": {status.value: count for status, count in sorted(found.counts.items())},
            "per_second": found.per_second,
            "seconds_left": found.seconds_left,
        }
