"""Grant: how many subscription notices a follower has accepted by one template and not got yet.

The platform keeps the true count; this ledger follows what it tells us: a follower accepted in the pop-up (one more),
refused or switched it off (none left), we sent one (one less), or it refused us with 43101 (none left).
https://developers.weixin.qq.com/doc/offiaccount/Subscription_Messages/intro.html 「订阅通知」
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Executable, Integer, Text, delete, select, update
from sqlalchemy import literal_column as written
from sqlmodel import Field, SQLModel, col

from models.database import given_each
from models.statement import EachRow, insert_for

# (openid, template id)
Key = tuple[str, str]


class Grant(SQLModel, table=True):
    # The bare word is a reserved one in SQL.
    __tablename__ = "notice_grant"

    openid: str = Field(primary_key=True, max_length=64)
    template_id: str = Field(primary_key=True, max_length=64)
    left: int = 0


def left(connection: Connection, openids: Collection[str], template_ids: Collection[str]) -> dict[Key, int]:
    """What is left to these followers, where anything is."""
    if not openids or not template_ids:
        return {}
    query = select(col(Grant.openid), col(Grant.template_id), col(Grant.left)).where(
        col(Grant.openid).in_(openids), col(Grant.template_id).in_(template_ids), col(Grant.left) > 0
    )
    return {(openid, template_id): count for openid, template_id, count in connection.execute(query)}


def holders(connection: Connection, template_id: str) -> set[str]:
    """All followers to whom one of this template is left."""
    some = (col(Grant.template_id) == template_id, col(Grant.left) > 0)
    return set(connection.execute(select(col(Grant.openid)).where(*some)).scalars())


def is_spent(connection: Connection, openid: str, template_id: str) -> bool:
    """Whether there were some, and all of them are used."""
    this = (col(Grant.openid) == openid, col(Grant.template_id) == template_id, col(Grant.left) <= 0)
    return connection.execute(select(col(Grant.openid)).where(*this)).first() is not None


def accepted(connection: Connection, openid: str, template_id: str) -> None:
    """One more may be sent."""
    insert = insert_for(connection)(Grant).values(openid=openid, template_id=template_id, left=1)
    more = {"left": col(Grant.left) + 1}
    connection.execute(insert.on_conflict_do_update(index_elements=["openid", "template_id"], set_=more))


def ended(connection: Connection, keys: Collection[Key]) -> None:
    """Nothing more may be sent: refused, switched off, or spent without our knowing."""
    for openid, template_id in keys:
        spent = delete(Grant).where(col(Grant.openid) == openid, col(Grant.template_id) == template_id)
        connection.execute(spent)


def take(connection: Connection, keys: Collection[Key]) -> set[Key]:
    """Spends one of each; those that there were."""
    return {(openid, template_id) for openid, template_id in _take.run(connection, _rows(keys))} if keys else set()


def give_back(connection: Connection, keys: Collection[Key]) -> None:
    """For notices that were not sent after all."""
    if keys:
        _give_back.run(connection, _rows(keys))


def _rows(keys: Collection[Key]) -> list[Mapping[str, Any]]:
    return [{"openid": openid, "template_id": template_id} for openid, template_id in keys]


def _moving(connection: Connection, by: int) -> Any:
    asked = given_each(connection, openid=Text(), template_id=Text())
    this = (col(Grant.openid) == asked.c.openid, col(Grant.template_id) == asked.c.template_id)
    return update(Grant).where(*this).values(left=col(Grant.left) + written(str(by), Integer))


def _taking(connection: Connection) -> Executable:
    taken = _moving(connection, -1).where(col(Grant.left) > written("0", Integer))
    one: Executable = taken.returning(col(Grant.openid), col(Grant.template_id))
    return one


def _giving_back(connection: Connection) -> Executable:
    back: Executable = _moving(connection, 1)
    return back


_take, _give_back = EachRow(_taking), EachRow(_giving_back)
