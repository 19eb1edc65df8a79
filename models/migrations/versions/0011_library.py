"""Series, recall questions, withdrawn items, books with an end, and what members read: lessons and their own shelves"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from models.migrations.words import allow, forbid

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TEXTS = (("series", 60), ("recall", 200), ("answer", 400))


def upgrade() -> None:
    # With defaults, for the version that is still running and doesn't know of them.
    for name, length in _TEXTS:
        kind = sqlmodel.sql.sqltypes.AutoString(length=length)
        op.add_column("topic", sa.Column(name, kind, nullable=False, server_default=""))
    op.add_column("topic", sa.Column("lesson", sa.Integer(), nullable=False, server_default="0"))
    for table in ("topic", "book"):
        op.add_column(table, sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("book", sa.Column("valid_until", sa.Date(), nullable=True))
    for name, column in (("series", "series"), ("recall", "id")):
        some = sa.text(f"{name} <> ''")
        op.create_index(f"ix_topic_{name}", "topic", [column], sqlite_where=some, postgresql_where=some)
    allow("broadcast", "state", "withdrawn")
    _create_read("lesson", "opened_at")
    _create_read("recall", "asked_at")
    _create_readings()
    _own_hours_have_their_item()


def _create_read(name: str, at: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column(at, sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("member_id", "topic_id"),
    )


def _create_readings() -> None:
    states = sa.Enum(
        *("want", "reading", "done"),
        name="readingstate_word",
        native_enum=False,
        create_constraint=True,
        length=16,
    )
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=True),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("review", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("member_id", "title"),
    )
    op.create_index("ix_reading_book", "reading", ["book_id"])


def _own_hours_have_their_item() -> None:
    """The broadcasts for those who chose an hour of their own say now, too, which item it was: that of the occasion."""
    broadcast = sa.table("broadcast", *map(sa.column, ("plan_id", "occasion", "item_id")))
    common = broadcast.alias()
    item = sa.select(common.c.item_id).where(
        common.c.plan_id == broadcast.c.plan_id,
        broadcast.c.occasion.startswith(common.c.occasion + "/"),
        common.c.item_id.is_not(None),
    )
    own = (broadcast.c.item_id.is_(None), broadcast.c.occasion.like("%/__:__"))
    op.execute(sa.update(broadcast).where(*own).values(item_id=item.limit(1).scalar_subquery()))


def downgrade() -> None:
    op.drop_table("reading")
    op.drop_table("recall")
    op.drop_table("lesson")
    own = sa.table("broadcast", sa.column("occasion"), sa.column("item_id"))
    op.execute(sa.update(own).where(own.c.occasion.like("%/%")).values(item_id=None))
    op.execute("UPDATE broadcast SET state = 'recalled' WHERE state = 'withdrawn'")
    forbid("broadcast", "state", "withdrawn")
    op.drop_index("ix_topic_recall", "topic")
    op.drop_index("ix_topic_series", "topic")
    op.drop_column("book", "valid_until")
    for table in ("book", "topic"):
        op.drop_column(table, "withdrawn")
    for name in ("lesson", *(name for name, _length in _TEXTS)):
        op.drop_column("topic", name)
