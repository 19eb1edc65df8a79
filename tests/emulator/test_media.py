"""Files: temporary for three days, permanent until deleted, and what may be sent of them."""

from pathlib import Path
from typing import Any

import pytest

from bot.emulator.media import FILM, PIXEL, SILENCE, amr_seconds, format_of
from tests.emulator.desk import ALICE, Desk
from tests.emulator.test_state_file import desk_for, desk_of

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40
DAY = 86400


async def upload(desk: Desk, content: bytes, path: str = "media/upload", type: str = "image", **form: str) -> Any:
    query = {"access_token": await desk.token(), "type": type}
    files = {"media": ("a.png", content, "application/octet-stream")}
    return (await desk.http.post(f"/cgi-bin/{path}", params=query, files=files, data=form)).json()


async def fetch(desk: Desk, path: str, **query: str) -> Any:
    return await desk.http.get(f"/cgi-bin/{path}", params={"access_token": await desk.token(), **query})


async def test_a_picture_goes_up_and_comes_down_and_can_be_sent(desk: Desk) -> None:
    await desk.follow(ALICE, window_open=True)
    answer = await upload(desk, PIXEL)
    assert (answer["type"], answer["created_at"]) == ("image", 1782864000)
    got = await fetch(desk, "media/get", media_id=answer["media_id"])
    assert (got.content, got.headers["content-type"]) == (PIXEL, "image/png")
    assert got.headers["content-disposition"].startswith("attachment; filename=")
    body = {"touser": ALICE, "msgtype": "image", "image": {"media_id": answer["media_id"]}}
    assert (await desk.post("message/custom/send", body))["errcode"] == 0
    assert (await desk.http.get(f"/_/media/{answer['media_id']}")).content == PIXEL


async def test_after_three_days_it_is_gone(desk: Desk) -> None:
    await desk.follow(ALICE)
    id = (await upload(desk, PIXEL))["media_id"]
    await desk.order("clock", advance_seconds=3 * DAY)
    await desk.write(ALICE)
    body = {"touser": ALICE, "msgtype": "image", "image": {"media_id": id}}
    assert (await desk.post("message/custom/send", body))["errcode"] == 40007
    assert (await fetch(desk, "media/get", media_id=id)).json()["errcode"] == 40007
    assert (await desk.http.get(f"/_/media/{id}")).status_code == 404


async def test_of_a_video_comes_an_address_and_of_a_thumb_its_own_id(desk: Desk) -> None:
    video = await upload(desk, FILM, type="video")
    address = (await fetch(desk, "media/get", media_id=video["media_id"])).json()["video_url"]
    assert (await desk.http.get(address.removeprefix(desk.base))).content == FILM
    assert "thumb_media_id" in await upload(desk, JPEG, type="thumb")


async def test_what_the_apis_of_files_say_in_json_is_declared_as_text(desk: Desk) -> None:
    id = (await upload(desk, FILM, type="video"))["media_id"]
    for answer in (
        await fetch(desk, "media/get", media_id=id),
        await fetch(desk, "media/get", media_id="nothing"),
        await fetch(desk, "material/get_materialcount"),
    ):
        assert answer.headers["content-type"] == "text/plain"
        assert answer.json()
    assert (await fetch(desk, "getcallbackip")).headers["content-type"] == "application/json; encoding=utf-8"


@pytest.mark.parametrize(
    ("content", "type", "errcode"),
    [
        (PIXEL, "sticker", 40004),
        (b"words", "image", 40005),
        (PIXEL, "thumb", 40005),
        (b"", "image", 44001),
        (JPEG + b"0" * 65536, "thumb", 45001),
        (SILENCE * 1 + SILENCE[6:] * 3001, "voice", 45007),
    ],
)
async def test_what_is_no_such_file_is_refused(desk: Desk, content: bytes, type: str, errcode: int) -> None:
    assert (await upload(desk, content, type=type))["errcode"] == errcode


async def test_a_form_without_the_field_is_refused(desk: Desk) -> None:
    query = {"access_token": await desk.token(), "type": "image"}
    for more in ({"files": {"file": ("a.png", PIXEL)}}, {"json": {"media": "x"}}):
        answer = await desk.http.post("/cgi-bin/media/upload", params=query, **more)
        assert answer.json()["errcode"] == 41005


async def test_what_a_follower_sends_can_be_fetched(desk: Desk) -> None:
    id = (await desk.http.post("/_/media?type=image", content=JPEG)).json()["media_id"]
    await desk.order("messages", {"openid": ALICE, "type": "image", "MediaId": id})
    pushed = desk.server.read(desk.server.requests[0])
    assert pushed.media_id == id
    assert (await desk.http.get(pushed.image.removeprefix(desk.base))).content == JPEG
    assert (await fetch(desk, "media/get", media_id=id)).content == JPEG


async def test_a_voice_without_a_file_still_has_one(desk: Desk) -> None:
    await desk.order("messages", {"openid": ALICE, "type": "voice"})
    id = desk.server.read(desk.server.requests[0]).media_id
    assert (await fetch(desk, "media/get/jssdk", media_id=id)).content == SILENCE
    assert (await fetch(desk, "media/get/jssdk", media_id="EMULATED_IMAGE")).json()["errcode"] == 40007


async def test_permanent_material_is_listed_counted_fetched_and_deleted(desk: Desk) -> None:
    picture = await upload(desk, PIXEL, "material/add_material")
    film = await upload(desk, FILM, "material/add_material", "video", description='{"title":"课","introduction":"一"}')
    assert (await desk.http.get(picture["url"].removeprefix(desk.base))).content == PIXEL
    assert (await desk.get("material/get_materialcount")) == {
        "voice_count": 0, "video_count": 1, "image_count": 1, "news_count": 0,
    }  # fmt: skip
    page = await desk.post("material/batchget_material", {"type": "image", "offset": 0, "count": 20})
    assert [item["media_id"] for item in page["item"]] == [picture["media_id"]]
    described = await desk.post("material/get_material", {"media_id": film["media_id"]})
    assert (described["title"], described["description"]) == ("课", "一")
    await desk.order("clock", advance_seconds=10 * DAY)
    button = {"type": "media_id", "name": "图", "media_id": picture["media_id"]}
    await desk.post("menu/create", {"button": [button]})
    assert (await desk.post("material/del_material", {"media_id": picture["media_id"]}))["errcode"] == 48005
    await desk.get("menu/delete")
    assert (await desk.post("material/del_material", {"media_id": picture["media_id"]}))["errcode"] == 0
    assert (await desk.post("material/get_material", {"media_id": picture["media_id"]}))["errcode"] == 40007


async def test_a_video_without_words_and_a_strange_list_are_refused(desk: Desk) -> None:
    assert (await upload(desk, FILM, "material/add_material", "video"))["errcode"] == 47001
    for body, errcode in (
        ({"type": "x", "offset": 0, "count": 1}, 40004),
        ({"type": "image", "offset": 0, "count": 21}, 40097),
    ):
        assert (await desk.post("material/batchget_material", body))["errcode"] == errcode


async def test_a_picture_for_an_article_is_an_address(desk: Desk) -> None:
    answer = await upload(desk, PIXEL, "media/uploadimg")
    assert (await desk.http.get(answer["url"].removeprefix(desk.base))).content == PIXEL
    assert (await upload(desk, JPEG + b"0" * 2**20, "media/uploadimg"))["errcode"] == 45001


async def test_files_are_there_after_a_restart(tmp_path: Path) -> None:
    async with desk_of(tmp_path / "emulator.jsonl") as emulator:
        id = (await upload(desk_for(emulator), PIXEL))["media_id"]
    async with desk_of(tmp_path / "emulator.jsonl") as emulator:
        assert (await desk_for(emulator).http.get(f"/_/media/{id}")).content == PIXEL


async def test_the_state_of_a_first_version_still_loads(tmp_path: Path) -> None:
    path = tmp_path / "emulator.jsonl"
    async with desk_of(path) as emulator:
        await desk_for(emulator).follow(ALICE)
    head, follower = path.read_text().splitlines()
    path.write_text(f"{head}\n{follower[: follower.index(',[]') + 3]}]\n")
    async with desk_of(path) as emulator:
        assert emulator.platform.followers[ALICE].remark == ""


def test_a_file_is_what_its_bytes_are() -> None:
    found = [
        format_of(content) for content in (PIXEL, JPEG, b"GIF89a", b"BM00", SILENCE, FILM, b"ID3", b"\xff\xfb\x90", b"")
    ]
    assert found == ["png", "jpg", "gif", "bmp", "amr", "mp4", "mp3", "mp3", ""]
    assert amr_seconds(SILENCE) == pytest.approx(0.02)
