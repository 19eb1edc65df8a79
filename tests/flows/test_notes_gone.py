"""Whatever takes an author out of the branch takes their notes off its wall, in every way of looking."""

from sqlmodel import Session, select

from models import leaving
from models.branch import BranchKind, plant
from models.erasing import erase_member
from models.member import Member
from models.note import Comment, Thanks
from models.push import Push
from tests.flows.conftest import Story
from tests.flows.test_notes import NOTE, OTHER, count, members, written


async def story_so_far(story: Story) -> tuple[int, int]:
    """A note of 林小满's with a comment of 周一鸣's, and one of 周一鸣's; their numbers."""
    await members(story, "林小满", "周一鸣", "郑晚晴")
    first, second = await written(story, "林小满"), await written(story, "周一鸣", OTHER)
    await story.says("周一鸣", f"评 {first} 说得实在")
    await story.says("林小满", f"谢谢 {second}")
    return first, second


async def gone(story: Story, number: int) -> None:
    assert "林小满" not in await story.says("郑晚晴", "心得墙")
    for words in ("心得 {}", "谢谢 {}", "评 {} 好"):
        assert await story.says("郑晚晴", words.format(number)) == f"没有编号为 {number} 的心得。"
    assert "没有编号为" in await story.says("书记甲", f"撤下心得 {number} 不妥")
    # Nor is anything compared with it any more.
    assert "存好了" in await story.says("郑晚晴", f"心得 {NOTE}")


async def test_whoever_is_inactive_is_off_the_wall(story: Story) -> None:
    await story.joins("书记甲")
    first, second = await story_so_far(story)
    await story.says("书记甲", "停用 林小满")
    await story.says("书记甲", "1")
    await gone(story, first)
    await story.says("书记甲", "停用 周一鸣")
    await story.says("书记甲", "1")
    await story.says("书记甲", "启用 林小满")
    # Back on the roster, back on the wall; the comment of somebody inactive isn't shown.
    assert "评论：" not in await story.says("郑晚晴", f"心得 {first}")
    assert "没有编号为" in await story.says("郑晚晴", f"心得 {second}")


async def test_whoever_moves_to_another_branch_is_off_the_wall(story: Story) -> None:
    await story.joins("书记甲")
    first, _ = await story_so_far(story)
    ids = await story.product.writer.run(elsewhere)
    story.groups["第七支部"] = ids[1]
    await gone(story, first)
    await story.person("远方客", branch_id=ids[1])
    await story.joins("远方客")
    # Nor does it appear on the new wall by itself; and what was said on the old one stays there.
    assert "还没有心得" in await story.says("远方客", "心得墙")
    assert "自己看，评论 1：" in await story.says("林小满", "我的心得")
    assert "放到心得墙上了" in await story.says("林小满", f"分享心得 {first}")
    seen = await story.says("远方客", f"心得 {first}")
    assert NOTE in seen
    assert "评论" not in seen
    assert "没有编号为" in await story.says("郑晚晴", f"心得 {first}")


def elsewhere(db: Session) -> tuple[int, int]:
    branch = plant(db, "第七支部")
    group = plant(db, "第一小组", branch, BranchKind.GROUP)
    member = db.exec(select(Member).where(Member.name == "林小满")).one()
    assert branch.id is not None
    assert group.id is not None
    member.branch_id = group.id
    return branch.id, group.id


async def test_whoever_leaves_the_account_takes_their_notes_along(story: Story) -> None:
    await story.joins("书记甲")
    first, second = await story_so_far(story)
    await story.unfollows("林小满")
    await gone(story, first)
    # The comment on it went with it, their thanks for others' too.
    assert count(story, Comment) == 0
    assert count(story, Thanks) == 0
    assert OTHER in await story.says("郑晚晴", f"心得 {second}")


async def test_whoever_is_erased_leaves_nothing_on_the_wall(story: Story) -> None:
    await story.joins("书记甲")
    first, second = await story_so_far(story)

    def erase(db: Session) -> None:
        erase_member(db, db.exec(select(Member).where(Member.name == "林小满")).one(), story.product.clock.now())

    await story.product.writer.run(erase)
    await gone(story, first)
    assert count(story, Comment) == count(story, Thanks) == 0
    assert OTHER in await story.says("郑晚晴", f"心得 {second}")


async def test_moving_within_the_branch_changes_nothing(story: Story) -> None:
    first, _ = await story_so_far(story)

    def move(db: Session) -> None:
        db.exec(select(Member).where(Member.name == "林小满")).one().branch_id = story.groups["第一小组"]

    await story.product.writer.run(move)
    assert "周一鸣：说得实在" in await story.says("郑晚晴", f"心得 {first}")


async def test_deactivating_leaves_no_news_behind(story: Story) -> None:
    ids = await members(story, "林小满", "周一鸣")
    number = await written(story, "林小满")
    await story.says("周一鸣", f"谢谢 {number}")
    await story.product.writer.run(
        lambda db: leaving.deactivate(db, db.get_one(Member, ids["林小满"]), story.product.clock.now().date())
    )
    with story.product.database.reading() as db:
        assert db.exec(select(Push.status)).all() == ["cancelled"]
