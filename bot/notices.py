"""From a push to the fields of a template: the operator's patterns, filled with what the push is about."""

from collections.abc import Callable, Mapping

from bot.config import Config
from bot.config_keys import Form
from bot.texts import Texts
from bot.wechat.template_fields import shortened
from bot.wechat.templates import Notice
from bot.wording import Wording
from scheduler import rules
from scheduler.messenger import Outgoing
from scheduler.routes import Route


def rules_of_notices(config: Config) -> dict[str, rules.Notice]:
    """Kind of push → the template of its subscription notices."""
    forms = ((kind, form) for kind, form in config.notices if form is not None)
    return {kind: rules.Notice(form.template, form.lasting) for kind, form in forms}


def template_kinds(config: Config) -> frozenset[str]:
    """The kinds of push that may go by template message."""
    return frozenset(kind for kind, form in config.templates if form is not None)


class Notices:
    """Fills templates: `notices(route, push)` is the notice, None where the push's kind has no template there.

    `link(push)` is the address that a tap on it opens.
    """

    def __init__(self, config: Config, texts: Texts, link: Callable[[Outgoing], str]) -> None:
        self._forms: Mapping[Route, Mapping[str, Form | None]] = {
            Route.SUBSCRIPTION: dict(config.notices),
            Route.TEMPLATE: dict(config.templates),
        }
        self._organisation = config.organisation.name
        self._texts = texts
        self._link = link
        self._own_words = Wording(texts).own_words

    def __call__(self, route: Route, push: Outgoing) -> Notice | None:
        """The notice for a push by subscription notice or template message."""
        form = self._forms[route].get(push.kind)
        if form is None:
            return None
        words = self._words(push)
        values = {key: shortened(key, _filled(pattern, words)) for key, pattern in form.fields.items()}
        return Notice(
            openid=push.openid,
            template_id=form.template,
            values=values,
            # Told apart from any other push, and the same at every try.
            key=f"push-{push.id}" if route is Route.TEMPLATE else "",
            url=self._link(push),
        )

    def _words(self, push: Outgoing) -> dict[str, str]:
        text = self._own_words(str(push.facts.get("text") or ""), push.name, push.own)
        title = push.facts.get("title") or push.facts.get("card", {}).get("title")
        return {
            "title": str(title or text or self._texts(f"notices.{push.kind}")),
            "text": text or str(push.facts.get("summary") or push.facts.get("reason") or ""),
            "name": push.name,
            "years": str(push.own.get("years") or ""),
            "date": f"{push.day.year}年{push.day.month}月{push.day.day}日",
            "time": f"{push.due:%Y-%m-%d %H:%M}",
            "branch": push.branch,
            "organisation": self._organisation,
        }


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    """Replaces in one pass, so that braces in what an admin wrote stay as they are."""
    return pattern.format_map(words)
