"""What is an answer to a question, and what is only talk."""

import pytest

from bot.answers import judged, judgement, letters, plainly
from models.quiz import QuizKind, QuizQuestion

OPTIONS = ["四成", "五成", "六成"]
SINGLE = QuizQuestion(title="？", kind=QuizKind.SINGLE, options=OPTIONS, answer="B")
SEVERAL = QuizQuestion(title="？", kind=QuizKind.SEVERAL, options=OPTIONS, answer="AC")
JUDGEMENT = QuizQuestion(title="？", kind=QuizKind.JUDGEMENT, answer="错")
BLANK = QuizQuestion(title="？", kind=QuizKind.BLANK, answer="75%｜百分之七十五")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        *(("A", "A"), ("ａ", "A"), ("b。", "B"), ("选c", "C"), ("我选 B", "B"), ("答案是：C", "C"), ("ca", "AC")),
        *(("A、C", "AC"), ("a b c", "ABC"), ("AA", "A"), ("2", "B"), ("１３", "AC"), ("五成", "B"), ("B 五成", "B")),
        *(("B.五成", "B"), ("d", None), ("4", None), ("七成", None), ("", None), ("abc好", None), ("同意", None)),
    ],
)
def test_options_are_named_by_letters_figures_or_words(said: str, meant: str | None) -> None:
    assert letters(said, OPTIONS) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("对", "对"),
        ("正确！", "对"),
        ("√", "对"),
        ("错。", "错"),
        ("不对", "错"),
        ("×", "错"),
        ("F", "错"),
        ("好", None),
    ],
)
def test_a_judgement_in_whatever_words(said: str, meant: str | None) -> None:
    assert judgement(said) == meant


@pytest.mark.parametrize(
    ("question", "said", "right"),
    [
        *((SINGLE, "b", True), (SINGLE, "a", False), (SINGLE, "ab", None), (SINGLE, "不知道", False)),
        *((SEVERAL, "ac", True), (SEVERAL, "a", False), (SEVERAL, "abc", False), (SEVERAL, "31", True)),
        *((JUDGEMENT, "错误", True), (JUDGEMENT, "对", False), (JUDGEMENT, "1", None), (JUDGEMENT, "开会了吗", None)),
        *((BLANK, "75%", True), (BLANK, "７５％", True), (BLANK, "百分之七十五。", True), (BLANK, "答：75", True)),
        *(
            (BLANK, "80%", False),
            (BLANK, "谢谢", None),
            (BLANK, "好的", None),
            (BLANK, "收到", None),
            (BLANK, "。", None),
        ),
        (BLANK, "明天的会改到三点，请互相转告", None),
        (BLANK, "第一行\n第二行", None),
        *((BLANK, "老王在吗", None), (BLANK, "我先开会", None), (BLANK, "四分之一", False)),
    ],
)
def test_whether_it_is_right_wrong_or_no_answer(question: QuizQuestion, said: str, right: bool | None) -> None:
    assert judged(question, said) is right


def test_what_is_plainly_an_answer() -> None:
    assert all(plainly(said) for said in ("A", "ac", "对", "×", "选B"))
    assert not any(plainly(said) for said in ("1", "谢谢", "费孝通", "好", "是"))
