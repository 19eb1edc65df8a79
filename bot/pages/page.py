"""Pages for a phone, in WeChat's own look: the templates beside this file, filled and escaped."""

from pathlib import Path
from typing import TYPE_CHECKING

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from bot.app import Product

# Nothing here may be kept by a cache, told to another site, or found by a search engine.
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)


def page(product: "Product", template: str, status: int = 200, **values: object) -> HTMLResponse:
    """The page made from `template`; `say(key, **values)` there is a sentence of the pack."""
    html = _TEMPLATES.get_template(template).render(say=product.texts, **product.means.common, **values)
    return HTMLResponse(html, status_code=status, headers=HEADERS)


def told(product: "Product", status: int, key: str) -> HTMLResponse:
    """A page that only says one sentence."""
    return page(product, "told.html", status, text=product.texts(key, **product.means.common))
