"""Receipts: whether a push asks for an answer, when its member answered 「收到」, when a link in it was opened"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ASKING = "asks AND acknowledged_at IS NULL"


def upgrade() -> None:
    # The version still running doesn't name the column when it writes pushes.
    op.add_column("push", sa.Column("asks", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("acknowledged_at", "opened_at"):
        op.add_column("push", sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.create_index(
        "ix_push_asking",
        "push",
        ["member_id"],
        postgresql_where=sa.text(ASKING),
        sqlite_where=sa.text(ASKING),
    )


def downgrade() -> None:
    op.drop_index("ix_push_asking", "push")
    for name in ("opened_at", "acknowledged_at", "asks"):
        op.drop_column("push", name)
