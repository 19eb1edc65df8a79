"""A pytest plugin: on a developer's machine a test may be skipped, saying why; with CI=true that is a failure.

A skipped test that nobody notices is a test that isn't there.
"""

import os

import pytest


def _skipped(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", [])) if reporter and os.environ.get("CI") == "true" else 0


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if number := _skipped(config):
        terminalreporter.write_line(
            f"CI=true 时不允许跳过测试 / nothing may be skipped here: {number} skipped", red=True
        )
