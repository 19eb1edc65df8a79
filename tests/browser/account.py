"""The account's side of the demo's phones: what it sends through the emulated platform, without our own client."""

import struct
import zlib
from typing import Any

from playwright.sync_api import APIRequestContext

from tests.browser.visitor import Visitor


def png(width: int, height: int, colour: tuple[int, int, int] = (168, 52, 42)) -> bytes:
    """A picture of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Account:
    """Sends to whoever holds the member's phone of `visitor`."""

    def __init__(self, visitor: Visitor) -> None:
        self._request: APIRequestContext = visitor.page.request
        self.base = f"{visitor.address}emulator"
        self.openid: str = visitor.phone("member").locator(".picker").input_value()
        account = self._request.get(f"{self.base}/_/account").json()
        body = {"grant_type": "client_credential", "appid": account["app_id"], "secret": account["app_secret"]}
        self.app_id: str = account["app_id"]
        self._secret: str = account["app_secret"]
        self._token: str = self._request.post(f"{self.base}/cgi-bin/stable_token", data=body).json()["access_token"]

    def order(self, path: str, body: Any) -> Any:
        """A call of the control door."""
        response = self._request.post(f"{self.base}/_/{path}", data=body)
        assert response.ok, response.text()
        return response.json()

    def asks(self, path: str) -> Any:
        """A reading of the control door."""
        return self._request.get(f"{self.base}/_/{path}").json()

    def call(self, path: str, body: Any) -> Any:
        """A call of the platform's API that must succeed."""
        answer = self._request.post(f"{self.base}{path}?access_token={self._token}", data=body).json()
        assert answer.get("errcode", 0) == 0, answer
        return answer

    def send(self, msgtype: str, payload: dict[str, Any]) -> None:
        """A customer-service message, for which the window is opened first."""
        self.order("followers", {"openids": [self.openid], "window_open": True})
        self.call("/cgi-bin/message/custom/send", {"touser": self.openid, "msgtype": msgtype, msgtype: payload})

    def picture(self, width: int = 120, height: int = 90) -> str:
        """The id of a picture that the emulator keeps."""
        url = f"{self.base}/_/media?type=image"
        return str(self._request.post(url, data=png(width, height)).json()["media_id"])

    def address(self, media_id: str) -> str:
        """Where that picture is."""
        return f"{self.base}/_/media/{media_id}"

    def draft(self, *titles: str, **more: str) -> str:
        """Articles under one id, each with a picture."""
        thumb = self.picture()
        items = [{"title": t, "content": f"<p>{t}的正文", "thumb_media_id": thumb, **more} for t in titles]
        return str(self.call("/cgi-bin/draft/add", {"articles": items})["media_id"])

    def template(self, family: str, title: str, *lines: str) -> str:
        """The id of a template with these lines: `学习主题：{{thing1.DATA}}`."""
        body = {"family": family, "title": title, "content": "\n".join(lines)}
        return str(self.order("templates", body)["id"])

    def visitor(self, code: str) -> str:
        """The openid of whoever opened the page that got this code."""
        query = f"appid={self.app_id}&secret={self._secret}&code={code}&grant_type=authorization_code"
        answer = self._request.get(f"{self.base}/sns/oauth2/access_token?{query}").json()
        return str(answer["openid"])

    def drop_menu(self) -> None:
        """Takes the menu away again."""
        self._request.get(f"{self.base}/cgi-bin/menu/delete?access_token={self._token}")
