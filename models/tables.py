"""Every table in one place, with what it holds of a person, why, and for how long.

Importing this module is what makes `SQLModel.metadata` complete.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import SQLModel

from models.audit import Audit
from models.bind_code import BindCode
from models.birthday import BirthdayStrike, BirthdayWords
from models.branch import Branch
from models.broadcast import Broadcast
from models.calendar_day import CalendarDay
from models.channel import Channel, Posting
from models.checkin import CheckIn, Streak
from models.consent import Consent
from models.console import ConsoleLink, ConsoleSession
from models.departure import Departure
from models.erasure import Erasure
from models.follower import Follower
from models.grant import Grant
from models.halt import Halt
from models.inbound import InboundKey
from models.keepsake import Keepsake
from models.kept_sum import KeptSum
from models.kept_token import KeptToken
from models.leave import Leave
from models.lesson import Lesson
from models.library import Book, Topic
from models.mass import MassCopy, MassReceipt, MassSend
from models.member import Member
from models.note import Comment, Note, Thanks
from models.nudge import Nudge
from models.open_question import OpenQuestion
from models.pause import Pause
from models.picture import Picture
from models.plan import Plan
from models.preference import Preference
from models.push import Push
from models.quiz import QuizMemory, QuizQuestion, QuizTally
from models.reading import Reading
from models.recall import Recall
from models.receipt import Receipt
from models.relief import Relief
from models.remainder import Remainder
from models.reminder import Reminder
from models.role import Participation, Role
from models.tally import Tally
from models.ticket import Ticket
from models.transfer import Transfer

metadata = SQLModel.metadata


@dataclass(frozen=True)
class Personal:
    """What a table holds of a person: the column that names them, the purpose, and when a row goes."""

    table: type[SQLModel]
    names: str
    purpose: str
    kept: str

    def of(self, member_id: int, openids: Sequence[str]) -> ColumnElement[bool]:
        """For queries on the table: that a row is a member's, whose phones these are."""
        column: Any = getattr(self.table, self.names)
        mine: ColumnElement[bool] = column.in_(openids) if self.names == "openid" else column == member_id
        return mine


PERSONAL: tuple[Personal, ...] = (
    Personal(Member, "id", "the roster the organisation keeps anyway", "until erased"),
    Personal(Role, "member_id", "who may administer what", "until erased"),
    Personal(Participation, "member_id", "places beside the home branch", "until erased"),
    Personal(
        Follower,
        "member_id",
        "the openid and the platform's window, to answer and to write",
        "until unfollow",
    ),
    Personal(BindCode, "member_id", "binding a phone", "used once, 30 days at most"),
    Personal(Consent, "member_id", "proof of consent", "until erased"),
    Personal(OpenQuestion, "openid", "the one question that is open", "until answered or expired"),
    Personal(Remainder, "openid", "the rest of a long answer", "a day"),
    Personal(
        InboundKey,
        "openid",
        "answering a repeated message alike",
        "privacy.reply_minutes; the key alone privacy.inbound_days",
    ),
    Personal(Grant, "openid", "what notices the follower accepted", "until sent, refused or unfollow"),
    Personal(Receipt, "openid", "what became of a message that isn't recorded yet", "a day at most"),
    Personal(CheckIn, "member_id", "the member's own study record", "as the consent says"),
    Personal(Streak, "member_id", "the member's own run of days", "with the check-ins"),
    Personal(Keepsake, "member_id", "the member's own pictures and voice, for nobody else", "until unfollow"),
    Personal(Leave, "member_id", "days that break no run", "with the check-ins"),
    Personal(Preference, "member_id", "what members have chosen for themselves", "until unfollow"),
    Personal(Note, "member_id", "the member's own notes, shared by their choice", "until withdrawn or unfollow"),
    Personal(
        Thanks, "member_id", "telling an author that somebody was glad of a note", "with the note, or until unfollow"
    ),
    Personal(Comment, "member_id", "what the member said of a note", "with the note, until withdrawn or unfollow"),
    Personal(Nudge, "member_id", "not nudging too often", "until unfollow"),
    Personal(QuizMemory, "member_id", "asking each question again when it is due", "until unfollow"),
    Personal(Reminder, "member_id", "reminding members of what they asked for", "until past, deleted or unfollow"),
    Personal(
        Push, "member_id", "reaching each member once, and why not", "until erased; the words of a file while needed"
    ),
    Personal(MassCopy, "member_id", "four mass messages a month for each, no more", "62 days"),
    Personal(BirthdayWords, "member_id", "the words replied to a greeting", "until unfollow"),
    Personal(BirthdayStrike, "member_id", "no greeting on a day", "until erased"),
    Personal(Lesson, "member_id", "how far the member is in a series", "until unfollow"),
    Personal(Recall, "member_id", "asking once after reading", "until unfollow"),
    Personal(Reading, "member_id", "the member's own shelf of books", "until unfollow"),
    Personal(Departure, "member_id", "offering the old place to someone who returns", "privacy.rebind_days"),
    Personal(Transfer, "member_id", "from which branch to which, and what went along", "until erased"),
    Personal(Ticket, "member_id", "a file of one's own, once", "a day"),
    Personal(ConsoleLink, "member_id", "letting an admin into the console, once", "a day"),
    Personal(ConsoleSession, "member_id", "an admin at work in the console", "until signed out, 12 hours at most"),
    Personal(Audit, "member_id", "what admins did", "until erased"),
    Personal(Audit, "subject_id", "what admins did to whom", "until erased"),
)

# Tables without personal data of their own.
IMPERSONAL: tuple[type[SQLModel], ...] = (
    *(Branch, CalendarDay, Topic, Book, Plan, Broadcast, Pause, Halt, Tally, KeptToken),
    *(QuizQuestion, QuizTally, Relief),
    *(MassSend, MassReceipt, Channel, Posting, Picture, Erasure, KeptSum),
)
