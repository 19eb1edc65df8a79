"""What is stored of a member, by themselves: seen, taken along, deleted."""

from datetime import timedelta

from sqlalchemy import func
from sqlmodel import Session, select

from bot import relief
from bot.tickets import Tickets
from bot.turn import Answer, Turn
from models import erasing, open_question, role, ticket
from models.audit import note
from models.member import Member
from models.tables import PERSONAL

QUESTION = "erase_me"

# What a roster may hold of somebody, in the order in which it is told.
_FIELDS = ("joined_on", "full_on", "born_on", "mobile", "tags")


def show(db: Session, turn: Turn) -> Answer:
    """「我的数据」: what there is, and how many of each."""
    member_id = _member_id(turn)
    member, openids = db.get_one(Member, member_id), erasing.openids_of(db, member_id)
    fields = [turn.say(f"privacy.field_{name}") for name in _FIELDS if getattr(member, name)]
    lines = [
        turn.say("privacy.held_head"),
        turn.say("privacy.held_roster", fields="".join(f"、{one}" for one in fields)),
    ]
    for part in PERSONAL:
        if part.table is Member:
            continue
        count = db.exec(select(func.count()).select_from(part.table).where(part.of(member_id, openids))).one()
        if count:
            key = f"{part.table.__name__.lower()}{'_of_you' if part.names == 'subject_id' else ''}"
            lines.append(turn.say("privacy.held_row", what=turn.say(f"commands.table_{key}"), count=count))
    means = turn.means
    lines += relief.told(db, means.config, means.texts, means.hours, turn.today)
    return Answer("\n".join([*lines, turn.say("privacy.held_foot")]))


def export(db: Session, turn: Turn) -> Answer:
    """「导出我的数据」: a link that is good once, for half an hour."""
    base = turn.means.config.server.public_url
    if not base:
        return Answer(turn.say("privacy.export_no_address"))
    nonce = ticket.issue(db, _member_id(turn), turn.now)
    if nonce is None:
        return Answer(turn.say("privacy.export_enough", count=ticket.MOST_A_DAY))
    link = Tickets(base, turn.means.secret).address(nonce)
    minutes = ticket.LIFETIME // timedelta(minutes=1)
    return Answer(turn.say("privacy.export", link=link, minutes=minutes), alone=True)


def ask_to_erase(db: Session, turn: Turn) -> Answer:
    """「注销」: says what goes and what stays, and does nothing yet."""
    if role.is_last_admin(db, _member_id(turn), turn.today):
        return Answer(turn.say("privacy.erase_last_admin"))
    expires = turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)
    open_question.ask(db, turn.person.openid, QUESTION, {}, expires)
    return Answer(turn.say("privacy.erase_ask"), alone=True)


def erase(db: Session, turn: Turn) -> Answer:
    """「确认注销」: only as the answer to that question."""
    question = open_question.waiting(db, turn.person.openid, turn.now)
    if question is None or question.kind != QUESTION:
        return Answer(turn.say("privacy.erase_first"))
    member_id = _member_id(turn)
    if role.is_last_admin(db, member_id, turn.today):
        return Answer(turn.say("privacy.erase_last_admin"))
    gone = erasing.erase_own(db, db.get_one(Member, member_id), turn.now)
    note(db, "erase_own", at=turn.now, by=None, rows=sum(part.count for part in gone))
    days = turn.means.config.privacy.backup_days
    return Answer(turn.say("privacy.erased", days=days), alone=True, forgets=True)


def _member_id(turn: Turn) -> int:
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    return turn.person.member_id
