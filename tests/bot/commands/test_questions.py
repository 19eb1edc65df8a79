"""`import questions`: every fault by row and column, what is stored, and the way back."""

from pathlib import Path

import pytest

from models.plan import Plan, PlanKind
from models.quiz import QuizQuestion

from .conftest import Terminal

SAMPLE = Path(__file__).parents[3] / "samples" / "questions.csv"
HEADER = "题目,题型,选项A,选项B,选项C,答案,解析\n"


def stored(terminal: Terminal) -> list[str]:
    return terminal.stored(QuizQuestion, lambda row: f"{row.title} {row.kind} {'/'.join(row.options)} {row.answer}")


def imports(terminal: Terminal, content: str, *options: str) -> list[str]:
    return terminal.imports(content, *options, kind="questions").lines


def test_the_sample_is_imported_with_a_plan_and_exported_alike(terminal: Terminal) -> None:
    terminal.imports()
    assert "已导入：新增 20" in imports(terminal, SAMPLE.read_text(encoding="utf-8"))[-1]
    assert [kind for kind in terminal.stored(Plan, lambda plan: plan.kind) if kind == PlanKind.QUIZ] == ["quiz"]
    terminal.types("export", "questions")
    written = (terminal.folder / "questions.csv").read_text(encoding="utf-8-sig")
    assert written.splitlines()[0] == "题目,题型,选项A,选项B,选项C,选项D,选项E,选项F,答案,解析,分类,有效期,来源"
    assert imports(terminal, written)[-1] == "已导入：新增 0，更新 0，停用 0，不变 20。"
    assert [kind for kind in terminal.stored(Plan, lambda plan: plan.kind) if kind == PlanKind.QUIZ] == ["quiz"]


def test_the_kind_is_read_from_options_and_answer(terminal: Terminal) -> None:
    rows = "一,,甲,乙,,a,\n二,,甲,乙,丙,A、C,\n三,,,,,正确,\n四,,,,,119|一一九,\n五,判断题,正确,错误,,B,\n"
    rows += "六,,是,无,,2,\n"
    assert "新增 6" in imports(terminal, HEADER + rows)[-1]
    assert stored(terminal) == [
        "一 single 甲/乙 A",
        "二 several 甲/乙/丙 AC",
        "三 judgement  对",
        "四 blank  119｜一一九",
        "五 judgement  错",
        "六 single 是/无 B",
    ]


def test_each_fault_names_its_row_and_column(terminal: Terminal) -> None:
    rows = (
        "一,,甲,乙,,D,\n二,,甲,,丙,A,\n三,单选,甲,乙,,AB,\n四,判断,,,,大概,\n五,单选,,,,A,\n六,问答,,,,甲,\n,,,,,甲,\n"
        "八,,,,,，,\n九,,,,,,\n十,,,,,甲,\n十,,,,,乙,\n十一,,甲,,,A,\n十二,填空,甲,乙,,A,\n"
        f"十三,,,,,甲,{'长' * 600}\n"
    )
    assert imports(terminal, HEADER + rows)[:-1] == [
        "第 2 行：「答案」里的「D」不在选项里，请写选项的字母，如 A 或 AC。",
        "第 3 行：「选项B」不能空着：选项从 A 起连着写，至少写两个。",
        "第 4 行：「题型」写的是单选，从选项和答案看是多选。",
        "第 5 行：「答案」里的「大概」不是对错，判断题请写 对 或 错。",
        "第 6 行：选择题没有选项，请写在选项 A、选项 B 等各列。",
        "第 7 行：「题型」里的「问答」不认识，可以写：单选、单选题、多选、多选题、判断、判断题、填空、填空题。",
        "第 8 行：「题目」不能空着。",
        "第 9 行：「答案」里的「，」没有可以填的字。",
        "第 10 行：「答案」不能空着。",
        "第 12 行：《十》与第 11 行重复。",
        "第 13 行：「选项B」不能空着：选项从 A 起连着写，至少写两个。",
        "第 14 行：「题型」写的是填空，从选项和答案看是单选。",
        "第 15 行：各项合起来太长，一条消息放不下，请缩短到约 500 个字。",
    ]
    assert stored(terminal) == []


def test_a_question_imported_again_is_the_same_one_and_can_be_taken_off(terminal: Terminal) -> None:
    imports(terminal, HEADER + "一,,甲,乙,,A,因为。\n")
    changed = "题目,选项A,选项B,答案,有效期\n一,甲,乙,B,2020-01-01\n"
    assert imports(terminal, changed)[-1].startswith("已导入：新增 0，更新 1")
    assert terminal.stored(QuizQuestion, lambda row: (row.id, row.answer, row.explanation, str(row.valid_until))) == [
        (1, "B", "因为。", "2020-01-01")
    ]
    assert imports(terminal, "题目,答案\n一,B\n")[0].startswith("第 2 行：选择题没有选项")


@pytest.mark.parametrize("before", [True, False])
def test_a_bank_that_comes_first_waits_for_the_roster(terminal: Terminal, before: bool) -> None:
    for step in (True, False) if before else (False, True):
        if step:
            imports(terminal, HEADER + "一,,甲,乙,,A,\n")
        else:
            terminal.imports()
    assert terminal.stored(Plan, lambda plan: plan.kind).count(PlanKind.QUIZ) == 1
