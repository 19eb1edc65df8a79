"""What is offered to tap where a message was not understood, the likeliest first.

`says` is sent by the tap, and must be a command or begin one that asks back. A message that has one of the words
`about`, or that begins almost like `says`, is probably about it.
"""

from dataclasses import dataclass
from enum import Enum, auto

from bot.turn import Who


class Need(Enum):
    """What a command wants to be told besides, and what is looked for in the message."""

    CLOCK = auto()
    LAST_DAY = auto()
    PAST_DAY = auto()
    PERSON = auto()
    TEXT = auto()
    # The message itself, where it tells of something studied.
    STUDY = auto()


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to tap, and whom it is offered to."""

    says: str
    who: Who
    about: tuple[str, ...] = ()
    needs: Need | None = None
    # The whole command, where what it needs doesn't stand at its end.
    form: str = ""

    @property
    def whole(self) -> str:
        """The command with a place for what it needs."""
        return self.form or f"{self.says} {{}}"


OFFERS: tuple[Offer, ...] = (
    Offer("打卡", Who.MEMBER, ("打卡", "打个卡", "学完", "已学", "学习了", "读了", "看完"), Need.STUDY),
    Offer("今日学习", Who.MEMBER, ("学习", "学什么", "内容", "文章", "今天学")),
    Offer("帮助", Who.ANYONE, ("怎么", "如何", "不会", "功能", "机器人")),
    Offer("心得", Who.MEMBER, ("心得", "体会", "感想", "感受", "认识到", "明白了", "启发")),
    Offer("我的心得", Who.MEMBER, ("我的心得", "写过的心得")),
    Offer("心得墙", Who.MEMBER, ("心得墙", "大家的心得", "别人的心得")),
    Offer("订阅通知", Who.MEMBER, ("通知", "订阅")),
    Offer("我的打卡", Who.MEMBER, ("打卡了吗", "打过卡", "打卡没", "几天", "记录", "打卡记录", "连续", "我的打卡")),
    Offer("我的设置", Who.MEMBER, ("设置", "提醒", "时间")),
    # Not 「书」 alone, which a secretary has too.
    Offer("荐书", Who.MEMBER, ("看书", "读书", "好书", "本书", "书单", "什么书", "推荐")),
    Offer("我的书架", Who.MEMBER, ("我的书", "在读", "想读", "读完", "书架")),
    Offer("书架", Who.MEMBER, ("书架", "大家读", "都在读")),
    Offer("系列", Who.MEMBER, ("系列", "课程", "从头学")),
    Offer("下一课", Who.MEMBER, ("下一课", "下一讲", "下一集", "接着学")),
    Offer("答题", Who.MEMBER, ("答题", "题目", "做题", "每日一题")),
    Offer("补卡", Who.MEMBER, ("补卡", "补打卡", "忘了打卡", "忘记打卡", "没打卡", "昨天"), Need.PAST_DAY),
    Offer("撤销打卡", Who.MEMBER, ("错了", "打错", "撤销")),
    Offer("改打卡", Who.MEMBER, ("错了", "写错", "改一下")),
    Offer("意见", Who.MEMBER, ("意见", "建议", "反映", "联系", "书记", "班主任", "会长")),
    Offer("请假", Who.MEMBER, ("请假", "休假", "出差", "假期"), Need.LAST_DAY),
    Offer("销假", Who.MEMBER, ("销假", "回来", "假期")),
    Offer("提醒我打卡", Who.MEMBER, ("提醒", "忘了", "忘记", "闹钟")),
    Offer("我的提醒", Who.MEMBER, ("我的提醒", "提醒我", "自己的提醒")),
    Offer("停提醒", Who.MEMBER, ("不要提醒", "别提醒", "烦", "停")),
    Offer("少发", Who.MEMBER, ("太多", "频繁", "少发")),
    Offer("停", Who.MEMBER, ("停", "不想收", "别发", "不要发", "退订")),
    Offer("提醒时间", Who.MEMBER, ("几点", "时间", "早点", "晚点", "太早", "太晚"), Need.CLOCK),
    Offer("为什么我没收到", Who.MEMBER, ("没收到", "收不到", "没有收到")),
    Offer("不要祝贺", Who.MEMBER, ("祝贺", "生日")),
    Offer("隐藏天数", Who.MEMBER, ("天数", "连续")),
    Offer("打卡日历", Who.MEMBER, ("日历",)),
    Offer("上个月的打卡", Who.MEMBER, ("上个月", "上月")),
    Offer("今年打卡", Who.MEMBER, ("今年", "全年")),
    Offer("错题", Who.MEMBER, ("错题", "做错", "答错")),
    Offer("提醒我", Who.MEMBER, (), Need.CLOCK),
    Offer("改提醒", Who.MEMBER, ("提醒改",), Need.CLOCK),
    Offer("几点发", Who.MEMBER),
    Offer("每周一条", Who.MEMBER, ("每周一", "一周一", "一星期")),
    Offer("每天都发", Who.MEMBER, ("每天发", "天天发")),
    Offer("停学习", Who.MEMBER),
    Offer("停荐书", Who.MEMBER),
    Offer("停答题", Who.MEMBER),
    Offer("恢复学习", Who.MEMBER),
    Offer("恢复荐书", Who.MEMBER),
    Offer("恢复答题", Who.MEMBER),
    Offer("要祝贺", Who.MEMBER),
    Offer("显示天数", Who.MEMBER),
    Offer("同意署名", Who.MEMBER, ("署名",)),
    Offer("撤回同意 署名", Who.MEMBER, ("署名", "我名字", "我的名字")),
    Offer("加学习", Who.ADMIN, ("材料", "加学习")),
    Offer("加荐书", Who.ADMIN, ("加书", "加荐书")),
    Offer("导出我的数据", Who.MEMBER, ("导出", "下载")),
    Offer("注销", Who.MEMBER, ("注销", "删除我", "删光")),
    Offer("打卡汇总", Who.LEADER, ("汇总", "统计")),
    Offer("看", Who.MEMBER, ("下面", "后面", "没完", "继续")),
    Offer("收到", Who.MEMBER, ("收到", "知道了", "明白")),
    Offer(
        "我的数据", Who.MEMBER, ("我的数据", "数据", "资料", "隐私", "存了什么", "退出", "取消关注", "注销", "不想用")
    ),
    Offer("我的同意", Who.MEMBER, ("我的同意", "同意书")),
    Offer("取消", Who.ANYONE, ("取消", "算了", "不用了")),
    Offer("同意", Who.ANYONE, ("同意",)),
    Offer("详情", Who.ANYONE, ("详情", "隐私", "存什么", "谁能看")),
    Offer("绑定码", Who.LEADER, ("绑定", "绑定码", "换微信"), Need.PERSON),
    Offer("小组打卡", Who.LEADER, ("小组", "本组", "组里", "多少人", "几个人", "谁没打卡")),
    Offer("邀请", Who.LEADER, ("邀请", "没打卡", "叫一下")),
    Offer("谁收不到", Who.LEADER, ("收不到", "没收到", "联系不上")),
    Offer("为什么没收到", Who.LEADER, ("没收到", "没有收到"), Need.PERSON, "为什么 {} 没收到"),
    Offer("查", Who.LEADER, ("绑定了", "绑定没", "查"), Need.PERSON),
    Offer("广播进度", Who.ADMIN, ("广播", "进度", "发到哪")),
    Offer("今日转发", Who.ADMIN, ("转发", "发到群")),
    Offer("广播", Who.ADMIN, ("广播", "通知", "发通知", "通知大家", "群发", "发消息", "发个消息", "全体"), Need.TEXT),
    Offer("撤回", Who.ADMIN, ("撤回", "发错", "错了", "收回")),
    Offer("全部暂停", Who.ADMIN, ("暂停", "停下", "都停", "先别发")),
    Offer("恢复", Who.ADMIN, ("恢复", "接着发")),
    Offer("谁收到了", Who.ADMIN, ("收到", "回执")),
    Offer("谁没回", Who.ADMIN, ("没回", "回复")),
    Offer("本月生日", Who.ADMIN, ("生日", "本月")),
    Offer("下月生日", Who.ADMIN, ("生日", "下月", "下个月")),
    Offer("不发", Who.ADMIN, ("不发", "祝贺"), Need.PERSON),
    Offer("接下来", Who.ADMIN, ("接下来", "计划", "安排", "发什么")),
    Offer("计划", Who.ADMIN, ("计划",)),
    Offer("关心", Who.ADMIN, ("关心", "很久没来", "没消息")),
    Offer("操作记录", Who.ADMIN, ("操作", "谁做的")),
    Offer("后台", Who.ADMIN, ("后台", "控制台", "网页", "登录")),
    Offer("庄重日", Who.ADMIN, ("庄重", "纪念日", "哀悼")),
    Offer("停用", Who.ADMIN, ("停用", "离开", "去世", "不在了"), Need.PERSON),
    Offer("退休", Who.ADMIN, ("退休", "离休"), Need.PERSON),
    Offer("转出", Who.ADMIN, ("转出", "调走", "调离", "调到", "转走"), Need.PERSON),
    Offer("接收", Who.ADMIN, ("接收", "转来", "调来"), Need.PERSON),
    Offer("交接", Who.ADMIN, ("交接", "接任", "换书记"), Need.PERSON),
    Offer("启用", Who.ADMIN, ("启用", "回来"), Need.PERSON),
)
