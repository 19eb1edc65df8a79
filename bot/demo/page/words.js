// Every sentence that the story and the page's own parts say. What the account says comes from the product.

export const ACCOUNTS = {
  "verified-service": "服务号，已认证：能当场回答，两天内来过消息的人，也能主动发给他们。",
  "verified-subscription": "订阅号，已认证：能当场回答，也能主动发客服消息。",
  service: "服务号，未认证：只能在对方写话时当场回答，不能主动发。",
  subscription: "订阅号，未认证：只能在对方写话时当场回答，不能主动发。",
  test: "测试号：给开发者试用，最多 100 人关注。",
};

export const ROLES = { member: "", leader: "组长", secretary: "书记", admin: "管理员" };

export const REACH = {
  open: "两天内写过话，可主动发",
  closed: "超过两天没写话，不能主动发",
  used: "两天内的条数用完了，等写话",
  passive: "未认证账号，只能当场回答",
  unbound: "未绑定",
  phone: "不用微信",
  stranger: "不在名册里的人",
};

export const QUICK = {
  member: ["打卡", "今日学习", "我的打卡", "荐书", "帮助"],
  secretary: ["本月生日", "今日转发", "广播 …", "撤回", "全部暂停", "恢复"],
};

export const STEPS = [
  { title: "今早的主题", hint: "它已经在成员的聊天里了" },
  { title: "打卡 读了第三章", hint: "成员写一句，公众号答一句" },
  { title: "下一个生日", hint: "拨动时钟，看政治生日的贺信" },
  { title: "书记发广播", hint: "先预告，再确认，一分钟内能撤回" },
  { title: "为什么没收到", hint: "书记问一句，得到一句大白话" },
  { title: "换成未认证账号", hint: "同一个早晨，有什么不同" },
];

export const WHY = (name) => `为什么 ${name} 没收到`;
export const BROADCAST = "广播 明天下午三点在三楼会议室召开支部大会，请带上学习笔记。";
export const CHECK_IN = "打卡 读了第三章";

export const SAY = {
  topic: (when, sent, held) => `${when} 推到 ${sent} 人：两天内写过话，公众号可以主动发（客服消息）；另有 ${held} 人，等写话时送到。`,
  topicPassive: (when, sent, held) => `${when} 的主题：未认证账号不能主动推，写过话的 ${sent} 人随回复收到，${held} 人还在等。`,
  topicMissing: "这部手机没有收到今早的主题：公众号眼下不能主动发给本人；写一句话，它就随回复送到。",
  checkin: "写一句，当场答一句（被动回复），什么账号都可以；先存好再回答，断电也不丢。",
  birthday: (date, years) => `${date}，入党满 ${years} 年的贺信自己到了：两天内写过话，可主动发（客服消息）。`,
  birthdayHeld: (date, years) => `${date}是入党满 ${years} 年的日子；眼下不能主动发，贺信等着，刚写一句就随回复送到（被动回复）。`,
  birthdayWaits: (date, name) => `${date}，给${name}的贺信在等着：眼下不能主动发。替本人写一句话，它就随回复送到。`,
  broadcast: (number, sent, held) => `先预告，回「确认 ${number}」才发，一分钟内能撤回；过了一分钟，${sent} 人收到，${held} 人等写话时送到。`,
  broadcastWaits: (number) => `「确认 ${number}」过了一分钟，广播发出了；这部手机眼下不能主动发，等写话时随回复送到。`,
  why: (name) => `每一条为什么没到，都记着；成员的手机换成了${name}的，替他写一句，广播就随回复送到。`,
  whyNobody: "眼下没有人在等：先演第四步，再来问。",
  unverified: (date) => `${date}，未认证账号不能主动推：主题等成员写话时随回复送到；书记回「今日转发」，拿到发群的文字。`,
  failed: "这一步没有演成：演示服务的回答和预想的不一样。可以随便写一句看看，或用 --fresh 重新开始。",
  down: "演示服务没有回应。请看一下运行 chenzhong demo 的窗口，它恢复后这里会自己接上。",
};

export const STRANGER = {
  name: "陌生人",
  help: "陌生人可以：关注 → 回复「同意」→ 回复六位绑定码。",
  ask: (name) => `请书记给${name}发一个绑定码`,
  nobody: "名册里的人都绑定好了。",
  code: (name, code) => `${name}的绑定码：${code}`,
  copy: "复制",
  copied: "已复制",
  fill: "填进输入框",
};

/** What stands below a message that came another way than as an answer or a customer-service message. */
export const MARKS = { mass: "群发", subscribe: "订阅通知" };

export const PHONE = {
  picture: "图片",
  gone: "图片已过期",
  elsewhere: "外部图片，不显示",
  voice: "语音",
  stop: "停止",
  silent: "浏览器播放不了这段语音",
  film: "视频",
  song: "音乐",
  program: "小程序",
  programOnly: "小程序只能在微信里打开。",
  place: "位置",
  coupon: "卡券",
  details: "详情",
  page: "网页",
  newTab: "在新标签页打开",
  unframed: "这个网页不能在这里显示。",
  asks: (account) => `「${account}」想给您发送以下通知`,
  left: (count) => `还可收 ${count} 条`,
};

export const TURNING = "时钟在走……";
export const WRITING = "正在演……";
