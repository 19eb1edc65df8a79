"""wechatpy sending texts: in a loop, or in so many threads with a client each (the fourth argument)."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from urllib.parse import urlencode
from urllib.request import urlopen

from wechatpy import WeChatClient

from bench import account
from bench.machine import pin

port, count, seconds, threads = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
pin(0, load=True)
base = f"http://127.0.0.1:{port}/cgi-bin/"
WeChatClient.API_BASE_URL = base
query = {"grant_type": "client_credential", "appid": account.APP_ID, "secret": account.APP_SECRET}
with urlopen(f"{base}token?{urlencode(query)}") as answer:
    token = json.load(answer)["access_token"]

numbers = iter(range(count))
lock = Lock()


def send_on(until: float) -> int:
    """Sends to one follower after the other until the messages or the time run out; returns how many."""
    client = WeChatClient(account.APP_ID, account.APP_SECRET, access_token=token)
    sent = 0
    while time.perf_counter() < until:
        with lock:
            number = next(numbers, None)
        if number is None:
            break
        client.message.send_text(account.openid(number), account.TEXT)
        sent += 1
    return sent


cpu, began = time.process_time(), time.perf_counter()
if threads == 1:
    sent = send_on(began + seconds)
else:
    with ThreadPoolExecutor(threads) as several:
        sent = sum(several.map(send_on, [began + seconds] * threads))
json.dump({"sent": sent, "seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - cpu}, sys.stdout)
