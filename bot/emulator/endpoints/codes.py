"""QR codes with a scene: `/cgi-bin/qrcode/create`, and their pictures. Source: 「生成带参数的二维码」."""

from html import escape
from io import BytesIO
from typing import Any

import segno

from bot.emulator.codes import PERMANENT_MOST, SECONDS
from bot.emulator.endpoints.call import Call, Endpoint, Table
from bot.emulator.errors import Refused
from bot.emulator.pages import Page
from bot.emulator.platform import Platform

DEFAULT_SECONDS = 60
SCENE_CHARS = 64
PERMANENT_SCENES = 100_000
TEMPORARY_SCENES = 2**32 - 1

# action_name → (whether it stays, what its scene is)
ACTIONS = {
    "QR_SCENE": (False, "scene_id"),
    "QR_STR_SCENE": (False, "scene_str"),
    "QR_LIMIT_SCENE": (True, "scene_id"),
    "QR_LIMIT_STR_SCENE": (True, "scene_str"),
}


def create(platform: Platform, call: Call) -> dict[str, Any]:
    permanent, name = ACTIONS.get(str(call.body.get("action_name")), (False, ""))
    if not name:
        raise Refused(40052)
    scene = _scene(call.body, name, PERMANENT_SCENES if permanent else TEMPORARY_SCENES)
    if permanent:
        if platform.codes.permanent >= PERMANENT_MOST:
            raise Refused(45029)
        code = platform.codes.create(scene, None, call.base)
        return {"ticket": code.ticket, "url": code.url}
    seconds = call.body.get("expire_seconds", DEFAULT_SECONDS)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds <= SECONDS:
        raise Refused(40053)
    code = platform.codes.create(scene, call.now + seconds, call.base)
    return {"ticket": code.ticket, "expire_seconds": seconds, "url": code.url}


def _scene(body: dict[str, Any], name: str, most: int) -> str:
    info = body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    value = scene.get(name) if isinstance(scene, dict) else None
    if name == "scene_id":
        number = int(value) if isinstance(value, int | str) and str(value).isdecimal() else 0
        if not 0 < number <= most:
            raise Refused(40053)
        return str(number)
    if not isinstance(value, str) or not 0 < len(value) <= SCENE_CHARS:
        raise Refused(40053)
    return value


def picture(platform: Platform, call: Call) -> Page:
    """The platform gives a JPEG; this is a PNG, which every client takes as well."""
    code = platform.codes.find(call.query.get("ticket", ""), call.now)
    if code is None:
        return Page(b"", status=404)
    image = BytesIO()
    segno.make(code.url, error="m", micro=False).save(image, kind="png", scale=8, border=4)
    return Page(image.getvalue(), "image/png")


def scanned(platform: Platform, call: Call) -> Page:
    """What a browser shows of the address inside a code."""
    code = platform.codes.by_address(call.query.get("code", ""), call.now)
    words = "这个二维码已失效。" if code is None else f"带参二维码：{code.scene}。请在模拟手机上扫一扫。"
    head = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return Page(f"{head}<title>二维码</title><p>{escape(words)}".encode(), status=200 if code else 404)


TABLE: Table = {
    "/cgi-bin/qrcode/create": Endpoint("POST", create, ability="qr", daily=100_000, sandbox=10_000),
    "/cgi-bin/showqrcode": Endpoint("GET", picture, token=False),
    "/q": Endpoint("GET", scanned, token=False),
}
