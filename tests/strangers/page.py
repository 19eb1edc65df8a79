"""docs/emulator-endpoints.md, from the tables: `python -m tests.strangers.page` writes it, a test keeps it true."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.emulator.endpoints import ENDPOINTS
from tests.strangers.step import Step, Tour, Visit
from tests.strangers.steps import TOURS

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "emulator-endpoints.md"
# What talks to the platform; the demo and the emulated platform itself do not.
OURS = ("wechat", "doctor")
OWN, BY_PATH = "✓", "(✓)"
_API = re.compile(r"/(?:cgi-bin|sns|connect|wxaapi|wxa|mp)/[\w/]+")

HEAD = """# What the emulated platform answers

Written by `python -m tests.strangers.page` from the tables of `bot/emulator/endpoints/`, the names of APIs in
`bot/wechat/` and `bot/doctor/`, and the tours in `tests/strangers/steps/`; a test compares. Sources and limits stand
beside each table in the code.

✓ says that the client's own call, made for the real platform, came back from the emulated one as its users expect;
(✓) that there is no method for it, so that it was called by its path with the client's `get` and `post`, or that a
browser opened it.

| API | verb | family | used by us | {clients} |
|---|---|---|:-:|{rules}|
"""

FOOT = """
{emulated} APIs, {used} of them used by us, {tried} tried by somebody else's client.

These clients also have calls for what is not here, and get 40066: APIs that the platform gave up (`groups/…`,
`material/add_news`, `media/uploadnews`, `shorturl`), and everything about cards, shops, devices, mini-programs and
figures.

The other way round, servers by wechatpy and WeRoBot read the pushes of the emulated platform in its three modes, and
their replies reach the phone (`tests/strangers/test_servers.py`). Neither reads the JSON format.
"""


def used_by_us() -> set[str]:
    """The APIs that are named in our code, outside its docstrings."""
    return {api for package in OURS for file in (ROOT / "bot" / package).glob("*.py") for api in _named(file)}


def _named(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    words = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in words:
            yield from _API.findall(node.value)


def tried(tour: Tour) -> dict[str, str]:
    """API → the mark of a client that calls it with success."""
    marks: dict[str, str] = {}
    for stage in tour.steps:
        if isinstance(stage, Visit):
            marks.setdefault(stage.api, BY_PATH)
        elif isinstance(stage, Step) and stage.api and not stage.errcode:
            by_path = stage.method in ("get", "post", "work.post")
            marks[stage.api] = marks.get(stage.api, BY_PATH) if by_path else OWN
    return marks


def page() -> str:
    ours, theirs = used_by_us(), {tour.name: tried(tour) for tour in TOURS}
    rows = []
    for api, endpoint in ENDPOINTS.items():
        marks = [OWN if api in ours else "", *(marks.get(api, "") for marks in theirs.values())]
        family = endpoint.answer.__module__.removeprefix("bot.emulator.endpoints").removeprefix(".")
        rows.append(f"| `{api}` | {endpoint.verb} | {family} | {' | '.join(marks)} |")
    head = HEAD.format(
        clients=" | ".join(theirs),
        rules="|".join(":-:" for _ in theirs),
    )
    foot = FOOT.format(
        emulated=len(ENDPOINTS),
        used=len(ours & set(ENDPOINTS)),
        tried=len({api for marks in theirs.values() for api in marks}),
    )
    return head + "\n".join(rows) + "\n" + foot


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
