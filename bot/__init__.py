"""Everything that talks with people: the webhook, the commands, the pages and the words.

`bot` knows the platform's wire formats (`bot.wechat`) and every sentence that people read (`bot.texts`).
It may import `scheduler` and `models`; neither imports `bot`.
"""
