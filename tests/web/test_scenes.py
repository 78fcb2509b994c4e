"""The scenes of a start screen at rest: which there are, whom they show at which turn, and what they never say."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from kiosk.actions.display import change_display
from kiosk.actions.scenes import scenes
from kiosk.domain.display import Change, Display
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import N_, LogUnreadable
from kiosk.domain.quiz_round import Pool
from kiosk.domain.statistics import SMALLEST_ORDINAL


def kinds(page) -> list[str]:
    return page.carries("data-scene")


def links(page) -> dict[str, str]:
    return {one.get("data-scene"): one.get("href") for one in page.all("a") if one.get("data-scene")}


def come(kiosk, people: int) -> None:
    kiosk.log.append(kiosk.draft(mint_id(), "check_in", "touch", party_size=people))


def test_each_scene_is_a_link_to_what_it_shows(at_kiosk):
    page = at_kiosk.get("/scenes")
    assert kinds(page) == ["theme", "scientist", "quiz", "programme"]
    for address in links(page).values():
        at_kiosk.get(address)


def test_the_question_is_the_first_of_the_round_that_it_begins(at_kiosk):
    page = at_kiosk.get("/scenes?only=quiz")
    question = at_kiosk.get(links(page)["quiz"])
    assert question.heading in page.text
    assert links(at_kiosk.get("/scenes?only=quiz")) != links(page), "each time a round of its own"


def test_the_turn_picks_people_and_activities_and_picks_them_again(at_kiosk, kiosk):
    people = len(kiosk.pack.scientists)
    shown = [links(at_kiosk.get(f"/scenes?turn={turn}"))["scientist"] for turn in range(people + 1)]
    assert len(set(shown[:people])) == people
    assert shown[people] == shown[0]
    told = {at_kiosk.get(f"/scenes?only=programme&turn={turn}").text for turn in range(len(kiosk.event.programme))}
    for activity in kiosk.event.programme:
        assert any(activity.title["zh"] in text for text in told), activity.id
    assert at_kiosk.get("/scenes?only=programme&turn=2").html == at_kiosk.get("/scenes?only=programme&turn=2").html


@pytest.mark.parametrize("turn", ["", "x", "-1", "１", "1e9", "9" * 40])
def test_a_turn_that_is_none_is_the_first(at_kiosk, turn):
    page = at_kiosk.get(f"/scenes?only=scientist&turn={turn}")
    assert links(page) == links(at_kiosk.get("/scenes?only=scientist&turn=0"))


def test_only_one_kind_is_shown_where_one_is_asked_for(at_kiosk):
    assert kinds(at_kiosk.get("/scenes?only=theme")) == ["theme"]
    assert at_kiosk.open("/scenes?only=nothing").headers["Location"] == "/"


def test_nobody_is_told_how_many_came_before_it_says_something_about_the_day(at_kiosk, kiosk):
    come(kiosk, SMALLEST_ORDINAL - 1)
    assert "visitors" not in kinds(at_kiosk.get("/scenes"))
    come(kiosk, 1)
    assert f"今日到场 {SMALLEST_ORDINAL} 人次" in at_kiosk.get("/scenes?only=visitors").text


def test_nobody_is_told_how_many_came_on_a_day_that_nobody_knows(at_kiosk, kiosk, clock):
    come(kiosk, 200)
    clock.trust = "unknown"
    assert "visitors" not in kinds(at_kiosk.get("/scenes"))


def test_nobody_is_told_how_many_came_while_the_log_cannot_be_read(at_kiosk, kiosk, monkeypatch):
    come(kiosk, 200)

    def fail(*_):
        raise LogUnreadable(N_("Something went wrong on our side. Please try again, or ask the staff."))

    monkeypatch.setattr(type(kiosk.tally), "visits_at_a_glance", fail)
    assert kinds(at_kiosk.get("/scenes")) == ["theme", "scientist", "quiz", "programme"]


def test_nobody_waits_for_the_number_of_visits_while_a_large_log_is_counted(at_kiosk, kiosk):
    come(kiosk, 200)
    assert "visitors" in kinds(at_kiosk.get("/scenes"))
    with kiosk.tally._lock:
        assert kinds(at_kiosk.get("/scenes")) == ["theme", "scientist", "quiz", "programme"]


def test_a_notice_and_a_change_are_among_the_scenes(at_kiosk, kiosk):
    activity = kiosk.event.programme[0]
    change_display(kiosk, notice={"zh": "下雨了，请到一楼"}, changes={activity.id: Change(when={"zh": "改到下午三点"})})
    assert kinds(at_kiosk.get("/scenes"))[0] == "notice"
    assert "下雨了，请到一楼" in at_kiosk.get("/scenes?only=notice").text
    assert "改到下午三点" in at_kiosk.get("/scenes?only=programme").text


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("before", ["theme", "scientist", "programme"]),
        ("closed", ["theme", "scientist", "programme"]),
        ("over", ["theme", "scientist"]),
    ],
)
def test_when_nothing_is_on_nobody_is_called_to_take_part(at_kiosk, kiosk, state, expected):
    come(kiosk, 200)
    change_display(kiosk, state=state)
    assert kinds(at_kiosk.get("/scenes")) == expected


@pytest.mark.parametrize("mode", ["queue", "photo", "dark"])
def test_a_screen_that_staff_use_for_something_else_has_no_scenes(at_kiosk, kiosk, mode):
    change_display(kiosk, mode=mode)
    assert at_kiosk.open("/scenes").headers["Location"] == "/"
    assert "data-scenes" not in at_kiosk.get("/").html


def test_a_pack_without_people_questions_or_programme_still_has_its_theme(kiosk):
    pack = kiosk.pack
    bare = replace(pack, scientists=(), banks=(), event=pack.event.model_copy(update={"programme": ()}))
    with_that = SimpleNamespace(pack=bare, pool=Pool([], []), tally=kiosk.tally, clock=kiosk.clock)
    assert [one.kind for one in scenes(with_that, Display(), 0)] == ["theme"]


def test_looking_at_the_scenes_records_nothing(at_kiosk, kiosk):
    before = kiosk.log.count()
    at_kiosk.get("/scenes")
    assert kiosk.log.count() == before


def test_in_english_the_words_of_others_are_theirs_with_a_translation(at_kiosk, kiosk):
    quoted = next(n for n, one in enumerate(kiosk.pack.scientists) if one.quotation and one.quotation.translation)
    page = at_kiosk.get(f"/scenes?only=scientist&turn={quoted}&lang=en")
    quotation = kiosk.pack.scientists[quoted].quotation
    assert quotation.text in page.text
    assert quotation.translation["en"] in page.text
