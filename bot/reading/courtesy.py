"""Greetings, forms of address, requests and thanks around what is meant: 「书记好，麻烦帮我打卡，谢谢」."""

import re
from collections.abc import Iterator

_MARKS = r"[\s,，。.!！~～、:：…]"
_OPENINGS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:您好|你好|大家好|各位好|(?:早上|上午|中午|下午|晚上)好|早安|哈喽|嗨|喂|在吗){_MARKS}*",
        rf"\w{{0,2}}?(?:书记|老师|组长|管理员|委员|班长|同志|小?助手|晨钟|小晨|机器人)们?(?:[您你]?好)?{_MARKS}*",
        rf"(?:好的?|嗯+|哦+|行|是的?|对|(?:谢谢|感谢)[您你]?|那就?|那么|对了|不好意思|打扰了|我回来了){_MARKS}+",
        rf"(?:好的|那就?|那么|还是){_MARKS}*",
        rf"(?:请问一?下?|请|麻烦[您你]?|劳驾[您你]?|拜托[您你]?|烦请|能不能|能否|可不可以|可否){_MARKS}*",
        rf"(?:帮我?一?下?|帮忙|给我|替我|为我|跟我|叫你|发一?下?){_MARKS}*",
        "我",
        rf"(?:我(?:想要?|要|来|得|需要|先|再)?|想要?|要|来|快|赶紧|赶快|马上|立刻|现在|今[天日]|从今天[起开]始?){_MARKS}*",
        # 「看打卡」 doesn't check in.
        rf"(?:看一下|看[看下]?|查看|查一?下|查询|打开|点开|显示一下){_MARKS}*(?!打卡\W*$)(?=\S)",
        rf"(?:以后|今后){_MARKS}*(?=不|别)",
    )
)
# How often one may follow the other: 「您好，请问能不能帮我…」.
_DEEPEST = 5

_GENTLE = (
    rf"(?:{_MARKS}|吧|啊|呀|哦|噢|喔|啦|哈|嘛|哟|咯|一下|谢谢|多谢|感谢|辛苦|拜托|麻烦|好的|[您你]|\[[^\]\s]{{1,4}}\]"
    r"|[\u2600-\u27bf\ufe0f\U0001f300-\U0001faff])"
)
_THANKS = re.compile(rf"{_GENTLE}+$")
# What makes a question of it, or a report: too little for what reaches others.
_TENTATIVE = re.compile(rf"(?:{_GENTLE}|[?？]|好吗|行吗|可以吗|吗|么|呢|了)+$")
# 「今天打卡了吗」 asks about what was done, and does nothing.
_IS_IT_DONE = re.compile(r"[打学]\w{0,2}[了过](?:吗|么|没有?)[\s?？。~～]*$")


def plain_ways(plain: str) -> Iterator[tuple[int, int, bool]]:
    """Where what is meant begins and ends, with less politeness from one to the next, and whether it is said firmly."""
    for firm, ending in ((True, _THANKS), (False, _TENTATIVE)):
        found = ending.search(plain)
        end = found.start() if found else len(plain)
        if not firm and (not found or _IS_IT_DONE.search(plain)):
            return
        for begin in _beginnings(plain, end):
            if begin or found:
                yield begin, end, firm


def _beginnings(plain: str, end: int) -> list[int]:
    """The places at which the words themselves may begin, the nearest to the front first."""
    begins, fresh = {0}, {0}
    for _ in range(_DEEPEST):
        ends = (one.match(plain, begin, end) for begin in fresh for one in _OPENINGS)
        fresh = {found.end() for found in ends if found} - begins
        begins |= fresh
    return sorted(begins - {end})
