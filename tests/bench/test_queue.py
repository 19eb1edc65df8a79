"""The databases that memory and claims are measured on are what they say."""

from dataclasses import replace
from pathlib import Path

from bench.options import parse
from bench.queue import claims
from bench.targets import people
from models.claim import BATCH, waiting
from models.database import Database
from models.push import Push

_INDEXES = "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = 'push' AND sql IS NOT NULL"
QUICK = parse(["--quick", "--without-peers"], {"claims": None})[1]


def test_so_many_are_finished_and_so_many_are_due(tmp_path: Path) -> None:
    people.gather(tmp_path / "chenzhong.db", 150)
    people.finish(tmp_path / "chenzhong.db", 600, 150)

    database = Database(f"sqlite:///{tmp_path / 'chenzhong.db'}")
    with database.reading() as db:
        driver = db.connection().exec_driver_sql
        assert driver("SELECT count(*), max(id) FROM push WHERE status = 'accepted'").one() == (600, 600)
        assert driver("SELECT count(DISTINCT member_id), max(member_id) FROM push").one() == (150, 150)
        assert driver(_INDEXES).scalar_one() == len(Push.metadata.tables["push"].indexes)
        assert waiting(db.connection())["due"] == 150
    database.close()


def test_a_claim_is_measured_beside_both() -> None:
    report = claims(replace(QUICK, finished=(BATCH * 2, BATCH * 6)))
    assert [row.name for row in report.rows] == ["200", "600"]
    assert all((row.median("claim_us") or 0) > 0 for row in report.rows)
