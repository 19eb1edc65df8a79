"""The platform's side of the wire, done by a stranger's library: what it pushes, and how it reads our answers."""

import json
from pathlib import Path
from typing import Any

from wechatpy.crypto import PrpCrypto, WeChatCrypto, _get_signature
from wechatpy.utils import WeChatSigner

from bot.wechat.codec import Codec, Mode

TOKEN = "studybot_token"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wx0123456789abcdef"
TIMESTAMP = "1760000001"
NONCE = "1357924680"

PUSHES = {path.stem: path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("pushes/*.xml"))}

stranger = WeChatCrypto(TOKEN, KEY, APP_ID)


def account(mode: Mode = "safe") -> Codec:
    return Codec(app_id=APP_ID, token=TOKEN, encoding_aes_key=KEY, mode=mode)


def signed(timestamp: str = TIMESTAMP, nonce: str = NONCE, **more: str) -> dict[str, str]:
    """The query of a request in clear."""
    signer = WeChatSigner()
    signer.add_data(TOKEN, timestamp, nonce)
    return {"signature": signer.signature, "timestamp": timestamp, "nonce": nonce, **more}


def signed_for(encrypt: str) -> dict[str, str]:
    """The query of an encrypted push, its body's signature included."""
    return signed(encrypt_type="aes", msg_signature=_get_signature(TOKEN, TIMESTAMP, NONCE, encrypt))


def encrypted(plain: str, app_id: str = APP_ID) -> str:
    return str(PrpCrypto(stranger.key).encrypt(plain, app_id).decode())


def envelope(encrypt: str, clear: str = "") -> bytes:
    """The body of safe mode; with the fields in clear beside it, that of compatible mode."""
    sealed = f"<Encrypt><![CDATA[{encrypt}]]></Encrypt>"
    return f"<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>{clear}{sealed}</xml>".encode()


def as_json(plain: str, app_id: str = APP_ID) -> tuple[dict[str, str], bytes]:
    """Query and body of an encrypted push in JSON."""
    encrypt = encrypted(plain, app_id)
    return signed_for(encrypt), json.dumps({"ToUserName": "gh_0123456789ab", "Encrypt": encrypt}).encode()


def read_reply(body: bytes) -> str:
    """What the platform reads in an encrypted answer in XML."""
    import xmltodict

    outer: dict[str, Any] = xmltodict.parse(body)["xml"]
    return str(stranger.decrypt_message(outer, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"]))
