"""How member pages look: a phone's page inside WeChat, light or dark, without a script or anything from elsewhere."""

from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader

from bot.texts import Texts

# Nothing may be kept by a cache, told to others, found by a search engine, or run.
HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
}


class Screen:
    """Renders the templates beside this file: `say` in them is a sentence of the pack, whatever else is a value."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
        )

    def __call__(self, template: str, status: int, title: str, **values: Any) -> HTMLResponse:
        """A page with the sentence `title` as its title."""
        page = self._environment.get_template(template)
        text = page.render(say=self._texts, title=self._texts(title), **values)
        return HTMLResponse(text, status_code=status, headers=HEADERS)
