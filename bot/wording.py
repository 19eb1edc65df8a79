"""From a push's kind and facts to its words, at the moment it is sent or shown: one wording for every route."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from bot.answers import LETTERS
from bot.config import Config
from bot.content import filled
from bot.links import Links
from bot.texts import Texts
from models.broadcast import BroadcastKind
from scheduler.messenger import Outgoing

# Where pictures are shown, by their id.
PICTURES = "/m/picture/"


class Wording:
    """Words pushes from one terminology pack: `wording(push)` is the whole text, never empty.

    With `links`, links in it lead over our own address; `picture_address` is where a picture can be looked at, by its
    id; "" where it can't.
    """

    def __init__(
        self, texts: Texts, links: Links | None = None, picture_address: Callable[[str], str] = lambda _id: ""
    ) -> None:
        self._texts = texts
        self._links = links
        self._picture_address = picture_address
        self._words: dict[BroadcastKind, Callable[[Outgoing], str]] = {
            BroadcastKind.TEXT: self._broadcast,
            BroadcastKind.TOPIC: lambda push: self.topic(push.facts),
            BroadcastKind.BOOK: lambda push: self.book(push.facts),
            BroadcastKind.BIRTHDAY: self._greeting,
            BroadcastKind.OATH: lambda push: texts("oath.text"),
            BroadcastKind.BIRTHDAY_LIST: self._birthday_list,
            BroadcastKind.PROBATION: self._probation,
            BroadcastKind.NUDGE: lambda push: texts("settings.nudge", name=push.name),
            BroadcastKind.INVITATION: lambda push: texts("invite.words", name=push.name, branch=push.branch),
            BroadcastKind.ANSWER: self._answer,
            BroadcastKind.NEWS: lambda push: texts("notes.news", list="、".join(map(str, push.facts["notes"]))),
            BroadcastKind.QUIZ: lambda push: self.quiz(push.own),
            BroadcastKind.REMINDER: self._reminder,
        }

    def __call__(self, push: Outgoing) -> str:
        """The text of a push, as it is sent or shown."""
        text = self.plain(push)
        return self._links.led(push, text) if self._links else text

    def link(self, push: Outgoing) -> str:
        """Where the link beside a push's words leads, for routes that carry it apart from them; "" for none."""
        link = str(push.facts.get("link") or push.facts.get("card", {}).get("url") or "")
        if not link.startswith(("http://", "https://")):
            return ""
        return self._links.led_link(push, self.plain(push), link) if self._links else link

    def plain(self, push: Outgoing) -> str:
        """The text of a push, its links as they were written."""
        return self._words[BroadcastKind(push.kind)](push)

    def digest(self, texts: Sequence[str]) -> str:
        """Several texts as one message."""
        return f"\n{self._texts('common.separator')}\n".join(texts)

    def topic(self, facts: Mapping[str, Any]) -> str:
        """A topic: what it is, a question to think about, where to read it, and the invitation to check in."""
        head = "topic.head_category" if facts.get("category") else "topic.head"
        lines = [self._texts(head, **facts)]
        lines += [self._texts(f"topic.{name}", **facts) for name in ("summary", "question", "link") if facts.get(name)]
        return "\n".join([*lines, self._texts("topic.invite")])

    def book(self, facts: Mapping[str, Any]) -> str:
        """A book, and why it is worth reading."""
        lines = [self._texts("book.head" if facts.get("author") else "book.head_title", **facts)]
        lines += [self._texts(f"book.{name}", **facts) for name in ("reason", "link") if facts.get(name)]
        return "\n".join(lines)

    def quiz(self, facts: Mapping[str, Any]) -> str:
        """A question of the quiz, its options, and how to answer."""
        options = zip(LETTERS, facts["options"], strict=False)
        lines = [self._texts("quiz.head", title=facts["title"])]
        lines += [self._texts("quiz.option", letter=letter, text=option) for letter, option in options]
        return "\n".join([*lines, self._texts(f"quiz.how_{facts['quiz']}")])

    def forwarded(self, kind: BroadcastKind, facts: Mapping[str, Any], date: str) -> str:
        """A topic or a book as it stands in a group, where nobody can answer 打卡; `facts` names the organisation."""
        with_author = kind == BroadcastKind.TOPIC or facts.get("author")
        lines = [self._texts(f"{kind}.forward_head" if with_author else "book.forward_head_title", **facts)]
        parts = [name for name in ("summary", "question", "reason", "link") if facts.get(name)]
        lines += [self._texts(f"{kind}.{name}", **facts) for name in parts]
        return "\n".join([*lines, self._texts(f"{kind}.forward_sign", **{**facts, "date": date})])

    def signature(self, branch: str, sender: str) -> str:
        """The last line of an admin's broadcast: where it comes from, and who sent it."""
        key = "broadcast.signature" if sender else "broadcast.signature_branch"
        return self._texts(key, branch=branch, sender=sender)

    def signed(self, text: str, branch: str, sender: str, *, asks: bool = False) -> str:
        """An admin's broadcast as its readers see it; with `asks`, how to answer that it arrived."""
        lines = [text, self._texts("broadcast.asks")] if asks else [text]
        return "\n".join([*lines, self.signature(branch, sender)])

    def broadcast(
        self, facts: Mapping[str, Any], name: str, branch: str, sender: str, own: Mapping[str, Any] | None = None
    ) -> str:
        """An admin's broadcast to one reader as a text, whatever else it can be: with the addresses written out."""
        lines = [self.own_words(facts["text"], name, own)]
        if card := facts.get("card"):
            lines = [self.own_words(card["title"], name, own), *lines, card["url"]]
        elif picture := facts.get("picture"):
            address = picture.get("link") or self._picture_address(picture["id"])
            lines.append(
                self._texts("broadcast.picture_at" if address else "broadcast.picture_elsewhere", link=address)
            )
        words = "\n".join(line for line in lines if line)
        return self.signed(words, branch, sender, asks=bool(facts.get("asks")))

    def own_words(self, text: str, name: str, own: Mapping[str, Any] | None = None) -> str:
        """What its author wrote, with this reader's name and columns in place."""
        if "{" not in text:
            return text
        called = {"姓名": name, "称呼": f"{name}{self._texts.terms['称呼']}"}
        return filled(text, {**called, **((own or {}).get("columns") or {})})

    def card(self, push: Outgoing) -> tuple[str, str]:
        """The title of a card, and what stands below it."""
        title = self.own_words(push.facts["card"]["title"], push.name, push.own)
        text = self.own_words(push.facts["text"], push.name, push.own)
        return title, self.signed(text, push.branch, push.sender, asks=bool(push.facts.get("asks"))).strip()

    def _broadcast(self, push: Outgoing) -> str:
        return self.broadcast(push.facts, push.name, push.branch, push.sender, push.own)

    def _answer(self, push: Outgoing) -> str:
        if "lapsed" in push.facts:
            return self._texts("approval.lapsed", id=push.facts["lapsed"])
        return str(push.facts["text"])

    def _greeting(self, push: Outgoing) -> str:
        # A plan that keeps to working days greets later than on the day, and that is not late.
        moved = "day" in push.own
        day = date.fromisoformat(push.own["day"]) if moved else push.day
        values = {"name": push.name, "date": self._texts.date(day, push.today), **push.own}
        when = "late" if push.today > push.day else "moved" if moved else "greeting"
        if push.own.get("probationary"):
            key = "probationary" if when == "greeting" else f"{when}_probationary"
        else:
            key = when + self._known(push.own)
        said = self._texts(f"birthday.{key}", **values)
        if is_round(push.own.get("years")):
            said += self._texts("birthday.round_years")
        return f"{said}\n{self._texts('birthday.invitation')}"

    def _known(self, own: Mapping[str, Any]) -> str:
        if not own.get("years"):
            return "_plain"
        return "_standing" if own.get("standing") else ""

    def _birthday_list(self, push: Outgoing) -> str:
        facts = push.facts
        if facts.get("ask"):
            return self._texts("birthday.ask", count=len(facts["names"]), names=self._texts.names(facts["names"]))
        lines = []
        if "ahead" in facts:
            lines.append(self._texts("birthday.ahead_head", count=len(facts["ahead"])))
            lines += [self._list_row(row, 0, push.today) for row in facts["ahead"]]
            lines.append(self._texts("birthday.ahead_steps"))
        if "rows" in facts:
            lines.append(self._texts("birthday.month_head", month=facts["month"], count=len(facts["rows"])))
            lines += [self._list_row(row, facts["month"], push.today) for row in facts["rows"]]
            lines.append(self._texts("birthday.month_foot"))
        if "unknown_year" in facts:
            lines.append(self._texts("plans.year_unknown", year=facts["unknown_year"]))
        return "\n".join(lines)

    def _reminder(self, push: Outgoing) -> str:
        values = {"time": f"{push.due:%-H:%M}", "date": self._texts.date(push.day, push.today)}
        late = "late" if push.day != push.today else "late_today"
        key = f"reminder.{late if push.late else 'rings'}"
        return self._texts(key, **values, name=push.name, text=push.facts["text"])

    def _probation(self, push: Outgoing) -> str:
        rows = [
            self._texts("probation.row", name=row["name"], date=self._texts.date(_date(row["day"]), push.today))
            for row in push.facts["rows"]
        ]
        return "\n".join([self._texts("probation.head"), *rows, self._texts("probation.steps")])

    def _list_row(self, row: Mapping[str, Any], month: int, today: date) -> str:
        years = years_key(row.get("years"))
        if "day" not in row:
            return self._texts(f"birthday.row_month{years}", month=month, **row)
        day = self._texts.date(_date(row["day"]), today)
        arrival = self._texts(f"birthday.arrival_{row['arrival']}")
        return self._texts(f"birthday.row{years}", **{**row, "date": day, "arrival": arrival})


def wording_of(config: Config, texts: Texts, links: Links | None = None) -> Wording:
    """The words of this installation, which has a public address or none."""
    base = config.server.public_url
    return Wording(texts, links, lambda picture_id: f"{base}{PICTURES}{picture_id}" if base else "")


def _date(written: str) -> date:
    return date.fromisoformat(written)


def is_round(years: int | None) -> bool:
    """Whether these years are a milestone: ten, twenty, and so on."""
    return years is not None and years > 0 and years % 10 == 0


def years_key(years: int | None) -> str:
    """The ending of the key of a list's row: years may be unsaid, and round ones are pointed out."""
    return "_plain" if not years else "_round" if is_round(years) else ""
