"""`backup` and `restore`: nothing is replaced before the copy is known to be whole, and nothing is ever lost."""

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.commands.backup import backup, prune
from models.branch import plant
from models.keepsake import Keepsake, KeepsakeKind
from models.member import Member

from .conftest import Terminal, serving

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
EVERYBODY = ["晨知远", "晨启明", "林小满", "周一鸣", "郑晚晴"]


def names(terminal: Terminal) -> list[str]:
    return terminal.stored(Member, lambda member: member.name)


def test_a_restored_backup_is_what_was_there(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    key = on_sqlite.folder / "data" / "secret.key"
    key.write_text("k" * 64)
    assert on_sqlite.types("backup", "all.zip").status == 0
    assert (on_sqlite.folder / "all.zip").stat().st_mode & 0o777 == 0o600
    on_sqlite.imports("姓名,支部\n来得晚,晨光支部\n")
    key.write_text("other" * 20)
    said = on_sqlite.types("restore", "all.zip", "--yes")
    assert said.lines[0] == "已恢复。"
    assert names(on_sqlite) == EVERYBODY
    assert key.read_text() == "k" * 64
    # What was replaced lies beside it, whole.
    kept = Path(said.lines[1].removeprefix("原来的数据另存为 ").removesuffix("，确认无误后可以删掉。"))
    with sqlite3.connect(kept) as old:
        assert old.execute("SELECT count(*) FROM member").fetchone() == (6,)
    old.close()


def kept(terminal: Terminal) -> dict[str, bytes]:
    folder = terminal.folder / "data" / "keepsakes"
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def picture(terminal: Terminal, name: str, content: bytes) -> None:
    """A picture of 林小满's check-in."""
    times: dict[str, Any] = {"day": date(2026, 7, 1), "at": NOW, "media_until": NOW}
    terminal.add(Keepsake(id=name, member_id=3, kind=KeepsakeKind.IMAGE, content_type="image/png", size=1, **times))
    folder = terminal.folder / "data" / "keepsakes"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)


def test_pictures_come_back_with_the_rows_they_belong_to(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    first, second, lost = "a" * 24, "b" * 24, "c" * 24
    picture(on_sqlite, first, b"first")
    picture(on_sqlite, lost, b"lost")
    (on_sqlite.folder / "data" / "keepsakes" / "nobody's").write_bytes(b"")
    assert on_sqlite.types("backup", "all.zip").status == 0
    picture(on_sqlite, second, b"second")
    (on_sqlite.folder / "data" / "keepsakes" / first).unlink()
    with zipfile.ZipFile(on_sqlite.folder / "all.zip") as archive:
        assert sorted(archive.namelist()) == [
            "chenzhong.db",
            f"keepsakes/{first}",
            f"keepsakes/{lost}",
            "manifest.json",
        ]
    assert on_sqlite.types("restore", "all.zip", "--yes").status == 0
    assert kept(on_sqlite) == {first: b"first", lost: b"lost"}
    # What was there is put aside like the database, until both are pruned.
    (aside,) = (on_sqlite.folder / "data").glob("keepsakes-before-*")
    assert (aside / second).read_bytes() == b"second"
    gone = prune(on_sqlite.config, on_sqlite.folder, datetime.now(UTC) + timedelta(days=400))
    assert aside in gone
    assert not aside.exists()


def test_no_picture_comes_back_of_who_was_erased_since(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    picture(on_sqlite, "a" * 24, b"mine")
    assert on_sqlite.types("backup", "all.zip").status == 0
    assert on_sqlite.types("erase", "林小满", "--yes").status == 0
    assert on_sqlite.types("backup", "after.zip").status == 0
    with zipfile.ZipFile(on_sqlite.folder / "after.zip") as archive:
        assert not any(name.startswith("keepsakes/") for name in archive.namelist())
    assert on_sqlite.types("restore", "all.zip", "--yes").status == 0
    assert not list((on_sqlite.folder / "data").glob("keepsakes/*"))


def test_it_is_made_while_a_server_writes_but_restored_only_without_one(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    with serving(on_sqlite.config):
        on_sqlite.imports("姓名,支部\n来得晚,晨光支部\n")
        assert on_sqlite.types("backup", "all.zip").status == 0
        for command in (("restore", "all.zip", "--yes"), ("migrate",)):
            said = on_sqlite.types(*command)
            assert said.status == 2
            assert said.lines[0].startswith("已有一个晨钟在用数据库 ")
    assert on_sqlite.types("restore", "all.zip", "--yes").status == 0
    assert names(on_sqlite) == [*EVERYBODY, "来得晚"]


def test_without_a_yes_nothing_happens(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    on_sqlite.types("backup", "all.zip")
    on_sqlite.imports("姓名,支部\n来得晚,晨光支部\n")
    assert on_sqlite.types("restore", "all.zip", answers="n\n").status == 1
    assert len(names(on_sqlite)) == 6


def rewritten(source: Path, target: Path, change: dict[str, bytes]) -> str:
    """A copy of a backup in which some parts are others."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
    return str(target)


def test_a_damaged_backup_changes_nothing(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    on_sqlite.types("backup", "all.zip")
    whole = on_sqlite.folder / "all.zip"
    damaged: dict[str, Callable[[Path], object]] = {
        "cut.zip": lambda path: path.write_bytes(whole.read_bytes()[:-200]),
        "text.zip": lambda path: path.write_text("not a backup"),
        "swapped.zip": lambda path: rewritten(whole, path, {"chenzhong.db": b"SQLite format 3\0"}),
        "bare.zip": lambda path: rewritten(whole, path, {"manifest.json": b'{"format": 1, "sha256": {}}'}),
    }
    for name, damage in damaged.items():
        damage(on_sqlite.folder / name)
        said = on_sqlite.types("restore", name, "--yes")
        assert (said.status, said.lines) == (2, [f"{name} 不是完整的备份，没有恢复。"])
    assert on_sqlite.types("restore", "nowhere.zip", "--yes").lines == ["找不到文件 nowhere.zip。"]
    assert names(on_sqlite) == EVERYBODY
    assert sorted(path.name for path in (on_sqlite.folder / "data").iterdir() if "before" in path.name) == []


def test_a_backup_of_a_newer_version_is_refused(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    shutil.copy(on_sqlite.folder / "data" / "chenzhong.db", "today.db")
    with sqlite3.connect(on_sqlite.folder / "data" / "chenzhong.db") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    assert on_sqlite.types("backup", "tomorrow.zip").status == 0
    shutil.copy("today.db", on_sqlite.folder / "data" / "chenzhong.db")
    said = on_sqlite.types("restore", "tomorrow.zip", "--yes")
    assert (said.status, said.lines) == (2, ["这份备份是更新版本的晨钟做的，请先升级程序。"])
    assert names(on_sqlite) == EVERYBODY


def test_no_backup_is_overwritten_and_none_made_of_nothing(on_sqlite: Terminal) -> None:
    assert on_sqlite.types("backup", "all.zip").lines[0].startswith("没有可以备份的：")
    on_sqlite.imports()
    on_sqlite.types("backup", "all.zip")
    assert on_sqlite.types("backup", "all.zip").status == 2


def test_a_long_name_in_the_manifest_never_leaves_the_folder(on_sqlite: Terminal, tmp_path: Path) -> None:
    on_sqlite.imports()
    on_sqlite.types("backup", "all.zip")
    with zipfile.ZipFile("all.zip", "a") as archive:
        archive.writestr("../escaped", "x")
    assert on_sqlite.types("restore", "all.zip", "--yes").status == 0
    assert not (tmp_path.parent / "escaped").exists()
    with zipfile.ZipFile("all.zip") as archive:
        assert set(json.loads(archive.read("manifest.json"))["sha256"]) == {"chenzhong.db"}


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_postgresql_has_tools_of_its_own(on_postgres: Terminal, command: str) -> None:
    said = on_postgres.types(command, "all.zip", *(["--yes"] if command == "restore" else []))
    assert said.status == 2
    assert said.lines[0].startswith("数据在 PostgreSQL 里，请用它自己的工具：备份用 pg_dump")


def test_a_large_copy_tells_how_far_it_is(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    with on_sqlite.database() as database, Session(database.engine) as db, db.begin():
        root = plant(db, "晨光支部")
        db.add_all(Member(branch_id=root.id or 0, name=f"第{number}人", tags="长" * 200) for number in range(5000))
    heard: list[tuple[int, int]] = []
    backup(on_sqlite.config, Path("all.zip"), datetime.now(UTC), lambda done, total: heard.append((done, total)))
    assert len(heard) > 1
    assert heard[-1][0] == heard[-1][1]
