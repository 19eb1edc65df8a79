"""Political birthdays: members' own wishes, and what the secretary decides."""

from bot.handlers import birthday
from bot.phrases.command import END, LOOSE, NAME, Command, command
from bot.turn import Who

COMMANDS: tuple[Command, ...] = (
    command(Who.MEMBER, rf"不要祝贺{END}", birthday.decline),
    command(Who.MEMBER, rf"要祝贺{END}", birthday.welcome),
    command(Who.ADMIN, rf"(?P<which>本月|下月)生日{END}", birthday.month_list),
    command(Who.ADMIN, rf"不发{LOOSE}{NAME}{END}", birthday.strike),
    command(Who.ADMIN, rf"可以{END}", birthday.approve),
    command(Who.ADMIN, rf"祝贺先问我?{END}", birthday.ask_first),
    command(Who.ADMIN, rf"祝贺直接发{END}", birthday.send_unasked),
    command(Who.ADMIN, rf"祝贺顺延{END}", birthday.to_workdays),
    command(Who.ADMIN, rf"祝贺当天发{END}", birthday.on_the_day),
)
