"""Where a picture lies for an account that may not fetch media"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default, for the version that is still running and doesn't know of it.
    address = sqlmodel.sql.sqltypes.AutoString(length=500)
    op.add_column("keepsake", sa.Column("picture_url", address, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("keepsake", "picture_url")
