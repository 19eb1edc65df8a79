"""`chenzhong menu push`: what an operator sees of a menu before, while and after it is published."""

import json
from typing import Any

import pytest

from bot.dispatch import is_command
from bot.menu.file import default_file, plain, read_menu
from bot.menu.lint import faults
from bot.texts import packs

from .clinic import Clinic

MENU = """
[[button]]
name = "打卡"
says = "打卡"

[[button]]
name = "更多"

[[button.sub]]
name = "书单"
url = "https://study.example.org/books"

[[button.sub]]
name = "帮助"
says = "帮助"
"""


def _now_shown(clinic: Clinic) -> list[str]:
    """The names on the account's menu, those of sub-buttons behind a dot."""
    menu = clinic.emulator.platform.menu or {"button": []}
    return [
        line
        for button in menu["button"]
        for line in (button["name"], *("·" + sub["name"] for sub in button.get("sub_button", [])))
    ]


def _saved(clinic: Clinic) -> list[str]:
    folder = clinic.terminal.config.data_folder / "menus"
    return sorted(path.name.partition(".")[2] for path in folder.glob("*"))


@pytest.fixture
def menu(clinic: Clinic) -> str:
    """A menu file; its path."""
    return clinic.terminal.file("menu.toml", MENU)


def test_the_difference_is_shown_and_asked_about_before_anything_is_published(clinic: Clinic, menu: str) -> None:
    clinic.calls(
        "/cgi-bin/menu/create",
        {
            "button": [
                {"type": "click", "name": "签到", "key": "签到"},
                {"name": "更多", "sub_button": [{"type": "view", "name": "书单", "url": "https://old.example.org/"}]},
            ]
        },
    )
    said = clinic.terminal.types("menu", "push", menu, answers="n\n")
    assert said.status == 1
    assert said.out.splitlines()[:7] == [
        "＋ 打卡：回复「打卡」",
        "＝ 更多：展开子菜单",
        "　　～ 书单：打开 https://old.example.org/ → 打开 https://study.example.org/books",
        "　　＋ 帮助：回复「帮助」",
        "－ 签到：回复「签到」",
        "＋ 新增　－ 去掉　～ 改动　＝ 不变",
        "发布这份菜单 [y/N]: n",
    ]
    assert said.lines[-1] == "没有发布。"
    assert (_now_shown(clinic), _saved(clinic)) == (["签到", "更多", "·书单"], [])


def test_a_publication_keeps_the_old_menu_and_can_be_taken_back(clinic: Clinic, menu: str) -> None:
    said = clinic.terminal.types("menu", "push", menu, answers="y\n")
    assert said.status == 0
    assert _now_shown(clinic) == ["打卡", "更多", "·书单", "·帮助"]
    assert "换下的菜单存在" in said.out
    assert _saved(clinic) == ["json"]
    back = clinic.terminal.types("menu", "push", "--undo", "--yes")
    assert (back.status, _now_shown(clinic)) == (0, ["打卡"])
    assert _saved(clinic) == ["undone.json"]
    nothing = clinic.terminal.types("menu", "push", "--undo", "--yes")
    assert (nothing.status, nothing.lines[-1][:10]) == (2, "没有可以换回的菜单：")


def test_what_was_taken_back_can_be_published_again_from_where_it_lies(clinic: Clinic, menu: str) -> None:
    clinic.terminal.types("menu", "push", menu, "--yes")
    clinic.terminal.types("menu", "push", "--undo", "--yes")
    (kept,) = (clinic.terminal.config.data_folder / "menus").glob("*.undone.json")
    clinic.terminal.types("menu", "push", str(kept), "--yes")
    assert _now_shown(clinic) == ["打卡", "更多", "·书单", "·帮助"]


def test_publications_are_taken_back_one_by_one_down_to_no_menu_at_all(clinic: Clinic, menu: str) -> None:
    clinic.order("menu", {"button": []})
    clinic.emulator.platform.menu = None
    assert "现在没有用程序发布的菜单。" in clinic.terminal.types("menu", "push", menu, "--yes").out
    clinic.terminal.types("menu", "push", "--yes")
    assert _now_shown(clinic) == ["打卡", "学习", "·今日学习", "·荐书", "我的", "·我的打卡", "·帮助"]
    clinic.terminal.types("menu", "push", "--undo", "--yes")
    assert _now_shown(clinic) == ["打卡", "更多", "·书单", "·帮助"]
    last = clinic.terminal.types("menu", "push", "--undo", answers="y\n")
    assert "撤掉菜单，回到没有菜单的时候 [y/N]" in last.out
    assert (last.lines[-1], clinic.emulator.platform.menu) == ("已撤掉菜单。", None)


def test_the_same_menu_again_publishes_nothing(clinic: Clinic, menu: str) -> None:
    clinic.terminal.types("menu", "push", menu, "--yes")
    again = clinic.terminal.types("menu", "push", menu)
    assert (again.status, again.lines[-1]) == (0, "菜单已经是这样，不用发布。")
    assert _saved(clinic) == ["json"]


def test_a_dry_run_only_shows(clinic: Clinic, menu: str) -> None:
    said = clinic.terminal.types("menu", "push", menu, "--dry-run")
    assert (said.status, said.lines[-1]) == (0, "只检查，没有发布。")
    assert (_now_shown(clinic), _saved(clinic)) == (["打卡"], [])


def test_buttons_that_only_changed_places_are_said_to(clinic: Clinic) -> None:
    swapped = 'name = "{}"\nsays = "{}"\n'
    first, second = ("[[button]]\n" + swapped.format(word, word) for word in ("打卡", "帮助"))
    clinic.terminal.types("menu", "push", clinic.terminal.file("one.toml", first + second), "--yes")
    said = clinic.terminal.types("menu", "push", clinic.terminal.file("two.toml", second + first), "--dry-run")
    assert "～ 以上按钮的顺序变了" in said.out.splitlines()


def test_a_menu_from_the_console_is_warned_about(clinic: Clinic, menu: str) -> None:
    clinic.order("menu", {"button": [{"type": "click", "name": "旧的", "key": "OLD"}]})
    said = clinic.terminal.types("menu", "push", menu, "--dry-run")
    assert "现在的菜单（旧的）是在公众平台的页面上做的。" in said.out


def test_conditional_menus_are_warned_about(clinic: Clinic, menu: str) -> None:
    clinic.calls(
        "/cgi-bin/menu/addconditional",
        {
            "button": [{"type": "click", "name": "苹果", "key": "帮助"}],
            "matchrule": {"client_platform_type": "1"},
        },
    )
    assert "另有 1 个个性化菜单" in clinic.terminal.types("menu", "push", menu, "--dry-run").out


def test_somebody_who_changes_the_menu_meanwhile_is_not_overwritten(
    clinic: Clinic, menu: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers(question: str) -> bool:
        other = {"button": [{"type": "click", "name": "别人的", "key": "帮助"}]}
        clinic.emulator.platform.menu = other
        return True

    monkeypatch.setattr("typer.confirm", answers)
    said = clinic.terminal.types("menu", "push", menu)
    assert (said.status, said.lines[0]) == (2, "刚才有人改了菜单，没有发布。请再来一次。")
    assert (_now_shown(clinic), _saved(clinic)) == (["别人的"], [])


def test_an_account_that_may_not_is_told_what_to_do_instead(clinic: Clinic, menu: str) -> None:
    clinic.order("account", {"kind": "subscription"})
    said = clinic.terminal.types("menu", "push", menu, "--yes")
    assert (said.status, said.lines[-1][:20]) == (2, "这个账号不能用程序发布菜单（48001）"[:20])


def test_a_refusal_by_the_platform_leaves_nothing_to_take_back(clinic: Clinic, menu: str) -> None:
    clinic.fails("/cgi-bin/menu/create", errcode=45009)
    said = clinic.terminal.types("menu", "push", menu, "--yes")
    assert said.status == 2
    assert "这个接口今天的次数用完了" in said.err
    assert _saved(clinic) == []


def test_a_menu_that_comes_back_otherwise_is_not_called_published(
    clinic: Clinic, menu: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.wechat import menus

    async def half(client: object, menu: dict[str, Any]) -> None:
        clinic.emulator.platform.menu = {"button": menu["button"][:1]}

    clinic.calls("/cgi-bin/menu/create", {"button": [{"type": "click", "name": "从前", "key": "帮助"}]})
    monkeypatch.setattr(menus, "create", half)
    said = clinic.terminal.types("menu", "push", menu, "--yes")
    assert (said.status, said.lines[0][:11]) == (1, "微信读回来的菜单与发布")


def test_without_an_account_there_is_nothing_to_ask(clinic: Clinic) -> None:
    clinic.terminal.configures('app_id = "wx0123456789abcdef"', 'app_id = ""')
    said = clinic.terminal.types("menu", "push")
    assert (said.status, said.lines[-1]) == (2, "配置里还没有 wechat.app_id，不知道是哪个公众号。")


def test_undo_takes_no_file(clinic: Clinic, menu: str) -> None:
    assert clinic.terminal.types("menu", "push", menu, "--undo").status == 2


def test_a_saved_menu_that_was_spoilt_is_named(clinic: Clinic, menu: str) -> None:
    clinic.terminal.types("menu", "push", menu, "--yes")
    (saved,) = (clinic.terminal.config.data_folder / "menus").iterdir()
    saved.write_text("{", encoding="utf-8")
    said = clinic.terminal.types("menu", "push", "--undo", "--yes")
    assert (said.status, said.lines[-1].startswith("读不了以前存的菜单：")) == (2, True)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[[button]]\nname = ", "菜单文件的写法不对："),
        ("[[knopf]]\n", "菜单文件最外面只写 [[button]]，knopf 不认识。"),
        ('button = "打卡"', "菜单文件里没有按钮："),
        ('button = ["打卡"]', "菜单文件里没有按钮："),
        ('[[button]]\nname = "打卡"\nsay = "打卡"', "第 1 个按钮里的 say 不认识，可以写：says。"),
        ('[[button]]\nname = "打卡"\nsays = 1', "第 1 个按钮里的 says 应写成引号里的文字"),
        ('[[button]]\nsays = "打卡"', "第 1 个按钮没有 name。"),
        ('[[button]]\nname = "打卡"', "第 1 个按钮「打卡」要做一件事"),
        ('[[button]]\nname = "打卡"\nsays = "打卡"\nurl = "https://a.example"', "第 1 个按钮「打卡」要做一件事"),
        (
            '[[button]]\nname = "甲"\n[[button.sub]]\nname = "乙"\n[[button.sub.sub]]\nname = "丙"',
            "第 1-1 个按钮「乙」",
        ),
        ('[[button]]\nname = "甲"\nurl = "https://a.example"\napp_id = "wx1"', "第 1 个按钮「甲」打开小程序"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(clinic: Clinic, content: str, sentence: str) -> None:
    said = clinic.terminal.types("menu", "push", clinic.terminal.file("menu.toml", content))
    assert said.status == 2
    assert said.lines[0].startswith(sentence)


def test_a_file_in_another_encoding_is_named(clinic: Clinic) -> None:
    said = clinic.terminal.types("menu", "push", clinic.terminal.file("menu.toml", MENU, "gb18030"))
    assert said.lines[0] == "菜单文件不是 UTF-8 编码，请另存为 UTF-8 再试。"


@pytest.mark.parametrize("content", ["[]", '{"button": {}}', '{"menu": {"button": [{"key": "x"}]}}'])
def test_json_that_is_no_menu_is_named(clinic: Clinic, content: str) -> None:
    said = clinic.terminal.types("menu", "push", clinic.terminal.file("menu.json", content))
    assert (said.status, said.lines[0][:10]) == (2, "菜单文件里没有按钮：")


def _click(name: str = "打卡", key: str = "打卡", **more: object) -> dict[str, object]:
    return {"type": "click", "name": name, "key": key, **more}


def _subs(*subs: dict[str, object], **more: object) -> dict[str, object]:
    return {"name": "更多", "sub_button": list(subs), **more}


# What is wrong → the sentence about it, and whether WeChat would refuse it.
FAULTY: list[tuple[list[dict[str, object]], str, bool]] = [
    ([], "有 0 个按钮，应是一到 3 个。", True),
    ([_click(name) for name in "一二三四"], "有 4 个按钮，应是一到 3 个。", True),
    ([_subs(*(_click(name) for name in "一二三四五六"))], "「更多」下面有 6 个子按钮，最多 5 个。", True),
    ([_subs(_click(), type="click", key="x")], "", False),
    ([_click(" ")], "有一个按钮没有名称。", True),
    ([_click("今天学习什么")], "「今天学习什么」太长，最多约 5 个汉字。", True),
    ([_click("今日学习啊")], "「今日学习啊」只显示成「今日学习…」，最多 4 个汉字。", False),
    ([_click("Check in")], "", False),
    ([_subs(_click("今天我们来学习什么"))],
     "「今天我们来学习什么」只显示成「今天我们来学习什…」，最多 8 个汉字。", False),
    ([_subs(_click("一" * 21))], f"「{'一' * 21}」太长，最多约 20 个汉字。", True),
    ([{"name": "新", "type": "klick", "key": "x"}], "「新」的类型是 klick，微信没有这一种。", True),
    ([{"name": "新", "type": "view"}], "「新」是 view 类型，缺 url。", True),
    ([{"name": "新", "type": "miniprogram", "url": "https://a.example", "appid": "wx"}],
     "「新」是 miniprogram 类型，缺 pagepath。", True),
    ([_click(key="打" * 43)], "「打卡」要回复的话太长，最多约 42 个汉字。", True),
    ([_click("签到", "CHECKIN")], "「签到」要回复「CHECKIN」，晨钟听不懂这句话，只会当成随便写的。", False),
    ([{"name": "新", "type": "view", "url": "a.example"}], "「新」的网址 a.example 不对，应以 https:// 开头。", True),
    ([{"name": "新", "type": "view", "url": "https://a.example/" + "x" * 1024}],
     "「新」的网址太长，最多 1024 个字符。", True),
    ([{"name": "新", "type": "view", "url": "http://a.example/"}], "「新」的网址不是 https，有的手机打不开。", False),
    ([{"name": "新", "type": "media_id", "media_id": "M"}], "「新」是 media_id 类型；其中放图文的", False),
]  # fmt: skip


@pytest.mark.parametrize(("buttons", "sentence", "refused"), FAULTY)
def test_what_is_wrong_is_told_before_the_platform_refuses_or_cuts_it(
    clinic: Clinic, buttons: list[dict[str, object]], sentence: str, refused: bool
) -> None:
    file = clinic.terminal.file("menu.json", json.dumps({"button": buttons}, ensure_ascii=False))
    said = clinic.terminal.types("menu", "push", file, "--yes")
    assert any(line.startswith(sentence) for line in said.lines) if sentence else "太长" not in said.out
    assert said.status == (1 if refused else 0)
    assert ("没有发布" in said.err) == refused
    # The emulated platform, which never saw this lint, judges alike.
    assert (_now_shown(clinic) == ["打卡"] and _saved(clinic) == []) if refused else _saved(clinic) == ["json"]


@pytest.mark.parametrize("pack", packs())
def test_the_menu_of_each_pack_is_one_that_wechat_shows_whole_and_the_bot_understands(pack: str) -> None:
    menu = read_menu(default_file(pack).read_bytes(), "menu.toml")
    assert faults(menu, is_command) == []


def test_a_button_may_open_an_article_or_a_mini_program(clinic: Clinic) -> None:
    text = """
    [[button]]
    name = "文章"
    article_id = "ARTICLE-1"

    [[button]]
    name = "小程序"
    app_id = "wx0000000000000001"
    page = "pages/index"
    url = "https://study.example.org/"
    """
    said = clinic.terminal.types("menu", "push", clinic.terminal.file("menu.toml", text), "--yes")
    assert said.status == 0
    assert "＋ 文章：打开图文 ARTICLE-1" in said.out
    assert "＋ 小程序：打开小程序 wx0000000000000001 的 pages/index" in said.out


def test_what_the_platform_adds_makes_no_difference() -> None:
    bare = {"button": [{"type": "click", "name": "打卡", "key": "打卡"}]}
    assert plain({"button": [{**bare["button"][0], "sub_button": []}]}) == bare


def test_menus_are_kept_for_the_eyes_of_the_operator(clinic: Clinic, menu: str) -> None:
    clinic.terminal.types("menu", "push", menu, "--yes")
    (saved,) = (clinic.terminal.config.data_folder / "menus").iterdir()
    assert saved.stat().st_mode & 0o077 == 0
