"""Pictures of broadcasts"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "picture",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("content_type", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("media_id", sqlmodel.sql.sqltypes.AutoString(length=160), nullable=False),
        sa.Column("media_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("kept_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_picture_kept_until", "picture", ["kept_until"])


def downgrade() -> None:
    op.drop_table("picture")
