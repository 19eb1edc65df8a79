"""Drafts, and publishing them: nobody is told, and an article gets an address."""

from typing import Any

import pytest

from tests.emulator.desk import ALICE, Desk


def article(title: str = "第一课", **more: Any) -> dict[str, Any]:
    return {"title": title, "content": f"<p>{title}</p>", "thumb_media_id": "EMULATED_IMAGE", **more}


async def draft(desk: Desk, *titles: str) -> str:
    answer = await desk.post("draft/add", {"articles": [article(title) for title in titles or ("第一课",)]})
    return str(answer["media_id"])


async def test_a_draft_is_kept_changed_listed_and_deleted(desk: Desk) -> None:
    id = await draft(desk, "第一课", "第二课")
    body = {"media_id": id, "index": 1, "articles": article("改好的第二课", author="林小满")}
    assert (await desk.post("draft/update", body))["errcode"] == 0
    items = (await desk.post("draft/get", {"media_id": id}))["news_item"]
    assert [(item["title"], item["author"]) for item in items] == [("第一课", ""), ("改好的第二课", "林小满")]
    assert (await desk.http.get(items[0]["thumb_url"].removeprefix(desk.base))).status_code == 200
    assert (await desk.get("draft/count")) == {"total_count": 1}
    page = await desk.post("draft/batchget", {"offset": 0, "count": 20, "no_content": 1})
    assert (page["total_count"], page["item"][0]["content"]["news_item"][0]["content"]) == (1, "")
    assert (await desk.post("draft/delete", {"media_id": id}))["errcode"] == 0
    assert (await desk.post("draft/get", {"media_id": id}))["errcode"] == 40007


async def test_a_single_article_gets_a_digest_of_its_own(desk: Desk) -> None:
    id = await draft(desk)
    assert (await desk.post("draft/get", {"media_id": id}))["news_item"][0]["digest"] == "<p>第一课</p>"


async def test_pictures_alone_are_an_article_too(desk: Desk) -> None:
    pictures = {"image_list": [{"image_media_id": "EMULATED_IMAGE"}]}
    body = {"article_type": "newspic", "title": "合影", "content": "一组照片", "image_info": pictures}
    assert "media_id" in await desk.post("draft/add", {"articles": [body]})
    wrong = body | {"image_info": {"image_list": []}}
    assert (await desk.post("draft/add", {"articles": [wrong]}))["errcode"] == 53404


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"title": "长" * 33}, 45003),
        ({"author": "长" * 17}, 45110),
        ({"digest": "长" * 121}, 45004),
        ({"content": "长" * 20_001}, 45166),
        ({"content": ""}, 45166),
        ({"title": ""}, 44003),
        ({"thumb_media_id": "nothing"}, 40007),
        ({"article_type": "poem"}, 53404),
    ],
)
async def test_what_no_article_can_be_is_refused(desk: Desk, change: dict[str, Any], errcode: int) -> None:
    assert (await desk.post("draft/add", {"articles": [article() | change]}))["errcode"] == errcode


async def test_a_draft_has_one_to_eight_articles(desk: Desk) -> None:
    for number in (0, 9):
        assert (await desk.post("draft/add", {"articles": [article()] * number}))["errcode"] == 44003
    id = await draft(desk)
    assert (await desk.post("draft/update", {"media_id": id, "index": 1, "articles": article()}))["errcode"] == 40065
    assert (await desk.post("draft/batchget", {"offset": 0, "count": 21}))["errcode"] == 40097


async def test_publishing_consumes_the_draft_and_tells_the_address(desk: Desk) -> None:
    id = await draft(desk)
    publish_id = (await desk.post("freepublish/submit", {"media_id": id}))["publish_id"]
    told = (await desk.receipts())[0]._data["PublishEventInfo"]
    assert (told["publish_id"], told["publish_status"]) == (publish_id, "0")
    url = told["article_detail"]["item"]["article_url"]
    assert "第一课" in (await desk.http.get(url.removeprefix(desk.base))).text
    got = await desk.post("freepublish/get", {"publish_id": publish_id})
    assert (got["publish_status"], got["article_detail"]["item"][0]["article_url"]) == (0, url)
    assert (await desk.post("freepublish/getarticle", {"article_id": got["article_id"]}))["news_item"][0]["url"] == url
    assert (await desk.post("freepublish/batchget", {"offset": 0, "count": 1}))["total_count"] == 1
    assert (await desk.post("draft/get", {"media_id": id}))["errcode"] == 40007


@pytest.mark.parametrize("status", [2, 3, 4])
async def test_a_publication_can_fail_and_the_draft_stays(desk: Desk, status: int) -> None:
    await desk.order("settings", publish_status=status)
    id = await draft(desk)
    publish_id = (await desk.post("freepublish/submit", {"media_id": id}))["publish_id"]
    told = (await desk.receipts())[0]._data["PublishEventInfo"]
    assert (told["publish_status"], "article_id" in told) == (str(status), False)
    assert (await desk.post("freepublish/get", {"publish_id": publish_id}))["publish_status"] == status
    assert (await desk.get("draft/count"))["total_count"] == 1


async def test_one_article_or_all_of_them_are_taken_off(desk: Desk) -> None:
    id = await draft(desk, "第一课", "第二课")
    publish_id = (await desk.post("freepublish/submit", {"media_id": id}))["publish_id"]
    got = await desk.post("freepublish/get", {"publish_id": publish_id})
    paths = [item["article_url"].removeprefix(desk.base) for item in got["article_detail"]["item"]]
    body = {"article_id": got["article_id"], "index": 2}
    assert (await desk.post("freepublish/delete", body))["errcode"] == 0
    assert [(await desk.http.get(path)).status_code for path in paths] == [200, 404]
    await desk.post("freepublish/delete", {"article_id": got["article_id"]})
    assert (await desk.http.get(paths[0])).status_code == 404
    assert (await desk.post("freepublish/get", {"publish_id": publish_id}))["publish_status"] == 5
    assert (await desk.post("freepublish/getarticle", {"article_id": got["article_id"]}))["errcode"] == 53600


@pytest.mark.parametrize("kind", ["subscription", "service", "test"])
async def test_drafts_are_for_everybody_and_publishing_is_not(desk: Desk, kind: str) -> None:
    await desk.order("account", kind=kind)
    assert (await desk.get("draft/count"))["total_count"] == 0
    assert (await desk.post("freepublish/submit", {"media_id": "x"}))["errcode"] == 48001


async def test_a_draft_can_be_sent_to_somebody_who_just_wrote(desk: Desk) -> None:
    await desk.write(ALICE)
    body = {"touser": ALICE, "msgtype": "mpnews", "mpnews": {"media_id": await draft(desk)}}
    assert (await desk.post("message/custom/send", body))["errcode"] == 0
    (card,) = (await desk.phone(ALICE))[-1]["fields"]["articles"]
    assert (card["title"], card["url"]) == ("第一课", "")
    assert card["picurl"].endswith("/_/media/EMULATED_IMAGE")
    body["mpnews"] = {"media_id": "nothing"}
    assert (await desk.post("message/custom/send", body))["errcode"] == 40007


async def test_published_articles_are_sent_by_their_id_with_address_and_picture(desk: Desk) -> None:
    await desk.write(ALICE)
    pictures = {"image_list": [{"image_media_id": "EMULATED_IMAGE"}]}
    body = {"article_type": "newspic", "title": "合影", "content": "一组照片", "image_info": pictures}
    id = (await desk.post("draft/add", {"articles": [body]}))["media_id"]
    publish_id = (await desk.post("freepublish/submit", {"media_id": id}))["publish_id"]
    detail = (await desk.post("freepublish/get", {"publish_id": publish_id}))["article_detail"]
    article_id = (await desk.post("freepublish/get", {"publish_id": publish_id}))["article_id"]
    wanted = {"touser": ALICE, "msgtype": "mpnewsarticle", "mpnewsarticle": {"article_id": article_id}}
    assert (await desk.post("message/custom/send", wanted))["errcode"] == 0
    (card,) = (await desk.phone(ALICE))[-1]["fields"]["articles"]
    assert (card["title"], card["url"]) == ("合影", detail["item"][0]["article_url"])
    assert card["picurl"].endswith("/_/media/EMULATED_IMAGE")
