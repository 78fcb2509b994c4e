"""Whatever happened at an event, its summary tells what the rows of the CSV add up to; one that was closed too."""

import csv
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.actions.export import export
from kiosk.actions.notes import save_note
from kiosk.actions.summary import summary_now, write_summary
from kiosk.domain.document import Paragraph
from kiosk.domain.entry import mint_id
from kiosk.domain.note import ABOUT
from kiosk.domain.summary import QUANTITIES
from tests.living import A_BIT_OF_ALL, HOUR, STEPS, Life
from tests.storage.evening import close_without_copy
from tests.summarised import SPEECH, hold_sentences, hold_summary, numbers_of, numbers_told
from tests.told import lines
from tests.web.test_same_figures import added_up, lives


def rows_of(kiosk) -> list[dict[str, str]]:
    target = kiosk.data / f"{mint_id()}.csv"
    export(kiosk.log, target, format="csv")
    with target.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def staff_write(kiosk, chance: random.Random) -> None:
    """Notes and a version of the summary, with some of everything."""
    for about in chance.sample(list(ABOUT), 3):
        said = {"id": mint_id(), "about": about, "day": "2027-05-31", "title": "0人次？" if about == "other" else ""}
        save_note(kiosk, {**said, "people": str(chance.randrange(3))}, [], source="staff")
    newest = summary_now(kiosk.log, kiosk.pack, kiosk.tally, SPEECH)
    said = {"id": mint_id(), "begun_by": newest.period.begun_by}
    said |= {"replaces": newest.version.id} if newest.version else {}
    said |= {f"quantity.{one}": str(chance.randrange(3)) for one in QUANTITIES}
    write_summary(kiosk, said, source="staff")


@pytest.fixture
def live(tmp_path_factory, open_at, clock, booths_pack: Path):
    def lived(steps):
        clock.trust = "ntp"
        kiosk = open_at(tmp_path_factory.mktemp("life"), booths_pack)
        Life(kiosk, clock).live(steps)
        return kiosk

    return lived


def test_a_day_with_everything(live):
    kiosk = live(A_BIT_OF_ALL * 3)
    hold_summary(kiosk, *added_up(rows_of(kiosk), kiosk.event.zone))
    before = summary_now(kiosk.log, kiosk.pack, kiosk.tally, SPEECH)
    assert len(before.numbers) > 30


@pytest.mark.parametrize("is_long", [False, pytest.param(True, marks=pytest.mark.long)])
def test_any_event(live, is_long):
    lives(50 if is_long else 8)(given(st.lists(STEPS, max_size=40))(lambda steps: _hold_any(live, steps)))()


def _hold_any(live, steps) -> None:
    kiosk = live(steps)
    hold_summary(kiosk, *added_up(rows_of(kiosk), kiosk.event.zone))


@lives(10)
@given(st.lists(STEPS, max_size=20), st.lists(STEPS, max_size=20))
def test_an_event_that_was_closed_and_the_next_one_have_each_their_own(live, clock, first, second):
    kiosk = live([("come", 2, 1), *first])  # of nothing there is no copy with which it could be closed
    before = rows_of(kiosk)
    begun_by = close_without_copy(kiosk)
    # A life of its own, which voids nothing of before: that would stay in the figures that were closed.
    Life(kiosk, clock).live([*second, ("come", 3, 2)])
    seen = {row["id"] for row in before}
    later = [row for row in rows_of(kiosk) if row["id"] not in seen]
    for is_over in (False, True):
        for begun, rows in (("", before), (begun_by, later), ("", before)):
            found = summary_now(kiosk.log, kiosk.pack, kiosk.tally, SPEECH, begun)
            assert numbers_told(found) == numbers_of(*added_up(rows, kiosk.event.zone))
            hold_sentences(found, kiosk.pack)
        if not is_over:
            close_without_copy(kiosk)


@lives(10)
@given(st.lists(STEPS, max_size=20), st.integers(0, 999))
def test_with_notes_and_numbers_of_the_staff(live, steps, seed):
    kiosk, chance = live(steps), random.Random(seed)
    for _ in range(2):
        staff_write(kiosk, chance)
        found = summary_now(kiosk.log, kiosk.pack, kiosk.tally, SPEECH)
        assert found.changes == []
        told = sum(number.value for key, number in found.numbers.items() if key.startswith("notes."))
        assert told == len(found.notes)
        hold_sentences(found, kiosk.pack)


def test_numbers_that_staff_fill_in_are_held_to_their_names(live):
    kiosk = live(A_BIT_OF_ALL)
    said = {f"quantity.{one}": str(at) for at, one in enumerate(QUANTITIES)}
    write_summary(kiosk, {"id": mint_id(), "begun_by": "", **said}, source="staff")
    found = summary_now(kiosk.log, kiosk.pack, kiosk.tally, SPEECH)
    text = "\n".join(lines(found.document))
    assert "展出展板1块，发放宣传资料2份" in text and "展板 | 块 | 1 | 单位填报" in text
    hold_sentences(found, kiosk.pack)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"展板(\d+)块", r"宣传资料(\d+)份"),
        (r"活动共有(\d+)人次", r"另登记(\d+)人次"),
        (r"5月30日(\d+)人次", r"6月1日(\d+)人次"),
        (r"、满意(\d+)份", r"不满意(\d+)份"),
        (r"（占(\d+(?:\.\d)?)%）", r"占\d+(?:\.\d)?%）、[^（]+（占(\d+(?:\.\d)?)%）"),
    ],
)
def test_a_number_under_the_name_of_another_is_seen(live, one, other):
    """The tests that hold the summary to the log rest on this."""
    kiosk = live([*A_BIT_OF_ALL, ("say", 2, 0), ("say", 3, 0), ("say", 1, 0), ("say", 1, 0), ("come", 40, 3)])
    said = {"quantity.panels": "7", "quantity.leaflets": "8"}
    write_summary(kiosk, {"id": mint_id(), "begun_by": "", **said}, source="staff")
    found = summary_now(kiosk.log, kiosk.pack, kiosk.tally, SPEECH)

    def exchanged(block):
        if not isinstance(block, Paragraph):
            return block
        first, second = (re.search(pattern, block.text) for pattern in (one, other))
        if not (first and second):
            return block
        (from_, to), (later, end) = sorted((first.span(1), second.span(1)))
        text = block.text
        assert text[from_:to] != text[later:end]
        text = text[:from_] + text[later:end] + text[to:later] + text[from_:to] + text[end:]
        return replace(block, text=text)

    blocks = tuple(map(exchanged, found.document.blocks))
    assert blocks != found.document.blocks
    with pytest.raises(AssertionError):
        hold_sentences(replace(found, document=replace(found.document, blocks=blocks)), kiosk.pack)


def test_a_correction_on_another_day_makes_no_day_of_the_event_and_is_told_in_the_workbook(live):
    kiosk = live([("come", 3, 1), ("tally", 9, 1), ("wait", 26 * HOUR, None), ("tally", -4, 1)])
    hold_summary(kiosk, *added_up(rows_of(kiosk), kiosk.event.zone))
    found = summary_now(kiosk.log, kiosk.pack, kiosk.tally, SPEECH)
    assert found.numbers["days"].value == 1
    assert [one.by_hand.people for one in found.overview.days.values()] == [9, -4]
