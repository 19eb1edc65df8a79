"""WeChat on your desk: the emulated platform that the demo, the tests and the benchmarks talk to.

It speaks the platform's protocol below `/cgi-bin/` (the table in `endpoints`), pushes what followers do to the webhook
(`messages`, `envelope`, `callbacks`, `replies`), and has a control door below `/_/` (`control`). It knows nothing of
`bot.wechat`, so that a mistake there cannot hide behind the same mistake here.
"""

from bot.emulator.account import Account
from bot.emulator.clock import PlatformClock
from bot.emulator.emulator import Emulator

__all__ = ["Account", "Emulator", "PlatformClock"]
