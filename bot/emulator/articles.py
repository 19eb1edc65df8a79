"""Drafts and what became of them. Source: 「草稿箱」 and 「发布能力」."""

import secrets
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(slots=True)
class Draft:
    """Up to eight articles under one media_id; a mass message or a publication consumes it."""

    media_id: str
    items: list[dict[str, Any]]
    updated: float


@dataclass(slots=True)
class Published:
    """Articles that have an address. `status` is the platform's publish_status; `gone` counts from 1, 0 is nothing."""

    article_id: str
    publish_id: str
    items: list[dict[str, Any]]
    at: float
    status: int = 0
    gone: list[int] | None = None

    def address(self, base: str, number: int) -> str:
        """The article `number`, from 1."""
        return f"{base}/s?article={self.article_id}&idx={number}"


class Articles:
    """Drafts by their media_id, publications by their article_id."""

    def __init__(self) -> None:
        self.drafts: dict[str, Draft] = {}
        self.published: dict[str, Published] = {}

    def draft(self, items: list[dict[str, Any]], now: float) -> Draft:
        draft = Draft(secrets.token_urlsafe(48), items, now)
        self.drafts[draft.media_id] = draft
        return draft

    def publish(self, draft: Draft, publish_id: str, now: float, status: int = 0) -> Published:
        """Give a draft's articles an address; the draft goes with it unless the publication failed."""
        article = Published(secrets.token_urlsafe(33), publish_id, draft.items, now, status)
        self.published[article.article_id] = article
        if status in (0, 1):
            del self.drafts[draft.media_id]
        return article

    def saved(self) -> dict[str, Any]:
        return {
            "drafts": [asdict(draft) for draft in self.drafts.values()],
            "published": [asdict(article) for article in self.published.values()],
        }

    def restore(self, saved: dict[str, Any]) -> None:
        self.drafts = {draft["media_id"]: Draft(**draft) for draft in saved["drafts"]}
        self.published = {article["article_id"]: Published(**article) for article in saved["published"]}

    def reset(self) -> None:
        """Articles stay: what was shown may still link to them."""
