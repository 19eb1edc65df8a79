"""The scheduler's postings in words, and to their channels."""

from collections.abc import Mapping

from bot.channels import others, robot
from bot.channels.seal import Seal
from bot.texts import Texts
from bot.wechat import metrics
from bot.wechat.client import Client
from bot.wording import Wording
from models.broadcast import BroadcastKind
from models.channel import Channel, ChannelKind
from scheduler.messenger import Outgoing
from scheduler.postings import Posted, Written


class GroupScribe:
    """`base` is WeCom's address; `common` what every sentence may use."""

    def __init__(self, client: Client, base: str, seal: Seal, texts: Texts, common: Mapping[str, object]) -> None:
        self._client = client
        self._base = base
        self._seal = seal
        self._texts = texts
        self._common = common
        self._wording = Wording(texts)

    async def write(self, channel: Channel, words: Outgoing) -> Written:
        """Writes a broadcast to a channel, in the words for a group."""
        written = await self.say(channel, self._worded(words))
        metrics.count_push("channel", written.result)
        return written

    async def say(self, channel: Channel, text: str) -> Written:
        """Writes any text to a channel."""
        address = self._seal.open(channel.sealed)
        if address is None:
            return Written(Posted.REFUSED)
        if channel.kind == ChannelKind.ROBOT:
            return await robot.say(self._client, self._base, address, text)
        return await others.say(address, text)

    def _worded(self, words: Outgoing) -> str:
        if words.kind == BroadcastKind.TEXT:
            # Without the line that asks for 收到: nobody hears it in the group.
            return self._wording.signed(words.facts["text"], words.branch, words.sender)
        facts = {**self._common, **words.facts}
        return self._wording.forwarded(words.kind, facts, self._texts.date(words.day))
