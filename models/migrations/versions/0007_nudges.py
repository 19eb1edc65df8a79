"""What members have chosen, and the tally of nudges"""

import sqlalchemy as sa
from alembic import op

from models.migrations.words import allow, forbid

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preference",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("nudge_at", sa.Time(), nullable=True),
        sa.Column("seldom", sa.Boolean(), nullable=False),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("topics", sa.Boolean(), nullable=False),
        sa.Column("books", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("member_id"),
    )
    op.create_index("ix_preference_nudge_at", "preference", ["nudge_at"], unique=False)
    op.create_table(
        "nudge",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("slot BETWEEN 1 AND 3", name="nudge_slot"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"]),
        sa.PrimaryKeyConstraint("member_id", "day"),
        sa.UniqueConstraint("member_id", "week", "slot"),
    )
    allow("plan", "kind", "nudge")
    allow("broadcast", "kind", "nudge")
    # Whoever is served by a plan of topics may now ask to be nudged; the list of birthdays is the secretary's work.
    op.execute(
        "INSERT INTO plan (branch_id, kind, rrule, starts_on, workdays_only, basis, needs_approval, paused)"
        " SELECT branch_id, 'nudge', 'FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0', starts_on,"
        " (1 = 0), 'asked', (1 = 0), (1 = 0) FROM plan WHERE kind = 'topic'"
    )
    op.execute("UPDATE plan SET basis = 'service' WHERE kind = 'birthday_list'")


def downgrade() -> None:
    op.drop_table("nudge")
    op.drop_table("preference")
    op.execute("DELETE FROM push WHERE broadcast_id IN (SELECT id FROM broadcast WHERE kind = 'nudge')")
    for table in ("broadcast", "plan"):
        op.execute(f"DELETE FROM {table} WHERE kind = 'nudge'")
        forbid(table, "kind", "nudge")
