"""「订阅通知」: where a member allows us to send notices, and how many they have allowed and not got yet."""

from sqlmodel import Session

from bot.turn import Answer, Turn
from models import grant

PAGE = "/m/notices"


def where_to_allow(db: Session, turn: Turn) -> Answer:
    """The page, and what is left; an honest word where the account can't send notices."""
    means, openid = turn.means, turn.person.openid
    kinds = means.asked_notices
    if not kinds or not means.config.server.public_url:
        return Answer(turn.say("notices.not_here"))
    left = grant.left(db.connection(), {openid}, set(kinds.values()))
    lines = [turn.say("notices.where", link=f"{means.config.server.public_url}{PAGE}")]
    counts = []
    for (_, template), count in left.items():
        shared = "、".join(turn.say(f"notices.{kind}") for kind, used in kinds.items() if used == template)
        counts.append(turn.say("notices.left", kind=shared, count=count))
    if counts:
        lines.append(turn.say("notices.still", list="；".join(sorted(counts))))
    return Answer("\n".join(lines))
