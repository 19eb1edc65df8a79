"""When a question comes again: as the library says, counted in whole days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given
from hypothesis import strategies as st

from models.quiz import QuizMemory
from scheduler.spacing import reviewed

FIRST = date(2026, 7, 1)


def memory() -> QuizMemory:
    return QuizMemory(member_id=1, question_id=1, due_on=FIRST)


def answers(*rights: bool) -> list[int]:
    """The days between one answer and the next, each given on the day when it is due."""
    kept, gaps = memory(), []
    for right in rights:
        day = kept.due_on
        reviewed(kept, right=right, day=day)
        gaps.append((kept.due_on - day).days)
    return gaps


def test_what_is_known_comes_ever_more_rarely_and_what_is_not_at_once() -> None:
    gaps = answers(True, True, True, True, False, True)
    assert gaps[:4] == sorted(gaps[:4])
    assert gaps[3] > 20
    assert gaps[4] == 1
    assert 1 < gaps[5] < gaps[3]
    assert answers(False, False) == [1, 1]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), min_size=1, max_size=12))
def test_columns_say_what_the_librarys_own_card_says(history: list[tuple[bool, int]]) -> None:
    theirs = Scheduler(
        learning_steps=(), relearning_steps=(timedelta(days=1),), maximum_interval=365, enable_fuzzing=False
    )
    card, kept, day = Card(card_id=1, due=datetime(2026, 7, 1, 12, tzinfo=UTC)), memory(), FIRST
    for right, late in history:
        day = max(day, kept.due_on) + timedelta(days=late)
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        card, _ = theirs.review_card(card, Rating.Good if right else Rating.Again, at)
        reviewed(kept, right=right, day=day)
        assert (kept.stability, kept.difficulty) == (card.stability, card.difficulty)
        assert (kept.due_on, kept.answered_on, kept.wrong) == (card.due.date(), day, not right)
        assert timedelta(days=1) <= kept.due_on - day <= timedelta(days=365)


def test_what_was_only_put_off_begins_as_if_it_were_new() -> None:
    put_off, new = memory(), memory()
    put_off.due_on = FIRST + timedelta(days=3)
    reviewed(put_off, right=True, day=FIRST + timedelta(days=5))
    reviewed(new, right=True, day=FIRST + timedelta(days=5))
    assert put_off.stability == pytest.approx(new.stability)
    assert put_off.due_on == new.due_on
