"""What may be in a note, said by a form: every fault in a sentence, what nobody sees taken out, people by role."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import FormRefused
from kiosk.domain.note import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_PEOPLE,
    ROLES,
    Note,
    Photo,
    note_from,
    read_note,
)
from kiosk.domain.text import clean, without_unseen

GOOD = {"about": "visit", "day": "2027-05-30", "title": "走访退休科技工作者"}


def refused(**changes: str) -> set[str]:
    with pytest.raises(FormRefused) as told:
        read_note({**GOOD, **changes})
    return set(told.value.faults)


def test_a_form_says_a_note():
    note = read_note(
        {**GOOD, "text": "第一行\r\n第二行", "people": "12", "people.science_worker": "8", "people.guest": "0"}
    )
    assert note == Note(
        "visit", date(2027, 5, 30), "走访退休科技工作者", "第一行\n第二行", 12, {"science_worker": 8}, ()
    )


def test_every_fault_is_told_at_once():
    assert refused(about="party", day="30.5.", title="字" * 61, text="字" * 2001, people="many") == {
        *("about", "day", "title", "text", "people")
    }


@pytest.mark.parametrize(
    "day", ["", "2027-02-30", "1999-12-31", "2100-01-01", "2027-5-3", "tomorrow", "2027-W22-4", "20270603"]
)
def test_a_day_is_a_date(day):
    assert refused(day=day) == {"day"}


def test_lengths_are_counted_in_characters():
    note = read_note({**GOOD, "title": "𠮷" * LONGEST_TITLE, "text": "字" * LONGEST_TEXT})
    assert (len(note.title), len(note.text)) == (LONGEST_TITLE, LONGEST_TEXT)


@pytest.mark.parametrize("people", ["-1", "1.5", "1e3", "100000", "0x10", "=1+1", "12 34"])
def test_people_are_a_whole_number(people):
    assert refused(people=people) == {"people"}
    assert refused(**{"people.pupil": people}) == {"people.pupil"}


def test_numbers_typed_with_a_chinese_keyboard_are_numbers():
    assert read_note({**GOOD, "people": " 45 "}).people == 45


def test_by_role_there_are_no_more_people_than_altogether():
    assert refused(people="9", **{"people.pupil": "8", "people.guest": "2"}) == {"people"}
    assert read_note({**GOOD, "people": "10", "people.pupil": "8", "people.guest": "2"}).people == 10


def test_counted_by_role_only_they_are_all_there_were():
    assert read_note({**GOOD, "people.pupil": "45", "people.staff": "2"}).people == 47
    assert read_note(GOOD).people is None
    assert refused(**{f"people.{role}": str(MOST_PEOPLE) for role in ROLES}) == {"people"}


def test_something_else_needs_words():
    assert refused(about="other", title="") == {"title"}
    assert read_note({"about": "media", "day": "2027-05-30"}).title == ""


def test_what_nobody_sees_is_taken_out():
    note = read_note({**GOOD, "title": "\u202eevil\u202c \x00\ufeff题\t目\n二", "text": "a\u2066b\u200b\x07c\nd"})
    assert (note.title, note.text) == ("evil 题 目 二", "abc\nd")


def test_a_break_of_whatever_kind_stays_a_break():
    """… as Word and web pages have them: two words do not grow together."""
    note = read_note({**GOOD, "title": "题\u2028目\v二", "text": "一\v二\u2028三\x85四\r\n五"})
    assert (note.title, note.text) == ("题 目 二", "一\n二\n三\n四\n五")


@pytest.mark.parametrize("text", ["ᠬᠣᠲᠠ᠎ᠠ", "👨‍👩‍👧", "\ue234", "a\u0301 \ud800", "\ufffe\u2060汉"])
def test_what_is_saved_is_what_the_document_will_say(text):
    assert without_unseen(clean(text)) == clean(text) == unicodedata.normalize("NFC", without_unseen(text)).strip()


def test_html_and_formulas_stay_what_they_are():
    said = '<script>alert(1)</script>=HYPERLINK("x")'
    assert read_note({**GOOD, "title": said}).title == said


@given(st.text(max_size=200))
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text)) == clean(text)


def test_a_note_is_read_back_as_it_was_and_its_digest_tells_every_change():
    note = Note("group", date(2027, 5, 30), "题", "文", 5, {"pupil": 4}, (Photo("a" * 64, "说明", "agreed"),))
    assert note_from(note.content()) == note
    others = [
        Note("group", date(2027, 5, 31), "题", "文", 5, {"pupil": 4}, note.photos),
        Note("group", date(2027, 5, 30), "题", "文", 5, {"pupil": 4}, ()),
        Note("group", date(2027, 5, 30), "题", "文", 5, {"pupil": 4}, (Photo("a" * 64, "说明", "none"),)),
    ]
    assert len({one.digest() for one in (note, *others)}) == 4
