"""The platform's side of the webhook: encrypted check-ins going out, encrypted answers coming back, by wechatpy."""

import base64
import time
from urllib.parse import urlencode
from xml.parsers.expat import ExpatError

import xmltodict
from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

from bench import account
from bench.account import openid

_NONCE = "1357924680"
_CRYPTO = PrpCrypto(base64.b64decode(account.ENCODING_AES_KEY + "="))


class WrongAnswer(Exception):
    """An answer that the platform would not show to whoever wrote."""


def check_in(number: int, place: int) -> bytes:
    """The HTTP request with the check-in of that follower, in safe mode, its MsgId told by its place among all.

    Every other one has words of its own, so that no cache makes the work smaller than a real morning's.
    """
    words = f"打卡 读了第 {number} 节，记下三点体会" if number % 2 else "打卡"
    created = int(time.time())
    message = (
        f"<xml><ToUserName><![CDATA[{account.ORIGINAL_ID}]]></ToUserName>"
        f"<FromUserName><![CDATA[{openid(number)}]]></FromUserName><CreateTime>{created}</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{words}]]></Content>"
        f"<MsgId>{24_000_000_000_000_000 + place}</MsgId></xml>"
    )
    sealed = _CRYPTO.encrypt(message, account.APP_ID).decode()
    body = (
        f"<xml><ToUserName><![CDATA[{account.ORIGINAL_ID}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    )
    stamp = str(created)
    query = {
        "signature": _signature(stamp),
        "timestamp": stamp,
        "nonce": _NONCE,
        "openid": openid(number),
        "encrypt_type": "aes",
        "msg_signature": _signature(stamp, sealed),
    }
    return (
        f"POST {account.PATH}?{urlencode(query)} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def check_answer(number: int, body: bytes) -> None:
    """Raises `WrongAnswer` unless this is an encrypted text for the follower of that number."""
    try:
        answer = xmltodict.parse(body)["xml"]
        signed = _signature(answer["TimeStamp"], answer["Encrypt"], nonce=answer["Nonce"]) == answer["MsgSignature"]
        message = xmltodict.parse(_CRYPTO.decrypt(answer["Encrypt"], account.APP_ID))["xml"]
        right = message["ToUserName"] == openid(number) and bool(message["Content"])
    except (ExpatError, LookupError, ValueError, WeChatException) as error:
        raise WrongAnswer(f"not the answer to {openid(number)}: {body[:300]!r}") from error
    if not (signed and right):
        raise WrongAnswer(f"not the answer to {openid(number)}: {message}")


def _signature(stamp: str, *sealed: str, nonce: str = _NONCE) -> str:
    signer = WeChatSigner()
    signer.add_data(account.TOKEN, stamp, nonce, *sealed)
    signature: str = signer.signature
    return signature
