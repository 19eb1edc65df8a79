"""Amounts and make-ups of check-ins, leaves with their days, keepsakes, weekly goals"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_AMOUNTS = ("pages", "chapters", "words")


def upgrade() -> None:
    # With defaults, for the version that is still running and doesn't know of them.
    for name in _AMOUNTS:
        op.add_column("checkin", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("checkin", sa.Column("made_up", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("streak", sa.Column("away_until", sa.Date(), nullable=True))
    op.add_column("preference", sa.Column("weekly_goal", sa.Integer(), nullable=True))
    op.create_table(
        "leave",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("member_id", "first_day"),
    )
    op.create_table(
        "keepsake",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *("image", "voice"),
                name="keepsakekind_word",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("heard", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("media_id", sqlmodel.sql.sqltypes.AutoString(length=160), nullable=False),
        sa.Column("media_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("content_type", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_keepsake_member_id", "keepsake", ["member_id"])
    op.create_index("ix_keepsake_media_until", "keepsake", ["media_until"])
    _leaves_that_run()


def _leaves_that_run() -> None:
    """Only the last day of a leave was known; that it began after the last check-in breaks nobody's run."""
    op.execute(
        'INSERT INTO "leave" (member_id, first_day, last_day) SELECT preference.member_id,'
        " COALESCE(CASE WHEN streak.last_day < preference.away_until THEN streak.last_day END, CURRENT_DATE),"
        " preference.away_until FROM preference LEFT JOIN streak ON streak.member_id = preference.member_id"
        " WHERE preference.away_until >= CURRENT_DATE"
    )
    op.execute(
        'UPDATE streak SET away_until = (SELECT last_day FROM "leave" WHERE "leave".member_id = streak.member_id)'
    )


def downgrade() -> None:
    op.drop_table("keepsake")
    op.drop_table("leave")
    op.drop_column("preference", "weekly_goal")
    op.drop_column("streak", "away_until")
    op.drop_column("checkin", "made_up")
    for name in _AMOUNTS:
        op.drop_column("checkin", name)
