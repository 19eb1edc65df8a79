"""When a question comes again: FSRS, by whole days of the organisation's calendar. Pure."""

from datetime import UTC, date, datetime, time, timedelta

from fsrs import Card, Rating, Scheduler, State

from models.quiz import QuizMemory

# One question a day leaves no room for steps of minutes. What was wrong comes the next day, however well it was known
# before; what is known is asked once a year.
_FSRS = Scheduler(learning_steps=(), relearning_steps=(timedelta(days=1),), maximum_interval=365, enable_fuzzing=False)


def reviewed(memory: QuizMemory, *, right: bool, day: date) -> None:
    """Notes that a question was answered on `day`, and when it is due again: not before the next day."""
    card = Card(
        # Without a number of its own it would wait for one that is free by the clock.
        card_id=memory.question_id,
        state=_state(memory),
        step=0,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=_noon(memory.due_on),
        last_review=_noon(memory.answered_on) if memory.answered_on else None,
    )
    card, _ = _FSRS.review_card(card, Rating.Good if right else Rating.Again, _noon(day))
    memory.stability, memory.difficulty = card.stability, card.difficulty
    memory.answered_on, memory.due_on, memory.wrong = day, card.due.date(), not right


def _state(memory: QuizMemory) -> State:
    if memory.answered_on is None:
        return State.Learning
    return State.Relearning if memory.wrong else State.Review


def _noon(day: date) -> datetime:
    # FSRS counts days between moments: those between two noons are those of the calendar.
    return datetime.combine(day, time(12), UTC)
