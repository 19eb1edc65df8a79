"""wechatpy and Flask behind waitress with eight threads, echoing the text and storing nothing."""

import sys

import waitress
from flask import Flask, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto

from bench import account

app = Flask(__name__)
crypto = WeChatCrypto(account.TOKEN, account.ENCODING_AES_KEY, account.APP_ID)


@app.post(account.PATH)
def echo() -> str:
    query = request.args
    xml = crypto.decrypt_message(request.get_data(), query["msg_signature"], query["timestamp"], query["nonce"])
    message = parse_message(xml)
    reply = create_reply(message.content, message)
    encrypted: str = crypto.encrypt_message(reply.render(), query["nonce"], query["timestamp"])
    return encrypted


if __name__ == "__main__":
    waitress.serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=8)
