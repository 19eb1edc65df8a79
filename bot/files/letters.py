"""A broadcast whose words differ per reader: a table of people and columns, and a text with the columns in braces.

Pure: what the roster knows is handed over. Nothing is taken from a row that is not certain: a name that is on the
roster twice, or not at all, an empty cell that the text needs, are faults with the row's number.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.content import variables
from bot.files import cells
from bot.files.columns import Column, Found, find_columns
from bot.files.faults import FileError, Remark
from bot.files.sheet import Row, Sheet

# What every reader has without a column; a column of the name goes before it.
NAME, CALLED, YEARS = "姓名", "称呼", "年数"

_GROUP = Column("group", ("小组",), cells.node_name)
_BY_NAME = (
    Column("name", (NAME,), cells.person_name, needed=True),
    _GROUP,
    Column("openid", ("openid",), cells.openid),
)
_BY_OPENID = (_GROUP, Column("openid", ("openid",), cells.openid, needed=True))


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody on the roster; `years` since joining, None where nobody knows for certain."""

    member_id: int
    name: str
    group: str
    openid: str
    years: int | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What one reader gets: the values of the text's variables."""

    row: int
    reader: Reader
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters that can be sent, what is wrong, and what is only worth a look."""

    good: tuple[Letter, ...]
    faults: tuple[Remark, ...]
    remarks: tuple[Remark, ...]


def write_letters(sheet: Sheet, text: str, readers: Sequence[Reader], fits: Callable[[Letter], bool]) -> Letters:
    """Pairs the rows of a file with the roster. `fits` says whether a letter can be shown whole. Raises `FileError`."""
    found = _columns(sheet)
    titles: dict[str, int] = {}
    for place, title in enumerate(found.headers):
        if title:
            titles.setdefault(title, place)
    named = variables(text)
    unknown = [name for name in named if name not in titles and name not in (NAME, CALLED, YEARS)]
    known = "、".join(dict.fromkeys([*titles, NAME, CALLED, YEARS]))
    faults = [Remark(0, "variable_unknown", {"name": name, "known": known}) for name in unknown]
    unused = [title for title, place in titles.items() if title not in named and place not in found.places]
    remarks = [Remark(0, "column_unused", {"column": title}) for title in unused]
    post = _Post(found, {name: titles[name] for name in named if name in titles}, YEARS in named, readers)
    good = []
    for row in found.rows:
        letter = post.letter(row)
        if isinstance(letter, Letter) and not fits(letter):
            letter = Remark(row.number, "letter_long", {"name": letter.reader.name})
        if isinstance(letter, Letter):
            good.append(letter)
        else:
            faults.append(letter)
    if unknown:
        return Letters((), tuple(faults), tuple(remarks))
    return Letters(tuple(good), tuple(faults), tuple(remarks))


def samples(letters: Sequence[Letter], length: Callable[[Letter], int]) -> list[Letter]:
    """Three of the letters to look at before anything is sent: the first, the shortest and the longest."""
    chosen = [letters[0], min(letters, key=length), max(letters, key=length), *letters] if letters else []
    return list({letter.row: letter for letter in chosen}.values())[:3]


def _columns(sheet: Sheet) -> Found:
    try:
        return find_columns(sheet, _BY_NAME)
    except FileError as error:
        if error.key != "columns_missing":
            raise
    try:
        return find_columns(sheet, _BY_OPENID)
    except FileError as error:
        raise FileError("letters_nobody") if error.key == "columns_missing" else error from None


class _Post:
    """Who each row is for, and what the text's variables are for them."""

    def __init__(self, found: Found, used: Mapping[str, int], counts_years: bool, readers: Sequence[Reader]) -> None:
        self._places = {column.name: place for place, column in found.places.items()}
        self._used = used
        self._counts_years = counts_years and YEARS not in used
        self._by_openid = {reader.openid: reader for reader in readers if reader.openid}
        self._by_name: dict[str, list[Reader]] = {}
        for reader in readers:
            self._by_name.setdefault(reader.name, []).append(reader)
        self._rows: dict[int, int] = {}

    def letter(self, row: Row) -> Letter | Remark:
        """The letter of a row, or what is wrong with it."""
        reader = self._reader(row)
        if isinstance(reader, Remark):
            return reader
        earlier = self._rows.setdefault(reader.member_id, row.number)
        if earlier != row.number:
            return Remark(row.number, "letter_twice", {"name": reader.name, "other": earlier})
        columns = {name: _cell(row, place) for name, place in self._used.items()}
        if self._counts_years:
            columns[YEARS] = str(reader.years or "")
        empty = next((name for name, value in columns.items() if not value), None)
        if empty is not None:
            return Remark(row.number, "letter_empty", {"name": reader.name, "column": empty})
        return Letter(row.number, reader, columns)

    def _reader(self, row: Row) -> Reader | Remark:
        openid = self._of(row, "openid")
        if openid in self._by_openid:
            return self._by_openid[openid]
        written = self._of(row, "name")
        name = str(cells.person_name(written, None)["name"]) if written else ""  # type: ignore[arg-type]
        group = self._of(row, "group")
        found = [reader for reader in self._by_name.get(name, []) if group in ("", reader.group)]
        if len(found) == 1:
            return found[0]
        key = "letter_several" if found else "letter_nobody"
        return Remark(row.number, key, {"name": name or openid})

    def _of(self, row: Row, name: str) -> str:
        return _cell(row, self._places[name]) if name in self._places else ""


def _cell(row: Row, place: int) -> str:
    return cells.printable(row.cells[place]) if place < len(row.cells) else ""


def packed(letters: Sequence[Letter]) -> Iterator[list[Any]]:
    """Letters as JSON can carry them: the member, and the columns."""
    return ([letter.reader.member_id, dict(letter.columns)] for letter in letters)
