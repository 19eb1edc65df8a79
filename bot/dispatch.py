"""What a message means → which command. What can be said stands in the tables of `phrases/`."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.handlers import follow, free, mass, receipts
from bot.phrases import COMMANDS
from bot.phrases.command import Command
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
            return _command_of(inbound.event_key)
        return Understood(EVENTS.get(inbound.event, _SILENT), {})
    if inbound.text:
        return _command_of(inbound.text)
    if inbound.kind == "text" or inbound.kind in _MESSAGES:
        return Understood(NOT_TEXT, {})
    return Understood(_SILENT, {})


def is_command(text: str) -> bool:
    """Whether these words, typed or on a menu's button, are a command."""
    return _command_of(text).command is not FREE_TEXT


@lru_cache(maxsize=4096)
def _command_of(text: str) -> Understood:
    plain = normalised(text)
    for command in COMMANDS:
        if found := command.pattern.fullmatch(plain):
            return Understood(command, {name: word.strip() for name, word in found.groupdict().items() if word})
    return Understood(FREE_TEXT, {"text": text.strip()})


_HALF_WIDTH = {wide: wide - 0xFEE0 for start, end in ("０９", "Ａｚ") for wide in range(ord(start), ord(end) + 1)}
_HALF_WIDTH[0x3000] = 0x20


def normalised(text: str) -> str:
    """Half-width letters, digits and spaces; Chinese marks stay, since what people write is kept as they wrote it."""
    return text.translate(_HALF_WIDTH).strip()
