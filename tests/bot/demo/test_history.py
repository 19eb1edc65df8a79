"""The two months before a visitor comes in, as the sample branch writes them."""

from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.demo.history import DAILY, LAPSED, NOTICES, habits_for, latest_workday, lines, next_workday
from scheduler.calendar import is_workday

ZONE = ZoneInfo("Asia/Shanghai")
# A Monday: the two days before it are a weekend.
VISIT = datetime(2026, 11, 23, 8, tzinfo=ZONE)
EVERYBODY = [f"o{number}" for number in range(54)]
HABITS = habits_for(EVERYBODY, ["o0", "o7"], 20)


def test_twenty_have_been_silent_for_more_than_two_days() -> None:
    last = {line.openid: line.at for line in lines(HABITS, "o0", VISIT, 60)}
    silent = {openid for openid in EVERYBODY if VISIT - last[openid] >= timedelta(hours=48)}
    assert silent == {openid for openid, habit in HABITS.items() if habit is LAPSED}
    assert len(silent) == 20


def test_the_windows_of_the_others_are_of_different_ages() -> None:
    last = {line.openid: line.at for line in lines(HABITS, "o0", VISIT, 60)}
    assert len({at for at in last.values() if VISIT - at < timedelta(hours=48)}) > 3


def test_nobody_writes_outside_the_two_months_or_twice_at_once() -> None:
    written = lines(HABITS, "o0", VISIT, 60)
    assert all(VISIT - timedelta(days=60) < line.at < VISIT for line in written)
    assert [line.at for line in written] == sorted(line.at for line in written)
    moments: dict[str, set[datetime]] = defaultdict(set)
    for line in written:
        assert line.at not in moments[line.openid]
        moments[line.openid].add(line.at)


def test_the_secretarys_notices_go_out_on_working_days_by_day() -> None:
    notices = [line for line in lines(HABITS, "o0", VISIT, 60) if line.text.startswith("广播")]
    assert len(notices) == len(NOTICES)
    for notice in notices:
        assert notice.openid == "o0"
        assert is_workday(notice.at.date())
        assert 8 <= notice.at.hour < 21


def test_notes_are_shared_under_the_numbers_they_get() -> None:
    for days, count in ((60, 4), (30, 2)):
        written = [line.text for line in lines(HABITS, "o0", VISIT, days)]
        assert sum(text.startswith("心得 ") for text in written) == count
        assert [text for text in written if text.startswith("分享")] == [f"分享心得 {n}" for n in range(1, count + 1)]


def test_the_story_is_the_same_every_time() -> None:
    again = habits_for(EVERYBODY, ["o0", "o7"], 20)
    assert lines(again, "o0", VISIT, 60) == lines(HABITS, "o0", VISIT, 60)
    assert HABITS["o7"] is DAILY


def test_a_visit_on_a_weekend_begins_on_the_working_day_before_it() -> None:
    saturday = datetime(2026, 11, 28, 8, tzinfo=ZONE).date()
    assert latest_workday(saturday).isoformat() == "2026-11-27"
    assert next_workday(saturday).isoformat() == "2026-11-30"
    # The Saturday before the National Day holiday of 2026 was a working day, as the State Council had announced.
    assert latest_workday(datetime(2026, 10, 10, 8, tzinfo=ZONE).date()).isoformat() == "2026-10-10"
