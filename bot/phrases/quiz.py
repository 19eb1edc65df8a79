"""The quiz: a question at will, skipping one, what was wrong, and how all did."""

from bot.handlers import quiz, quiz_sums
from bot.phrases.command import END, Command, command
from bot.turn import Who

COMMANDS: tuple[Command, ...] = (
    command(Who.MEMBER, rf"(?:我要(?:答题|做题)|答题|做题|再?来一道?题|每日一题|下一题){END}", quiz.ask),
    command(Who.MEMBER, rf"跳过(?:这道?题|这一题)?{END}", quiz.skip),
    command(Who.MEMBER, rf"(?:我的)?错题(?:本|集)?{END}", quiz.wrong_ones),
    command(Who.LEADER, rf"答题(?:情况|统计){END}", quiz_sums.last_week),
)
