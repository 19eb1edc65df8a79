"""What is forgiven in a message, and what never is."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dispatch import FREE_TEXT, meaning
from bot.handlers import bind, birthday, broadcast, broadcast_course, checkin, follow, roster, settings
from bot.offers.alike import EXAMPLES
from bot.offers.likeliest import MOST, likeliest, tap
from bot.offers.table import OFFERS, Offer
from bot.reading.slips import FORGIVEN
from bot.script import simplified
from bot.turn import Who

NEVER_GUESSED = [
    "停用 王建国",
    "启用 王建国",
    "不发 王建国",
    "确认 58",
    "同意发 12",
    "撤回 12",
    "暂停 12",
    "恢复 12",
    "撤回",
    "全部暂停",
    "广播 三楼开会",
    "取消庄重日 5月12日",
    # Nobody else's business, but not to be undone.
    "确认注销",
    "确认退出",
]


@pytest.mark.parametrize("said", NEVER_GUESSED)
def test_a_slip_in_what_reaches_others_or_is_final_is_never_put_right(said: str) -> None:
    word = said.partition(" ")[0]
    for place in range(len(word)):
        assert meaning(f"{said[:place]}口{said[place + 1 :]}").command is FREE_TEXT


@pytest.mark.parametrize("said", NEVER_GUESSED)
@pytest.mark.parametrize("ending", ["吗", "了吗？", "？", "了"])
def test_what_reaches_others_or_is_final_is_not_done_when_it_is_asked_about(said: str, ending: str) -> None:
    found, meant = meaning(said + ending), meaning(said)
    assert found.command is FREE_TEXT or found.words != meant.words or found.words.get("text")


@pytest.mark.parametrize("said", FORGIVEN)
def test_whatever_is_forgiven_is_a_command_and_no_consent(said: str) -> None:
    found = meaning(said).command
    assert found is not FREE_TEXT
    assert found.handle not in (follow.agree, follow.decline)


@pytest.mark.parametrize("said", ["同意吗？", "同意了吗", "大家同意", "同亿", "不是同意"])
def test_consent_is_not_guessed(said: str) -> None:
    assert meaning(said).command.handle is not follow.agree


def test_content_is_kept_as_it_was_written() -> None:
    assert meaning("打咔 今天學了《總綱》，謝謝老師").words == {"note": "今天學了《總綱》，謝謝老師"}
    assert meaning("廣播 週五交筆記，謝謝").words == {"text": "週五交筆記，謝謝"}
    assert meaning("綁定碼 陳曉華").words == {"name": "陳曉華"}


def test_what_is_chosen_from_is_read_in_simplified_characters() -> None:
    found = meaning("停薦書")
    assert (found.command.handle, found.words) == (settings.stop, {"kind": "荐书"})


@pytest.mark.parametrize(
    ("said", "handle"),
    [
        ("尊敬的书记您好，请问能不能帮我把王建国停用，谢谢您", None),
        ("您好，麻烦帮我停用 王建国，谢谢", roster.deactivate),
        ("王建国的绑定码", bind.issue_code),
        ("这次别给王建国发祝贺", birthday.strike),
        ("好的，撤回刚才的广播", broadcast_course.take_back),
        ("麻烦您广播 明天开会", broadcast.compose),
    ],
)
def test_politeness_and_other_wordings(said: str, handle: object) -> None:
    assert meaning(said).command.handle is (handle or FREE_TEXT.handle)


@given(st.text(max_size=40))
def test_nothing_that_anybody_writes_is_an_error(said: str) -> None:
    meaning(said)
    assert len(likeliest(said, Who.ADMIN)) == MOST
    assert len(simplified(said)) == len(said)


def test_a_long_note_may_begin_with_a_slip() -> None:
    note = "今天读了第三章。" * 40
    assert meaning(f"打咔 {note}").command.decide is checkin.check_in


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: str(offer.says))
def test_whatever_is_offered_may_be_done_by_whom_it_is_offered_to(offer: Offer) -> None:
    found = meaning(offer.says).command
    assert found is not FREE_TEXT
    assert found.who <= offer.who


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("亭用 王建国", "停用 王建国"),
        ("撤会 12", "撤回 12"),
        ("全部赞停", "全部暂停"),
        ("昨天忘了打卡", "补卡 昨天"),
        ("我不想收这些了，怎么停", "停"),
        ("老张调走了", "转出 老张"),
        ("我今天读完了第五章，感觉收获很大", "打卡 我今天读完了第五章，感觉收获很大"),
        ("发得有点早，能不能挪到九点", "提醒时间 九点"),
        ("我出差到周五", "请假 到周五"),
        ("王建国那边一直没收到", "为什么 王建国 没收到"),
        ("想给所有人发条消息：周五三点开会", "广播 周五三点开会"),
        ("先别自动发了", "全部暂停"),
        ("今天天气真好", "打卡"),
    ],
)
def test_the_likeliest_comes_first(said: str, first: str) -> None:
    assert likeliest(said, Who.ADMIN)[0] == first


SAID = [(says, phrase) for says, phrases in tomllib.loads(EXAMPLES.read_text()).items() for phrase in phrases]


@pytest.mark.parametrize(("says", "phrase"), SAID)
def test_each_example_leads_to_its_offer(says: str, phrase: str) -> None:
    (offer,) = [one for one in OFFERS if one.says == says]
    assert any(one.startswith(offer.whole.partition("{")[0].strip()) for one in likeliest(phrase, offer.who))


def test_a_text_that_could_break_out_of_its_link_is_not_offered() -> None:
    assert likeliest('给大家发个消息：明天" onclick=1>开会', Who.ADMIN)[0] == "广播"


def test_a_member_is_offered_nothing_of_an_admin() -> None:
    admins = {offer.says for offer in OFFERS if offer.who > Who.MEMBER}
    assert not admins & set(likeliest("广播 停用 撤回 恢复", Who.MEMBER))


def test_a_link_sends_what_it_shows_and_nothing_breaks_out_of_it() -> None:
    assert tap("打卡") == '<a href="weixin://bizmsgmenu?msgmenucontent=打卡&msgmenuid=1">打卡</a>'
    assert "msgmenucontent=停用%20王建国&" in tap("停用 王建国")
    long = "打卡 今天看完了党史第三讲，很受触动"
    assert tap(long).endswith(f'msgmenucontent={long.replace(" ", "%20")}&msgmenuid=1">打卡 今天看完了党史第三讲…</a>')
    assert likeliest('亭用 ">&<', Who.ADMIN)[0] == "停用"
