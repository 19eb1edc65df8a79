"""`export codes`: a new binding code for everybody who has no phone bound yet, on slips to cut out."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader
from sqlmodel import Session, col, select

from bot.app import Product
from bot.commands.events import Ended, Event, Fact, Line
from bot.commands.places import find_node
from bot.config import Config
from bot.texts import Texts
from models.audit import note
from models.bind_code import LIFETIME, issue
from models.branch import Branch
from models.follower import Follower
from models.member import Member, Status

TEMPLATE = "slips.html"


async def issue_codes(product: Product, *, group: str) -> AsyncIterator[Event]:
    """Issues the codes; the fact `codes` lists name, group and code. Codes given out before stop working."""
    now = product.clock.now()

    def work(db: Session) -> list[tuple[str, str, str]]:
        node = find_node(db, group)
        secret = product.means.secret
        slips = [(member.name, place, issue(db, member.id or 0, secret, now)) for member, place in _unbound(db, node)]
        note(db, "bind_codes", at=now, by=None, branch=node.id, count=len(slips))
        return slips

    slips = await product.writer.run(work)
    if not slips:
        yield Line(product.texts("commands.codes_none"))
    yield Fact("codes", slips)
    yield Ended()


def _unbound(db: Session, node: Branch) -> list[tuple[Member, str]]:
    query = (
        select(Member, Branch.name)
        .join(Branch, col(Branch.id) == Member.branch_id)
        .outerjoin(Follower, col(Follower.member_id) == Member.id)
        .where(col(Branch.path).startswith(node.path), col(Follower.openid).is_(None))
        .where(Member.status != Status.INACTIVE, col(Member.without_wechat).is_(False))
        .order_by(col(Branch.path), col(Member.name), col(Member.id))
    )
    return list(db.exec(query))


def slips_page(slips: Sequence[Sequence[str]], config: Config, texts: Texts) -> str:
    """The slips as a page to print."""
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    organisation, qr = config.organisation.name or texts("common.product"), _qr(config.wechat.qr_url)
    words: dict[str, Any] = {
        "title": texts("commands.slips_title", organisation=organisation),
        "follow": texts("commands.slip_scan" if qr else "commands.slip_follow", organisation=organisation),
        "agree": texts("commands.slip_agree"),
        "code": texts("commands.slip_code", days=LIFETIME.days),
    }
    return environment.get_template(TEMPLATE).render(words=words, slips=slips, qr=qr)


def _qr(url: str) -> str:
    """The account's code as an image inside the page: nothing is loaded when it is opened or printed."""
    return segno.make(url, error="m").svg_data_uri(scale=4, border=2) if url else ""
