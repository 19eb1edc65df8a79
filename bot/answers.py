"""What somebody wrote in answer to a question of the quiz: whether it is an answer, and whether it is right. Pure."""

import re
import unicodedata
from collections.abc import Sequence

from models.quiz import QuizKind, QuizQuestion

LETTERS = "ABCDEF"
RIGHT, WRONG = "对", "错"
# Between what may be written into a blank.
OR = "｜"

_JUDGED = {
    **dict.fromkeys(("对", "对的", "正确", "是", "是的", "没错", "√", "✓", "✔", "t", "true", "yes"), RIGHT),
    **dict.fromkeys(("错", "错的", "错误", "不对", "不正确", "不是", "否", "×", "✗", "✘", "f", "false", "no"), WRONG),
}
_UNKNOWN = ("不知道", "不会", "忘了", "不记得", "不清楚", "看答案", "不懂")
# What people say to each other, which fills no blank.
_CHAT = re.compile(
    r".*[我你您他她咱].*|.*[吗呢吧啊呀嘛]|(?:谢谢|感谢|辛苦|再见).*|大家好.*"
    r"|好的?|嗯+|哦+|哈+|收到|早上好|晚安|ok"
)

_LEAD = re.compile(r"(?:我?选择?|我?答(?:案)?(?:是|为)?|应该是)[:：,，\s]*")
_BETWEEN = r"[\s,，、和及.]*"
_WITH_LETTERS = re.compile(rf"[a-f](?:{_BETWEEN}[a-f])*")
_WITH_FIGURES = re.compile(rf"[1-6](?:{_BETWEEN}[1-6])*")


def _plain(text: str) -> str:
    written = unicodedata.normalize("NFKC", text).casefold().strip().rstrip("。.!?~ ")
    return _LEAD.sub("", written, count=1) if _LEAD.match(written) else written


def _bare(text: str) -> str:
    """Without marks and spaces: nobody's answer is wrong for those."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())


def letters(text: str, options: Sequence[str]) -> str | None:
    """The options that are named, by letters, figures or their words, as letters in order; None for anything else."""
    plain = _plain(text)
    for letter, option in zip(LETTERS, options, strict=False):
        if plain and _bare(plain) in (_bare(option), _bare(letter + option)):
            return letter
    if _WITH_LETTERS.fullmatch(plain):
        places = [ord(one) - ord("a") for one in re.findall("[a-f]", plain)]
    elif _WITH_FIGURES.fullmatch(plain):
        places = [int(one) - 1 for one in re.findall("[1-6]", plain)]
    else:
        return None
    return "".join(LETTERS[place] for place in sorted(set(places))) if max(places) < len(options) else None


def judgement(text: str) -> str | None:
    """`RIGHT` or `WRONG`; None for what is neither."""
    return _JUDGED.get(_plain(text))


def judged(question: QuizQuestion, text: str) -> bool | None:
    """Whether the answer is right; None for what is no answer to this question."""
    if _plain(text) in _UNKNOWN:
        return False
    if question.kind == QuizKind.BLANK:
        return _fills(question.answer, text)
    if question.kind == QuizKind.JUDGEMENT:
        said = judgement(text)
    else:
        said = letters(text, question.options)
        if said and question.kind == QuizKind.SINGLE and len(said) > 1:
            return None
    return None if said is None else said == question.answer


def _fills(answer: str, text: str) -> bool | None:
    wanted = {_bare(one) for one in answer.split(OR)}
    said = _bare(_plain(text))
    if said in wanted or _bare(text) in wanted:
        return True
    plain, longest = _plain(text), max(len(one) for one in wanted)
    # A sentence is talk, and so is what is much longer than what is asked for.
    talk = len(said) > max(2 * longest, longest + 4) or re.search(r"[，。！？；\n]", plain) or _CHAT.fullmatch(plain)
    return None if talk or not said else False


def plainly(text: str) -> bool:
    """Whether it looks like an answer to some question, and like nothing else."""
    plain = _plain(text)
    return bool(_WITH_LETTERS.fullmatch(plain)) or plain in ("对", "错", "正确", "错误", "√", "×")
