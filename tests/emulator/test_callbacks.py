"""Pushes: signed in three modes and two formats, answered within the deadline, repeated, and shown."""

from tests.emulator.desk import ALICE, Desk

NOTICE = "该公众号提供的服务出现故障，请稍后再试"


async def test_a_message_reaches_wechatpy_and_its_answer_reaches_the_phone(desk: Desk) -> None:
    desk.server.says("已记下今天的学习")
    answer = await desk.write(ALICE, "打卡 读了第三章")
    assert (answer["attempts"], answer["status"]) == (1, 200)
    assert answer["reply"]["content"] == "已记下今天的学习"
    message = desk.server.read(desk.server.requests[0])
    assert (message.source, message.target, message.content) == (ALICE, "gh_0123456789ab", "打卡 读了第三章")
    assert message.id > 2**53
    shown = await desk.phone(ALICE)
    assert [(item["n"], item["from"], item["route"], item["type"], item["content"]) for item in shown] == [
        (1, "member", "member", "text", "打卡 读了第三章"),
        (2, "account", "passive", "text", "已记下今天的学习"),
    ]
    assert shown[1]["at"] == "2026-07-01T08:00:00.000+08:00"
