"""Whoever is erased is in no file: neither the database's, nor older backups, nor what comes back from one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.commands.backup import backup, prune
from models.checkin import CheckIn
from models.member import Member

from .conftest import Terminal, serving
from .test_erase import MIAN, NOW, a_whole_life


def in_files(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_the_name_is_in_no_file_after_an_erasure(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    a_whole_life(on_sqlite)
    on_sqlite.add(CheckIn(member_id=MIAN, day=NOW.date() - timedelta(days=1), at=NOW, note="麦苗返青" * 2000))
    assert "麦苗返青".encode() in in_files(on_sqlite.folder / "data")
    assert on_sqlite.types("erase", "林小满", "--yes").status == 0
    left = in_files(on_sqlite.folder / "data")
    assert ("林小满".encode() in left, "麦苗返青".encode() in left, "晨知远".encode() in left) == (False, False, True)


def test_a_server_that_is_asked_to_erase_clears_its_files_too(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    with serving(on_sqlite.config):
        assert on_sqlite.types("erase", "林小满", "--yes").status == 0
        assert "林小满".encode() not in in_files(on_sqlite.folder / "data")


def test_a_backup_from_before_brings_nobody_back(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    assert on_sqlite.types("backup", "all.zip").status == 0
    assert on_sqlite.types("erase", "林小满", "--yes").status == 0
    assert on_sqlite.types("restore", "all.zip", "--yes").status == 0
    assert "林小满" not in on_sqlite.stored(Member, lambda member: member.name)
    assert "林小满".encode() not in in_files(on_sqlite.folder / "data")
    # And not the second time either.
    assert on_sqlite.types("restore", "all.zip", "--yes").status == 0
    assert "林小满" not in on_sqlite.stored(Member, lambda member: member.name)


def test_backups_are_kept_as_long_as_was_said(on_sqlite: Terminal) -> None:
    on_sqlite.imports()
    folder = on_sqlite.folder / "backups"
    folder.mkdir()
    now = datetime(2026, 7, 1, tzinfo=UTC)
    for days in (31, 29):
        backup(on_sqlite.config, folder / f"{days}.zip", now - timedelta(days=days), lambda _done, _total: None)
    (folder / "other.zip").write_bytes(b"something else")
    aside = [on_sqlite.folder / "data" / f"chenzhong-before-2026{day}-120000.db" for day in ("0501", "0629")]
    for file in aside:
        file.write_bytes(b"")
    assert [file.name for file in prune(on_sqlite.config, folder, now)] == ["31.zip", aside[0].name]
    assert sorted(file.name for file in folder.iterdir()) == ["29.zip", "other.zip"]
    said = on_sqlite.types("backup", "backups/new.zip", "--prune")
    assert (said.status, "已删掉过期的备份" in said.out) == (0, True)
