"""The account that everybody in a benchmark serves. Standard library only: the peers read this too."""

from typing import Final

APP_ID: Final = "wx0123456789abcdef"
TOKEN: Final = "chenzhong_demo"
ENCODING_AES_KEY: Final = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ORIGINAL_ID: Final = "gh_0123456789ab"
PATH: Final = "/wechat"
