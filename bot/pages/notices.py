"""`/m/notices`: the page on which members allow us to send them subscription notices.

It asks nobody who they are: the platform tells the callback who allowed what. For verified service accounts alone.
https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_Open_Tag.html 「微信开放标签」, wx-open-subscribe
"""

import logging
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from bot.handlers.allowing import PAGE
from bot.pages.screen import Screen
from bot.wechat import jssdk
from bot.wechat.errors import CallFailed

if TYPE_CHECKING:
    from bot.app import Product

# The platform's pop-up asks for so many at most.
_AT_ONCE = 3

logger = logging.getLogger(__name__)


def router(product: "Product") -> APIRouter:
    """The one page."""
    routes = APIRouter()
    wechat, base = product.config.wechat, product.config.server.public_url
    signer = jssdk.Signer(product.client, wechat.app_id)
    screen = Screen(product.texts)

    def told(status: int, key: str) -> Response:
        return screen("told.html", status, "page.notices_title", text=product.texts(key))

    @routes.get(PAGE)
    async def choose(request: Request) -> Response:
        kinds = product.means.asked_notices
        if not kinds:
            return told(404, "page.notices_none")
        query = f"?{request.url.query}" if request.url.query else ""
        try:
            signed = await signer.sign(f"{base}{PAGE}{query}", product.clock.now())
        except CallFailed as failure:
            logger.warning("the page for notices could not be signed: %s", failure)
            return told(503, "page.notices_failed")
        templates = list(dict.fromkeys(kinds.values()))
        asked = [templates[first : first + _AT_ONCE] for first in range(0, len(templates), _AT_ONCE)]
        values = {"kinds": kinds, "asked": asked, "signed": signed, "script": jssdk.script(wechat.api_base)}
        shown = screen("notices.html", 200, "page.notices_title", **values, **product.means.common)
        # The platform's script brings further ones of its own, from addresses that it does not tell.
        del shown.headers["content-security-policy"]
        return shown

    return routes
