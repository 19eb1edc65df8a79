"""The person an audited act was done to, in a column of its own"""

import sqlalchemy as sa
from alembic import op

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
    with op.batch_alter_table("audit") as table:
        table.drop_index("ix_audit_subject_id")
        table.drop_constraint("audit_subject_id_fkey", type_="foreignkey")
        table.drop_column("subject_id")
