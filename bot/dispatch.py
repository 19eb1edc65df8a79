"""What a message means → which command. What can be said stands in the tables of `phrases/`."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.handlers import follow, free, mass, receipts
from bot.phrases import COMMANDS
from bot.phrases.command import KEPT, Command
from bot.reading import Reading, readings
from bot.reading.slips import FORGIVEN
from bot.script import half_width
from bot.turn import Who
from bot.wechat.inbound import Inbound

# What isn't a command may be the answer to the open question.
FREE_TEXT = Command(re.compile(""), Who.ANYONE, free.answer_or_help)
NOT_TEXT = Command(re.compile(""), Who.ANYONE, free.only_text)

EVENTS: dict[str, Command] = {
    "subscribe": Command(re.compile(""), Who.ANYONE, follow.subscribed),
    "unsubscribe": Command(re.compile(""), Who.ANYONE, follow.unsubscribed),
    "subscribe_msg_popup_event": Command(re.compile(""), Who.ANYONE, receipts.chose),
    "subscribe_msg_change_event": Command(re.compile(""), Who.ANYONE, receipts.chose),
    "subscribe_msg_sent_event": Command(re.compile(""), Who.ANYONE, receipts.notice_came),
    "templatesendjobfinish": Command(re.compile(""), Who.ANYONE, receipts.template_came),
    "masssendjobfinish": Command(re.compile(""), Who.ANYONE, mass.receipt),
}

# Menu taps carry a key that reads as the command it stands for.
_TAPS = ("click",)
# What the platform makes of stickers, files and whatever else it has no message for.
_STICKER = re.compile(r"[\[【]收到不支持的消息类型.*")
_SILENT = Command(re.compile(""), Who.ANYONE, free.silence)
_MESSAGES = ("image", "voice", "video", "shortvideo", "location", "link", "miniprogrampage")


@dataclass(frozen=True, slots=True)
class Understood:
    """The command that was meant, and the words its pattern found."""

    command: Command
    words: dict[str, str]


def understand(inbound: Inbound) -> Understood:
    """What this message means; never fails, since there is a line for what is not understood."""
    if inbound.kind == "event":
        if inbound.event in _TAPS:
            return meaning(inbound.event_key)
        return Understood(EVENTS.get(inbound.event, _SILENT), {})
    if inbound.text and not _STICKER.fullmatch(inbound.text):
        return meaning(inbound.text)
    if inbound.kind == "text" or inbound.kind in _MESSAGES:
        return Understood(NOT_TEXT, {})
    return Understood(_SILENT, {})


def is_command(text: str) -> bool:
    """Whether these words, typed or on a menu's button, are a command."""
    return meaning(text).command is not FREE_TEXT


@lru_cache(maxsize=4096)
def meaning(text: str) -> Understood:
    """What these words mean, typed or spoken; `FREE_TEXT` is no command."""
    written = half_width(text).strip()
    if literal := _literally(written):
        return literal
    for reading in readings(written):
        for command in COMMANDS:
            if (found := command.pattern.fullmatch(reading.plain)) and (reading.firm or command in _FORGIVEN):
                return Understood(command, _words(found, reading))
    return Understood(FREE_TEXT, {"text": text.strip()})


def _literally(written: str) -> Understood | None:
    for command in COMMANDS:
        if found := command.pattern.fullmatch(written):
            return Understood(command, {name: word.strip() for name, word in found.groupdict().items() if word})
    return None


# What is done though it was only asked, or written with a slip; never what reaches others, nor consent.
_FORGIVEN = frozenset(found.command for said in FORGIVEN if (found := _literally(said)))


def _words(found: re.Match[str], reading: Reading) -> dict[str, str]:
    """What the groups found: content as it was written, all else in simplified characters."""
    return {
        name: (reading.written[slice(*found.span(name))] if name in KEPT else word).strip()
        for name, word in found.groupdict().items()
        if word
    }
