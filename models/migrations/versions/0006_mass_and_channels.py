"""Mass messages with their copies and receipts; channels and what is posted there"""

from typing import Any

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=f"{name}_word", native_enum=False, create_constraint=True, length=16)


def _text(name: str, length: int | None = None) -> "sa.Column[Any]":
    kind = sqlmodel.sql.sqltypes.AutoString(length=length) if length else sqlmodel.sql.sqltypes.AutoString()
    return sa.Column(name, kind, nullable=False)


def _time(name: str, *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=nullable)


def _numbers(*names: str, nullable: bool = False) -> "list[sa.Column[Any]]":
    return [sa.Column(name, sa.Integer(), nullable=nullable) for name in names]


def upgrade() -> None:
    _mass()
    _channels()


def _mass() -> None:
    states = ("ordered", "sending", "accepted", "done", "failed", "unknown", "cancelled")
    op.create_table(
        "masssend",
        *_numbers("id", "broadcast_id", "part"),
        *_numbers("ordered_by", nullable=True),
        _time("ordered_at"),
        _text("key", 32),
        sa.Column("state", _words("massstate", *states), nullable=False),
        _time("starts_at"),
        _time("called_at", nullable=True),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        *_numbers("attempts"),
        _text("owner", 64),
        _time("free_at", nullable=True),
        sa.Column("msg_id", sa.BigInteger(), nullable=True),
        *_numbers("errcode", nullable=True),
        _text("rid", 64),
        _text("status", 40),
        *_numbers("total", "filtered", "sent", "errors", nullable=True),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"]),
        sa.ForeignKeyConstraint(["ordered_by"], ["member.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("broadcast_id", "part"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_masssend_state", "masssend", ["state", "starts_at"])
    op.create_index("ix_masssend_msg_id", "masssend", ["msg_id"])
    op.create_table(
        "masscopy",
        *_numbers("mass_id", "push_id", "member_id"),
        _text("openid", 64),
        sa.ForeignKeyConstraint(["mass_id"], ["masssend.id"]),
        sa.ForeignKeyConstraint(["push_id"], ["push.id"]),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("mass_id", "push_id"),
    )
    for name in ("push_id", "member_id", "openid"):
        op.create_index(f"ix_masscopy_{name}", "masscopy", [name])
    op.create_table(
        "massreceipt",
        sa.Column("msg_id", sa.BigInteger(), autoincrement=False, nullable=False),
        _time("at"),
        _text("status", 40),
        *_numbers("total", "filtered", "sent", "errors"),
        sa.PrimaryKeyConstraint("msg_id"),
    )


def _channels() -> None:
    op.create_table(
        "channel",
        *_numbers("id", "branch_id"),
        sa.Column("kind", _words("channelkind", "robot", "apprise"), nullable=False),
        _text("sealed"),
        _text("digest", 64),
        _text("label", 60),
        _time("since"),
        _time("broken_at", nullable=True),
        *_numbers("errcode", nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("ix_channel_branch_id", "channel", ["branch_id"])
    states = ("due", "sending", "accepted", "failed", "unknown", "expired", "cancelled")
    op.create_table(
        "posting",
        *_numbers("id", "channel_id", "broadcast_id"),
        sa.Column("state", _words("postingstate", *states), nullable=False),
        _time("run_at"),
        _text("owner", 64),
        _time("free_at", nullable=True),
        *_numbers("attempts"),
        *_numbers("errcode", nullable=True),
        _time("posted_at", nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"]),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel_id", "broadcast_id"),
    )
    op.create_index("ix_posting_state", "posting", ["state", "run_at"])
    op.create_index("ix_posting_broadcast_id", "posting", ["broadcast_id"])


def downgrade() -> None:
    for table in ("posting", "channel", "massreceipt", "masscopy", "masssend"):
        op.drop_table(table)
