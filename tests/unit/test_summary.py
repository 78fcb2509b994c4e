"""What staff write for the summary: every fault by its field, what still lacks, which numbers changed; and periods."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.entry import json_digest
from kiosk.domain.errors import FormRefused
from kiosk.domain.period import Closing, periods
from kiosk.domain.summary import (
    LONGEST_LINE,
    LONGEST_TEXT,
    LONGEST_TOGETHER,
    MOST_CHOSEN,
    MOST_COUNTED,
    QUANTITIES,
    TEXTS,
    Change,
    Summary,
    changed,
    missing,
    read_summary,
    summary_from,
)

FULL = {
    **{"title": "总结", "recipient": "市科协办公室", "signed_by": "新城区科协", "day": "2027-06-03"},
    **{f"text.{one}": f"{one} 的话" for one in TEXTS},
    **{f"quantity.{one}": str(number) for number, one in enumerate(QUANTITIES)},
    **{"activity.symposium": "on", "activity.grassroots-tour": "on", f"photo.{'a' * 64}": "on"},
}


def refused(**changes: str) -> set[str]:
    with pytest.raises(FormRefused) as told:
        read_summary({**FULL, **changes})
    return set(told.value.faults)


def test_a_form_says_a_summary_and_it_is_read_back_as_it_was():
    said = read_summary(FULL)
    assert (said.title, said.recipient, said.signed_by, said.day) == (
        *("总结", "市科协办公室", "新城区科协"),
        date(2027, 6, 3),
    )
    assert said.texts == {one: f"{one} 的话" for one in TEXTS}
    assert said.quantities["sessions"] == 0 and said.quantities["media"] == 6
    assert said.activities == ("symposium", "grassroots-tour") and said.photos == ("a" * 64,)
    assert summary_from(said.content()) == said
    assert summary_from(Summary().content()) == Summary() == read_summary({})


def test_every_fault_is_told_at_once_by_its_field():
    wrong = {
        **{name: "字" * (LONGEST_LINE + 1) for name in ("title", "recipient", "signed_by")},
        **{"day": "3.6.", "text.advice": "字" * (LONGEST_TEXT + 1), "quantity.media": "several"},
        **{f"photo.{number:064x}": "on" for number in range(MOST_CHOSEN)},
    }
    assert refused(**wrong) == {*("title", "recipient", "signed_by", "day", "text.advice", "quantity.media", "photos")}


def test_the_longest_that_fits_fits():
    line, text = "𠮷" * LONGEST_LINE, "字" * LONGEST_TEXT
    said = read_summary({"title": line, "text.advice": text, "text.plans": text, "text.problems": text})
    assert said.title == line and sum(map(len, said.texts.values())) == LONGEST_TOGETHER
    assert refused(**{f"text.{one}": "字" * LONGEST_TEXT for one in ("advice", "plans", "problems")}) == {"texts"}


@pytest.mark.parametrize("number", ["-1", "1.5", "1e3", "10000000", "0x10", "=1+1", "12 34", "三"])
def test_a_quantity_is_a_whole_number(number):
    assert refused(**{"quantity.panels": number}) == {"quantity.panels"}


def test_what_is_typed_with_a_chinese_keyboard_is_a_number_and_nothing_is_not_nought():
    said = read_summary({"quantity.panels": " ２０ ", "quantity.media": "", "quantity.help": "0"})
    assert said.quantities == {"panels": 20, "help": 0}
    assert read_summary({"quantity.panels": str(MOST_COUNTED)}).quantities == {"panels": MOST_COUNTED}


@pytest.mark.parametrize(
    "day",
    ["2027-02-30", "1999-12-31", "2100-01-01", "2027-6-3", "tomorrow", "2027-W22-4", "20270603", "２０２７-０６-０３"],
)
def test_a_day_is_a_date(day):
    assert refused(day=day) == {"day"}


def test_what_nobody_sees_is_taken_out_and_what_looks_like_code_stays():
    said = read_summary(
        {"title": "\u202e题\t目\n二\x00", "text.advice": "=1+1\r\n<b>\u2066\u200b", "signed_by": "<script>"}
    )
    assert said == Summary("题 目 二", signed_by="<script>", texts={"advice": "=1+1\n<b>"})


def test_the_colon_after_the_recipient_is_the_documents():
    assert read_summary({"recipient": "市科协办公室："}).recipient == "市科协办公室"


def test_what_is_chosen_by_an_id_that_none_can_have_is_not_chosen():
    said = read_summary({"activity.../../etc": "on", "photo.red": "on", "activity.ok": "on"})
    assert (said.activities, said.photos) == (("ok",), ())


def test_every_difference_has_another_digest():
    variants = [
        read_summary({**FULL, name: "2027-06-04" if name == "day" else "7"}) for name in FULL if "." not in name
    ]
    variants += [read_summary({**FULL, name: "8"}) for name in FULL if name.startswith(("text.", "quantity."))]
    variants += [read_summary({k: v for k, v in FULL.items() if k != name}) for name in FULL if "photo" in name]
    assert len({json_digest(one.content()) for one in (*variants, read_summary(FULL))}) == len(variants) + 1


def fields(**said) -> list[str]:
    return [one.field for one in missing(**{"summary": Summary(), **said})]


def test_what_lacks_is_told_in_the_order_of_the_form():
    assert fields(programme={"symposium"}, has_notes=False, has_suggestions=False) == [
        *("title", "recipient", "signed_by", "day", "activities"),
        *(f"quantity.{one}" for one in QUANTITIES),
        *("text.practice", "text.experience", "text.advice"),
    ]
    there = {"programme": {"symposium", "grassroots-tour"}, "photos_there": {"a" * 64}}
    assert fields(summary=read_summary(FULL), **there) == []
    assert fields(summary=read_summary(FULL), **{**there, "photos_there": ()}) == ["photos"]


def test_an_activity_that_the_pack_lost_lacks_and_makes_no_other_one_held():
    said = {"summary": read_summary(FULL), "photos_there": {"a" * 64}}
    assert fields(programme={"symposium"}, **said) == ["activities"]
    assert fields(programme={"another"}, **said) == ["activities"] * 2


def test_a_title_lacks_only_as_long_as_nobody_signs_who_could_stand_in_it():
    assert "title" in fields()
    assert "title" not in fields(summary=Summary(title="总结"))
    assert "title" not in fields(summary=Summary(signed_by="赛罕区科学技术协会"))


def test_what_the_log_tells_need_not_be_written_and_nought_is_an_answer():
    found = fields(summary=read_summary({"quantity.media": "0"}), programme=())
    assert not {"text.practice", "text.advice", "activities", "quantity.media"} & set(found)
    assert "text.experience" in found


def test_numbers_that_changed_came_or_went_are_marked():
    then, now = {"visits": 3, "tributes": 1, "days": 1}, {"visits": 5, "days": 1, "feedback": 2}
    assert changed(then, now) == [Change("visits", 3, 5), Change("feedback", 0, 2), Change("tributes", 1, 0)]


def test_a_share_that_is_not_told_any_more_has_not_fallen_to_nought():
    then, now = {"quiz.topic.a": 50, "quiz.topic.b": 0}, {"quiz.topic.b": 0, "satisfied": 97.5}
    assert changed(then, now) == [Change("satisfied", None, 97.5), Change("quiz.topic.a", 50, None)]


def test_of_the_questions_only_those_that_many_missed_are_marked():
    then = {"quiz.question.a": 80, "quiz.question.b": 61, "quiz.question.c": 20}
    now = {"quiz.question.a": 70, "quiz.question.b": 60, "quiz.question.d": 10}
    assert changed(then, now) == [Change("quiz.question.b", 61, 60)]
    assert changed(now, now) == []


@given(st.lists(st.booleans(), max_size=6))
def test_periods_follow_each_other_without_a_gap_and_every_closing_leads_to_one(voided):
    closings = [Closing(f"c{at}", 10 * (at + 1), is_voided, 10 * (at + 1) + 1) for at, is_voided in enumerate(voided)]
    found = periods(closings)
    assert found[0].through is None and found[0].closed_by is None and found[-1].since == 0
    for later, earlier in pairwise(found):
        assert later.since == earlier.through and later.begun_by == earlier.closed_by
    named = [name for period in found for name in period.same]
    assert sorted(named) == sorted(["", *(one.id for one in closings)])
    assert len(found) == 1 + voided.count(False)
    for name, end, *_ in closings:
        (period,) = [one for one in found if name in one.same]
        assert period.since <= end and (period.through is None or end < period.through)


@pytest.mark.parametrize("voided", ["a", "z"])
def test_what_was_saved_after_a_closing_that_was_voided_stays_with_what_came_after_it(voided):
    """… where the event was closed again with the same copy, whatever the ids."""
    running, over = periods([Closing(voided, 9, True, 10), Closing("m", 9, False, 12)])
    assert (over.same, running.same) == (("",), ("m", voided))
