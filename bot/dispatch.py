"""What a message means → which handler. The one table of everything a person can say.

To add a command: write its function in `handlers/`, add a line here, a sentence in `texts/` and a test.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot import when
from bot.handlers import (
    acknowledge,
    bind,
    birthday,
    broadcast,
    broadcast_approval,
    broadcast_course,
    checkin,
    follow,
    free,
    mass,
    more,
    own_hour,
    plans,
    receipts,
    roster,
    settings,
    study,
    unreachable,
    why,
)
from bot.turn import Decide, Handle, Who
from bot.wechat.inbound import Inbound


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the table: a pattern the whole message must fit, and what handles it."""

    pattern: re.Pattern[str]
    who: Who
    handle: Handle | None = None
    # A hot command decides without the database, in a batch with others.
    decide: Decide | None = None
    # Whether it has to be told which push asks for a 「收到」.
    asked: bool = False


def _command(
    who: Who, pattern: str, handle: Handle | None = None, *, hot: Decide | None = None, asked: bool = False
) -> Command:
    return Command(re.compile(pattern, re.DOTALL), who, handle, hot, asked)


# Between a command word and what follows it: a space, a line break or a mark. Without one it is another sentence.
_GAP = r"[\s,，。:：、;；]+"
# Where a name follows, nothing needs to stand between.
_LOOSE = r"[\s,，。:：、;；]*"
_NAME = r"(?P<name>[^\s，。：:,?？!！]{1,20}?(?: [^\s，。：:,?？!！]{1,20}?)?)"
_END = r"[\s。.!！~～]*"

# 「明天 9:00」 before 「广播 …」; without words behind it, it is talk about a broadcast.
_WHEN = rf"(?:(?P<when>{when.WRITTEN}){_LOOSE}(?=(?:广播|群发)\w{{0,2}}{_GAP}\S))?"
_NUMBER = rf"{_LOOSE}(?P<id>\d+){_END}"

COMMANDS: tuple[Command, ...] = (
    _command(Who.MEMBER, rf"(?:我要)?(?:打卡|已学)(?:{_GAP}(?P<note>.+))?{_END}", hot=checkin.check_in),
    _command(
        Who.MEMBER,
        rf"(?:好的?{_LOOSE})?(?:已经?)?收到了?(?:{_LOOSE}谢谢)?{_END}",
        hot=acknowledge.acknowledge,
        asked=True,
    ),
    _command(Who.ANYONE, rf"同意{_END}", follow.agree),
    _command(Who.ANYONE, rf"(?:不同意|拒绝){_END}", follow.decline),
    _command(Who.ANYONE, rf"详情{_END}", follow.details),
    _command(Who.ANYONE, rf"(?:帮助|help|[?？]|菜单|怎么用){_END}", more.show_help),
    _command(Who.AGREED, rf"(?:绑定码?{_LOOSE})?(?P<code>\d(?:\s?\d){{5}}){_END}", bind.take_code),
    _command(Who.ANYONE, rf"(?:取消|算了){_END}", more.cancel),
    _command(Who.MEMBER, rf"(?:看|继续看?|接着看){_END}", more.show_more),
    _command(Who.MEMBER, rf"我的打卡{_END}", checkin.my_month),
    _command(Who.MEMBER, rf"隐藏天数{_END}", checkin.hide_streak),
    _command(Who.MEMBER, rf"显示天数{_END}", checkin.show_streak),
    _command(Who.MEMBER, rf"(?:每天)?提醒我(?:打卡)?(?:{_LOOSE}(?P<at>.{{1,12}}?))?(?:打卡)?{_END}", settings.nudge_me),
    _command(Who.MEMBER, rf"(?:不用|不要|别)再?提醒(?:我)?(?:打卡)?了?{_END}", settings.no_nudges),
    _command(Who.MEMBER, rf"少发(?:点|些)?{_END}", settings.seldom),
    _command(Who.MEMBER, rf"停(?:止|掉)?(?P<kind>{settings.WORDS})?{_END}", settings.stop),
    _command(Who.MEMBER, rf"恢复(?P<kind>{settings.WORDS}){_END}", settings.start_again),
    _command(Who.MEMBER, rf"请假(?:{_LOOSE}(?P<until>.{{1,16}}?))?{_END}", settings.take_leave),
    _command(Who.MEMBER, rf"销假{_END}", settings.come_back),
    _command(Who.MEMBER, rf"我的设置{_END}", settings.show_all),
    _command(Who.MEMBER, rf"(?:今日学习|今天学什么){_END}", study.todays_topic),
    _command(Who.MEMBER, rf"(?:荐书|好书){_END}", study.latest_book),
    _command(Who.MEMBER, rf"几点(?:钟)?(?:发|提醒)[?？]?{_END}", own_hour.show),
    _command(Who.MEMBER, rf"提醒时间{_LOOSE}(?P<when>[^。]{{1,12}}){_END}", own_hour.choose),
    _command(Who.MEMBER, rf"不要祝贺{_END}", birthday.decline),
    _command(Who.MEMBER, rf"要祝贺{_END}", birthday.welcome),
    _command(Who.LEADER, rf"绑定码{_LOOSE}{_NAME}{_END}", bind.issue_code),
    _command(Who.MEMBER, rf"为(?:什么|何){_LOOSE}我{_LOOSE}(?:还)?(?:没有?收到|收不到)[?？]?{_END}", why.why_not_me),
    _command(Who.LEADER, rf"为(?:什么|何){_LOOSE}{_NAME}?{_LOOSE}(?:还)?(?:没有?收到|收不到)[?？]?{_END}", why.why_not),
    _command(Who.LEADER, rf"谁(?:都)?收不到(?:消息)?[?？]?{_END}", unreachable.who_is_unreachable),
    _command(Who.ADMIN, rf"今日转发{_END}", study.text_to_forward),
    _command(Who.ADMIN, rf"(?P<which>本月|下月)生日{_END}", birthday.month_list),
    _command(Who.ADMIN, rf"不发{_LOOSE}{_NAME}{_END}", birthday.strike),
    _command(Who.ADMIN, rf"可以{_END}", birthday.approve),
    _command(Who.ADMIN, rf"祝贺先问我?{_END}", birthday.ask_first),
    _command(Who.ADMIN, rf"祝贺直接发{_END}", birthday.send_unasked),
    _command(Who.ADMIN, rf"接下来(?:发什么)?[?？]?{_END}", plans.coming),
    _command(Who.ADMIN, rf"(?:补班|调休)日?发{_END}", plans.makeup_on),
    _command(Who.ADMIN, rf"(?:补班|调休)日?不发{_END}", plans.makeup_off),
    _command(Who.ADMIN, rf"庄重日{_END}", plans.solemn_list),
    _command(
        Who.ADMIN,
        rf"庄重日{_LOOSE}(?P<day>[^\s，。,]{{1,14}})(?:{_GAP}(?P<name>[^。]{{1,40}}))?{_END}",
        plans.add_solemn,
    ),
    _command(Who.ADMIN, rf"取消庄重日{_LOOSE}(?P<day>[^\s，。,]{{1,14}})(?:{_GAP}.*)?{_END}", plans.remove_solemn),
    _command(Who.ADMIN, rf"祝贺顺延{_END}", birthday.to_workdays),
    _command(Who.ADMIN, rf"祝贺当天发{_END}", birthday.on_the_day),
    _command(
        Who.ADMIN,
        rf"{_WHEN}(?:广播|群发)(?:{_GAP}(?P<asks>要回执)(?={_GAP}|$))?(?:{_GAP}(?P<text>.+))?",
        broadcast.compose,
    ),
    _command(Who.ADMIN, rf"{_WHEN}广播(?:链接|卡片)(?:{_GAP}(?P<text>.+))?", broadcast.compose_card),
    _command(Who.ADMIN, rf"{_WHEN}广播图片(?:{_GAP}(?P<text>.+))?", broadcast.compose_picture),
    _command(Who.ADMIN, rf"试发(?:{_GAP}(?P<text>.+))?", broadcast.try_first),
    _command(Who.ADMIN, rf"群发(?:剩下|其余)的{_END}", mass.propose),
    _command(Who.ADMIN, rf"谁(?:还)?没有?回复?了?[?？]?{_END}", acknowledge.who_is_silent),
    _command(Who.ADMIN, rf"谁(?:都)?(?:已经)?收到了?[?？]?{_END}", acknowledge.who_answered),
    _command(Who.ADMIN, rf"确认\s*(?P<count>\d+){_END}", mass.confirm),
    _command(Who.ADMIN, rf"同意发{_NUMBER}", broadcast_approval.approve),
    _command(Who.ADMIN, rf"不同意发{_NUMBER}", broadcast_approval.refuse),
    _command(Who.ADMIN, rf"撤回(?:{_LOOSE}(?P<id>\d+))?{_END}", broadcast_course.take_back),
    _command(Who.ADMIN, rf"暂停{_NUMBER}", broadcast_course.hold),
    _command(Who.ADMIN, rf"恢复{_NUMBER}", broadcast_course.let_go),
    _command(Who.ADMIN, rf"广播进度{_END}", broadcast_course.show_progress),
    _command(Who.ADMIN, rf"全部暂停{_END}", broadcast_course.pause_all),
    _command(Who.ADMIN, rf"恢复{_END}", broadcast_course.resume_all),
    _command(Who.ADMIN, rf"停用{_LOOSE}{_NAME}{_END}", roster.deactivate),
    _command(Who.ADMIN, rf"启用{_LOOSE}{_NAME}{_END}", roster.reactivate),
)

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
