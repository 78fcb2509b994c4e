"""How far a clock is trusted, and what a day is."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain import clock
from kiosk.domain.clock import EARLIEST_WALL_MS, Stamp, day_bounds_ms, is_same_day, local, local_day, trust

NOW = EARLIEST_WALL_MS + 1
NOTHING = {"wall_ms": NOW, "synchronised": False, "from_rtc": False, "restored": False, "stepped": False}


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ({}, "unknown"),
        ({"synchronised": True}, "ntp"),
        ({"from_rtc": True}, "rtc"),
        ({"restored": True}, "restored"),
        ({"from_rtc": True, "restored": True}, "rtc"),
        ({"from_rtc": True, "stepped": True}, "unknown"),
        ({"restored": True, "stepped": True}, "unknown"),
        ({"synchronised": True, "wall_ms": EARLIEST_WALL_MS - 1}, "unknown"),
        ({"from_rtc": True, "wall_ms": 0}, "unknown"),
    ],
)
def test_trust_follows_from_what_the_machine_says(readings, expected):
    assert trust(**(NOTHING | readings)) == expected


def test_only_clocks_somebody_vouches_for_are_known():
    assert [one for one in clock.TRUSTS if clock.is_known(one)] == ["ntp", "rtc", "staff"]


def test_a_day_is_the_days_of_the_event_place():
    begin, end = day_bounds_ms(date(2027, 5, 30), ZoneInfo("Asia/Shanghai"))
    assert end - begin == 86_400_000
    assert local(begin, ZoneInfo("Asia/Shanghai")).isoformat() == "2027-05-30T00:00:00+08:00"
    assert local(end - 1, ZoneInfo("Asia/Shanghai")).date() == date(2027, 5, 30)


def test_two_moments_are_of_one_day_by_the_date_and_without_one_by_the_boot():
    zone = ZoneInfo("Asia/Shanghai")
    begin, end = day_bounds_ms(date(2027, 5, 30), zone)
    first, last, following = (Stamp(wall, "a", 0, "ntp") for wall in (begin, end - 1, end))
    assert (local_day(first, zone), local_day(following, zone)) == (date(2027, 5, 30), date(2027, 5, 31))
    assert is_same_day(first, last, zone) and not is_same_day(last, following, zone)
    unknown, later, elsewhere = Stamp(0, "a", 0, "unknown"), Stamp(end, "a", 9, "unknown"), Stamp(0, "b", 0, "unknown")
    assert local_day(unknown, zone) is None
    assert is_same_day(unknown, later, zone) and is_same_day(first, unknown, zone)
    assert not is_same_day(unknown, elsewhere, zone)


def test_a_day_with_a_clock_change_is_shorter_or_longer():
    spring = day_bounds_ms(date(2027, 3, 28), ZoneInfo("Europe/Berlin"))
    autumn = day_bounds_ms(date(2027, 10, 31), ZoneInfo("Europe/Berlin"))
    assert [spring[1] - spring[0], autumn[1] - autumn[0]] == [23 * 3_600_000, 25 * 3_600_000]


@pytest.mark.parametrize("wall_ms", [-(10**18), -1, 0, 10**18])
def test_any_number_has_a_local_time(wall_ms):
    assert local(wall_ms, ZoneInfo("Asia/Shanghai")).year in (1970, 9999)
