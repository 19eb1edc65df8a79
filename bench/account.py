"""The account that everybody in a benchmark serves. Standard library only: the peers read this too."""

from typing import Final

APP_ID: Final = "wx0123456789abcdef"
APP_SECRET: Final = "0123456789abcdef0123456789abcdef"
TOKEN: Final = "chenzhong_demo"
ENCODING_AES_KEY: Final = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ORIGINAL_ID: Final = "gh_0123456789ab"
PATH: Final = "/wechat"
#: What is sent where the words don't matter: a notice as a secretary writes it, with its signature.
TEXT: Final = "明天上午九点在三楼会议室集中学习，请带上笔记本。\n（第一党支部）"


def openid(number: int) -> str:
    """The follower of that number."""
    return f"oBENCH{number:022d}"
