"""Leads WeRoBot's or wechatpy's client through its calls: one JSON order a line in, one JSON answer a line out.

python -P guide.py CLIENT ADDRESS APPID SECRET CORPID CORPSECRET. Runs in the strangers' environment, and knows nothing
of ours.
"""

import json
import sys
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests


def lead_astray(base: str) -> None:
    """Leads what is meant for the platform to `base`, as a proxy would: the addresses are built in."""
    target = urlsplit(base)
    send = requests.Session.send

    def detour(session: requests.Session, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        url = urlsplit(request.url or "")
        request.url = urlunsplit((target.scheme, target.netloc, target.path + url.path, url.query, ""))
        return send(session, request, **more)

    requests.Session.send = detour  # type: ignore[assignment, method-assign]


def client_of(name: str, appid: str, secret: str, corp_id: str, corp_secret: str) -> Any:
    if name == "werobot":
        from werobot.client import Client

        return Client({"APP_ID": appid, "APP_SECRET": secret})
    from wechatpy import WeChatClient
    from wechatpy.enterprise import WeChatClient as WeComClient
    from wechatpy.oauth import WeChatOAuth

    client = WeChatClient(appid, secret, auto_retry=False)
    client.web = WeChatOAuth(appid, secret, "https://study.example.org/m/", "snsapi_userinfo", "abc")
    client.work = WeComClient(corp_id, corp_secret)
    return client


def given(value: Any) -> Any:
    """An argument as it is, but for files in it, which are opened."""
    if isinstance(value, dict):
        return (
            open(value["file"], "rb") if set(value) == {"file"} else {name: given(part) for name, part in value.items()}
        )
    return value


def shown(result: Any) -> Any:
    if isinstance(result, requests.Response):
        return {"bytes": len(result.content)}
    return {"bytes": len(result)} if isinstance(result, bytes) else result


def called(client: Any, method: str, args: list[Any], named: dict[str, Any]) -> Any:
    found = client
    for part in method.split("."):
        found = getattr(found, part)
    if not callable(found):
        return found
    result = found(*map(given, args), **{name: given(value) for name, value in named.items()})
    return list(result) if hasattr(result, "__next__") else result


def main() -> None:
    name, base, *credentials = sys.argv[1:]
    lead_astray(base)
    client = client_of(name, *credentials)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {"result": shown(called(client, order["method"], order["args"], order["named"]))}
        except Exception as error:  # The border to a stranger: whatever it raises is its answer.
            code = getattr(error, "errcode", None)
            answer = {"error": {"type": type(error).__name__, "code": code, "message": str(error)}}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
