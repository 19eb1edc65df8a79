"""The demo's own small door, `/demo/…`: the page, and what it needs to know that no chat shows."""

from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, Response

from bot.demo import people
from bot.demo.history import next_workday
from models.broadcast import BroadcastKind

if TYPE_CHECKING:
    from bot.demo.wiring import Demo

PAGE = Path(__file__).with_name("page")
PARTS = frozenset(file.name for file in PAGE.iterdir())
MORNING = time(8)
HEADERS = {
    # Nothing on this page comes from anywhere else, and nothing in a chat may change that.
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "cache-control": "no-cache",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def router(demo: "Demo") -> APIRouter:
    """The page at `/`, and `/demo/people`, `/demo/next-birthday`, `/demo/next-morning`, `/demo/latest`."""
    routes = APIRouter()

    @routes.get("/")
    def page() -> Response:
        return FileResponse(PAGE / "index.html", headers=HEADERS)

    @routes.get("/demo/page/{name}")
    def part(name: str) -> Response:
        if name not in PARTS:
            raise HTTPException(404)
        return FileResponse(PAGE / name, headers=HEADERS)

    @routes.get("/demo/people")
    def everybody() -> dict[str, Any]:
        with demo.product.database.reading() as db:
            found = people.everybody(db, demo.moment())
        return {**demo.shown(), "people": found}

    @routes.get("/demo/next-birthday")
    def next_birthday() -> dict[str, Any]:
        with demo.product.database.reading() as db:
            return people.next_birthday(db, demo.moment())

    @routes.get("/demo/next-morning")
    def next_morning() -> dict[str, str]:
        moment = demo.moment()
        hours = moment.rules.hours
        return {"at": hours.at(next_workday(hours.day(moment.now)), MORNING).isoformat()}

    @routes.get("/demo/latest")
    def latest(kind: BroadcastKind) -> dict[str, Any]:
        with demo.product.database.reading() as db:
            return people.latest(db, kind, demo.moment())

    return routes
