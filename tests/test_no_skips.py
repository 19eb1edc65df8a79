"""In CI a skipped test is a failure; on a developer's machine it is a line with its reason."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(("in_ci", "code"), [("true", 1), ("", 0)])
def test_a_skip_fails_in_ci_only(tmp_path: Path, in_ci: str, code: int) -> None:
    (tmp_path / "test_it.py").write_text("import pytest\ndef test_it(): pytest.skip('no browser here')\n")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "-p", "tests.no_skips", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "CI": in_ci, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == code, ran.stdout
    assert "no browser here" in ran.stdout
    assert ("nothing may be skipped" in ran.stdout) == (in_ci == "true")
