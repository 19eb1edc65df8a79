"""What members say about their study: of the day, and looking back."""

from bot.handlers import checkin, study
from bot.phrases.command import END, GAP, Command, command
from bot.turn import Who

COMMANDS: tuple[Command, ...] = (
    command(
        Who.MEMBER,
        rf"(?:我要)?(?:打卡|已学)(?:{GAP}(?!日历)(?P<note>.+))?{END}",
        hot=checkin.check_in,
        recalls=True,
    ),
    command(Who.MEMBER, rf"隐藏天数{END}", checkin.hide_streak),
    command(Who.MEMBER, rf"显示天数{END}", checkin.show_streak),
    command(Who.MEMBER, rf"(?:今日学习|今天学什么){END}", study.todays_topic),
    command(Who.MEMBER, rf"(?:荐书|好书){END}", study.latest_book),
    command(Who.ADMIN, rf"今日转发{END}", study.text_to_forward),
)
