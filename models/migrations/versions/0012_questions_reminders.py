"""Questions and how well members know them, sums of answers, personal reminders"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations.words import allow, forbid

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KINDS = ("quiz", "reminder")


def upgrade() -> None:
    _quiz()
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("rrule", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("every", sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("workdays_only", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_reminder_due", "reminder", ["paused", "next_at"])
    op.create_index("ix_reminder_member_id", "reminder", ["member_id"])
    # With a default, for the version that is still running and doesn't know of it.
    op.add_column("preference", sa.Column("quizzes", sa.Boolean(), nullable=False, server_default=sa.true()))
    allow("plan", "kind", "quiz")
    for word in _KINDS:
        allow("broadcast", "kind", word)
    of_reminders = sa.text("kind = 'reminder'")
    op.create_index(
        "ix_broadcast_reminder",
        "broadcast",
        ["occasion"],
        unique=True,
        sqlite_where=of_reminders,
        postgresql_where=of_reminders,
    )


def _quiz() -> None:
    op.create_table(
        "quizquestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *("single", "several", "judgement", "blank"),
                name="quizkind_word",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("options", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("explanation", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("category", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("title"),
    )
    op.create_table(
        "quizmemory",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("stability", sa.Float(), nullable=True),
        sa.Column("difficulty", sa.Float(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("wrong", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.ForeignKeyConstraint(["question_id"], ["quizquestion.id"]),
        sa.PrimaryKeyConstraint("member_id", "question_id"),
    )
    op.create_index("ix_quizmemory_due", "quizmemory", ["member_id", "due_on", "question_id"])
    op.create_index("ix_quizmemory_question_id", "quizmemory", ["question_id"])
    op.create_table(
        "quiztally",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("right_ones", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.PrimaryKeyConstraint("branch_id", "week"),
    )


def downgrade() -> None:
    op.drop_index("ix_broadcast_reminder", "broadcast")
    op.drop_column("preference", "quizzes")
    for table in ("reminder", "quiztally", "quizmemory", "quizquestion"):
        op.drop_table(table)
    kinds = ", ".join(f"'{kind}'" for kind in _KINDS)
    op.execute(f"DELETE FROM push WHERE broadcast_id IN (SELECT id FROM broadcast WHERE kind IN ({kinds}))")
    for table in ("broadcast", "plan"):
        op.execute(f"DELETE FROM {table} WHERE kind IN ({kinds})")
    forbid("plan", "kind", "quiz")
    for word in _KINDS:
        forbid("broadcast", "kind", word)
