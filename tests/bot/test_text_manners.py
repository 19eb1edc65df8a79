"""The sentences people read every day keep the house's manners, in every pack."""

import re
import tomllib
import unicodedata
from pathlib import Path

import pytest

import bot.texts
from bot.texts import Texts, packs, split
from bot.texts.examples import VALUES
from bot.texts.lint import DATES, LONGEST, OPERATOR, STYLE, problems
from bot.texts.manners import begging
from models.broadcast import BroadcastKind
from scheduler.cause import Cause
from scheduler.routes import Route

FOLDER = Path(bot.texts.__file__).parent
BASE_FILES = sorted((FOLDER / "sentences").glob("*.toml"))

# Longer than one glance, and why that is right. Nothing in here is ever sent to somebody who did not ask.
LONG = {
    "follow.details": "the whole consent text, sent to whoever writes 详情",
    "help.member": "a list of commands, sent to whoever writes 帮助",
}

# What may stand in one message together, and so has to be short together.
TOGETHER = [
    ("checkin.done", "checkin.streak"),
    ("checkin.done_for", "checkin.streak"),
    ("birthday.greeting_standing", "birthday.round_years", "birthday.invitation"),
    ("birthday.moved_standing", "birthday.round_years", "birthday.invitation"),
    ("birthday.late_standing", "birthday.round_years", "birthday.invitation"),
    ("why.about", "why.window_never"),
    ("topic.latest", "topic.head_category", "topic.summary", "topic.question", "topic.invite"),
]

BEGGING = re.compile(r"收到请回|请回复收到|求回复|记得回复|别忘了|快来|不要错过|互动一下|点赞|转发朋友圈|邀请好友")


@pytest.fixture(scope="module", params=packs())
def texts(request: pytest.FixtureRequest) -> Texts:
    return Texts.load(request.param)


def filled(texts: Texts, key: str) -> str:
    return texts(key, **{name: VALUES.get(name, "某某") for name in texts.variables(key)})


def in_the_chat(texts: Texts) -> list[str]:
    return [key for key in texts.keys if not key.startswith(OPERATOR)]


def faults(pattern: re.Pattern[str], texts: Texts) -> dict[str, str]:
    """The sentences of the chat in which `pattern` is found, for a message that says where to look."""
    found = {key: pattern.search(filled(texts, key)) for key in in_the_chat(texts)}
    return {key: match.group() for key, match in found.items() if match}


@pytest.mark.parametrize("pack", packs())
def test_the_lint_has_nothing_to_say_of_a_pack_that_comes_along(pack: str) -> None:
    own_words = [problem for problem in problems(FOLDER / "packs" / pack) if problem.code != "variable_unused"]
    assert own_words == []


def test_every_term_is_used_in_some_sentence() -> None:
    base = "".join(file.read_text(encoding="utf-8") for file in BASE_FILES)
    assert [term for term in Texts.load("party").terms if f"{{{term}}}" not in base] == []


def test_the_reading_club_never_sounds_like_an_office() -> None:
    club = Texts.load("reading-club")
    office = re.compile("支部|书记(?!录)|党|同志|政治生日|您|誓(?!词$)")
    own = {key: club(key, **dict.fromkeys(club.variables(key), "某某")) for key in in_the_chat(club)}
    assert {key: found.group() for key, sentence in own.items() if (found := office.search(sentence))} == {}


def test_the_two_packs_differ_where_people_meet_them_first() -> None:
    party, club = Texts.load("party"), Texts.load("reading-club")
    for key in ("follow.greeting", "bind.done", "checkin.done", "topic.head", "book.head", "birthday.greeting"):
        assert filled(party, key) != filled(club, key)


def test_the_oath_is_the_constitutions_text_to_the_character() -> None:
    # Constitution of the Communist Party of China, Article 6, typed in clause by clause, not copied from the pack.
    clauses = (
        "我志愿加入中国共产党",
        "拥护党的纲领",
        "遵守党的章程",
        "履行党员义务",
        "执行党的决定",
        "严守党的纪律",
        "保守党的秘密",
        "对党忠诚",
        "积极工作",
        "为共产主义奋斗终身",
        "随时准备为党和人民牺牲一切",
        "永不叛党",
    )
    party = Texts.load("party")
    assert party("oath.text") == "，".join(clauses) + "。"
    assert sum(len(clause) for clause in clauses) == 80
    assert party.variables("oath.text") == frozenset()


def test_the_oath_fits_one_message_and_is_never_cut() -> None:
    oath = Texts.load("party")("oath.text")
    assert split(oath) == [oath]


def test_who_has_no_oath_sends_none() -> None:
    assert Texts.load("reading-club")("oath.text") == ""


@pytest.mark.parametrize("file", BASE_FILES, ids=lambda file: str(file.stem))
def test_a_topic_file_says_who_reads_it_and_what_its_variables_mean(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    comments = " ".join(line for line in source.splitlines() if line.startswith("#"))
    used = {name for sentence in tomllib.loads(source).values() for name in re.findall(r"{([a-z_]+)}", sentence)}
    assert source.startswith("# 谁读、何时读：")
    assert [name for name in sorted(used) if not re.search(rf"(?<![a-z_]){name}(?![a-z_])", comments)] == []


def test_sentences_are_short_unless_there_is_a_reason(texts: Texts) -> None:
    lengths = {key: len(filled(texts, key)) for key in in_the_chat(texts) if key not in LONG}
    assert {key: length for key, length in lengths.items() if length > LONGEST} == {}


def test_the_list_of_long_sentences_holds_no_short_ones() -> None:
    longest = {key: max(len(filled(Texts.load(pack), key)) for pack in packs()) for key in LONG}
    assert {key: length for key, length in longest.items() if length <= LONGEST} == {}


@pytest.mark.parametrize("keys", TOGETHER, ids="+".join)
def test_what_comes_together_is_short_together(texts: Texts, keys: tuple[str, ...]) -> None:
    assert len("".join(filled(texts, key) for key in keys)) <= LONGEST


def test_no_emoji(texts: Texts) -> None:
    odd = {"So", "Sk", "Cs", "Co", "Cn", "Cf"}
    assert {key for key in texts.keys if odd & {unicodedata.category(c) for c in filled(texts, key)}} == set()


@pytest.mark.parametrize("pattern", [*map(STYLE.get, ("shouting", "blaming", "jargon")), BEGGING])
def test_nobody_is_shouted_at_blamed_begged_or_puzzled(texts: Texts, pattern: re.Pattern[str]) -> None:
    assert faults(pattern, texts) == {}


@pytest.mark.parametrize(
    "text",
    [
        "求回复，求回复",
        "请务必回复 1",
        "请各位一定要回个话",
        "不回复就不再提醒您",
        "没回复的话，我们以后不再发",
        "为了保持窗口，请说一句话",
        "回复 1 打开会话窗口",
        "回复之后才能继续收到",
        "随便发个字就行",
        "随便 回一下",
        "请点一下菜单，否则收不到明天的内容",
        "来互动一下",
        "别忘了回复",
    ],
)
def test_a_text_that_begs_for_a_reply_is_found_out(text: str) -> None:
    assert begging(text)


@pytest.mark.parametrize(
    "text",
    [
        "学过了回复 1，就记下了。",
        "确定请回复 1。",
        "明天下午三点在三楼开会，不能来的请告诉组长。",
        "收到请回复",
        "有不发的，回复 不发 和姓名。",
        "愿意的话，回复几句感言。",
        "窗口前排队请间隔一米，办事窗口九点打开。",
        "务必带上笔记本，会后一定要关灯。",
        "",
    ],
)
def test_saying_what_an_answer_does_is_no_begging(text: str) -> None:
    assert begging(text) is None


def test_one_request_a_message(texts: Texts) -> None:
    asking = {
        key: len(re.findall("(?<!邀)请(?!勿)", filled(texts, key))) for key in in_the_chat(texts) if key not in LONG
    }
    assert {key: times for key, times in asking.items() if times > 1} == {}


def test_chinese_and_latin_are_kept_apart(texts: Texts) -> None:
    plain = {key: DATES.sub("某日", filled(texts, key)) for key in texts.keys}
    assert {key: found.group() for key, text in plain.items() if (found := STYLE["squeezed"].search(text))} == {}


def test_punctuation_is_full_width(texts: Texts) -> None:
    assert faults(STYLE["half_width"], texts) == {}


def test_nothing_is_doubled_or_left_dangling(texts: Texts) -> None:
    assert faults(re.compile(r"[，。；：、？]{2}|[ \t]\n|\n{3}|^\s|\s$|[，、；]$|  "), texts) == {}


def test_the_party_pack_is_polite() -> None:
    assert faults(re.compile("你"), Texts.load("party")) == {}


def test_years_in_the_party_are_only_named_where_they_are_known() -> None:
    party = Texts.load("party")
    naming = {key for key in party.keys if "党龄" in filled(party, key)}
    assert naming == {"birthday.greeting_standing", "birthday.moved_standing", "birthday.late_standing"}
    for key in (
        "birthday.probationary",
        "birthday.moved_probationary",
        "birthday.late_probationary",
        "birthday.greeting_plain",
        "birthday.moved_plain",
        "birthday.late_plain",
    ):
        assert not party.variables(key) & {"years", "standing"}


def test_the_greeting_says_all_that_must_be_said_before_anyone_agrees(texts: Texts) -> None:
    for key in ("follow.greeting", "follow.greeting_imported"):
        greeting = filled(texts, key)
        for must in ("只存微信标识", "同意后再存", "管理员", "消息经由微信", "请勿发送涉密、敏感内容"):
            assert must in greeting
        assert greeting.endswith("回复 同意 开始，回复 详情 看全文；不同意不影响任何事。")


def test_no_name_appears_before_the_code_was_right(texts: Texts) -> None:
    for key in ("follow.greeting", "follow.details", "follow.agreed", "follow.visitor", "bind.wrong", "bind.wait"):
        assert not texts.variables(key) & {"name", "group"}


def test_the_consent_text_comes_in_one_piece(texts: Texts) -> None:
    assert len(split(filled(texts, "follow.details"))) == 1


def test_every_cause_and_every_kind_of_push_has_its_words() -> None:
    why = {key.removeprefix("why.") for key in Texts.load("party").keys if key.startswith("why.")}
    kinds = {f"what_{kind}" for kind in BroadcastKind}
    routes = {f"route_{route}" for route in set(Route) - {Route.HELD, Route.EXPIRED}}
    assert why == {str(cause) for cause in Cause} | kinds | routes | {"about", "route_unknown"}
