"""Temporary media: what is sent lies there for three days, and so does what followers send.

https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/New_temporary_materials.html 「新增临时素材」
https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/Get_temporary_materials.html 「获取临时素材」

All raise `CallFailed`.
"""

from typing import Literal

from bot.wechat.call import File
from bot.wechat.client import Client

Kind = Literal["image", "voice", "video", "thumb"]


async def upload(client: Client, kind: Kind, file: File) -> str:
    """Upload a file; returns the id under which it can be sent, any number of times.

    Pictures below 2 MB are safe (the pages say 10 and 2), voice below 2 MB and a minute, video below 10 MB, covers
    below 64 KB.
    """
    answer = await client.upload("/cgi-bin/media/upload", file, {"type": kind})
    return str(answer.get("thumb_media_id" if kind == "thumb" else "media_id") or answer.get("media_id") or "")


async def download(client: Client, media_id: str) -> File | str:
    """What a follower sent us, or we uploaded; of a video only the address from which it can be fetched."""
    found = await client.download("/cgi-bin/media/get", {"media_id": media_id})
    return found if isinstance(found, File) else str(found.get("video_url") or "")
