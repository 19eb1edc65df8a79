"""Whom an act was done to; erasures, links of one's own, consent by purpose, transfers, retirement, probation"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from models.migrations.words import allow, forbid

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("audit") as table:
        table.add_column(sa.Column("subject_id", sa.Integer(), nullable=True))
        table.create_foreign_key("audit_subject_id_fkey", "member", ["subject_id"], ["id"])
        table.create_index("ix_audit_subject_id", ["subject_id"])
    _subjects_out_of_facts()
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("member_number", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("scrubbed_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_erasure_at", "erasure", ["at"])
    op.create_table(
        "ticket",
        sa.Column("nonce", AutoString(length=32), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("nonce"),
    )
    op.create_index("ix_ticket_member_id", "ticket", ["member_id"])

    words = ("service", "sensitive", "sharing", "keepsakes")
    purpose = sa.Enum(*words, name="purpose_word", native_enum=False, create_constraint=True, length=16)
    with op.batch_alter_table("consent") as table:
        table.add_column(sa.Column("purpose", purpose, nullable=False, server_default="service"))
    _moving_and_retiring()
    allow("plan", "kind", "probation")
    allow("broadcast", "kind", "probation")
    # Whoever plans birthdays hears of probations that end, at the same hour.
    op.execute(
        "INSERT INTO plan (branch_id, kind, rrule, starts_on, workdays_only, on_makeup_days, basis, needs_approval,"
        " paused) SELECT branch_id, 'probation', rrule, starts_on, (1 = 0), (1 = 0), 'service', (1 = 0), (1 = 0)"
        " FROM plan WHERE kind = 'birthday'"
    )
    op.add_column("follower", sa.Column("edition", AutoString(length=40), nullable=False, server_default=""))


def _moving_and_retiring() -> None:
    op.add_column("member", sa.Column("retired_on", sa.Date(), nullable=True))
    op.add_column("member", sa.Column("arrived_on", sa.Date(), nullable=True))
    op.add_column("member", sa.Column("history_along", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("preference", sa.Column("weekly", sa.Boolean(), nullable=True))
    op.create_table(
        "keptsum",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("checkins", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.PrimaryKeyConstraint("branch_id", "month"),
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("member_id", "from_branch_id", "to_branch_id")),
        sa.Column("by_member_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("history", sa.Boolean(), nullable=True),
        sa.Column("arrived_at", UTCDateTime(), nullable=True),
        *(sa.ForeignKeyConstraint([name], ["member.id"]) for name in ("member_id", "by_member_id")),
        *(sa.ForeignKeyConstraint([name], ["branch.id"]) for name in ("from_branch_id", "to_branch_id")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_transfer_member_id", "transfer", ["member_id"])
    op.create_index("ix_transfer_to_branch_id", "transfer", ["to_branch_id"])
    still_open = sa.text("arrived_at IS NULL")
    op.create_index(
        *("ix_transfer_open", "transfer", ["member_id"]),
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def _subjects_out_of_facts() -> None:
    audit = sa.table("audit", sa.column("id"), sa.column("facts", sa.JSON()), sa.column("subject_id"))
    member = sa.table("member", sa.column("id"))
    there = set(op.get_bind().execute(sa.select(member.c.id)).scalars())
    for row in op.get_bind().execute(sa.select(audit.c.id, audit.c.facts)).all():
        if "member" in row.facts:
            rest = {name: fact for name, fact in row.facts.items() if name != "member"}
            # Whoever was erased meanwhile is nobody's subject any more.
            subject = row.facts["member"] if row.facts["member"] in there else None
            op.execute(sa.update(audit).where(audit.c.id == row.id).values(facts=rest, subject_id=subject))


def downgrade() -> None:
    op.execute("DELETE FROM push WHERE broadcast_id IN (SELECT id FROM broadcast WHERE kind = 'probation')")
    for kinds in ("broadcast", "plan"):
        op.execute(f"DELETE FROM {kinds} WHERE kind = 'probation'")
        forbid(kinds, "kind", "probation")
    op.drop_table("transfer")
    op.drop_table("keptsum")
    op.drop_column("preference", "weekly")
    for name in ("retired_on", "arrived_on", "history_along"):
        op.drop_column("member", name)
    op.drop_column("follower", "edition")
    op.execute("DELETE FROM consent WHERE purpose <> 'service'")
    with op.batch_alter_table("consent") as table:
        table.drop_constraint("purpose_word", type_="check")
        table.drop_column("purpose")
    op.drop_table("ticket")
    op.drop_table("erasure")
    with op.batch_alter_table("audit") as table:
        table.drop_index("ix_audit_subject_id")
        table.drop_constraint("audit_subject_id_fkey", type_="foreignkey")
        table.drop_column("subject_id")
