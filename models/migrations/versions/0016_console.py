"""Links into the console that are good once, and the sessions that they open"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    times = {
        "consolelink": (("issued_at", False), ("used_at", True)),
        "consolesession": (("opened_at", False), ("seen_at", False)),
    }
    for table, columns in times.items():
        op.create_table(
            table,
            sa.Column("digest", AutoString(length=64), nullable=False),
            sa.Column("member_id", sa.Integer(), nullable=False),
            *(sa.Column(name, UTCDateTime(), nullable=may_lack) for name, may_lack in columns),
            sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
            sa.PrimaryKeyConstraint("digest"),
        )
        op.create_index(f"ix_{table}_member_id", table, ["member_id"])


def downgrade() -> None:
    op.drop_table("consolesession")
    op.drop_table("consolelink")
