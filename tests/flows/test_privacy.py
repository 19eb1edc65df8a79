"""What is stored of a member, by themselves: seen, taken along, deleted."""

import io
import json
import zipfile
from pathlib import Path

import httpx
import pytest
from sqlmodel import Session, select

from bot.config import Config
from bot.files.sheet import read_sheet
from models.audit import Audit
from models.database import Database
from models.follower import Follower
from models.inbound import InboundKey
from models.member import Member, Status
from models.tables import PERSONAL
from scheduler.cleanup import Cleaner, Retention

from .conftest import Story, beijing

PICTURE = "图片和语音/2026-07-01-1.jpg"
MINE = ("读了第三章关于麦田的那一节", "麦苗返青")


@pytest.fixture
def config(config: Config, tmp_path: Path) -> Config:
    server = config.server.model_copy(update={"public_url": "https://study.example.cn"})
    checkin = config.checkin.model_copy(update={"keepsake_folder": str(tmp_path / "keepsakes")})
    return config.model_copy(update={"server": server, "checkin": checkin})


@pytest.fixture
def web(story: Story) -> httpx.AsyncClient:
    """Somebody's browser."""
    transport = httpx.ASGITransport(story.wire)
    return httpx.AsyncClient(transport=transport, base_url="https://study.example.cn")


def in_files(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def in_tables(database: Database) -> bytes:
    """All bytes of a PostgreSQL database's own tables and indexes."""
    ours = "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't') AND oid >= 16384"
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        folder = Path(connection.exec_driver_sql("SHOW data_directory").scalar_one())
        return b"".join((folder / file).read_bytes() for (file,) in connection.exec_driver_sql(ours))


async def a_member(story: Story) -> int:
    member_id = await story.person("林小满", mobile="13900000001")
    await story.joins("林小满")
    await story.says("林小满", f"打卡 {MINE[0]}")
    await story.says("林小满", f"打卡 {MINE[1]}")
    await story.says("林小满", "提醒我 20:30")
    return member_id


async def link(story: Story) -> str:
    return (await story.says("林小满", "导出我的数据")).splitlines()[-1]


async def test_a_member_sees_what_is_stored_of_them(story: Story) -> None:
    await story.joins("书记甲")
    await story.person("林小满", mobile="13900000001")
    await story.says("书记甲", "绑定码 林小满")
    story.codes["林小满"] = (await story.says("书记甲", "绑定码 林小满")).split("绑定码 ")[1][:6]
    await story.joins("林小满")
    await story.says("林小满", "打卡 读了第三章")
    said = await story.says("林小满", "存了我什么？")
    lines = said.splitlines()
    assert lines[:2] == ["这里存着您的：", "名册：姓名、所在支部和小组、状态、手机（由支部提供）"]
    assert {"微信标识与绑定：1 条", "打卡：1 条", "连续天数：1 条", "管理员为您做过的事：2 条"} <= set(lines)
    assert "注销" in lines[-1]
    assert (await story.says("林小满", "我的数据")).splitlines()[:2] == lines[:2]


async def test_the_file_holds_everything_and_can_be_had_once(story: Story, web: httpx.AsyncClient) -> None:
    await a_member(story)
    await story.person("钟晚星")
    await story.joins("钟晚星")
    await story.says("钟晚星", "打卡 别人的话")
    for name in ("林小满", "钟晚星"):
        sent = await story.control.post("/_/media?type=image", content=b"\xff\xd8\xff of " + name.encode())
        await story.sends(name, type="image", MediaId=sent.json()["media_id"])
    await story.product.catch_up()
    address = await link(story)
    assert address.startswith("https://study.example.cn/m/data/")
    # Programs open links before people do: that uses nothing up.
    for _ in range(2):
        page = await web.get(address)
        assert (page.status_code, "下载" in page.text) == (200, True)
    answer = await web.post(address)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {*archive.namelist()} == {"名册.xlsx", "打卡.xlsx", "收到的消息.xlsx", "data.json", PICTURE}
        assert archive.read(PICTURE) == b"\xff\xd8\xff of " + "林小满".encode()
        sheet = read_sheet(archive.read("打卡.xlsx"))
        stored = json.loads(archive.read("data.json"))
    assert [row.cells[1] for row in sheet.rows] == ["姓名", "林小满"]
    assert set(stored) == {f"{part.table.__tablename__}.{part.names}" for part in PERSONAL}
    assert stored["checkin.member_id"][0]["note"].splitlines()[0] == MINE[0]
    assert stored["member.id"][0]["mobile"] == "13900000001"
    assert "别人的话" not in str(stored)
    assert (await web.post(address)).status_code == (await web.get(address)).status_code == 410


async def test_a_link_that_is_forged_old_or_the_fourth_of_a_day_is_none(story: Story, web: httpx.AsyncClient) -> None:
    await a_member(story)
    address = await link(story)
    forged = address[:-4] + ("aaaa" if address[-4:] != "aaaa" else "bbbb")
    for wrong in (forged, address[:-1], "https://study.example.cn/m/data/x", "https://study.example.cn/m/data/好"):
        assert (await web.get(wrong)).status_code == (await web.post(wrong)).status_code == 410
    story.emulator.clock.set(beijing("2026-07-01 06:31"))
    assert (await web.post(address)).status_code == 410
    await link(story)
    await link(story)
    assert await story.says("林小满", "导出我的数据") == "一天最多要 3 次，请您明天再来。"


async def test_who_is_erased_is_in_no_file_any_more(story: Story, web: httpx.AsyncClient, tmp_path: Path) -> None:
    member_id = await a_member(story)
    assert "确认注销" in await story.says("林小满", "注销")
    assert (await story.says("林小满", "1")).startswith("这句话没能看懂")
    said = await story.says("林小满", "确认注销")
    assert said == "好的，已经全部删除；旧备份最多再留 30 天。名册里的一条要去掉，请找办公室。"
    database = story.product.database
    with database.reading() as db:
        assert db.exec(select(Follower).where(Follower.openid == story.openid("林小满"))).all() == []
        assert story.openid("林小满") not in db.exec(select(InboundKey.openid)).all()
        assert db.exec(select(Member.name).where(Member.id == member_id)).one() == "林小满"
        assert db.exec(select(Audit.action)).all()[-1] == "erase_own"
    await Cleaner(story.product.writer, Retention()).clean(story.product.clock.now())
    left = in_files(tmp_path) if database.is_sqlite else in_tables(database)
    for trace in (*MINE, story.openid("林小满")):
        assert trace.encode() not in left
    assert "林小满".encode() in left
    # Whoever writes again is a stranger, who has agreed to nothing.
    assert "还没有同意" in await story.says("林小满", "打卡")


async def test_what_they_wrote_to_somebody_goes_with_them(story: Story, tmp_path: Path) -> None:
    await story.joins("书记甲")
    await a_member(story)
    await story.says("林小满", "意见 麦苗返青之前开会")
    await story.says("林小满", "1")
    for words in ("注销", "确认注销"):
        await story.says("林小满", words)
    await Cleaner(story.product.writer, Retention()).clean(story.product.clock.now())
    assert "麦苗返青" not in await story.says("书记甲", "看")
    if story.product.database.is_sqlite:
        assert "麦苗返青".encode() not in in_files(tmp_path)


async def test_nobody_is_erased_by_half_a_sentence(story: Story) -> None:
    member_id = await a_member(story)
    assert await story.says("林小满", "确认注销") == "要删除您的数据，先回复 注销，看清楚再确认。"
    await story.says("林小满", "注销")
    await story.says("林小满", "取消")
    assert "先回复 注销" in await story.says("林小满", "确认注销")
    await story.says("林小满", "注销")
    story.emulator.clock.set(beijing("2026-07-01 06:11"))
    assert "先回复 注销" in await story.says("林小满", "确认注销")
    await story.joins("书记甲")
    assert "最后一位管理员" in await story.says("书记甲", "注销")
    with story.product.database.reading() as db:
        assert db.exec(select(Follower.member_id).where(Follower.member_id == member_id)).one() == member_id


async def test_without_an_address_there_is_no_link(story: Story) -> None:
    story.product.means.config = story.product.config.model_copy(
        update={"server": story.product.config.server.model_copy(update={"public_url": ""})}
    )
    await a_member(story)
    assert await story.says("林小满", "导出我的数据") == "这里还不能用网页下载。要一份您的数据，请找办公室。"


async def test_who_is_inactive_still_sees_takes_and_ends_what_is_theirs(story: Story) -> None:
    member_id = await a_member(story)

    def deactivate(db: Session) -> None:
        db.get_one(Member, member_id).status = Status.INACTIVE

    await story.product.writer.run(deactivate)
    assert (await story.says("林小满", "打卡")).startswith("您好，这里暂时不能为您服务")
    assert (await story.says("林小满", "我的数据")).startswith("这里存着您的：")
    assert "/m/data/" in await link(story)
    assert "同意，第 3 版" in await story.says("林小满", "我的同意")
    await story.says("林小满", "注销")
    assert (await story.says("林小满", "确认注销")).startswith("好的，已经全部删除")
