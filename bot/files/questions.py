"""The rows of a bank of questions: whether question, options and answer go together, and of which kind it is. Pure."""

from collections.abc import Mapping
from typing import Any

from bot import answers
from bot.files.faults import Remark
from models.quiz import QuizKind

# What one message of the platform holds, less what our own sentences around it need.
LONGEST_BYTES = 1500

KINDS: Mapping[str, QuizKind] = {
    "单选": QuizKind.SINGLE,
    "单选题": QuizKind.SINGLE,
    "多选": QuizKind.SEVERAL,
    "多选题": QuizKind.SEVERAL,
    "判断": QuizKind.JUDGEMENT,
    "判断题": QuizKind.JUDGEMENT,
    "填空": QuizKind.BLANK,
    "填空题": QuizKind.BLANK,
} | {kind.value: kind for kind in QuizKind}


def settle(number: int, facts: dict[str, Any]) -> list[Remark]:
    """What is wrong with a row; where nothing is, its facts become those of a question."""
    cells = [facts.pop(letter.casefold(), "") for letter in answers.LETTERS]
    options = [cell for cell in cells if cell]
    if cells[: len(options)] != options or len(options) == 1:
        return [Remark(number, "options_apart", {"column": f"选项{answers.LETTERS[cells.index('')]}"})]
    facts["options"], facts["answer"] = options, str(facts["answer"])
    kind = facts.get("kind")
    if options and kind == QuizKind.JUDGEMENT:
        _options_as_words(facts)
    fault = _of_options(facts) if facts["options"] else _of_words(facts)
    if fault is not None:
        return [Remark(number, fault[0], {"column": "答案", "value": facts["answer"], **fault[1]})]
    if kind is not None and facts["kind"] != kind:
        return [Remark(number, "kind_unfit", {"column": "题型", "value": _word(kind), "meant": _word(facts["kind"])})]
    return _length(number, facts)


def _options_as_words(facts: dict[str, Any]) -> None:
    """A judgement whose options are A 对 and B 错, as other systems write them, is answered in words."""
    named = answers.letters(facts["answer"], facts["options"]) or ""
    said = [facts["options"][answers.LETTERS.index(letter)] for letter in named]
    if len(said) == 1 and all(answers.judgement(option) for option in facts["options"]):
        facts["options"], facts["answer"] = [], said[0]


def _of_options(facts: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    named = answers.letters(facts["answer"], facts["options"])
    if named is None:
        return "answer_no_option", {}
    several = len(named) > 1 or facts.get("kind") == QuizKind.SEVERAL
    facts["answer"], facts["kind"] = named, QuizKind.SEVERAL if several else QuizKind.SINGLE
    return None


def _of_words(facts: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    kind, said = facts.get("kind"), answers.judgement(facts["answer"])
    # A letter for an answer, and nothing that it could stand for: columns have got lost.
    lettered = kind is None and answers.letters(facts["answer"], answers.LETTERS) == facts["answer"].upper()
    if kind in (QuizKind.SINGLE, QuizKind.SEVERAL) or lettered:
        return "options_none", {}
    if kind == QuizKind.JUDGEMENT and said is None:
        return "answer_no_judgement", {}
    if said is not None and kind != QuizKind.BLANK:
        facts["answer"], facts["kind"] = said, QuizKind.JUDGEMENT
        return None
    ways = [way.strip() for way in facts["answer"].replace("|", answers.OR).split(answers.OR)]
    if not all(any(character.isalnum() for character in way) for way in ways):
        return "answer_unclear", {}
    facts["answer"], facts["kind"] = answers.OR.join(ways), QuizKind.BLANK
    return None


def _length(number: int, facts: Mapping[str, Any]) -> list[Remark]:
    asked = sum(len(text.encode()) + 4 for text in (facts["title"], *facts["options"]))
    told = sum(len(str(facts.get(name, "")).encode()) for name in ("answer", "explanation"))
    told += sum(len(option.encode()) for option in facts["options"])
    too_long = max(asked, told) > LONGEST_BYTES
    return [Remark(number, "item_too_long", {"limit": LONGEST_BYTES // 3})] if too_long else []


def _word(kind: QuizKind) -> str:
    return next(word for word, known in KINDS.items() if known == kind)
