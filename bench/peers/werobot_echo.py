"""WeRoBot on tornado, echoing the text and storing nothing: what a message costs there at the least."""

import sys

from tornado.ioloop import IOLoop
from tornado.web import Application
from werobot import WeRoBot
from werobot.contrib.tornado import make_handler
from werobot.messages.messages import TextMessage

from bench import account

robot = WeRoBot(
    token=account.TOKEN,
    app_id=account.APP_ID,
    encoding_aes_key=account.ENCODING_AES_KEY,
    SESSION_STORAGE=False,
)


@robot.text
def echo(message: TextMessage) -> str:
    return str(message.content)


if __name__ == "__main__":
    Application([(account.PATH, make_handler(robot))]).listen(int(sys.argv[1]), "127.0.0.1")
    IOLoop.current().start()
