"""「后台」: a link that lets an admin into the console, once."""

from datetime import timedelta

from sqlmodel import Session

from bot.turn import Answer, Turn
from models import console
from models.audit import note

# Where such a link leads, below our public address; its secret stands behind it.
PATH = "/console/in/"


def link(db: Session, turn: Turn) -> Answer:
    """A new link; the one before is good no more."""
    base = turn.means.config.server.public_url
    if not base:
        return Answer(turn.say("console.no_address"))
    assert turn.person.member_id is not None, "the gate lets nobody but admins through"
    secret = console.issue_link(db, turn.person.member_id, turn.now)
    note(db, "console_link", at=turn.now, by=turn.person.member_id, member=turn.person.member_id)
    minutes = console.LINK_LIFETIME // timedelta(minutes=1)
    return Answer(turn.say("console.link", link=f"{base}{PATH}{secret}", minutes=minutes), alone=True)
