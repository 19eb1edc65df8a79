"""Everything a person can say, one table a topic: each line has a pattern, who may say it, and what answers.

To add a command: write its function in `handlers/`, a line in the table of its topic, a sentence in `texts/` and a
test. A new table joins `COMMANDS` here. Where two patterns fit one message, the earlier line has it.
"""

from bot import extensions
from bot.phrases import (
    acts,
    anytime,
    asking,
    birthdays,
    broadcasts,
    checkins,
    joining,
    library,
    notes,
    plans,
    privacy,
    quiz,
    receipts,
    relief,
    reminders,
    roster,
    settings,
    study,
)
from bot.phrases.command import Command

COMMANDS: tuple[Command, ...] = (
    *study.COMMANDS,
    *asking.COMMANDS,
    *notes.COMMANDS,
    *checkins.COMMANDS,
    *receipts.COMMANDS,
    *joining.COMMANDS,
    *anytime.COMMANDS,
    # Before the nudges, which take any 「提醒我 …」 for an hour.
    *reminders.COMMANDS,
    *settings.COMMANDS,
    *birthdays.COMMANDS,
    *plans.COMMANDS,
    *quiz.COMMANDS,
    *broadcasts.COMMANDS,
    # Before the roster, which looks up whoever is named behind 「查」.
    *acts.COMMANDS,
    *relief.COMMANDS,
    *roster.COMMANDS,
    *library.COMMANDS,
    *privacy.COMMANDS,
    *extensions.commands(),
)
