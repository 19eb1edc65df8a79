"""The page about the emulated APIs says what the tables say, and the tables what is true."""

from bot.emulator.endpoints import ENDPOINTS
from tests.strangers.page import FILE, page, tried, used_by_us
from tests.strangers.steps import TOURS
from tests.strangers.walk import HERE


def test_the_page_is_what_the_tables_make_of_it() -> None:
    assert FILE.read_text(encoding="utf-8") == page(), "python -m tests.strangers.page writes it again"


def test_all_that_we_call_is_emulated() -> None:
    assert used_by_us() - set(ENDPOINTS) == set()


def test_nobody_has_tried_what_is_not_there() -> None:
    assert {api for tour in TOURS for api in tried(tour)} - set(ENDPOINTS) == set()


def test_the_lock_of_the_clients_names_no_place_to_download_from() -> None:
    assert "resolved" not in (HERE / "package-lock.json").read_text(encoding="utf-8")
