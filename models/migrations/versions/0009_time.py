"""The organisation's own days, working weekends, solemn topics, own hours, no congratulations, lunar births as dates"""

from datetime import date, timedelta

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from lunar_python import LunarYear

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_JULIAN = 1721425


def upgrade() -> None:
    op.create_table(
        "calendarday",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *("off", "work", "closure", "solemn"),
                name="daykind_word",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("branch_id", "day", "kind"),
    )
    everywhere = sa.text("branch_id IS NULL")
    op.create_index(
        "ix_calendarday_everywhere",
        "calendarday",
        ["day", "kind"],
        unique=True,
        sqlite_where=everywhere,
        postgresql_where=everywhere,
    )
    op.create_index("ix_calendarday_day", "calendarday", ["day"])
    # With defaults, for the version that is still running and doesn't know of them.
    for table, name in (("plan", "on_makeup_days"), ("topic", "solemn"), ("member", "ungreeted")):
        op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("member", sa.Column("topic_at", sa.Time(), nullable=True))
    op.add_column("plan", sa.Column("covered_to", sa.Date(), nullable=True))
    _births_to_dates()


def _births_to_dates() -> None:
    """Lunar births were kept as they were written, month and day as if they were ours."""
    member = sa.table("member", sa.column("id"), sa.column("born_on", sa.Date()), sa.column("calendar", sa.Text()))
    query = sa.select(member.c.id, member.c.born_on).where(member.c.calendar == "lunar", member.c.born_on.is_not(None))
    for member_id, written in op.get_bind().execute(query).all():
        if born_on := _date_of(written):
            op.execute(sa.update(member).where(member.c.id == member_id).values(born_on=born_on))


def _date_of(written: date) -> date | None:
    month = LunarYear.fromYear(written.year).getMonth(written.month)
    if month is None or written.day > month.getDayCount():
        return None
    return date.fromordinal(int(month.getFirstJulianDay() + 0.5) - _JULIAN) + timedelta(days=written.day - 1)


def downgrade() -> None:
    op.drop_column("plan", "covered_to")
    op.drop_column("member", "topic_at")
    for table, name in (("plan", "on_makeup_days"), ("topic", "solemn"), ("member", "ungreeted")):
        op.drop_column(table, name)
    op.drop_table("calendarday")
