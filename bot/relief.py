"""Whether the 减负 profile is on: the one place to ask.

It is off only where the operator has written `relief.enabled = false` and two admins have agreed on the document that
allows it. All that this changes is who asks here.
"""

from datetime import date

from sqlmodel import Session

from bot.config import Config
from bot.texts import Texts
from models import relief
from models.relief import Relief
from scheduler.calendar import Hours


def off_by(db: Session, config: Config) -> Relief | None:
    """The agreement by which the profile is off; None while it is on."""
    found = None if config.relief.enabled else relief.current(db)
    return found if found and found.agreed_at else None


def told(db: Session, config: Config, texts: Texts, hours: Hours, today: date) -> list[str]:
    """What every member is told where they look at what is stored of them: [] while the profile is on."""
    found = off_by(db, config)
    if found is None or found.agreed_at is None:
        return []
    since = texts.date(hours.day(found.agreed_at), today)
    return [texts("relief.told", document=found.document, since=since)]
