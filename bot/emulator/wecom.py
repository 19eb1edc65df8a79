"""WeCom 企业微信 beside the account: one application, and group robots. Its return codes are its own.

Source: developer.work.weixin.qq.com, 「发送应用消息」 and 「消息推送（原群机器人）」.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

TOKEN_SECONDS, FILE_SECONDS = 7200, 3 * 86400
ROBOT_A_MINUTE, MEMBER_A_MINUTE = 20, 30
REMEMBERED = 1000

ERRMSG = {
    40001: "invalid secret",
    40008: "invalid message type",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40056: "invalid agentid",
    40058: "invalid Request Parameter",
    41001: "access_token missing",
    41005: "media data missing",
    42001: "access_token expired",
    44004: "content is empty",
    45002: "content size exceed limit",
    45009: "api freq out of limit",
    81013: "user & party & tag all invalid",
    82001: "all recipients are empty",
    93000: "invalid webhook url, hint: the key is wrong",
}


@dataclass(slots=True)
class Wecom:
    """A corporation with a few members, an application, and the robots of its groups.

    `robots` holds what each key's group was sent, `inboxes` what each member was, the latest last.
    """

    corp_id: str = "ww0123456789abcdef"
    secret: str = "fedcba9876543210fedcba9876543210"
    agent_id: int = 1_000_002
    members: list[str] = field(default_factory=lambda: ["zhangsan", "lisi"])
    robots: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"demo-robot-key": []})
    inboxes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, float] = field(default_factory=dict)
    _token: tuple[str, float] = ("", 0.0)
    _sent: dict[str, list[float]] = field(default_factory=dict)
    _said: dict[str, float] = field(default_factory=dict)

    def token(self, now: float) -> tuple[str, int]:
        """The same until it ends."""
        token, ends = self._token
        if now >= ends:
            token, ends = secrets.token_urlsafe(64), now + TOKEN_SECONDS
            self._token = (token, ends)
        return token, int(ends - now)

    def refuses(self, token: str, now: float) -> int:
        """The return code for a token, 0 for a good one."""
        known, ends = self._token
        if token != known:
            return 40014 if token else 41001
        return 42001 if now >= ends else 0

    def too_fast(self, name: str, now: float, most: int) -> bool:
        """Count one message to a robot or a member; whether that is one too many in a minute."""
        recent = [at for at in self._sent.get(name, []) if now - at < 60]
        if len(recent) >= most:
            return True
        self._sent[name] = [*recent, now]
        return False

    def said_before(self, words: str, now: float, seconds: float) -> bool:
        """Whether the same message was sent in the last `seconds`; remembers this one."""
        before = self._said.get(words)
        self._said[words] = now
        return before is not None and now - before < seconds

    def keep(self, box: list[dict[str, Any]], message: dict[str, Any]) -> None:
        box.append(message)
        del box[:-REMEMBERED]

    def saved(self) -> dict[str, Any]:
        names = ("corp_id", "secret", "agent_id", "members", "robots", "inboxes", "files")
        return {name: getattr(self, name) for name in names}

    def restore(self, saved: dict[str, Any]) -> None:
        for name, value in saved.items():
            setattr(self, name, value)

    def reset(self) -> None:
        """Forget what was sent."""
        self.robots = {key: [] for key in self.robots}
        for box in (self.inboxes, self._sent, self._said):
            box.clear()
