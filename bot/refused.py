"""What there is no setting for, nor a column in any import: each rule of 减负, with the words by which it is known.

Not a switch: these don't exist. Whoever tries to bring one in is told which rule it would break. Pure.
"""

import re
from collections.abc import Mapping

_MEDIA = "(?:拍照|照片|图片|语音|录音|截图)"
_MEDIA_EN = "(?:photos?|pictures?|images?|voices?|audio)"
_MUST_EN = "(?:required?|requires|compulsory|mandatory|must)"

# The rule as it completes 「减负模式…」, and what names its contrary in a key or a header.
RULES: Mapping[str, str] = {
    "不记在线时长": r"(?:在线|学习|登录|累计|阅读)时[长间]|学时|分钟数|online|duration"
    r"|(?:study|learning|reading|active)_?(?:minutes|hours|seconds|time)",
    "不要求拍照、语音": rf"(?:必须|强制|必传|要求){_MEDIA}|{_MEDIA}(?:必传|必填|必须)"
    rf"|{_MUST_EN}_?{_MEDIA_EN}|{_MEDIA_EN}_?{_MUST_EN}",
    "不统计点赞": r"点赞|获赞|(?<![a-z])likes?(?![a-z])",
    "不排名": r"排名|排行|名次|\brank|_rank|ranking|leaderboard",
    "不通报绑定率、使用率": r"(?:绑定|使用|打卡|参与|关注|活跃|注册|完成|上线)率"
    r"|(?:binding|bound|usage|active|activity|participation|completion|checkin)_?rates?",
    "打卡不设期限": r"(?:打卡|学习).{0,4}(?:截止|期限|限时)|(?:截止|限时).{0,4}(?:打卡|学习)|deadline|due_?by",
    "不导入别处的积分": r"积分|学分|强国分|\bpoints?\b|_points?|\bscores?\b|_scores?|credits?",
}
_PATTERNS = {rule: re.compile(pattern, re.IGNORECASE) for rule, pattern in RULES.items()}


def broken_by(name: str) -> str | None:
    """The rule that a key or a header of this name would break."""
    return next((rule for rule, pattern in _PATTERNS.items() if pattern.search(name)), None)
