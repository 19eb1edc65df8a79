"""Following, agreeing, and leaving."""

from datetime import timedelta

from sqlmodel import Session

from bot import renewal
from bot.handlers import consents
from bot.turn import Answer, Turn
from models import leaving, open_question
from models.bind_code import digest
from models.consent import Consent, Purpose
from models.departure import Departure
from models.follower import Follower, of_member
from models.member import Member, Status

# The first wording that says that opening a link in a push is noted.
OPENING_COUNTS_SINCE = 2


def subscribed(db: Session, turn: Turn) -> Answer:
    """Greets; someone who left not long ago is asked whether it is them."""
    if turn.person.is_member and turn.person.agreed_at:
        return Answer(turn.say("follow.agreed_and_bound"))
    member = _returning(db, turn)
    if member is None:
        return Answer(turn.say("follow.greeting"), alone=True)
    expires = turn.now + timedelta(minutes=turn.means.config.limits.question_minutes)
    open_question.ask(db, turn.person.openid, "rebind", {"member_id": member.id}, expires)
    return Answer(turn.say("bind.rebind_offer", name=member.name), alone=True)


def _returning(db: Session, turn: Turn) -> Member | None:
    privacy = turn.means.config.privacy
    departure = db.get(Departure, digest(turn.means.secret, turn.person.openid))
    if departure is None or departure.left_at + timedelta(days=privacy.rebind_days) <= turn.now:
        return None
    member = db.get_one(Member, departure.member_id)
    bound_elsewhere = of_member(db, departure.member_id) is not None
    return None if member.status == Status.INACTIVE or bound_elsewhere else member


def unsubscribed(db: Session, turn: Turn) -> Answer:
    """Forgets the follower: the platform demands it, and the greeting promised it."""
    kept = turn.means.config.privacy.rebind_days
    left = digest(turn.means.secret, turn.person.openid) if kept else None
    leaving.unfollow(db, turn.person.openid, now=turn.now, openid_digest=left)
    return Answer("", alone=True)


def agree(db: Session, turn: Turn) -> Answer:
    """「同意」: from here on more than the openid is kept."""
    follower = db.get_one(Follower, turn.person.openid)
    if follower.agreed_at:
        anew = turn.person.is_member and consents.give(db, turn, Purpose.SERVICE)
        return Answer(turn.say("consent.renewed" if anew else "follow.agreed_before"))
    remember_agreement(db, follower, turn)
    if not turn.person.is_member:
        return Answer(turn.say("follow.agreed"))
    assert turn.person.member_id is not None
    db.add(consent_of(turn, turn.person.member_id))
    asked = consents.asked_apart(db, turn, db.get_one(Member, turn.person.member_id))
    return Answer("\n".join([turn.say("follow.agreed_and_bound"), *asked]))


def remember_agreement(db: Session, follower: Follower, turn: Turn) -> None:
    """Notes when a follower agreed, and opens the window that their message opened."""
    texts = turn.means.texts
    follower.agreed_at, follower.consent_version = turn.now, renewal.version(texts, Purpose.SERVICE)
    follower.edition = renewal.edition(texts)
    follower.last_at = turn.now
    follower.window_left, follower.window_until = turn.window.left, turn.window.until


def consent_of(turn: Turn, member_id: int) -> Consent:
    """The proof of consent, for the member it belongs to once that is known."""
    keeps = turn.means.config.organisation.keeps_record
    version = renewal.version(turn.means.texts, Purpose.SERVICE)
    return Consent(member_id=member_id, version=version, keeps_record=keeps, agreed_at=turn.now)


def decline(db: Session, turn: Turn) -> Answer:
    """「不同意」: nothing follows from it."""
    open_question.close(db, turn.person.openid)
    return Answer(turn.say("follow.declined"))


def details(db: Session, turn: Turn) -> Answer:
    """「详情」: the whole text that one agrees to."""
    config = turn.means.config
    kept = turn.say("follow.details_kept" if config.organisation.keeps_record else "follow.details_not_kept")
    days = config.privacy.rebind_days
    back = turn.say("follow.details_back", days=days) if days else turn.say("follow.details_no_back")
    return Answer(turn.say("follow.details", kept=kept, back=back, inbound_days=config.privacy.inbound_days))
