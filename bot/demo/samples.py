"""The sample branch's files, imported as an operator would import them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlmodel import Session

from bot.files.dates import Bounds
from bot.files.library import apply_library, plan_library
from bot.files.roster import plan_roster
from bot.files.roster_apply import Circumstances, apply_roster
from bot.files.rows import Reading, read_books, read_members, read_questions, read_topics
from bot.files.sheet import Sheet, read_sheet
from models.library import Book, Topic
from models.quiz import QuizQuestion

SAMPLES = Path(__file__).parents[2] / "samples"
# The party pack's earliest year for any date of a life.
EARLIEST = 1921


class SampleError(Exception):
    """The sample files can't be imported; the text says which."""


@dataclass(frozen=True, slots=True)
class Samples:
    """The five files, read; `visit` is the day on which the visitor comes in, after which no date may lie."""

    members: Reading
    topics: Reading
    lessons: Reading
    books: Reading
    questions: Reading

    @classmethod
    def read(cls, visit: date) -> "Samples":
        """Raises SampleError if a file is missing or has a row with a fault."""
        bounds = Bounds(visit, EARLIEST)
        return cls(
            _checked("members.csv", read_members(_sheet("members.csv"), bounds)),
            _checked("topics.csv", read_topics(_sheet("topics.csv"), bounds)),
            _checked("lessons.csv", read_topics(_sheet("lessons.csv"), bounds)),
            _checked("books.csv", read_books(_sheet("books.csv"), bounds)),
            _checked("questions.csv", read_questions(_sheet("questions.csv"), bounds)),
        )

    def load(self, db: Session, at: Circumstances) -> None:
        """Writes roster, libraries and the plans that a new branch begins with, in the caller's transaction.

        No plan asks the questions: whoever writes 「答题」 gets one, and the mornings stay as the visitor is told.
        """
        roster = plan_roster(db, self.members.rows, at.today)
        if roster.faults:
            raise SampleError(f"members.csv: {roster.faults}")
        apply_roster(db, roster, at, _unheard)
        for topics in (self.topics, self.lessons):
            apply_library(db, Topic, plan_library(db, Topic, topics.rows), at.now, at.rules.hours, _unheard)
        apply_library(db, Book, plan_library(db, Book, self.books.rows), at.now, at.rules.hours, _unheard)
        questions = plan_library(db, QuizQuestion, self.questions.rows)
        apply_library(db, QuizQuestion, questions, at.now, at.rules.hours, _unheard)


def _sheet(name: str) -> Sheet:
    try:
        return read_sheet((SAMPLES / name).read_bytes())
    except FileNotFoundError:
        raise SampleError(f"找不到示范数据 {SAMPLES / name}：演示要在完整的项目目录里运行。") from None


def _checked(name: str, reading: Reading) -> Reading:
    if reading.faults:
        raise SampleError(f"{name}: {reading.faults}")
    return reading


def _unheard(_rows: int) -> None:
    """The sample files are short: nobody has to hear how far they have come."""
