"""What goes with the 减负 profile: a group's numbers, the week's invitation, whom to ask how they are, the switch."""

from bot.handlers import care, group_numbers, invitation, relief_switch
from bot.phrases.command import END, GAP, LOOSE, Command, command
from bot.turn import Who

_WHEN = r"(?:今[天日]|本周|这个?周|这个?星期)?"
_GROUP = "(?:我们?组|本组|小组|各组|各小组|组里|全组)"
# Whom else one invites, and to what, is talk.
_PLACE = rf"(?:{GAP}|(?=\S+[组部班]$))(?!.*[来参去看讲])(?P<place>[^\s，。：:,?？!！]{{1,40}}?)"

COMMANDS: tuple[Command, ...] = (
    command(
        Who.LEADER,
        rf"(?:看|查)?{_GROUP}{LOOSE}{_WHEN}的?打卡(?:情况|人数|数)?(?:怎么样)?[?？]?{END}",
        group_numbers.show,
    ),
    command(
        Who.LEADER,
        rf"(?:发)?邀请(?:一下)?(?:本组|我们?组|组里)?(?:(?:本周|这周)?没打卡的人?)?(?:打卡)?{END}",
        invitation.propose,
    ),
    command(Who.LEADER, rf"邀请{_PLACE}{END}", invitation.propose),
    command(Who.ADMIN, rf"(?:有?谁|哪些人)?(?:可能)?(?:需要)?关心(?:的人|名单)?[?？]?{END}", care.may_need_care),
    command(Who.ADMIN, rf"关闭减负(?:模式)?(?:{GAP}|(?=\S*\d))(?P<text>.+?){END}", relief_switch.ask),
    command(Who.ADMIN, rf"同意关闭减负(?:模式)?{END}", relief_switch.agree),
    command(Who.ADMIN, rf"(?:恢复|打开|开启)减负(?:模式)?{END}", relief_switch.switch_on),
)
