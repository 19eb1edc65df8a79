"""`export codes`: slips to cut out, for those without a phone bound."""

import re
from datetime import UTC, datetime

from models.bind_code import find
from models.follower import Follower
from models.member import Member

from .conftest import Terminal

NOW = datetime.now(UTC)


def slips(terminal: Terminal) -> dict[str, str]:
    """Name → code, as the page shows them."""
    page = (terminal.folder / "codes.html").read_text(encoding="utf-8")
    return dict(re.findall(r'<h2>(\S+) <small>.*?</small></h2>\s*<p class="code">(\d{6})</p>', page))


def meant(terminal: Terminal, code: str) -> str | None:
    """Whose live code this is."""
    with terminal.database() as database, database.reading() as db:
        found = find(db, code, terminal.config.secret(), NOW)
        return db.get_one(Member, found.member_id).name if found else None


def test_everybody_without_a_phone_gets_a_code_that_works(terminal: Terminal) -> None:
    terminal.imports()
    terminal.add(Follower(openid="oBound", member_id=2, followed_at=NOW))
    assert terminal.types("export", "codes").lines == ["已写入 codes.html。"]
    codes = slips(terminal)
    # 晨启明 is bound, 周一鸣 has left, 郑晚晴 goes without WeChat.
    assert list(codes) == ["晨知远", "林小满"]
    assert [meant(terminal, code) for code in codes.values()] == ["晨知远", "林小满"]
    page = (terminal.folder / "codes.html").read_text(encoding="utf-8")
    assert "<li>在微信里搜索「晨光支部」的公众号，关注它</li><li>回复 同意</li>" in page
    assert "<li>回复上面的六位数字，30 天内有效</li>" in page


def test_a_new_slip_makes_the_old_one_worthless(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    on_sqlite.types("export", "codes")
    old = slips(on_sqlite)["林小满"]
    # A file in the way is noticed before any code is changed.
    assert on_sqlite.types("export", "codes").status == 2
    assert meant(on_sqlite, old) == "林小满"
    (on_sqlite.folder / "codes.html").unlink()
    on_sqlite.types("export", "codes")
    assert meant(on_sqlite, old) is None


def test_one_group_only(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    on_sqlite.types("export", "codes", "--group", "第二小组")
    assert list(slips(on_sqlite)) == ["林小满"]
    said = on_sqlite.types("export", "codes", "--group", "第三小组", "--out", "x.html")
    assert (said.status, said.lines) == (
        2,
        ["没有叫「第三小组」的支部或小组。现有：晨光支部、晨光支部/第一小组、晨光支部/第二小组。"],
    )


def test_a_name_is_never_markup_and_the_accounts_own_code_is_in_the_page(on_sqlite: Terminal) -> None:
    text = on_sqlite.config_file.read_text(encoding="utf-8")
    on_sqlite.config_file.write_text(text.replace("[wechat]", '[wechat]\nqr_url = "https://example.org/q/1"'), "utf-8")
    on_sqlite.imports("姓名,支部\n<b>Li</b>,晨光支部\n")
    on_sqlite.types("export", "codes")
    page = (on_sqlite.folder / "codes.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Li&lt;" in page
    assert "<li>用微信扫右边的码，关注「晨光支部」的公众号</li>" in page
    assert page.count('<img src="data:image/svg+xml;') == 1


def test_nobody_left_to_bind(on_sqlite: Terminal) -> None:
    on_sqlite.imports("姓名,支部,标签\n林小满,晨光支部,不用微信\n")
    assert on_sqlite.types("export", "codes").lines == ["这里的人都已经绑定了，没有要发的绑定码。"]
    assert not (on_sqlite.folder / "codes.html").exists()
