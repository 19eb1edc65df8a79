"""The commands that write, by name. Each takes a running product and arguments that JSON can carry."""

from collections.abc import AsyncIterator, Callable

from bot.commands.admin import console_link
from bot.commands.broadcast import send_broadcast, try_out
from bot.commands.channel import add_channel, remove_channel, try_channel
from bot.commands.codes import issue_codes
from bot.commands.course import hold, let_go, recall, take_back
from bot.commands.erase import erase
from bot.commands.events import Event
from bot.commands.imports import import_books, import_days, import_members, import_questions, import_topics
from bot.commands.mass import send_mass
from bot.commands.plans import set_plan
from bot.commands.unknown import resend_unknown

COMMANDS: dict[str, Callable[..., AsyncIterator[Event]]] = {
    "import members": import_members,
    "import topics": import_topics,
    "import books": import_books,
    "import questions": import_questions,
    "import days": import_days,
    "plans set": set_plan,
    "export codes": issue_codes,
    "broadcast": send_broadcast,
    "resend unknown": resend_unknown,
    "try out": try_out,
    "recall": recall,
    "mass": send_mass,
    "channel add": add_channel,
    "channel test": try_channel,
    "channel remove": remove_channel,
    "take back": take_back,
    "hold": hold,
    "let go": let_go,
    "erase": erase,
    "admin link": console_link,
}

# These send: where no server runs to do it, they run the engine themselves.
SENDING = frozenset({"broadcast", "resend unknown", "try out", "mass"})
