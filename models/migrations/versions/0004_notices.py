"""Subscription notices and template messages: grants, receipts, and what a push needs to be found by them"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_grant",
        sa.Column("openid", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("template_id", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("openid", "template_id"),
    )
    op.create_table(
        "receipt",
        sa.Column("msg_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("openid", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("about", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("failed", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("msg_id"),
    )
    op.create_index("ix_receipt_about", "receipt", ["openid", "about"])
    op.add_column(
        "push", sa.Column("msg_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False, server_default="")
    )
    op.add_column("push", sa.Column("repeat_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.create_index(
        "ix_push_msg",
        "push",
        ["msg_id"],
        postgresql_where=sa.text("msg_id <> ''"),
        sqlite_where=sa.text("msg_id <> ''"),
    )


def downgrade() -> None:
    op.drop_index("ix_push_msg", table_name="push")
    op.drop_column("push", "repeat_until")
    op.drop_column("push", "msg_id")
    op.drop_table("receipt")
    op.drop_table("notice_grant")
