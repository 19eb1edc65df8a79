"""Whom an audited act was done to; erasures; links of one's own"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0015"
down_revision = "0009"
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
    op.add_column("follower", sa.Column("edition", AutoString(length=40), nullable=False, server_default=""))


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
