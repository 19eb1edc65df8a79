"""What a storm has left: every phone, every row, and what the product lists."""

import json
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text
from sqlalchemy.engine import Engine

from bench.chaos_faults import COUNTED
from bench.chaos_report import Findings, Orders, Owed
from bench.installation import Installation, member

_SERIAL = re.compile(r"第 (\d+) 号通知：")


def look(
    installation: Installation,
    engine: Engine,
    openids: list[str],
    orders: Orders,
    killed: Counter[str],
    seconds: float,
) -> Findings:
    """Reads it all; nothing is sent any more."""
    rows = _rows(engine)
    unknown = {(name, serial) for name, serial, status, _, _ in rows if status == "unknown"}
    ids = {serial: number for _, serial, _, _, number in rows}
    stats = installation.platform("stats")
    codes: Counter[str] = Counter()
    for call in stats["calls"].values():
        codes.update(call["errcodes"])
    return Findings(
        orders=orders,
        seconds=seconds,
        killed=killed,
        faults={code: codes[code] for code in COUNTED},
        calls=codes.total(),
        statuses=Counter(status for _, _, status, _, _ in rows),
        shown=_phones(installation, openids),
        owed={(name, serial): route for name, serial, _, route, _ in rows},
        unknown=unknown,
        listed=_listed(installation, {serial: ids[serial] for _, serial in unknown}),
    )


def _rows(engine: Engine) -> list[tuple[str, int, str, str, int]]:
    """Each push: the member, its serial number, its status and route, and the id of its broadcast."""
    query = (
        "SELECT member.name, broadcast.facts ->> 'text', push.status, push.route, broadcast.id FROM push"
        " JOIN member ON member.id = push.member_id JOIN broadcast ON broadcast.id = push.broadcast_id"
        " WHERE broadcast.kind = 'text'"
    )
    with engine.connect() as connection:
        found = connection.execute(text(query)).all()
    return [
        (name, int(match[1]), status, route, id_)
        for name, words, status, route, id_ in found
        if name != member(0) and (match := _SERIAL.match(words))
    ]


def _phones(installation: Installation, openids: list[str]) -> Counter[Owed]:
    """How often each member's phone shows each serial number; a card is looked at with all its lines."""

    def serials(number: int) -> list[Owed]:
        items = installation.platform(f"phone?openid={openids[number]}&after=0")["items"]
        shown = [json.dumps(item, ensure_ascii=False) for item in items if item["from"] == "account"]
        return [(member(number), int(serial)) for words in shown for serial in set(_SERIAL.findall(words))]

    with ThreadPoolExecutor(8) as several:
        return Counter(one for found in several.map(serials, range(1, len(openids))) for one in found)


def _listed(installation: Installation, broadcasts: dict[int, int]) -> set[Owed]:
    """Whom the command lists as unknown, of these broadcasts by serial number; nothing is sent again."""

    def listed(serial: int) -> set[Owed]:
        _, said = installation.chenzhong("broadcast", "--resend-unknown", str(broadcasts[serial]))
        names = re.search(r"人：(.*?)。", said)
        return {(name, serial) for name in names[1].split("、") if name != member(0)} if names else set()

    with ThreadPoolExecutor(2) as several:
        return set().union(*several.map(listed, broadcasts))
