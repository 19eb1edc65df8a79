"""`unreachable` and `export unreachable`."""

from bot.files.sheet import read_sheet
from bot.texts import Texts
from scheduler.cause import NEXT_MESSAGE, SOMEBODY, Cause
from scheduler.unreachable import ORDER

from .conftest import Terminal


def test_all_are_listed_by_name_with_what_to_do(terminal: Terminal) -> None:
    terminal.imports()
    assert terminal.types("unreachable").lines == [
        "现在主动发消息，有 4 人收不到：",
        "还没有绑定微信（3 人）：晨启明、晨知远、林小满。把绑定码转给本人：回复 绑定码 加姓名。",
        "要打电话或当面告知（1 人）：郑晚晴。公众号带不到，要靠人转告。",
    ]
    assert "林小满" not in "".join(terminal.types("unreachable", "--group", "第一小组").lines)


def test_a_group_of_any_size_is_named_whole(on_sqlite: Terminal) -> None:
    on_sqlite.imports("姓名,支部\n" + "".join(f"成员{number},晨光支部\n" for number in range(50)))
    assert on_sqlite.types("unreachable").lines[1].count("、") == 49


def test_the_list_is_exported(terminal: Terminal) -> None:
    terminal.imports()
    terminal.types("export", "unreachable", "--format", "xlsx")
    rows = [list(row.cells) for row in read_sheet((terminal.folder / "unreachable.xlsx").read_bytes()).rows]
    assert rows[0] == ["姓名", "支部", "小组", "原因", "办法"]
    assert rows[3] == ["林小满", "晨光支部", "第二小组", "还没有绑定微信", "把绑定码转给本人：回复 绑定码 加姓名。"]
    assert [row[0] for row in rows[1:]] == ["晨启明", "晨知远", "林小满", "郑晚晴"]


def test_whatever_a_route_can_lack_has_its_cure() -> None:
    # What isn't about a member: the account's own trouble, or what became of one push.
    others = {Cause.ACCOUNT, Cause.FAILED, Cause.UNKNOWN, Cause.EXPIRED, Cause.LATE, Cause.MASS_FAILED}
    assert set(ORDER) == (NEXT_MESSAGE | SOMEBODY) - others
    keys = Texts.load("party").keys
    assert {f"unreachable.{part}_{cause}" for part in ("why", "do") for cause in ORDER} <= set(keys)
