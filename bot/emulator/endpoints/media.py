"""Temporary media and pictures of articles: `/cgi-bin/media/…`. Source: 「新增临时素材」 and 「获取临时素材」."""

from typing import Any

from bot.emulator.endpoints.call import Call, Endpoint, Table, Upload
from bot.emulator.errors import Refused
from bot.emulator.media import Medium, checked
from bot.emulator.pages import Page
from bot.emulator.platform import Platform

ARTICLE_PICTURE_BYTES = 2**20


def upload(platform: Platform, call: Call) -> dict[str, Any]:
    file = sent(call)
    kind, format = checked(kind_of(call), file.content)
    medium = platform.media.add(kind, file.filename, format, file.content, call.now)
    name = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, name: medium.id, "created_at": int(call.now)}


def kind_of(call: Call) -> str:
    """The type may stand in the query or among the fields of the form."""
    return str(call.query.get("type") or call.body.get("type") or "")


def sent(call: Call) -> Upload:
    """The file of a form. Raises Refused for a form without one: its field must be called `media`."""
    file = call.uploads.get("media")
    if file is None:
        raise Refused(41005)
    if not file.content:
        raise Refused(44001)
    return file


def get(platform: Platform, call: Call) -> dict[str, Any] | Page:
    """The file itself; of a video its address."""
    medium = platform.media.find(_asked(call), call.now)
    if medium is None:
        raise Refused(40007)
    if medium.kind == "video":
        return {"video_url": address(call.base, medium)}
    return as_file(platform, medium)


def get_voice(platform: Platform, call: Call) -> Page:
    """Source: 「高清语音素材获取接口」: only voices."""
    medium = platform.media.find(_asked(call), call.now)
    if medium is None or medium.kind != "voice":
        raise Refused(40007)
    return as_file(platform, medium)


def _asked(call: Call) -> str:
    id = call.query.get("media_id") or call.body.get("media_id")
    if not id:
        raise Refused(41006)
    return str(id)


def as_file(platform: Platform, medium: Medium) -> Page:
    headers = {"content-disposition": f'attachment; filename="{medium.id}.{medium.format}"'}
    return Page(platform.media.content(medium), medium.content_type, headers=headers)


def address(base: str, medium: Medium) -> str:
    """Where a browser, and the phone page, find the file."""
    return f"{base}/_/media/{medium.id}"


def article_picture(platform: Platform, call: Call) -> dict[str, Any]:
    """Source: 「上传图文消息内的图片」; it doesn't count among the material."""
    file = sent(call)
    kind, format = checked("image", file.content)
    if format not in ("png", "jpg"):
        raise Refused(40005)
    if len(file.content) > ARTICLE_PICTURE_BYTES:
        raise Refused(45001)
    return {"url": address(call.base, platform.media.add(kind, file.filename, format, file.content, call.now))}


def film_for_many(platform: Platform, call: Call) -> dict[str, Any]:
    """Source: 「群发接口」: the id under which a video goes out as a mass message, with its words."""
    film = platform.media.find(call.body.get("media_id"), call.now)
    if film is None or film.kind != "video":
        raise Refused(40007)
    medium = platform.media.add("video", film.name, film.format, platform.media.content(film), call.now)
    medium.title, medium.introduction = (str(call.body.get(name, "")) for name in ("title", "description"))
    return {"type": "video", "media_id": medium.id, "created_at": int(call.now)}


TABLE: Table = {
    "/cgi-bin/media/upload": Endpoint(
        "POST", upload, ability="media", daily=100_000, sandbox=500, form=True, text=True
    ),
    "/cgi-bin/media/get": Endpoint("ANY", get, ability="media", daily=200_000, sandbox=1_000, empty=True, text=True),
    "/cgi-bin/media/get/jssdk": Endpoint("GET", get_voice, ability="media", text=True),
    "/cgi-bin/media/uploadvideo": Endpoint("POST", film_for_many, ability="mass"),
    "/cgi-bin/media/uploadimg": Endpoint("POST", article_picture, ability="material", form=True, text=True),
}
