"""The scheduler's mass messages over this account's API: to openids, or to a tag that holds just these."""

from collections.abc import Callable

from bot.texts import Texts
from bot.wechat import mass, metrics, tags
from bot.wechat.client import Client
from bot.wechat.errors import CallFailed
from bot.wechat.messenger import outcome_of
from models.mass import MassSend, MassState
from scheduler.mass import QUOTA_ERRCODE
from scheduler.mass_sending import MassCall, Submitted
from scheduler.messenger import Outcome, Outgoing, Result
from scheduler.routes import Route

TAG = "晨钟群发"

# What a receipt says where the operator or the account's admin can tell what it was: see 「群发结果」.
_REASONS = {"err(40001)": "declined", "err(40002)": "unconfirmed"}
_NOT_PERMITTED = frozenset({48001, 48003, 48008, 45113, 48021, 48022})


class WechatMassMessenger:
    """`word` gives a broadcast its text."""

    def __init__(self, client: Client, word: Callable[[Outgoing], str], texts: Texts) -> None:
        self._client = client
        self._word = word
        self._texts = texts

    async def submit(self, call: MassCall) -> Submitted:
        """Makes the call; of an uncertain one before it, the platform tells by the key."""
        try:
            submitted = await self._submit(call, mass.text(self._word(call.words)))
        except CallFailed as failure:
            submitted = Submitted(outcome_of(failure))
        metrics.count_push(Route.MASS, submitted.outcome.result)
        return submitted

    async def _submit(self, call: MassCall, content: dict[str, object]) -> Submitted:
        if not call.tagged:
            number = await mass.send(self._client, call.openids, content, call.key)
            return Submitted(Outcome(Result.ACCEPTED, 0), number)
        tag = await tags.tag_of(self._client, TAG)
        strangers = await tags.fill(self._client, tag, call.openids)
        if len(strangers) == len(call.openids):
            return Submitted(Outcome(Result.UNREACHABLE))
        number = await mass.send_to_tag(self._client, tag, content, call.key)
        return Submitted(Outcome(Result.ACCEPTED, 0), number, strangers)

    def report(self, sent: MassSend) -> str:
        """What whoever ordered it reads."""
        if sent.state == MassState.DONE:
            missed = (sent.total or 0) - (sent.sent or 0)
            return self._texts("mass.done_most" if missed > 0 else "mass.done", sent=sent.sent, missed=missed)
        if sent.state == MassState.FAILED:
            return self._texts("mass.failed", because=self._texts(f"mass.reason_{_reason(sent)}"))
        return self._texts(f"mass.{sent.state}")


def _reason(sent: MassSend) -> str:
    if sent.errcode == QUOTA_ERRCODE:
        return "quota"
    if sent.errcode in _NOT_PERMITTED:
        return "permission"
    if sent.status.startswith("err("):
        return _REASONS.get(sent.status, "content")
    return "other"
