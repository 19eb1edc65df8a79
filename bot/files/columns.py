"""The columns of import files, and which of them a file has. Export writes the same ones."""

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import answers
from bot.files import cells, identity, questions
from bot.files.cells import Read
from bot.files.faults import FileError, Remark
from bot.files.sheet import Row, Sheet
from bot.refused import broken_by

# Above the header there may be a title and a line about who made the list.
HEADER_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its English header, its Chinese ones (export writes the first), and how its cells are read."""

    name: str
    titles: tuple[str, ...]
    read: Read
    needed: bool = False


MEMBERS: tuple[Column, ...] = (
    Column("name", ("姓名",), cells.person_name, needed=True),
    Column("branch", ("支部",), cells.node_path, needed=True),
    Column("group", ("小组",), cells.node_name),
    Column("role", ("角色",), cells.one_of("role", cells.ROLES)),
    Column("status", ("状态",), cells.one_of("status", cells.STATUSES)),
    Column("joined_on", ("加入日期", "入党时间"), cells.own_date("joined_on", "joined_precision")),
    Column("full_on", ("转正日期",), cells.own_date("full_on", "full_precision")),
    Column("born_on", ("出生日期",), cells.birth),
    Column("calendar", ("历法",), cells.one_of("calendar", cells.CALENDARS)),
    Column("mobile", ("手机",), cells.mobile),
    Column("tags", ("标签",), cells.tags),
    Column("openid", (), cells.openid),
)

TOPICS: tuple[Column, ...] = (
    Column("title", ("标题",), cells.title("title", 120), needed=True),
    Column("summary", ("摘要",), cells.words("summary")),
    Column("link", ("链接",), cells.link),
    Column("question", ("思考题",), cells.words("question")),
    Column("category", ("分类",), cells.words("category", 40)),
    Column("tags", ("标签",), cells.words("tags", 200)),
    Column("valid_until", ("有效期",), cells.last_day),
    Column("source", ("来源",), cells.words("source")),
    Column("solemn", ("适合庄重日",), cells.one_of("solemn", cells.YES_OR_NO)),
    Column("series", ("系列",), cells.series),
    Column("lesson", ("课次",), cells.count("lesson")),
    Column("recall", ("读后一问",), cells.words("recall", 200)),
    Column("answer", ("参考答案",), cells.words("answer", 400)),
    Column("withdrawn", ("下架",), cells.one_of("withdrawn", cells.YES_OR_NO)),
)

BOOKS: tuple[Column, ...] = (
    Column("title", ("书名",), cells.title("title", 120), needed=True),
    Column("author", ("作者",), cells.words("author", 80)),
    Column("reason", ("推荐理由",), cells.words("reason")),
    Column("link", ("链接",), cells.link),
    Column("valid_until", ("有效期",), cells.last_day),
    Column("withdrawn", ("下架",), cells.one_of("withdrawn", cells.YES_OR_NO)),
)


QUESTIONS: tuple[Column, ...] = (
    Column("title", ("题目",), cells.title("title", 300), needed=True),
    Column("kind", ("题型",), cells.one_of("kind", questions.KINDS)),
    *(
        Column(letter.casefold(), (f"选项{letter}",), cells.verbatim(letter.casefold(), 200))
        for letter in answers.LETTERS
    ),
    Column("answer", ("答案", "正确答案"), cells.verbatim("answer", 200), needed=True),
    Column("explanation", ("解析",), cells.words("explanation")),
    Column("category", ("分类",), cells.words("category", 40)),
    Column("valid_until", ("有效期",), cells.last_day),
    Column("source", ("来源",), cells.words("source")),
)


DAYS: tuple[Column, ...] = (
    Column("day", ("日期",), cells.any_day, needed=True),
    Column("kind", ("类型",), cells.one_of("kind", cells.DAY_KINDS), needed=True),
    Column("name", ("名称",), cells.words("name", 40)),
    Column("branch", ("支部",), cells.node_path),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file's columns: place → column, the headers as the file writes them, and the rows below."""

    places: Mapping[int, Column]
    headers: Sequence[str]
    rows: Sequence[Row]
    remarks: tuple[Remark, ...]


def find_columns(sheet: Sheet, known: Sequence[Column]) -> Found:
    """Finds the header row and its columns.

    Raises `FileError` where there is none, a needed column is missing, one comes twice, identity-card numbers are in
    the file, in whatever column, or a column holds what 减负 forbids to collect.
    """
    names = {_spelt(name): column for column in known for name in (column.name, *column.titles)}
    header, below = _header(sheet, names, known)
    places: dict[int, Column] = {}
    for place, written in enumerate(header.cells):
        column = names.get(_spelt(written))
        if column is not None and column in places.values():
            raise FileError("column_twice", column=column.titles[0] if column.titles else column.name)
        if column is not None:
            places[place] = column
    _refuse_identity_cards(header, below, places)
    _refuse_by_rule(header, places)
    return Found(places, header.cells, below, _remarks(sheet, header, places, names))


def _spelt(header: str) -> str:
    return "".join(unicodedata.normalize("NFKC", header).split()).strip("*:").casefold()


def _header(sheet: Sheet, names: Mapping[str, Column], known: Sequence[Column]) -> tuple[Row, tuple[Row, ...]]:
    needed = [column for column in known if column.needed]
    missing = needed
    for place, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        there = [names.get(_spelt(cell)) for cell in row.cells]
        lacking = [column for column in needed if column not in there]
        if not lacking:
            return row, sheet.rows[place + 1 :]
        if len(lacking) < len(missing):
            missing = lacking
    raise FileError("columns_missing", columns="、".join(column.titles[0] for column in missing))


def _refuse_identity_cards(header: Row, rows: Sequence[Row], places: Mapping[int, Column]) -> None:
    for place, written in enumerate(header.cells):
        if place not in places and identity.asks_for_it(written):
            raise FileError("identity_column", column=written)
    for row in rows:
        for place, cell in enumerate(row.cells):
            if identity.looks_like_it(cell):
                # Where it stands is said, never the number itself.
                column = header.cells[place] if place < len(header.cells) else str(place + 1)
                raise FileError("identity_cell", row=row.number, column=column or str(place + 1))


def _refuse_by_rule(header: Row, places: Mapping[int, Column]) -> None:
    for place, written in enumerate(header.cells):
        if place not in places and (rule := broken_by(written)):
            raise FileError("relief_column", column=written, rule=rule)


def _remarks(
    sheet: Sheet, header: Row, places: Mapping[int, Column], names: Mapping[str, Column]
) -> tuple[Remark, ...]:
    remarks = [Remark(0, "sheets_unread", {"names": "、".join(sheet.unread)})] if sheet.unread else []
    unknown = [written for place, written in enumerate(header.cells) if written and place not in places]
    for written in unknown:
        near = difflib.get_close_matches(_spelt(written), list(names), n=1, cutoff=0.5)
        if near and names[near[0]] not in places.values():
            meant = names[near[0]].titles
            remarks.append(Remark(0, "column_near", {"column": written, "meant": meant[0] if meant else near[0]}))
        else:
            remarks.append(Remark(0, "column_unknown", {"column": written}))
    return tuple(remarks)
