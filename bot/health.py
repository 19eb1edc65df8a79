"""Whether all is well: `/healthz`, `/readyz`, `/metrics`, and the plain page at `/`."""

import hmac
import ipaddress
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from models import claim, halt
from models.halt import Halt
from models.migrate import is_current
from scheduler import halts

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
            found = await run_in_threadpool(standing_halts, product) if ready else []
        except SQLAlchemyError:
            ready, found = False, []
        # What the platform's side looks like is worth knowing, but no reason to take this process out of service.
        body = {"ready": ready, "account": product.means.account.value, "halts": [_shown(one) for one in found]}
        return JSONResponse(body, status_code=200 if ready else 503)

    @routes.get("/metrics")
    async def metrics(request: Request) -> Response:
        if not _may_read_metrics(request, product.config.server.metrics_token):
            return PlainTextResponse("", status_code=403)
        stored = await run_in_threadpool(_stored, product)
        return Response(generate_latest() + generate_latest(stored), media_type=CONTENT_TYPE_LATEST)

    return routes


def standing_halts(product: "Product") -> list[Halt]:
    """What the platform doesn't let this account use now, or didn't when it was last tried."""
    account = halts.account_key(product.config.wechat.identity, product.means.account)
    with product.database.reading() as db:
        return halts.standing(halt.read(db.connection()), account, product.clock.now())


def _shown(one: Halt) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind.value,
        "since": one.since.isoformat(timespec="seconds"),
        "until": one.until.isoformat(timespec="seconds"),
        "errcode": one.errcode,
    }


def _stored(product: "Product") -> CollectorRegistry:
    """What all processes share; where the database doesn't answer, what this one has counted is told without it."""
    registry = CollectorRegistry()
    halted = Gauge("chenzhong_halts", "What the platform doesn't let us use", ["name", "kind"], registry=registry)
    pushes = Gauge("chenzhong_pushes_waiting", "Pushes due and in flight", ["status"], registry=registry)
    try:
        for one in standing_halts(product):
            halted.labels(one.name, one.kind.value).set(1)
        with product.database.reading() as db:
            for status, count in claim.waiting(db.connection()).items():
                pushes.labels(status).set(count)
    except SQLAlchemyError:
        pass
    return registry


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
