"""The templates of an account, those it can choose from, and what was sent by them."""

import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

# A second send with the same client_msg_id is not delivered again for so long.
GUARD_SECONDS = 600
# Templates of an account, of either family.
MOST = 25
# Messages that the platform held back are remembered for queryblocktmplmsg.
BLOCKED_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Keyword:
    """One field that a public template offers; its key is its type and number: thing1."""

    number: int
    name: str
    type: str
    example: str

    @property
    def key(self) -> str:
        return f"{self.type}{self.number}"


@dataclass(frozen=True, slots=True)
class PublicTemplate:
    """A template of the library, from which an account makes its own."""

    id: str
    title: str
    keywords: tuple[Keyword, ...]


# Not the platform's own library, which only accounts can see: a handful of what a learning community would choose.
LIBRARY = (
    PublicTemplate(
        "43216",
        "打卡结果通知",
        (
            Keyword(1, "学习内容", "thing", "第三章"),
            Keyword(2, "打卡时间", "time", "2026-10-12 20:00"),
            Keyword(3, "打卡状态", "phrase", "已打卡"),
            Keyword(4, "累计天数", "number", "12"),
        ),
    ),
    PublicTemplate(
        "51307",
        "学习安排通知",
        (
            Keyword(1, "学习主题", "thing", "十月第二周主题"),
            Keyword(2, "开始时间", "time", "2026-10-12 20:00"),
            Keyword(3, "地点", "thing", "一楼会议室"),
            Keyword(4, "联系人", "name", "林小满"),
            Keyword(5, "联系电话", "phone_number", "010-12345678"),
        ),
    ),
    PublicTemplate(
        "62048",
        "纪念日通知",
        (
            Keyword(1, "姓名", "name", "林小满"),
            Keyword(2, "日期", "date", "2026年7月1日"),
            Keyword(3, "备注", "thing", "加入满三十年"),
        ),
    ),
)


@dataclass(slots=True)
class Template:
    """A template of the account. `content` has its fields as {{key.DATA}}.

    `family`: "template" for template messages, "subscription" for subscription notices, there with `kind` 2 (one send
    per accept) or 3 (any number). `free`: a test account's own, of any keys. `state` is what the platform has decided
    about it: "ok", "marketing" (every send is refused with 40249) or "restricted" (43116).
    """

    id: str
    family: str
    title: str
    content: str
    example: str = ""
    kind: int = 2
    free: bool = False
    state: str = "ok"


@dataclass(slots=True)
class Templates:
    """All that the template APIs know between two calls."""

    own: dict[str, Template] = field(default_factory=dict)
    industry: dict[str, Any] | None = None
    industry_set_in: str = ""
    # (openid, client_msg_id) → (when, msgid)
    sent: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)
    blocked: list[dict[str, Any]] = field(default_factory=list)
    # (openid, template, scene) of one-time subscriptions that were confirmed and not yet used.
    one_time: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, template: Template) -> Template:
        self.own[template.id] = template
        return template

    def find(self, id: object, family: str) -> Template | None:
        template = self.own.get(id) if isinstance(id, str) else None
        return template if template is not None and template.family == family else None

    def of(self, family: str) -> list[Template]:
        return [template for template in self.own.values() if template.family == family]

    def sent_before(self, openid: str, client_msg_id: str, now: float) -> int | None:
        """The msgid of the same message to the same follower in the last ten minutes."""
        at, msgid = self.sent.get((openid, client_msg_id), (0.0, None))
        return msgid if msgid is not None and now - at < GUARD_SECONDS else None

    def note_sent(self, openid: str, client_msg_id: str, now: float, msgid: int) -> None:
        self.sent[openid, client_msg_id] = (now, msgid)
        if len(self.sent) > 100_000:
            self.sent = {key: sent for key, sent in self.sent.items() if now - sent[0] < GUARD_SECONDS}

    def hold_back(self, message: dict[str, Any]) -> None:
        self.blocked.append({"id": len(self.blocked) + 1, **message})
        del self.blocked[:-BLOCKED_REMEMBERED]

    def saved(self) -> dict[str, Any]:
        return {
            "own": [asdict(template) for template in self.own.values()],
            "industry": self.industry,
            "industry_set_in": self.industry_set_in,
            "sent": [[*key, *sent] for key, sent in self.sent.items()],
            "blocked": self.blocked,
            "one_time": self.one_time,
        }

    def restore(self, saved: dict[str, Any]) -> None:
        self.own = {template["id"]: Template(**template) for template in saved["own"]}
        self.industry, self.industry_set_in = saved["industry"], saved["industry_set_in"]
        self.sent = {(openid, key): (at, msgid) for openid, key, at, msgid in saved["sent"]}
        self.blocked = saved["blocked"]
        self.one_time = [(openid, template, scene) for openid, template, scene in saved["one_time"]]

    def reset(self) -> None:
        """Forget what was sent; the account's templates stay, as its menu does."""
        self.sent.clear()
        self.blocked.clear()
        self.one_time.clear()


def made_from(public: PublicTemplate, keywords: list[Keyword], family: str) -> Template:
    """A new template of the account, with these fields of a public one."""
    content = "\n".join(f"{keyword.name}：{{{{{keyword.key}.DATA}}}}" for keyword in keywords)
    example = "\n".join(f"{keyword.name}：{keyword.example}" for keyword in keywords)
    return Template(new_id(), family, public.title, content, example)


def new_id() -> str:
    """43 characters, as the platform makes them."""
    return secrets.token_urlsafe(33)[:43]
