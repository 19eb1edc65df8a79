"""Keys of messages in one tree, and without an index by openid"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_inboundkey_openid", "inboundkey")
        return
    # Only a new table can do without SQLite's row numbers.
    op.create_table(
        "inboundkey_new",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("reply", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO inboundkey_new (key, openid, at, reply) SELECT key, openid, at, reply FROM inboundkey")
    op.drop_table("inboundkey")
    op.rename_table("inboundkey_new", "inboundkey")
    op.create_index("ix_inboundkey_at", "inboundkey", ["at"])
