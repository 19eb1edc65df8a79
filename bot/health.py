"""Whether all is well: `/healthz`, `/readyz`, `/metrics`, and the plain page at `/`."""

import hmac
import ipaddress
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from models.migrate import is_current

if TYPE_CHECKING:
    from bot.app import Product


def router(product: "Product") -> APIRouter:
    """The addresses that a supervisor, a monitoring system and a curious browser ask for."""
    routes = APIRouter()

    @routes.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"ok": True})

    @routes.get("/readyz")
    async def readyz() -> JSONResponse:
        try:
            ready = await run_in_threadpool(is_current, product.database)
        except SQLAlchemyError:
            ready = False
        # What the platform's side looks like is worth knowing, but no reason to take this process out of service.
        body = {"ready": ready, "account": product.means.account.value}
        return JSONResponse(body, status_code=200 if ready else 503)

    @routes.get("/metrics")
    async def metrics(request: Request) -> Response:
        if not _may_read_metrics(request, product.config.server.metrics_token):
            return PlainTextResponse("", status_code=403)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes


def front_page(product: "Product") -> APIRouter:
    """The page at `/` of a real server, which says what this is; the demo has a phone there."""
    routes = APIRouter()

    @routes.get("/")
    async def front() -> HTMLResponse:
        title = product.texts("common.product")
        text = product.texts("common.front_page", organisation=product.config.organisation.name)
        head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
        style = "<style>body{font:16px/1.8 sans-serif;max-width:32em;margin:4em auto;padding:0 1em}</style>"
        return HTMLResponse(f'<!doctype html><html lang="zh-CN">{head}{style}<h1>{title}</h1><p>{text}</p></html>')

    return routes


def _may_read_metrics(request: Request, token: str) -> bool:
    if token:
        return hmac.compare_digest(request.headers.get("authorization", ""), f"Bearer {token}")
    # Behind a proxy every client looks local: whoever sets one up sets a token too (deploy/README.md).
    if "x-forwarded-for" in request.headers or request.client is None:
        return False
    return ipaddress.ip_address(request.client.host).is_loopback
