"""What programs may ask, JSON out: `GET /console/api/explain`. With `server.api_token` they see what admins see."""

import hmac
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from bot.commands.errors import CommandError
from bot.explained import Explained, explained, plain
from bot.reasons import Reasons
from scheduler.cause import Asker
from scheduler.explain import Asking

if TYPE_CHECKING:
    from bot.app import Product


def router(product: "Product") -> APIRouter:
    """The addresses under `/console/api`."""
    routes = APIRouter(prefix="/console/api")

    @routes.get("/explain")
    async def explain(request: Request, push: str = "", member: str = "", details: bool = False) -> JSONResponse:
        if not _may_ask(request, product.config.server.api_token):
            return _refused(product, 403, "api_forbidden")
        if bool(push) == bool(member):
            return _refused(product, 400, "explain_usage")
        try:
            found = await run_in_threadpool(_explained, product, push, member)
        except CommandError as error:
            return JSONResponse({"error": error.said(product.texts)}, status_code=404)
        answer: dict[str, Any] = {"push": found.push_id, "cause": found.cause, "sentence": found.sentence}
        if details:
            answer["details"] = plain(found.details, lambda at: at.isoformat() if at else "")
        return JSONResponse(answer, headers={"cache-control": "no-store"})

    return routes


def _explained(product: "Product", push: str, member: str) -> Explained:
    means = product.means
    asking = Asking(Asker.ADMIN, means.account, means.rules, product.clock.now())
    reasons = Reasons(means.texts, means.hours.zone, means.common)
    with product.database.reading() as db:
        return explained(db, push, member, asking, reasons)


def _may_ask(request: Request, token: str) -> bool:
    given = request.headers.get("authorization", "").encode()
    return bool(token) and hmac.compare_digest(given, f"Bearer {token}".encode())


def _refused(product: "Product", status: int, key: str) -> JSONResponse:
    return JSONResponse({"error": product.texts(f"commands.{key}")}, status_code=status)
