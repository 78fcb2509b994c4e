"""The rules of the check before doors open: what keeps doors shut, what deserves a look, what is not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.domain import preflight
from kiosk.domain.errors import Sentence
from kiosk.domain.preflight import Check, CodeSeen, Outcome

MB, GB = 1 << 20, 1 << 30
STATES = ("ready", "look", "not_ready", "absent")


def outcome(*states: str) -> Outcome:
    return Outcome(tuple(Check(str(at), state, ()) for at, state in enumerate(states)))


@given(some.lists(some.sampled_from(STATES), max_size=9))
def test_only_what_is_not_ready_keeps_doors_shut(states):
    told = outcome(*states)
    assert told.is_ready == ("not_ready" not in states)
    assert told.verdict == ("not_ready" if "not_ready" in states else "look" if "look" in states else "ready")


def test_one_part_can_be_told_as_it_stands_now():
    told = Outcome((preflight.recording(None), preflight.time_trust("unknown")))
    assert told.verdict == "look"
    assert told.with_check(preflight.time_trust("staff")).verdict == "ready"
    assert [check.id for check in told.with_check(preflight.time_trust("ntp")).checks] == ["recording", "clock"]


def test_recording_is_told_with_its_cause():
    assert preflight.recording(None).state == "ready"
    failed = preflight.recording("FullError: disk is full")
    assert failed.state == "not_ready" and "FullError" in str(failed.sentences[0]) and failed.todo


@pytest.mark.parametrize(
    ("free", "state"),
    [(None, "look"), (0, "not_ready"), (63 * MB, "not_ready"), (80 * MB, "look"), (2 * GB, "ready"), (9 * GB, "ready")],
)
def test_space_is_told_by_the_days_it_lasts(free, state):
    assert preflight.space(free, 64 * MB, 0, 0, 0).state == state


def test_space_goes_by_this_log_and_its_busiest_day():
    young = preflight.days_left(GB, 10, 10 * 90_000, 0)
    assert young == GB // (preflight.USUAL_ENTRY_BYTES * preflight.COPIES * preflight.ASSUMED_BUSY_DAY)
    # A log that can tell: each of its entries takes 600 bytes.
    assert preflight.days_left(GB, 10_000, 6_000_000, 0) > 2 * young
    assert preflight.days_left(GB, 10_000, 6_000_000, 60_000) < young
    said = [str(one) for one in preflight.space(GB, 64 * MB, 10_000, 6_000_000, 60_000).sentences]
    assert said == ["1024 MB free.", "By our estimate that lasts 9 days with 60,000 entries each.", said[2]]
    assert "busiest day so far" in said[2]


@given(some.integers(0, 1 << 45), some.integers(0, 10**7), some.integers(0, 1 << 40), some.integers(0, 10**6))
def test_any_disk_and_log_give_sentences(free, entries, size, busiest):
    for sentence in preflight.space(free, 64 * MB, entries, size + entries, busiest).sentences:
        assert "%(" not in str(sentence)


@pytest.mark.parametrize(
    ("trust", "state"),
    [("ntp", "ready"), ("rtc", "ready"), ("staff", "ready"), ("restored", "look"), ("unknown", "look")],
)
def test_a_clock_nobody_vouches_for_deserves_a_look_and_shuts_nothing(trust, state):
    assert preflight.time_trust(trust).state == state


def content(**changes) -> Check:
    return preflight.content(**{"fault": None, "other": None, "signed_off": True, "gaps": 0, "code": "1", **changes})


def test_content_is_ready_when_this_very_version_was_signed_off():
    assert content().state == "ready"
    assert content(gaps=8).state == "ready"
    assert content(signed_off=None).state == "look"
    assert content(signed_off=False).state == "not_ready"
    assert content(fault=Sentence("broken")).state == "look"
    assert content(other=Sentence("another"), fault=Sentence("broken")).state == "not_ready"


def seen(decodes, answers=None, address="https://a.example/") -> CodeSeen:
    return CodeSeen("微门户", address, decodes, answers)


@pytest.mark.parametrize(
    ("codes", "state"),
    [
        ([], "absent"),
        ([seen(True, True)], "ready"),
        ([seen(True, None)], "ready"),
        ([seen(True, True), seen(True, False)], "look"),
        ([seen(None, None, None)], "look"),
        ([seen(True, True), seen(False, True)], "not_ready"),
    ],
)
def test_a_code_that_says_something_else_shuts_doors_and_silence_does_not(codes, state):
    assert preflight.codes(codes).state == state


def test_codes_that_need_a_look_are_named():
    told = " ".join(map(str, preflight.codes([seen(False), seen(True, False), seen(True)]).sentences))
    assert "2 of 3" in told and "No answer from: 微门户 (https://a.example/)" in told and "of 2 answer" in told
    assert preflight.codes([seen(None)], can_read=False).state == "look"


@pytest.mark.parametrize(
    ("celsius", "state"),
    [
        (None, "absent"),
        (-5.0, "ready"),
        (59.9, "ready"),
        (60.0, "look"),
        (79.9, "look"),
        (80.0, "look"),
        (85.0, "not_ready"),
    ],
)
def test_heat(celsius, state):
    assert preflight.temperature(celsius).state == state


@pytest.mark.parametrize(
    ("bits", "alarm", "state"),
    [
        (None, None, "absent"),
        (0, None, "ready"),
        (None, False, "ready"),
        (0x50005, None, "not_ready"),
        (0x50000, False, "look"),
        (0, True, "not_ready"),
        (0x80008, None, "ready"),  # slowed by heat, which is another part
    ],
)
def test_voltage(bits, alarm, state):
    assert preflight.power(bits, alarm).state == state


def test_the_card_and_the_hotspot():
    assert [preflight.card(errors).state for errors in (None, 0, 3)] == ["absent", "ready", "look"]
    assert [preflight.hotspot(clients).state for clients in (None, 0, 7)] == ["absent", "ready", "ready"]
    assert "7" in str(preflight.hotspot(7).sentences[0])
