"""All that is stored of one member, as a file for themselves: tables to read, and everything as it is stored."""

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

from sqlmodel import Session, SQLModel, select

from bot import keepsakes
from bot.commands.exports import EXPORTS, View
from bot.files.writing import write_table
from bot.keepsakes import ENDINGS
from models import keepsake
from models.erasing import openids_of
from models.tables import PERSONAL, Personal

# They say nothing about anybody, and whoever had them could try codes out.
_KEYED = {"digest", "openid_digest"}

# Tables that people read; the rest is in the file for programs.
_SHEETS = ("members", "checkins", "pushes")


def packed(db: Session, member_id: int, view: View) -> bytes:
    """A ZIP file with what is stored of a member, and with the pictures and voices they sent."""
    mine = replace(view, only=member_id)
    folder, place = keepsakes.folder(view.config), view.texts("privacy.file_keepsakes")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind in _SHEETS:
            header, rows = EXPORTS[kind](db, mine)
            name = view.texts(f"privacy.file_{kind}")
            archive.writestr(f"{name}.xlsx", write_table(header, rows, "xlsx"))
        stored = json.dumps(everything(db, member_id), ensure_ascii=False, indent=1)
        archive.writestr("data.json", stored)
        for number, one in enumerate(keepsake.had(db, member_id), start=1):
            file = folder / one.id
            if file.exists():
                archive.write(file, f"{place}/{one.day:%Y-%m-%d}-{number}.{ENDINGS[one.content_type]}")
    return out.getvalue()


def everything(db: Session, member_id: int) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table of `models.tables.PERSONAL` that are this member's, by table and naming column."""
    openids = openids_of(db, member_id)
    return {f"{part.table.__tablename__}.{part.names}": _rows(db, part, member_id, openids) for part in PERSONAL}


def _rows(db: Session, part: Personal, member_id: int, openids: list[str]) -> list[dict[str, Any]]:
    rows: list[SQLModel] = list(db.exec(select(part.table).where(part.of(member_id, openids))))
    return [row.model_dump(mode="json", exclude=_KEYED) for row in rows]
