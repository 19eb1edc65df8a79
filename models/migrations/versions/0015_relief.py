"""The 减负 profile off by agreement of two; invitations, one a week for each group"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from models.migrations.words import allow, forbid

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relief",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("document", AutoString(length=60), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("agreed_by", sa.Integer(), nullable=True),
        sa.Column("agreed_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("agreed_by <> asked_by", name="relief_two_people"),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        *(sa.ForeignKeyConstraint([name], ["member.id"]) for name in ("asked_by", "agreed_by")),
        sa.PrimaryKeyConstraint("id"),
    )
    still_open = sa.text("ended_at IS NULL")
    op.create_index(
        *("ix_relief_open", "relief", ["branch_id"]),
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    # With a default, for the version that is still running and doesn't know of it.
    op.add_column("preference", sa.Column("invitations", sa.Boolean(), nullable=False, server_default=sa.true()))
    allow("broadcast", "kind", "invitation")
    invited = sa.text("kind = 'invitation'")
    op.create_index(
        *("ix_broadcast_invitation", "broadcast", ["occasion"]),
        unique=True,
        sqlite_where=invited,
        postgresql_where=invited,
    )


def downgrade() -> None:
    op.drop_index("ix_broadcast_invitation", "broadcast")
    invited = "(SELECT id FROM broadcast WHERE kind = 'invitation')"
    for table in ("nudge", "push"):
        op.execute(f"DELETE FROM {table} WHERE broadcast_id IN {invited}")
    op.execute("DELETE FROM broadcast WHERE kind = 'invitation'")
    forbid("broadcast", "kind", "invitation")
    op.drop_column("preference", "invitations")
    op.drop_table("relief")
