"""What staff may put on the screens, how an entry keeps it, and when the touchscreen is dark."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.clock import Stamp
from kiosk.domain.display import (
    MODES,
    STATES,
    THEMES,
    Change,
    Display,
    changed,
    display_from,
    is_dark,
    parts_that_differ,
)
from kiosk.domain.entry import canonical_json
from kiosk.domain.errors import InvalidInput

FULL = {
    "state": "closed",
    "mode": "photo",
    "theme": "outdoor",
    "notice": {"zh": "请排队，依次参观", "en": "Please line up"},
    "changes": {
        "symposium": Change({"zh": "14:30"}, {"zh": "东区", "en": "East Wing"}),
        "visits": Change({"zh": "取消"}),
    },
    "hours": ("08:30", "18:00"),
}


@pytest.fixture(scope="session")
def event(shipped_pack):
    return shipped_pack.event


def test_a_display_comes_back_from_an_entry_as_it_was_put_there(event):
    display = changed(Display(), event, **FULL)
    assert display == Display(**FULL)
    told = json.loads(canonical_json(display.details()))
    assert display_from(told, event) == display
    assert display_from(told, event).digest == display.digest != Display().digest


def test_only_the_parts_that_are_named_change(event):
    display = changed(Display(), event, **FULL)
    after = changed(display, event, mode="all", changes={"visits": Change()})
    assert parts_that_differ(display, after) == ["mode", "changes"]
    assert after.changes == {"symposium": FULL["changes"]["symposium"]}
    assert parts_that_differ(after, changed(after, event, mode="all")) == []


def test_a_second_change_to_an_activity_leaves_what_it_does_not_name(event):
    later = changed(Display(), event, changes={"symposium": Change({"zh": "15:00"}, {})})
    moved = changed(later, event, changes={"symposium": Change({}, {"zh": "B厅"})})
    assert moved.changes["symposium"] == Change({"zh": "15:00"}, {"zh": "B厅"})
    again = changed(moved, event, changes={"symposium": Change({"zh": "16:00"}, {})})
    assert again.changes["symposium"] == Change({"zh": "16:00"}, {"zh": "B厅"})
    assert not changed(again, event, changes={"symposium": Change()}).changes


def test_whoever_came_first_the_same_changes_are_the_same_display(event):
    one, other = ({name: FULL["changes"][name]} for name in ("visits", "symposium"))
    either = changed(changed(Display(), event, changes=one), event, changes=other)
    assert either.digest == changed(Display(), event, changes=FULL["changes"]).digest


@pytest.mark.parametrize("state", STATES)
def test_the_end_takes_the_notice_down_and_a_later_one_stays(event, state):
    up = changed(Display(state="before" if state == "running" else "running"), event, notice={"zh": "马上开始"})
    after = changed(up, event, state=state)
    assert bool(after.notice) == (state in ("before", "running"))
    again = changed(after, event, notice={"zh": "明天九点见"})
    assert changed(again, event, state=state).notice == {"zh": "明天九点见"}


@pytest.mark.parametrize(
    ("state", "mode", "at_kiosk", "at_phone"),
    [
        ("running", "all", "home", "home"),
        ("running", "dark", "home", "home"),
        ("running", "queue", "home_queue", "home"),
        ("running", "photo", "photo", "home"),
        ("before", "queue", "waiting", "waiting"),
        ("closed", "photo", "photo", "waiting"),
        ("over", "all", "waiting", "waiting"),
    ],
)
def test_which_start_screen_a_visitor_gets(state, mode, at_kiosk, at_phone):
    display = Display(state=state, mode=mode)
    assert (display.start(True), display.start(False)) == (at_kiosk, at_phone)
    assert display.is_open == (state == "running")


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"state": "soon"}, "no such choice"),
        ({"state": None}, "no such choice"),
        ({"mode": ["all"]}, "no such choice"),
        ({"theme": "contrast"}, "no such choice"),
        ({"notice": {"en": "only English"}}, "Chinese too"),
        ({"notice": {"fr": "bonjour"}}, "could not read"),
        ({"notice": {"zh": 7}}, "could not read"),
        ({"notice": "请排队"}, "could not read"),
        ({"notice": {"zh": "一\n二"}}, "one line"),
        ({"notice": {"zh": "一\u2028二"}}, "one line"),
        ({"notice": {"zh": "字" * 61}}, "61 characters, and 60"),
        ({"notice": {"zh": "看\u202e不见"}}, "U+202E"),
        ({"notice": {"zh": "\u200b"}}, "U+200B"),
        ({"notice": {"zh": "好", "en": "x" * 61}}, "61 characters"),
        ({"changes": {"atlantis": Change({"zh": "14:30"})}}, "no such activity"),
        ({"changes": {"symposium": {"when": {"zh": "14:30"}}}}, "no such activity"),
        ({"changes": []}, "no such choice"),
        ({"changes": {"symposium": Change({"zh": "字" * 41})}}, "41 characters, and 40"),
        ({"changes": {"symposium": Change(place={"en": "East Wing"})}}, "Chinese too"),
        ({"hours": ("18:00", "08:30")}, "earlier"),
        ({"hours": ("08:30", "08:30")}, "earlier"),
        ({"hours": ("8:30", "18:00")}, "two times"),
        ({"hours": ("08:30", "24:00")}, "two times"),
        ({"hours": ("08:30",)}, "two times"),
        ({"hours": ("٠٨:30", "18:00")}, "two times"),
    ],
)
def test_what_cannot_stand_on_a_screen_is_refused_with_the_reason(event, wanted, says):
    with pytest.raises(InvalidInput, match=says.replace("+", r"\+")):
        changed(Display(), event, **wanted)


def test_words_are_kept_without_spaces_around_them_and_empty_ones_not_at_all(event):
    assert changed(Display(), event, notice={"zh": "　请排队 ", "en": "  "}).notice == {"zh": "请排队"}
    assert changed(Display(**FULL), event, notice={"zh": " ", "en": ""}).notice == {}


def test_an_entry_of_another_pack_or_version_tells_what_still_fits(event):
    told = Display(**FULL).details()
    told |= {"mode": "hologram", "hours": ["9", "10"], "notice": {"zh": "好", "mn-Mong": "ᠰᠠᠶᠢᠨ"}, "new": 1}
    told["changes"] |= {"gone": {"when": {"zh": "9:00"}, "place": {}}, "visits": {"when": {"zh": "取消"}}}
    display = display_from(told, event)
    assert (display.state, display.mode, display.hours) == ("closed", "all", None)
    assert display.notice == {"zh": "好"}
    assert list(display.changes) == ["symposium"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["zh", "queue", "08:30"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["zh", "en", "when", "place", "symposium", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON | st.dictionaries(st.sampled_from([*FULL, "x"]), JSON))
def test_no_entry_whatever_it_says_keeps_the_kiosk_from_opening(shipped_pack, details):
    display = display_from(details, shipped_pack.event)
    assert changed(Display(), shipped_pack.event, **{name: getattr(display, name) for name in FULL}) == display
    assert (display.state, display.mode, display.theme) in [(s, m, t) for s in STATES for m in MODES for t in THEMES]


# 2027-05-30 in Hohhot, by the clock on the wall.
def at(hour: int, minute: int = 0, clock: str = "ntp") -> Stamp:
    return Stamp(1_811_606_400_000 + (hour * 60 + minute) * 60_000, "boot", 1, clock)


@pytest.mark.parametrize(
    ("now", "dark"),
    [
        (at(0), True),
        (at(8, 29), True),
        (at(8, 30), False),
        (at(17, 59), False),
        (at(18), True),
        (at(3, clock="rtc"), True),
        (at(3, clock="staff"), True),
        (at(3, clock="restored"), False),
        (at(3, clock="unknown"), False),
    ],
)
def test_outside_its_hours_the_screen_is_dark_if_the_time_is_known(event, now, dark):
    assert is_dark(Display(hours=("08:30", "18:00")), now, event.zone) == dark
    assert not is_dark(Display(), now, event.zone)
    assert is_dark(Display(mode="dark"), now, event.zone)
