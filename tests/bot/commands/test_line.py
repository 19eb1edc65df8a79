"""The line that is typed: its help, its configuration, and what it says where it can't go on."""

from typer.testing import CliRunner

from bot.__main__ import app

from .conftest import Terminal


def test_what_the_configuration_lacks_is_one_sentence(on_sqlite: Terminal) -> None:
    missing = CliRunner().invoke(app, ["run", "--config", "nowhere.toml"])
    assert (missing.exit_code, missing.stderr) == (
        2,
        "找不到配置文件 nowhere.toml：请在项目根目录运行，或用 --config 指明文件。\n",
    )
    on_sqlite.configures('token = "chenzhong_demo"\n', "")
    assert on_sqlite.types("run").lines[0].startswith("还缺 wechat.token：")
    on_sqlite.configures("[wechat]", "[wechat]\ntocken = 1")
    said = on_sqlite.types("import", "members", on_sqlite.file("a.csv", "姓名,支部\n"))
    assert said.status == 2
    assert said.err.endswith("wechat.tocken 不是已知的键，是不是想写 token。\n")


def test_a_database_that_cannot_be_reached_is_one_sentence(on_sqlite: Terminal) -> None:
    on_sqlite.configures(on_sqlite.config.database.url, "postgresql://nobody@127.0.0.1:9/nothing")
    said = on_sqlite.types("export", "members")
    assert said.status == 2
    assert said.lines[0].startswith("数据库出了问题：")
    assert len(said.lines) == 1


def test_config_may_stand_anywhere_on_the_line(on_sqlite: Terminal) -> None:
    file = on_sqlite.file("roster.csv", "姓名,支部\n林小满,晨光支部\n")
    for line in (
        ["import", "members", file, "--dry-run", "--config", str(on_sqlite.config_file)],
        ["import", f"--config={on_sqlite.config_file}", "members", file, "--dry-run"],
    ):
        ran = CliRunner().invoke(app, line)
        assert ran.exit_code == 0, ran.stderr


def test_help_names_what_there_is_in_both_languages() -> None:
    said = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).stdout
    for name in (
        "demo",
        "run",
        "web",
        "clock",
        "worker",
        "emulator",
        "migrate",
        "doctor",
        "broadcast",
        "backup",
        "restore",
        "admin",
    ):
        assert f" {name} " in said
    for group in ("import", "export", "admin"):
        said += CliRunner().invoke(app, [group, "--help"], env={"COLUMNS": "200"}).stdout
    assert "给一位管理员后台的登录链接" in said
    assert "导入题库 / import a bank of questions" in said
    assert "导入名册 / import the roster of members" in said
