"""The rules of who may import whom, kept by import-linter; they stand in pyproject.toml."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def lint(folder: Path) -> str:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    environment = {**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "200"}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr


def test_every_import_goes_the_right_way() -> None:
    said = lint(ROOT)
    assert f"{len(CONTRACTS)} kept, 0 broken" in said, said


def test_every_rule_notices_a_breach(tmp_path: Path) -> None:
    for package in ("bot", "scheduler", "models"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    breaches = {
        "models/stray.py": "import fastapi\nimport scheduler\n",
        "bot/emulator/stray.py": "import bot.wechat.codec\n",
        "bot/handlers/stray.py": "import httpx\nimport bot.emulator\n",
        "bot/wechat/codec.py": "import bot.texts\n",
    }
    for file, imports in breaches.items():
        with (tmp_path / file).open("a", encoding="utf-8") as out:
            out.write(imports)
    said = lint(tmp_path)
    assert f"0 kept, {len(CONTRACTS)} broken" in said, said
