"""Values as long as they get in real life, to see how a sentence looks when it is filled."""

from collections.abc import Mapping

from bot.texts import placeholders

# One that isn't named here is two characters long.
VALUES: dict[str, object] = {
    "arrival": "不用微信，请当面或打电话祝贺",
    "audience": "晨钟示范局第一支部全体",
    "author": "弗朗西斯·培根",
    "back": "再次关注时，要重新绑定。",
    "branch": "晨钟示范局第一支部",
    "category": "行业",
    "code": "123456",
    "contact": "支部书记钟晨光（内线 8001）",
    "count": 58,
    "date": "12月31日（周四）",
    "day": 31,
    "days": 365,
    "group": "第二小组",
    "have": 38,
    "inbound_days": 7,
    "kept": "名册和打卡作为本支部的记录保留。",
    "left": 4,
    "limit": 600,
    "link": "https://example.org/reading/1",
    "list": "1日、2日",
    "minutes": 60,
    "month": 12,
    "name": "钟晨小光",
    "names": "钟晨小光、钟晚小星",
    "note": "读了第三章",
    "organisation": "中共晨钟市示范管理局机关第一支部委员会",
    "question": "这个办法用在身边行不行？",
    "reason": "讲得清楚，读得下去。",
    "route": "附在一次回复里",
    "said": "57",
    "seconds": 60,
    "sender": "钟晨小光",
    "standing": 50,
    "stopped": 20,
    "summary": "一件小事里的道理。",
    "text": "明天下午三点在三楼开会。",
    "time": "7:30",
    "title": "怎样读一份说明书",
    "until": "12月31日（周四）12:00",
    "weekday": "四",
    "what": "今日学习",
    "when": "12月31日（周四）12:00",
    "year": 2026,
    "years": 50,
}


def example(sentence: str, terms: Mapping[str, str]) -> str:
    """A sentence with a pack's terms and such values in place."""
    for name in placeholders("", sentence):
        word = VALUES.get(name, "某某") if name.isascii() else terms.get(name, "")
        sentence = sentence.replace(f"{{{name}}}", str(word))
    return sentence
