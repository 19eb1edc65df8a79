"""Each member's own shelf, and the branch's, on which there are titles and numbers and no names."""

import pytest_asyncio
from sqlmodel import Session, select

from models.branch import plant
from models.library import Book
from models.reading import Reading
from models.role import RoleKind
from tests.flows.conftest import Story


@pytest_asyncio.fixture
async def branch(story: Story) -> Story:
    """Three books, two members and their leader."""
    books = [Book(title="乡土中国", author="费孝通"), Book(title="平凡的世界"), Book(title="平凡的一天")]
    await story.product.writer.run(lambda db: db.add_all(books))
    for name in ("林小满", "周读书"):
        await story.person(name)
        await story.joins(name)
    leader = await story.person("组长丙")
    await story.role(leader, RoleKind.LEADER, "第二小组")
    await story.joins("组长丙")
    return story


async def test_a_book_is_wanted_read_and_finished(branch: Story) -> None:
    story = branch
    assert await story.says("林小满", "我的书架") == "您的书架还空着。回复 想读 加书名，放上一本。"
    assert await story.says("林小满", "想读 乡土中国") == (
        "《乡土中国》放上您的书架了。开始读时，回复 在读 乡土中国 加页数。"
    )
    assert await story.says("林小满", "在读 乡土 120 页") == "记下了：在读《乡土中国》，到第 120 页。"
    assert await story.says("林小满", "读到《乡土中国》，第135页") == "记下了：在读《乡土中国》，到第 135 页。"
    await story.says("林小满", "在读《平凡的世界》")
    assert await story.says("林小满", "我的书架") == "您的书架：\n在读《平凡的世界》\n在读《乡土中国》，到第 135 页"
    assert await story.says("林小满", "读完 乡土中国 薄薄一册，读得下去") == (
        "记下了：读完《乡土中国》。这句话只有您看得到；愿意给大家看，回复 分享书评 乡土中国。"
    )
    assert (await story.says("林小满", "我的书架")).endswith("读完《乡土中国》：薄薄一册，读得下去")


async def test_which_book_is_asked_back(branch: Story) -> None:
    story = branch
    asked = "书单里没有《平凡》，想说的是哪一本？回复编号就好。\n1 《平凡的一天》\n2 《平凡的世界》\n"
    assert await story.says("林小满", "在读 平凡 30 页") == asked + "3 就是《平凡》，记在自己的书架上"
    assert await story.says("林小满", "2") == "记下了：在读《平凡的世界》，到第 30 页。"
    # What isn't in the library is kept only when that is meant, and then for its owner alone.
    not_listed = "书单里没有《点别的》。要记在您自己的书架上，回复 1。\n1 就是《点别的》，记在自己的书架上"
    assert await story.says("林小满", "想读 点别的") == not_listed
    await story.says("林小满", "取消")
    assert "点别的" not in await story.says("林小满", "我的书架")
    assert await story.says("林小满", "读完《家里的书》很好") == "记下了：读完《家里的书》，这句话只有您看得到。"
    assert "家里的书" not in await story.says("周读书", "书架")
    assert await story.says("林小满", "分享书评 家里的书") == (
        "您的书架上没有能这样做的《家里的书》。回复 我的书架 看一看。"
    )


async def test_a_page_alone_is_of_the_book_that_is_being_read(branch: Story) -> None:
    story = branch
    assert (await story.says("林小满", "读到 20 页")).startswith("您的书架上没有在读的书。")
    await story.says("林小满", "我在读《乡土中国》")
    assert await story.says("林小满", "读到第20页") == "记下了：在读《乡土中国》，到第 20 页。"
    await story.says("林小满", "在读 平凡的世界")
    asked = await story.says("林小满", "读到 30 页")
    assert asked == "想说的是哪一个？回复编号就好。\n1 《平凡的世界》\n2 《乡土中国》"
    assert await story.says("林小满", "二") == "记下了：在读《乡土中国》，到第 30 页。"


async def test_talk_about_reading_is_no_command(branch: Story) -> None:
    story = branch
    for said in ("在读，但是没空", "想读书", "读完了", "书架在哪买的", "不读书可惜", "我在读乡土中国呢"):
        assert (await story.says("林小满", said)).startswith("这句话没能看懂"), said
    assert "还空着" in await story.says("林小满", "我的书架")


async def test_the_branch_sees_sums_and_the_leader_no_more(branch: Story) -> None:
    story = branch
    empty = "支部的书架还空着。回复 在读 加书名，放上第一本。"
    assert await story.says("林小满", "书架") == empty
    await story.says("林小满", "在读 乡土中国")
    await story.says("周读书", "读完 乡土中国 好书")
    await story.says("周读书", "想读 平凡的世界")
    shelf = "晨光支部的书架：\n《乡土中国》1 人在读，1 人读完"
    for name in ("林小满", "组长丙"):
        assert await story.says(name, "书架") == shelf
    # Another branch has a shelf of its own.
    await story.person("别处的人", branch_id=await story.product.writer.run(_another_branch))
    await story.joins("别处的人")
    assert await story.says("别处的人", "书架") == empty
    await story.joins("书记甲")
    await story.product.writer.run(lambda db: db.add(Book(title="另一本")))
    await story.says("书记甲", "停用 周读书")
    await story.says("书记甲", "1")
    assert await story.says("林小满", "书架") == "晨光支部的书架：\n《乡土中国》1 人在读"


def _another_branch(db: Session) -> int:
    made = plant(db, "别的支部")
    assert made.id is not None
    return made.id


async def test_a_review_is_shared_by_its_writer_and_taken_back(branch: Story) -> None:
    story = branch
    none = "还没有人分享《乡土中国》的书评。"
    await story.says("林小满", "读完 乡土中国 薄薄一册")
    assert await story.says("周读书", "书评 乡土中国") == none
    assert await story.says("林小满", "分享书评 乡土中国") == (
        "《乡土中国》的书评分享了，支部里的人看得到，带着您的姓名。要收回，回复 收回书评 乡土中国。"
    )
    assert await story.says("周读书", "书评 乡土") == "《乡土中国》的书评：\n林小满：薄薄一册"
    assert (await story.says("周读书", "书架")).endswith("有人分享了书评，回复 书评 加书名。")
    assert await story.says("林小满", "收回书评 乡土中国") == "《乡土中国》的书评收回了，只有您看得到。"
    assert await story.says("周读书", "书评 乡土中国") == none


async def test_a_book_with_words_is_taken_off_only_after_a_question(branch: Story) -> None:
    story = branch
    await story.says("林小满", "想读 平凡的世界")
    await story.says("林小满", "读完 乡土中国 薄薄一册")
    assert await story.says("林小满", "不读 平凡的世界") == "《平凡的世界》不在您的书架上了。"
    assert (await story.says("林小满", "不读 乡土中国")).endswith("确定请回复 1。")
    assert await story.says("林小满", "1") == "《乡土中国》不在您的书架上了。"
    await story.says("林小满", "读完 乡土中国 又读一遍")
    await story.unfollows("林小满")
    with story.product.database.reading() as db:
        assert db.exec(select(Reading)).all() == []
