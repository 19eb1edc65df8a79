"""WeRoBot or wechatpy as an account's server, as their users write it: it tells what it understood.

python -P server.py FRAMEWORK TOKEN APPID KEY; without a key ("-") it reads plain pushes alone. The first line of its
output is its port. Runs in the strangers' environment, and knows nothing of ours. Who writes the name of a kind of
reply gets one; everything else is answered in words.
"""

import sys
from collections.abc import Callable
from typing import Any

import waitress
from flask import Flask, abort, request

app = Flask(__name__)
understood: list[str] = []

# What is told of each kind of message and event: the first field that the framework has, by one of these names.
FIELDS: dict[str, tuple[str, ...]] = {
    "text": ("content",),
    "image": ("img", "image"),
    "voice": ("media_id",),
    "video": ("media_id",),
    "shortvideo": ("media_id",),
    "location": ("latitude", "location_x"),
    "link": ("url",),
    "subscribe": ("key", "scene_id"),
    "subscribe_scan": ("scene_id",),
    "scan": ("key", "scene_id"),
    "click": ("key",),
    "view": ("key", "url"),
    "scancode_waitmsg": ("scan_result",),
    "location_select": ("label",),
    "pic_weixin": ("count",),
    "templatesendjobfinish": ("status",),
    "masssendjobfinish": ("status",),
}


def told(kind: str, message: Any) -> str:
    """What the framework understood, in words that don't depend on the framework."""
    values = (getattr(message, name, None) for name in FIELDS.get(kind, ()))
    detail = next((str(value) for value in values if value not in (None, "")), "")
    words = f"{kind} {detail}".strip()
    understood.append(words)
    return words


def report() -> list[str]:
    """What was understood since somebody asked the last time."""
    told_now = understood.copy()
    understood.clear()
    return told_now


def werobot_view(token: str, app_id: str, key: str) -> Callable[[], Any]:
    from werobot import WeRoBot
    from werobot.contrib.flask import make_view
    from werobot.replies import ImageReply, MusicReply, TransferCustomerServiceReply, VideoReply, VoiceReply

    sealed = {} if key == "-" else {"app_id": app_id, "encoding_aes_key": key}
    robot = WeRoBot(token=token, SESSION_STORAGE=False, **sealed)
    replies: dict[str, Callable[[Any], Any]] = {
        "image": lambda message: ImageReply(message=message, media_id="EMULATED_IMAGE"),
        "voice": lambda message: VoiceReply(message=message, media_id="EMULATED_VOICE"),
        "video": lambda message: VideoReply(message=message, media_id="EMULATED_VIDEO", title="课", description="述"),
        "music": lambda message: MusicReply(
            message=message, title="歌", description="述", url="http://a", hq_url="http://b"
        ),
        "news": lambda message: [["题", "述", "http://a/p.png", "http://a"]],
        "service": lambda message: TransferCustomerServiceReply(message=message),
        "nothing": lambda message: "",
    }

    def answer(message: Any) -> Any:
        words = told(message.type.removesuffix("_event"), message)
        reply = replies.get(words.removeprefix("text "))
        return reply(message) if reply else words

    robot.handler(answer)
    view: Callable[[], Any] = make_view(robot)
    return view


def wechatpy_view(token: str, app_id: str, key: str) -> Callable[[], Any]:
    from wechatpy import parse_message, replies
    from wechatpy.crypto import WeChatCrypto
    from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
    from wechatpy.utils import check_signature

    crypto = None if key == "-" else WeChatCrypto(token, key, app_id)
    music = {"title": "歌", "description": "述", "music_url": "http://a", "hq_music_url": "http://b"}
    kinds: dict[str, Callable[[Any], Any]] = {
        "image": lambda message: replies.ImageReply(message=message, media_id="EMULATED_IMAGE"),
        "voice": lambda message: replies.VoiceReply(message=message, media_id="EMULATED_VOICE"),
        "video": lambda message: replies.VideoReply(message=message, media_id="EMULATED_VIDEO", title="课"),
        "music": lambda message: replies.MusicReply(message=message, thumb_media_id="EMULATED_THUMB", **music),
        "news": lambda message: replies.ArticlesReply(
            message=message,
            articles=[{"title": "题", "description": "述", "image": "http://a/p.png", "url": "http://a"}],
        ),
        "service": lambda message: replies.TransferCustomerServiceReply(message=message),
        "nothing": lambda message: replies.EmptyReply(),
    }

    def answer(xml: Any) -> str:
        message = parse_message(xml)
        words = told(message.event if message.type == "event" else message.type, message)
        kind = kinds.get(words.removeprefix("text "))
        reply = kind(message) if kind else replies.TextReply(message=message, content=words)
        return str(reply.render())

    def view() -> Any:
        query = request.args
        try:
            check_signature(token, query["signature"], query["timestamp"], query["nonce"])
            if crypto is None or query.get("encrypt_type", "raw") == "raw":
                return answer(request.data)
            signed = (query["msg_signature"], query["timestamp"], query["nonce"])
            reply = answer(crypto.decrypt_message(request.data, *signed))
            return crypto.encrypt_message(reply, query["nonce"], query["timestamp"]) if reply else ""
        except (InvalidSignatureException, InvalidAppIdException):
            abort(403)

    return view


def main() -> None:
    framework, *credentials = sys.argv[1:]
    view = werobot_view(*credentials) if framework == "werobot" else wechatpy_view(*credentials)
    app.add_url_rule("/understood", "understood", report)
    app.add_url_rule("/wechat", "wechat", view, methods=["GET", "POST"])
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=2)
    sys.stdout.write(f"{server.effective_port}\n")
    sys.stdout.flush()
    server.run()


main()
